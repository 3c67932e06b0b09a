import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Line } from './cst.ts';
import { parseTree } from './index.ts';
import { StatementParser } from './parser.ts';
import { MAX_NESTING } from './scanner.ts';
import { objectFacts } from './testing.ts';

type Shape = string | readonly [string, readonly Shape[], 'closed' | 'open'];

const shape = (line: Line): Shape =>
  line.block
    ? [line.text, line.block.lines.map(shape), line.block.close ? 'closed' : 'open']
    : line.kind === 'keyword'
      ? line.text
      : `<${line.kind}>`;

const parse = (text: string) => parseTree('k.conf', objectFacts({ files: { 'k.conf': text } }));
const shapes = (text: string): Shape[] => parse(text).lines.map(shape);

describe('statements and blocks', () => {
  it('split braces off wherever they stand outside quotes', () => {
    assert.deepEqual(shapes('a{b}c "{" d\n'), [['a', ['b'], 'closed'], 'c "{" d']);
  });
  it('take the keyword of a block from an earlier line', () => {
    assert.deepEqual(shapes('a x\n\n# c\n{ b\n}'), [['a x', ['b'], 'closed']]);
  });
  it('let a statement run to the end of its line', () => {
    assert.deepEqual(shapes('a { b c d { e } } f'), [['a', [['b c d', ['e'], 'closed']], 'closed'], 'f']);
  });
  it('keep stray closing braces and unclosed blocks', () => {
    assert.deepEqual(shapes('}\na {\n b {'), ['<stray-close>', ['a', [['b', [], 'open']], 'open']]);
    assert.equal(parse('a {\n b {').missingCloses, 2);
  });
  it('keep a brace without a keyword', () => assert.deepEqual(shapes('{ a }'), [['', ['a'], 'closed']]));
  it('limit the depth instead of the stack', () => {
    const tree = parse(`${'a {\n'.repeat(MAX_NESTING + 3)}${'}\n'.repeat(MAX_NESTING + 3)}b`);
    assert.equal(tree.missingCloses, 0);
    assert.deepEqual(
      tree.lines.map((line) => line.text),
      ['a', 'b'],
    );
  });
});

describe('places', () => {
  it('point at the statement, the brace and its line', () => {
    const text = 'a {\n  foo bar # x\n}\n';
    const inner = parse(text).lines[0]?.block?.lines[0];
    assert.deepEqual(inner?.span, { file: 'k.conf', line: 2, column: 3, start: 6, end: 13 });
    assert.equal(text.slice(6, 13), 'foo bar');
    assert.deepEqual(inner?.words, ['foo', 'bar']);
  });
});

describe('the grammar itself', () => {
  it('passes the checks of Chevrotain, which a start leaves out', () => {
    assert.doesNotThrow(() => new StatementParser(false));
  });
});
