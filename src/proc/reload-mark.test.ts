import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { appendLines, marked } from './reload-mark.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-mark-'));
after(() => rmSync(folder, { recursive: true }));

test('the file is there while the configuration is read, also when that fails', () => {
  const path = join(folder, 'mark');
  assert.equal(
    marked(path, () => existsSync(path)),
    true,
  );
  assert.equal(existsSync(path), false);
  assert.throws(() =>
    marked(path, () => {
      throw new Error('unreadable');
    }),
  );
  assert.equal(existsSync(path), false);
});

test('a file that cannot be made costs no reload, and no link is followed', () => {
  const target = join(folder, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, join(folder, 'link'));
  for (const path of [undefined, '/nonexistent/mark', join(folder, 'link')]) {
    assert.equal(
      marked(path, () => 7),
      7,
    );
    if (path !== undefined) appendLines(path, ['more']);
  }
  assert.equal(readFileSync(target, 'utf8'), 'precious');
  assert.equal(existsSync(join(folder, 'link')), true);
});

test('messages are added to those that are there', () => {
  const path = join(folder, 'messages');
  appendLines(path, ['one']);
  appendLines(path, ['two', 'three']);
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n');
});
