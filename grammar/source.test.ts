import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Facts } from './facts.ts';
import type { LogicalLine } from './scanner.ts';
import { readSource } from './source.ts';
import { objectFacts } from './testing.ts';

interface Read {
  readonly lines: string[];
  readonly numbers: number[];
  readonly said: string[];
  readonly classes: string[];
}

function read(main: string | Record<string, string | Uint8Array>, overrides: Partial<Facts> = {}): Read {
  const files = typeof main === 'string' ? { 'k.conf': main } : main;
  const lines: LogicalLine[] = [];
  const { diagnostics } = readSource('k.conf', objectFacts({ files, overrides }), {
    scanPlainLines: () => undefined,
    feed: (line) => lines.push(line),
  });
  return {
    lines: lines.map((line) => line.text),
    numbers: lines.map((line) => line.place.line),
    // Upstream's children repeat what its parent says.
    said: [...new Set(diagnostics.map(({ text }) => text))],
    classes: diagnostics.map((diagnostic) => diagnostic.class),
  };
}

describe('physical lines', () => {
  it('count as upstream counts them, with LF, CRLF and without a last newline', () => {
    const { lines, numbers } = read('a\r\n\n# c\n  b x \nc');
    assert.deepEqual(lines, ['a', 'b x', 'c']);
    assert.deepEqual(numbers, [1, 4, 5]);
  });
  it('cut a line of more than 1022 characters into statements', () => {
    const { lines, numbers } = read(`a\n${'x'.repeat(1100)}\nb`);
    assert.deepEqual(
      lines.map((line) => line.length),
      [1, 1023, 77, 1],
    );
    // The pieces are lines for upstream's children; a piece of full length counts at its newline.
    assert.deepEqual(numbers, [1, 1, 3, 4]);
  });
  it('drop a line with a NUL, aloud', () => {
    const { lines, said } = read('a\0b\nc');
    assert.deepEqual(lines, ['c']);
    assert.deepEqual(said, ['configuration appears to have embedded NULs - ignoring line']);
  });
  it('report an open quote twice, as upstream does', () => {
    assert.deepEqual(read('a "b\n').said, [`Unterminated quote 'a "b'`, `Unmatched quote: 'a "b'`]);
  });
  it('take bytes that are not UTF-8 one by one', () => {
    assert.deepEqual(read({ 'k.conf': new Uint8Array([0x61, 0xff, 0x62]) }).lines, ['a\u00ffb']);
  });
  it('keep offsets that point at the text', () => {
    const content = '  a b # c\n';
    const places: LogicalLine['place'][] = [];
    readSource('k.conf', objectFacts({ files: { 'k.conf': content } }), {
      scanPlainLines: () => undefined,
      feed: ({ place }) => places.push(place),
    });
    assert.deepEqual(
      places.map(({ start, end }) => content.slice(start, end)),
      ['a b'],
    );
  });
});

describe('definitions', () => {
  it('are replaced where they are used, with the value of that moment', () => {
    assert.deepEqual(read('$A=x\n$R=$' + '{A}1\n$A=z\nk $R\n').lines, ['k z1']);
  });
  it('need a blank, comma, bracket or the end after a bare name', () => {
    assert.deepEqual(read('$R=5\na $R.x $R, $' + '{R}y "$R"\n').lines, ['a $R.x 5, 5y "$R"']);
  });
  it('are no definitions with a blank before the equals sign', () => {
    assert.deepEqual(read('$R =a\n').lines, ['$R =a']);
  });
  it('go on after a backslash and give several statements', () => {
    const { lines, numbers } = read('$M=a \\\n b \\\n c\nx {\n $M\n}\n');
    assert.deepEqual(lines, ['x {', 'a', 'b', 'c', '}']);
    assert.deepEqual(numbers, [4, 5, 5, 5, 6]);
  });
  it('go on over a comment that ends in a backslash', () => {
    assert.deepEqual(read('$M=a \\\n# no \\\n b\n$M\n').lines, ['a', 'b']);
  });
  it('end when they contain themselves', () => {
    const { said } = read('$M=a \\\n$M\n\n$M\n');
    assert.match(said.join(), /expands without end/);
  });
  it('include the ones that are always there', () => {
    const { lines } = read('a $_PWD $_INSTANCE "$' + '{_HASH}"\n');
    assert.deepEqual(lines, ['a /etc/keepalived node1 "#"']);
  });
});

