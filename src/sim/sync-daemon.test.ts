/** lvs_sync_daemon on the real host: its role is that of the instance, through failover, reload and stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VrrpSetup } from '../vrrp/running.ts';
import type { SimNode } from './node.ts';
import { routersOf, setupOf } from './testing/routers.ts';

function synchronised(priority: number, syncId = 51): VrrpSetup {
  const setup = setupOf(priority);
  const instance = setup.instances[0]?.name ?? '';
  return { ...setup, syncDaemon: { instance, daemon: { interface: 'eth0', syncId } } };
}

function daemonsOf(node: SimNode): string[] {
  const daemons = node.ipvs.daemons();
  assert.ok(daemons.ok);
  return daemons.value.map(({ role, syncId }) => `${role} ${syncId}`);
}

test('the master has a master daemon, everybody else a backup one', () => {
  const { nodes, run } = routersOf(synchronised(150), synchronised(100));
  const [a, b] = nodes;
  assert.ok(a && b);
  assert.deepEqual([daemonsOf(a), daemonsOf(b)], [['backup 51'], ['backup 51']]);
  run(3);
  assert.deepEqual([daemonsOf(a), daemonsOf(b)], [['master 51'], ['backup 51']]);
  a.stop();
  run(2);
  assert.deepEqual([daemonsOf(a), daemonsOf(b)], [[], ['master 51']]);
});

test('a reload changes, removes and adds it without a change of state', () => {
  const { nodes, run } = routersOf(synchronised(150));
  const [a] = nodes;
  assert.ok(a);
  run(3);
  const before = a.observed.promotions;
  a.reload(synchronised(150, 9));
  assert.deepEqual(daemonsOf(a), ['master 9']);
  a.reload(setupOf(150));
  assert.deepEqual(daemonsOf(a), []);
  a.reload(synchronised(150));
  assert.deepEqual(daemonsOf(a), ['master 51']);
  run(3);
  assert.equal(a.observed.promotions, before);
});
