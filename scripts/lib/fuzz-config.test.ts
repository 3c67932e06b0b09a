import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { objectFacts } from '../../grammar/testing.ts';
import { caseOf, fuzz, placeProblem, problemOf } from './fuzz-config.ts';

const folder = new URL('../../fixtures/config/', import.meta.url);
const texts = new Map(
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.conf'))
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);

it('repeats a case from its number', () => {
  assert.deepEqual(caseOf(texts, 3, 77), caseOf(texts, 3, 77));
  assert.notDeepEqual(caseOf(texts, 3, 77).text, caseOf(texts, 4, 77).text);
});

it('finds nothing in two thousand mutations', () => {
  assert.deepEqual(fuzz(texts, { seed: 11, first: 0, count: 2000 }), []);
});

describe('a failure', () => {
  const one = { name: 'x', number: 1, text: 'a' };
  const facts = objectFacts({ files: { 'k.conf': 'a' } });

  it('is an exception', () => {
    const broken = {
      ...facts,
      readFile: (): never => {
        throw new Error('planted');
      },
    };
    assert.match(problemOf(one, broken) ?? '', /planted/);
  });

  it('is a hang', () => {
    const slow = {
      ...facts,
      glob: (pattern: string): readonly string[] => {
        const started = process.cpuUsage();
        while (process.cpuUsage(started).user < 1_050_000);
        return [pattern];
      },
    };
    assert.match(problemOf(one, slow) ?? '', /took \d{4} ms/);
  });

  it('is a place that is not in the file', () => {
    const files = [{ name: 'k', text: 'abc\n' }];
    const span = { file: 'k', line: 1, column: 1, start: 0, end: 3 };
    assert.equal(placeProblem(span, files), undefined);
    for (const wrong of [{ file: 'x' }, { end: 9 }, { start: 4, end: 3 }, { line: 3 }, { column: 0 }]) {
      assert.ok(placeProblem({ ...span, ...wrong }, files), JSON.stringify(wrong));
    }
  });
});
