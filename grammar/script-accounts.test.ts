import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logText } from './index.ts';
import { check, instance, secure } from './rules/testing.ts';

const logged = (text: string): string[] =>
  check(text).result.diagnostics.map((one) => `${one.saidBy ?? 'parent'}: ${logText(one)}`);

const aboutAccounts = (lines: readonly string[]): string[] =>
  lines.filter((line) => /user|group|script/.test(line));

test('an account that does not exist is named in the log, once for each use', () => {
  const body =
    'notify /bin/a nobodyknows\nnotify_master /bin/b root nogroupknows\nnotify_stop /bin/c root :nix';
  assert.deepEqual(aboutAccounts(logged(secure + instance(body))), [
    "vrrp: Script user 'nobodyknows' does not exist",
    'vrrp: Invalid user/group for notify script /bin/a - ignoring',
    "vrrp: Script group 'nogroupknows' does not exist",
    'vrrp: Invalid user/group for notify script /bin/b - ignoring',
    "vrrp: Script group ':nix' does not exist",
    'vrrp: Invalid user/group for notify script /bin/c - ignoring',
  ]);
});

test('the default account that is not there is told once in a process, and not again after the parent', () => {
  const missing = "Script user 'keepalived_script' does not exist";
  const scripts = 'notify /bin/a\nnotify_stop /bin/b';
  assert.deepEqual(
    logged(instance(scripts)).filter((line) => line.includes(missing)),
    [`vrrp: ${missing}`],
  );
  const fifo = 'global_defs {\nnotify_fifo /run/f\n}\n';
  assert.deepEqual(
    logged(fifo + instance(scripts)).filter((line) => line.includes(missing)),
    [`parent: ${missing}`],
  );
});

test('a FIFO belongs to the default account, and there is none without one', () => {
  const fifos = (settings: string) => {
    const { result } = check(`global_defs {\n${settings}\nnotify_fifo /run/f\n}\n${instance('')}`);
    return { fifo: result.model.globals.values.notify_fifo, said: result.diagnostics.map(logText) };
  };
  assert.deepEqual(fifos('').fifo, { path: '/run/f', uid: 0, gid: 0 });
  const { fifo, said } = fifos('script_user nobodyknows');
  assert.equal(fifo, undefined);
  assert.ok(said.includes('Failed to set default user for  fifo /run/f - ignoring'), said.join('\n'));
});

test('what only the log is told has no place there, everything else has', () => {
  const lines = logged(`${instance('notify /bin/a nobodyknows\nnosuchkeyword')}`);
  assert.ok(lines.includes("vrrp: Script user 'nobodyknows' does not exist"), lines.join('\n'));
  assert.ok(lines.includes("vrrp: (k.conf: Line 5) Unknown keyword 'nosuchkeyword'"), lines.join('\n'));
});
