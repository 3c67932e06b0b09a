import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expandTree } from './expand.ts';
import { formatText } from './format.ts';
import { type ParseResult, parseConfig } from './index.ts';
import { objectFacts } from './testing.ts';

const INTERFACES = ['lo', ...Array.from({ length: 10 }, (_, index) => `eth${index}`), 'ens33', 'ens160'];

function parse(text: string, more: Readonly<Record<string, string>> = {}): ParseResult {
  const overrides = { random: (low: number): number => low };
  return parseConfig(
    'k.conf',
    objectFacts({ files: { ...more, 'k.conf': text }, interfaces: INTERFACES, overrides }),
  );
}

/** Everything but places and the text itself. */
function meaning({ model, diagnostics, tree }: ParseResult): string {
  const plain = (key: string, value: unknown): unknown => {
    if (key === 'entries' || key === 'outside') return undefined;
    if (value instanceof Uint8Array) return [...value];
    if (typeof value !== 'object' || value === null || !('span' in value)) return value;
    return { ...value, span: undefined };
  };
  // Repetition makes several statements of one line, whose messages are given once for the line.
  const texts = [...new Set(diagnostics.map(({ text }) => text))];
  return JSON.stringify([model, texts, tree.missingCloses], plain, 1);
}

const corpus =
  process.env.ALIVED_CORPUS ?? fileURLToPath(new URL('../../shared/corpus/dev', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/config', import.meta.url));

const files = [fixtures, corpus].flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.conf'))
        .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    : [],
);

const formatted = (text: string): string => {
  const result = formatText(text);
  assert.ok(result.ok, result.ok ? '' : `${result.error.line}: ${result.error.text}`);
  return result.value;
};
const refused = (text: string): number => {
  const result = formatText(text);
  return result.ok ? 0 : result.error.line;
};

describe('fmt', () => {
  it('lays out blocks, words, comments and blank lines', () => {
    assert.equal(
      formatted(
        '\n\n# top\nvrrp_instance   A\n{\n\tinterface\teth0   # why\n   track_script{ chk }\n\n\n virtual_ipaddress {\n10.0.0.1 }\n!x\n}\n\n',
      ),
      '# top\nvrrp_instance A {\n    interface eth0 # why\n    track_script { chk }\n\n' +
        '    virtual_ipaddress {\n        10.0.0.1 }\n    !x\n}\n',
    );
  });

  it('leaves quotes and other stages alone', () => {
    const text =
      '  $A=b   c\n$M=x \\\n   y  z \\\n  { \n  include   a  b.conf\n@id   x   y\n~SEQ(i, 1, 2)   foo   $i\nnotify "a  b" \'c  d\' e\n';
    const lines = formatted(text.replace('  { \n', '  w\n')).split('\n');
    assert.equal(lines[0], '  $A=b   c');
    assert.equal(lines[2], '   y  z \\');
    assert.equal(lines[4], '  include   a  b.conf');
    assert.equal(lines[7], 'notify "a  b" \'c  d\' e');
  });

  it('does not join a brace over a comment', () => {
    assert.equal(formatted('a # x\n{\n}\n'), 'a # x\n{\n}\n');
    assert.equal(formatted('a\n# x\n{\n}\n'), 'a\n# x\n{\n}\n');
  });

  it('refuses what it would have to guess', () => {
    assert.deepEqual(
      ['a {\n', 'a\n}\n', 'a "b\n', `a ${'x'.repeat(1100)}\n`, '\na\0\n'].map(refused),
      [2, 2, 1, 1, 2],
    );
  });

  it('is idempotent and keeps the meaning of every file', () => {
    let laidOut = 0;
    for (const { name, text } of files) {
      const result = formatText(text);
      if (!result.ok) continue;
      laidOut++;
      assert.equal(formatted(result.value), result.value, name);
      assert.equal(meaning(parse(result.value)), meaning(parse(text)), name);
    }
    assert.ok(laidOut > files.length * 0.8, `${laidOut} of ${files.length}`);
  });
});

describe('expand', () => {
  it('names where lines came from', () => {
    const more = { 'b.conf': 'priority 7\n' };
    const text =
      '$V=10.0.0.1\nvrrp_instance A {\n  interface eth0\n  include b.conf\n  virtual_ipaddress { $V }\n}\n';
    assert.equal(
      expandTree(parse(text, more).tree, { origin: true }),
      '# from k.conf:2\nvrrp_instance A {\n    interface eth0\n    # from b.conf:1\n    priority 7\n' +
        '    # from k.conf:5\n    virtual_ipaddress {\n        10.0.0.1\n    }\n}\n',
    );
    assert.doesNotMatch(expandTree(parse(text, more).tree, { origin: false }), /#/);
  });

  it('reads as the same configuration', () => {
    const bare = ({ model, diagnostics, tree }: ParseResult): string =>
      // A line is cut at 1022 characters again, and broken quotes were cut already.
      meaning({ model, diagnostics: diagnostics.filter(({ code }) => !/AV001|AV0020/.test(code)), tree });
    let compared = 0;
    for (const { name, text } of files) {
      const first = parse(text);
      if (first.diagnostics.some(({ code }) => /AV001[0-4]/.test(code))) continue;
      if (text.split('\n').some((line) => line.length > 1000)) continue;
      compared++;
      for (const origin of [true, false]) {
        assert.equal(bare(parse(expandTree(first.tree, { origin }))), bare(first), name);
      }
    }
    assert.ok(compared > files.length * 0.8);
  });
});
