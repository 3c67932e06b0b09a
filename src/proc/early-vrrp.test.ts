/** When no VRRP process is started ahead of the file. That one is, and gets work, is in every compat case. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseDaemonOptions } from '../cli/options.ts';
import { startVrrpEarly } from './early-vrrp.ts';

const folder = mkdtempSync(join(tmpdir(), 'alived-early-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const startedWith = (...words: string[]): boolean => {
  const parsed = parseDaemonOptions(['-n', ...words]);
  assert.ok(parsed.ok);
  return startVrrpEarly(parsed.options, {}) !== undefined;
};

test('none without instances, and none that would be in another namespace or is not wanted', () => {
  const servers = join(folder, 'servers.conf');
  writeFileSync(servers, 'virtual_server 10.0.0.1 80 {\n}\n');
  assert.equal(startedWith('-f', servers), false);
  assert.equal(startedWith('-f', join(folder, 'missing.conf')), false);
  const instances = join(folder, 'instances.conf');
  writeFileSync(instances, 'vrrp_instance VI_1 {\n}\n');
  assert.equal(startedWith('-C', '-f', instances), false);
  assert.equal(startedWith('-s', 'elsewhere', '-f', instances), false);
  assert.equal(startedWith('-m', '-f', instances), false);
});

test('what can be read only once is left to the one who reads it in earnest', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  assert.equal(startedWith('-f', pipe), false);
});
