/** Names of data files, as 2.3.3 was seen choosing them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogger } from '../out/logger.ts';
import { dataFile, dumpFolder, writeDump } from './dump-files.ts';

test('state_dump_file and data_use_instance', () => {
  const named = (file: string | undefined, label: string | undefined): string[] => {
    const naming = { ...(file === undefined ? {} : { file }), ...(label === undefined ? {} : { label }) };
    return ['', '_parent'].map((part) => dataFile({}, naming, part));
  };
  assert.deepEqual(named(undefined, undefined), ['/tmp/keepalived.data', '/tmp/keepalived_parent.data']);
  assert.deepEqual(named(undefined, 'dm_foo'), [
    '/tmp/keepalived.dm_foo.data',
    '/tmp/keepalived_parent.dm_foo.data',
  ]);
  assert.deepEqual(named('/tmp/xx/', undefined), [
    '/tmp/xx/keepalived.data',
    '/tmp/xx/keepalived_parent.data',
  ]);
  assert.deepEqual(named('sub.txt', undefined), ['/tmp/sub.txt', '/tmp/sub_parent.txt']);
  assert.deepEqual(named('noext', undefined), ['/tmp/noext', '/tmp/noext_parent']);
  assert.deepEqual(named('/tmp/zz.state', 'foo'), ['/tmp/zz.foo.state', '/tmp/zz_parent.foo.state']);
});

test('TMPDIR counts when it is a folder', () => {
  assert.equal(dumpFolder({ TMPDIR: '/' }), '/');
  for (const folder of ['relative', '/no/such/folder', '/dev/null', undefined]) {
    assert.equal(dumpFolder({ TMPDIR: folder }), '/tmp');
  }
});

test('why a dump cannot be written, in the words of 2.2.7', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dump-'));
  const lines: string[] = [];
  const sink = { write: (_level: string, text: string) => void lines.push(text) };
  try {
    const target = join(folder, 'keepalived.stats');
    mkdirSync(target);
    writeDump(target, 'text', createLogger([sink], false));
    assert.deepEqual(lines, [`Can't open ${target} (21: Is a directory)`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
