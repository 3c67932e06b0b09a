import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLineText } from './command-line.ts';

test('words are quoted and stay on one line while it is short', () => {
  assert.deepEqual(commandLineText(['keepalived', '-n', '-f', '/etc/k.conf']), [
    "'keepalived' '-n' '-f' '/etc/k.conf'",
  ]);
});

test('a long line is broken between words, at 80 columns', () => {
  const word = 'x'.repeat(37);
  const quoted = `'${word}'`;
  assert.deepEqual(commandLineText([word, word]), [`${quoted} ${quoted}`.slice(0, 79)]);
  const longer = `${word}y`;
  assert.deepEqual(commandLineText([longer, longer]), [`'${longer}'`, `'${longer}'`]);
});

test('a word longer than a line keeps a line of its own, whole', () => {
  const long = 'y'.repeat(200);
  assert.deepEqual(commandLineText(['a', long, 'b']), ["'a'", `'${long}'`, "'b'"]);
});

test('every word is there, in order', () => {
  const argv = Array.from({ length: 50 }, (_, i) => `--option-${i}`);
  const lines = commandLineText(argv);
  assert.deepEqual(
    lines.join(' ').split(' '),
    argv.map((word) => `'${word}'`),
  );
  assert.ok(lines.every((line) => line.length <= 80));
});
