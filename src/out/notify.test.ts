import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NotifyScripts } from '../ipc/messages.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import type { NotifyState } from '../vrrp/events.ts';
import { groupCommands, notifyCommands } from './notify.ts';

const spec = (...argv: string[]): ScriptSpec => ({ argv, uid: 65534, gid: 65533 });

const all: NotifyScripts = {
  notify: spec('/bin/any', 'own'),
  notify_master: spec('/bin/master', 'a b'),
  notify_backup: spec('/bin/backup'),
  notify_fault: spec('/bin/fault'),
  notify_stop: spec('/bin/stop'),
  notify_deleted: spec('/bin/deleted'),
  notify_master_rx_lower_pri: spec('/bin/lower'),
  reportsDeleted: true,
};

const words = (scripts: NotifyScripts, state: NotifyState): (readonly string[])[] =>
  notifyCommands('VI 1', scripts, state, 150).map(({ argv }) => argv);

const own: readonly (readonly [NotifyState, readonly string[]])[] = [
  ['MASTER', ['/bin/master', 'a b']],
  ['BACKUP', ['/bin/backup']],
  ['FAULT', ['/bin/fault']],
  ['STOP', ['/bin/stop']],
  ['DELETED', ['/bin/deleted']],
];
for (const [state, argv] of own) {
  test(`${state}: its own script first, then the general one with four words more`, () => {
    assert.deepEqual(words(all, state), [argv, ['/bin/any', 'own', 'INSTANCE', 'VI 1', state, '150']]);
  });
}

test('the general one alone, the specific one alone, or nothing', () => {
  const general = { notify: spec('/bin/any'), reportsDeleted: false };
  assert.deepEqual(words(general, 'MASTER'), [['/bin/any', 'INSTANCE', 'VI 1', 'MASTER', '150']]);
  assert.deepEqual(words({ notify_master: spec('/bin/m'), reportsDeleted: false }, 'MASTER'), [['/bin/m']]);
  assert.deepEqual(words({ notify_master: spec('/bin/m'), reportsDeleted: false }, 'BACKUP'), []);
});

test('a removed instance reports FAULT unless notify_deleted was given', () => {
  const silent = { ...all, reportsDeleted: false };
  assert.deepEqual(words(silent, 'DELETED'), [
    ['/bin/fault'],
    ['/bin/any', 'own', 'INSTANCE', 'VI 1', 'FAULT', '150'],
  ]);
  const { notify_deleted: _none, ...withoutCommand } = all;
  assert.deepEqual(words(withoutCommand, 'DELETED'), [
    ['/bin/any', 'own', 'INSTANCE', 'VI 1', 'DELETED', '150'],
  ]);
});

test('the account goes along and the configured words are not changed', () => {
  const [first, second] = notifyCommands('VI 1', all, 'MASTER', 150);
  assert.deepEqual([first?.uid, first?.gid, second?.uid, second?.gid], [65534, 65533, 65534, 65533]);
  assert.deepEqual(all.notify?.argv, ['/bin/any', 'own']);
});

test('a sync group names itself, with priority 0', () => {
  const scripts: NotifyScripts = {
    notify_master: spec('/m'),
    notify: spec('/n', 'x'),
    reportsDeleted: false,
  };
  assert.deepEqual(
    groupCommands('G', scripts, 'MASTER').map(({ argv }) => argv),
    [['/m'], ['/n', 'x', 'GROUP', 'G', 'MASTER', '0']],
  );
  assert.deepEqual(
    groupCommands('G', scripts, 'STOP').map(({ argv }) => argv),
    [['/n', 'x', 'GROUP', 'G', 'STOP', '0']],
  );
});
