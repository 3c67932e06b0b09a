import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { benchOf, type GroupVector, playStep } from './testing/group-vector.ts';

const folder = new URL('../../fixtures/vectors/sync-group/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('vectors of sync groups', () => {
  it('are there', () => {
    assert.ok(names.length >= 15, `only ${names.length} vectors`);
  });

  for (const name of names) {
    it(name.replace('.json', ''), () => {
      const vector = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GroupVector;
      const bench = benchOf(vector);
      vector.steps.forEach((step, index) => {
        const where = `step ${index + 1}, ${step.member ?? 'group'} ${step.event.event}`;
        assert.deepEqual(playStep(bench, step), step.effects, where);
        assert.equal(bench.states(), step.states, where);
      });
    });
  }
});
