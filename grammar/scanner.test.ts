import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Place } from './cst.ts';
import { type LineSink, Scanner } from './scanner.ts';
import { readSource } from './source.ts';
import { objectFacts } from './testing.ts';

interface Seen {
  readonly kind: number;
  readonly text: string;
  readonly words: readonly string[];
  readonly place: Omit<Place, 'file'>;
  readonly brace: readonly [line: number, start: number] | undefined;
}

/** Reads a text with or without the short way for plain lines. */
function statementsOf(text: string, short: boolean): Seen[] {
  const scanner = new Scanner();
  const sink: LineSink = {
    scanPlainLines: (file, reached) => {
      if (short) scanner.scanPlainLines(file, reached);
    },
    feed: (line) => scanner.feed(line),
  };
  readSource('k.conf', objectFacts({ files: { 'k.conf': text } }), sink);
  const { statements } = scanner;
  return Array.from({ length: statements.count }, (_, index) => {
    const { line, lineStart, start, end } = statements.placeOf(index);
    const kind = statements.kindOf(index);
    const brace = kind === 2 ? statements.braceOf(index) : undefined;
    return {
      kind,
      text: statements.textOf(index),
      words: statements.wordsOf(index),
      place: { line, lineStart, start, end },
      brace: brace && [brace.line, brace.start],
    };
  });
}

const same = (text: string): void => assert.deepEqual(statementsOf(text, true), statementsOf(text, false));

describe('the short way of plain lines', () => {
  it('gives the same statements, words and places as the long way, for any text', () => {
    const piece = fc.constantFrom(
      ...['a', 'word', '{', '}', ' ', '\t', '\n', '\r\n', '\r', '\u00a0', 'ü', '漢', '"', '#', '!', '\\'],
      ...['x'.repeat(600), '$A=1', '$A', '@node1', '~SEQ(i,2)', 'include', '\0'],
    );
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, same), { numRuns: 3000 });
  });

  it('does so for every fixture', () => {
    const root = new URL('../fixtures/config/', import.meta.url);
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => name.endsWith('.conf'));
    assert.ok(files.length > 100);
    for (const name of files) same(readFileSync(new URL(name, root), 'utf8'));
  });

  it('takes words from the file one by one', () => {
    assert.deepEqual(
      statementsOf('a  b\tc {\n', true).map(({ words }) => words),
      [['a', 'b', 'c']],
    );
  });
});
