import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decomment } from './comments.ts';
import { SourceFile } from './source-file.ts';
import { splitShellWords, splitUnits, splitWords, WordCache } from './words.ts';

describe('splitWords', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['priority 100', ['priority', '100']],
    ['  a\tb\fc\vd ', ['a', 'b', 'c', 'd']],
    ['"a""b"', ['a', 'b']],
    ['ab"cd"ef', ['ab', 'cd', 'ef']],
    ['x ""', ['x', '']],
    ['"  a  b  "', ['  a  b  ']],
    ["'a b'", ["'a", "b'"]],
    ['"a\\tb"', ['a\\tb']],
    ['"router_id" r1 "open', ['router_id', 'r1']],
    ['\u00a0router_id x', ['\u00a0router_id', 'x']],
  ];
  for (const [text, words] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(splitWords(text), words));
  }
});

describe('splitUnits', () => {
  const split = (text: string, cache: WordCache) => {
    const { units } = new SourceFile('k.conf', new TextEncoder().encode(text), true);
    return splitUnits(units, 0, units.length, cache);
  };
  it('tells words of one hash apart, in one file and in the next', () => {
    const cache = new WordCache();
    assert.deepEqual(split('Aa BB Aa  BB', cache), ['Aa', 'BB', 'Aa', 'BB']);
    assert.deepEqual(split('BB', cache), ['BB']);
    assert.deepEqual(split('Aa', cache), ['Aa']);
  });
  it('takes long words whole', () => {
    const long = 'x'.repeat(300);
    assert.deepEqual(split(`a ${long} ${long} a`, new WordCache()), ['a', long, long, 'a']);
  });
});

describe('splitShellWords', () => {
  it('joins pieces that touch and reads escapes', () => {
    assert.deepEqual(splitShellWords('a\'b c\'"d e" \\x41\\101\\t \\"q'), {
      ok: true,
      value: ['ab cd e', 'AA\t', '"q'],
    });
  });
  it('stops a hexadecimal escape after two digits', () => {
    assert.deepEqual(splitShellWords('\\x412'), { ok: true, value: ['A2'] });
  });
  it('keeps empty quoted words', () => {
    assert.deepEqual(splitShellWords("a '' b"), { ok: true, value: ['a', '', 'b'] });
  });
  it('does not miss the end of a quote behind an escape', () => {
    // Observed on 2.2.7.
    assert.deepEqual(splitShellWords('x "ab\\"'), { ok: true, value: ['x', 'ab"'] });
    assert.deepEqual(splitShellWords('x "ab\\'), { ok: true, value: ['x', 'ab'] });
  });
  it('names the quote that is open', () => {
    assert.deepEqual(splitShellWords("a 'b"), { ok: false, error: "'" });
  });
});

describe('decomment', () => {
  const text = (raw: string): string => decomment(raw).text;
  it('cuts at # and ! without a blank before them', () => {
    assert.equal(text('router_id r#1'), 'router_id r');
    assert.equal(text('smtp_server 1.2.3.4! x'), 'smtp_server 1.2.3.4');
  });
  it('does not cut inside double quotes, but inside single ones', () => {
    assert.equal(text('router_id "r # 1 ! 2" # gone'), 'router_id "r # 1 ! 2"');
    assert.equal(text("router_id 'r # 1'"), "router_id 'r");
  });
  it('takes the backslash from \\# outside quotes only', () => {
    assert.equal(text('r\\#1\\!2'), 'r#1!2');
    assert.equal(text('"r \\# 1"'), '"r \\# 1"');
  });
  it('ignores quotes in a comment and reports open ones elsewhere', () => {
    assert.equal(decomment('router_id r1 # it"s').openQuote, false);
    assert.equal(decomment('router_id "r1').openQuote, true);
  });
  it('glues a trailing backslash to the last word', () =>
    assert.equal(text('router_id r1 \\'), 'router_id r1\\'));
});
