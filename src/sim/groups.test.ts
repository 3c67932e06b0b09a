/** Reloads that change who belongs to a sync group, on the real host: state is kept where that is safe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { VrrpSetup } from '../vrrp/running.ts';
import { addressOf, type ClusterShape, configOf, LAN_DELAY } from './cluster.ts';
import { Lan } from './lan.ts';
import { FIRST_INDEX } from './nic.ts';
import { SimNode } from './node.ts';
import { createRandom } from './random.ts';
import { World } from './world.ts';

const SHAPE: ClusterShape = {
  family: 4,
  version: 3,
  advertIntervalUs: us(200_000),
  priorities: [],
  preempt: true,
  members: 2,
};
const SECOND = 1_000_000;

/** One instance for each priority, 0 = none; the instances that are `grouped` form group G. */
function setupOf(priorities: readonly number[], grouped: readonly string[] = []): VrrpSetup {
  const instances = priorities.flatMap((priority, member) =>
    priority === 0 ? [] : [configOf(SHAPE, priority, member)],
  );
  const group = { name: 'G', members: grouped, trackInterfaces: [], trackScripts: [] };
  return {
    instances,
    groups: grouped.length > 0 ? [group] : [],
    scripts: [],
    trackFiles: [],
    trackProcesses: [],
    statics: { addresses: [], routes: [], rules: [] },
    garpIntervalUs: us(0),
    gnaIntervalUs: us(0),
    startupDelayUs: us(0),
  };
}

class Bench {
  readonly world = new World();
  readonly lans: readonly Lan[];
  #nodes = 0;

  constructor() {
    const random = createRandom(1);
    this.lans = [0, 1].map(() => new Lan(this.world, random, LAN_DELAY));
  }

  node(setup: VrrpSetup): SimNode {
    const number = ++this.#nodes;
    const own = [0, 1].map((link) => ({
      ifindex: FIRST_INDEX + link,
      family: 4 as const,
      address: addressOf(4, number),
      prefix: 24,
      scope: 0,
      flags: 0,
    }));
    const node = new SimNode(this.world, this.lans, `r${number}`, own, setup, {});
    node.start();
    return node;
  }

  /** Runs on for two seconds, the longest wait of anything here being less than one. */
  wait(observe: () => void = () => {}): void {
    this.world.run(us(this.world.nowUs + 2 * SECOND), observe);
  }
}

const BOTH = ['VI1', 'VI2'];

test('two masters that become a group, and cease to be one, notice nothing', () => {
  const bench = new Bench();
  const node = bench.node(setupOf([150, 150]));
  bench.wait();
  const before = node.observed.notified.length;
  const promotions = node.observed.promotions;
  node.reload(setupOf([150, 150], BOTH));
  bench.wait();
  node.reload(setupOf([150, 150]));
  bench.wait(() => assert.ok(node.isAll('MASTER')));
  assert.deepEqual([node.observed.notified.length, node.observed.promotions], [before, promotions]);
  assert.deepEqual(node.observed.groupNotified, []);
});

test('a member that a reload adds follows a group that is MASTER, which never lets go of its addresses', () => {
  const bench = new Bench();
  const node = bench.node(setupOf([150, 0], ['VI1']));
  bench.wait();
  assert.deepEqual(node.observed.groupNotified, ['BACKUP', 'MASTER']);
  node.reload(setupOf([150, 150], BOTH));
  bench.wait(() => assert.equal(node.observed.states.get('VI1'), 'MASTER'));
  assert.ok(node.isAll('MASTER'), node.showStates());
  assert.deepEqual(node.observed.groupNotified, ['BACKUP', 'MASTER']);
});

test('a group made of a master here and a backup of another router gives way to that one', () => {
  const bench = new Bench();
  const here = bench.node(setupOf([150, 150]));
  const there = bench.node(setupOf([100, 200]));
  bench.wait();
  assert.deepEqual([...here.observed.states.values()].sort(), ['BACKUP', 'MASTER']);
  here.reload(setupOf([150, 150], BOTH));
  bench.wait();
  assert.ok(here.isAll('BACKUP'), here.showStates());
  assert.ok(there.isAll('MASTER'), there.showStates());
  assert.deepEqual(here.observed.groupNotified, ['BACKUP']);
});

test('a new member that hears a master elsewhere takes the group there', () => {
  const bench = new Bench();
  const there = bench.node(setupOf([100, 200]));
  const here = bench.node(setupOf([150, 0], ['VI1']));
  bench.wait();
  assert.equal(here.observed.states.get('VI1'), 'MASTER');
  here.reload(setupOf([150, 150], BOTH));
  bench.wait();
  assert.ok(here.isAll('BACKUP'), here.showStates());
  assert.ok(there.isAll('MASTER'), there.showStates());
});

test('a fault reaches those that a reload groups with it, and lets them go with the group', () => {
  const bench = new Bench();
  const node = bench.node(setupOf([150, 150]));
  bench.wait();
  node.setLink(1, false);
  bench.wait();
  assert.deepEqual([...node.observed.states.values()], ['MASTER', 'FAULT']);
  node.reload(setupOf([150, 150], BOTH));
  bench.wait();
  assert.ok(node.isAll('FAULT'), node.showStates());
  assert.deepEqual(node.observed.groupNotified, ['FAULT']);
  node.reload(setupOf([150, 150]));
  bench.wait();
  assert.deepEqual([...node.observed.states.values()], ['MASTER', 'FAULT']);
});

test('a member that a reload removes takes its fault with it', () => {
  const bench = new Bench();
  const node = bench.node(setupOf([150, 150], BOTH));
  bench.wait();
  node.setLink(1, false);
  bench.wait();
  assert.ok(node.isAll('FAULT'), node.showStates());
  node.reload(setupOf([150, 0], ['VI1']));
  bench.wait();
  assert.equal(node.observed.states.get('VI1'), 'MASTER');
  assert.deepEqual(node.observed.groupNotified, ['BACKUP', 'MASTER', 'FAULT', 'BACKUP', 'MASTER']);
});

test('a group is told of its stop last', () => {
  const bench = new Bench();
  const node = bench.node(setupOf([150, 150], BOTH));
  bench.wait();
  node.stop();
  assert.deepEqual(node.observed.notified.slice(-2), ['STOP', 'STOP']);
  assert.deepEqual(node.observed.groupNotified, ['BACKUP', 'MASTER', 'STOP']);
});
