import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import { GroupKeeper } from './group-keeper.ts';
import { step } from './router.ts';
import type { SyncGroupConfig } from './sync-group.ts';
import { instance, running } from './testing/config.ts';

const group = (name: string, members: string[], more: Partial<SyncGroupConfig> = {}): SyncGroupConfig => ({
  name,
  members,
  trackInterfaces: [],
  trackScripts: [],
  ...more,
});

function keeperOf(...groups: SyncGroupConfig[]): GroupKeeper {
  const member = (name: string) => {
    const config = instance({ name });
    return { config, state: running(config) };
  };
  const keeper = new GroupKeeper(member, step);
  keeper.configure(groups);
  return keeper;
}

test('who tracks an object itself comes first, then the group in its own order', () => {
  const keeper = keeperOf(group('G', ['C', 'A'], { trackInterfaces: ['eth9'] }), group('H', ['D', 'B']));
  assert.deepEqual(keeper.inTurn(['A', 'B', 'C', 'D'], 'trackInterfaces', 'eth9'), ['B', 'D', 'C', 'A']);
  assert.deepEqual(keeper.inTurn(['A', 'B', 'C', 'D'], 'trackInterfaces', 'eth0'), ['A', 'B', 'C', 'D']);
  assert.deepEqual(keeper.inTurn(['A', 'B'], 'trackScripts', 'eth9'), ['A', 'B']);
});

test('a group is resumed as a whole or not at all', () => {
  const keeper = keeperOf(group('G', ['A', 'B']), group('H', ['C', 'D']));
  assert.deepEqual([...keeper.adoptable(new Set(['A', 'B', 'C', 'X']))], ['A', 'B', 'X']);
});

test('a group that keeps its name keeps its state, one with another name begins anew', () => {
  const keeper = keeperOf(group('G', ['A', 'B']));
  keeper.step('G', { event: 'regroup', fresh: false, nowUs: us(0) });
  assert.equal(keeper.status()[0]?.state, 'BACKUP');
  keeper.configure([group('G', ['A'])]);
  assert.deepEqual(keeper.status(), [{ name: 'G', state: 'BACKUP', members: ['A'] }]);
  assert.deepEqual([keeper.groupOf('A'), keeper.groupOf('B')], ['G', undefined]);
  keeper.configure([group('H', ['A'])]);
  assert.equal(keeper.status()[0]?.state, 'INIT');
});