describe('conditions', () => {
  it('keep or drop a line by the config id', () => {
    assert.deepEqual(read('@node1 a\n@other b\n@^other c\n@^node1 d\n@ e\n@node1\n').lines, ['a', 'c']);
  });
});

describe('sequences', () => {
  it('count up and down', () => {
    assert.deepEqual(read('~SEQ(i, 3) a $i\n').lines, ['a 1', 'a 2', 'a 3']);
    assert.deepEqual(read('~SEQ(i, 10, -5, 0) a $i\n').lines, ['a 10', 'a 5', 'a 0']);
    assert.deepEqual(read('~SEQx(i, 9, 11) a $i\n').lines, ['a 9', 'a a', 'a b']);
  });
  it('nest, with variables of the outer loop', () => {
    assert.deepEqual(read('~SEQ(i, 2) ~SEQ(j, 2) $i $j\n').lines, ['1 1', '1 2', '2 1', '2 2']);
  });
  it('go through lists', () => {
    assert.deepEqual(read('~LST({a, b}, {1, 2}, {3}) x $a y$' + '{b}\n').lines, ['x 1 y2', 'x 3 y']);
  });
  it('say what is wrong', () => {
    assert.deepEqual(read('~SEQ(i, 1, 0, 5) a\n').said, [
      "Invalid ~SEQ values '~SEQ(i, 1, 0, 5) a'",
      "Invalid ~SEQ specification '~SEQ(i, 1, 0, 5) a'",
    ]);
    assert.deepEqual(read('~FOO(i) a\n').lines, ['~FOO(i) a']);
  });
});

describe('includes', () => {
  it('read files beside the including one, sorted', () => {
    const { lines } = read({
      'k.conf': 'a\ninclude d/*.conf\nz',
      'd/2.conf': 'two\ninclude x',
      'd/1.conf': 'one',
      'd/x': 'ex',
    });
    assert.deepEqual(lines, ['a', 'one', 'two', 'ex', 'z']);
  });
  const missing: readonly (readonly [string, string, string])[] = [
    ['include x', "Config files missing 'x'.", 'notice'],
    ['includer x', "Config files missing 'x'.", 'notice'],
    ['includem x', "Config files missing 'x'.", 'no-config'],
    ['includew x*', "No config files matched 'x*'.", 'no-config'],
    ['includeb {k.conf.not,x}', 'Some config files missing: "{k.conf.not,x}".', 'no-config'],
    ['includea x', "Config files missing 'x'.", 'no-config'],
  ];
  for (const [line, text, kind] of missing) {
    it(line, () => {
      const { said, classes } = read(`${line}\n`);
      assert.deepEqual(said, [text]);
      assert.deepEqual(classes, [kind]);
    });
  }
  it('stay silent about a wildcard without files', () => assert.deepEqual(read('include x*\n').said, []));
  it('follow include_check', () => {
    assert.deepEqual(read('global_defs {\ninclude_check match\n}\ninclude x\n').classes, ['no-config']);
  });
  it('are ordinary words without a path or with another letter', () => {
    assert.deepEqual(read('include\nincludex y\n').lines, ['include', 'includex y']);
  });
  it('end when a file includes itself', () => {
    const { said } = read('include k.conf\ninclude k.conf\n');
    assert.match(said.join(), /Too many open files/);
    assert.ok(new Set(said).size < 5 && said.length < 200);
  });
  it('of the main file that is not there: a message and status 0 under -t', () => {
    assert.deepEqual(read({}).classes, ['notice']);
    assert.deepEqual(read({}, { testing: false }).classes, ['no-config']);
  });
});
