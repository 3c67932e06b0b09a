import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patterns } from './patterns.ts';

function matches(source: string, text: string, ...options: string[]): boolean | undefined | string {
  const compiled = patterns.compile({ source, options });
  return compiled.ok ? compiled.value.matches(new TextEncoder().encode(text), 0, 1e9) : compiled.error;
}

/** What PCRE2 does, which a plain RegExp does not always. */
const CASES: readonly (readonly [
  source: string,
  text: string,
  expected: boolean | string,
  ...options: string[],
])[] = [
  ['hel+o', 'say hello', true],
  ['hel+o', 'HELLO', false],
  ['hel+o', 'HELLO', true, 'caseless'],
  ['^b', 'a\nb', false],
  ['^b', 'a\nb', true, 'multiline'],
  ['^b', 'a\rb', false, 'multiline'],
  ['a$', 'a\n', true],
  ['a$', 'a\n', false, 'dollar_endonly'],
  ['a.b', 'a\nb', false],
  ['a.b', 'a\rb', true],
  ['a.b', 'a\nb', true, 'dotall'],
  ['\\Aa\\z', 'a', true],
  ['a\\z', 'a\n', false],
  ['a\\Z', 'a\n', true],
  ['a\\hb', 'a\tb', true],
  ['a\\Rb', 'a\r\nb', true],
  ['\\Qa.b\\E', 'axb', false],
  ['\\Qa.b\\E', 'a.b', true],
  ['[[:alpha:]]+[[:digit:]]', 'ab1', true],
  ['[]a]+', ']', true],
  ['[^]a]', ']', false],
  ['a b # c', 'ab', true, 'extended'],
  ['(?i)ok', 'OK', true],
  ['(?i)x|ok', 'OK', true],
  ['((?i)a)b', 'Ab', true],
  ['((?i)a)b', 'AB', false],
  ['(?P<n>a)(?P=n)', 'aa', true],
  ['(?<n>a)\\k{n}', 'ab', false],
  ['a{,2}', 'a{,2}', true],
  ['(a)\\1', 'aa', true],
  ['\\x{e9}', 'é', false],
  ['\\x{e9}', 'é', true, 'utf'],
  ['é', 'é', true],
  ['^.$', 'é', false],
  ['^.$', 'é', true, 'utf'],
  ['a\\/b', 'a/b', true],
  ['a*+b', 'aab', 'possessive quantifier'],
  ['(?>a)b', 'ab', 'group (?>a'],
  ['(?R)', '', 'inline mode R'],
  ['a\\Gb', 'ab', 'escape \\G'],
  ['[a', 'a', '[ without ]'],
  ['a', 'a', 'option firstline', 'firstline'],
];

describe('expressions of PCRE2', () => {
  for (const [source, text, expected, ...options] of CASES) {
    it(`${source} [${options.join(' ')}] on ${JSON.stringify(text)}`, () => {
      assert.equal(matches(source, text, ...options), expected);
    });
  }

  it('look for a match that begins between two offsets', () => {
    const compiled = patterns.compile({ source: 'a', options: [] });
    assert.ok(compiled.ok);
    const at = (min: number, max: number) =>
      compiled.value.matches(new TextEncoder().encode('xxaxxa'), min, max);
    assert.deepEqual([at(0, 1), at(0, 2), at(3, 4), at(3, 5), at(6, 9)], [false, true, false, true, false]);
  });

  it('say so when they take for ever, and go on afterwards', () => {
    const compiled = patterns.compile({ source: '(a+)+$', options: [] });
    assert.ok(compiled.ok);
    const run = (text: string) => compiled.value.matches(new TextEncoder().encode(text), 0, 99);
    assert.equal(run(`${'a'.repeat(60)}b`), undefined);
    assert.equal(run('aaa'), true);
  });
});
