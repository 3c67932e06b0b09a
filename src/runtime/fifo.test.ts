/** Notify pipes: private, kept without a reader, and never somebody else's file. */
import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createFifo } from './fifo.ts';

const dir = mkdtempSync(join(tmpdir(), 'fifo-'));
after(() => rmSync(dir, { recursive: true }));
const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

function readAll(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const bytes = new Uint8Array(65_536);
  const length = readSync(fd, bytes);
  closeSync(fd);
  return Buffer.from(bytes.subarray(0, length)).toString();
}

test('lines wait for a reader, and the pipe goes with its maker', () => {
  const path = join(dir, 'a');
  const made = createFifo(path, owner);
  assert.ok(made.ok);
  assert.equal(statSync(path).mode & 0o7777, 0o600);
  assert.ok(statSync(path).isFIFO());
  assert.ok(made.value.write('one\n') && made.value.write('two\n'));
  assert.equal(readAll(path), 'one\ntwo\n');
  made.value.remove();
  assert.ok(!existsSync(path));
});

test('a full pipe takes nothing more and does not wait', () => {
  const made = createFifo(join(dir, 'b'), owner);
  assert.ok(made.ok);
  let lines = 0;
  while (lines < 10_000 && made.value.write(`${'x'.repeat(1000)}\n`)) lines += 1;
  assert.ok(lines > 10 && lines < 10_000);
  made.value.remove();
});

test('a pipe left over from before is used; a file or a link under the name is not', () => {
  const path = join(dir, 'c');
  const first = createFifo(path, owner);
  const second = createFifo(path, owner);
  assert.ok(first.ok && second.ok);
  second.value.remove();
  const file = join(dir, 'd');
  writeFileSync(file, 'text');
  assert.ok(!createFifo(file, owner).ok);
  const link = join(dir, 'e');
  symlinkSync(file, link);
  assert.ok(!createFifo(link, owner).ok);
  assert.ok(!createFifo(join(dir, 'none', 'f'), owner).ok);
});
