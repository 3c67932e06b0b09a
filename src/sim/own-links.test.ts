/** Virtual routers on VMACs, on the real host: what is made, lost, made again and removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { VrrpSetup } from '../vrrp/running.ts';
import { addressOf, type ClusterShape, configOf, downTimeOf, LAN_DELAY } from './cluster.ts';
import { Lan } from './lan.ts';
import { FIRST_INDEX } from './nic.ts';
import { SimNode } from './node.ts';
import { createRandom } from './random.ts';
import { World } from './world.ts';

const SECOND = 1_000_000;

const shapeOf = (family: 4 | 6): ClusterShape => ({
  family,
  version: 3,
  advertIntervalUs: us(200_000),
  priorities: [],
  preempt: true,
  members: 1,
});

function setupOf(family: 4 | 6, priority: number, ownLink = true): VrrpSetup {
  const config = configOf(shapeOf(family), priority, 0);
  return {
    instances: [ownLink ? { ...config, ownLink: { kind: 'macvlan' } } : config],
    groups: [],
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
  readonly #family: 4 | 6;
  readonly #lan: Lan;
  #nodes = 0;

  constructor(family: 4 | 6, seed = 1) {
    this.#family = family;
    this.#lan = new Lan(this.world, createRandom(seed), LAN_DELAY);
  }

  node(setup: VrrpSetup): SimNode {
    const number = ++this.#nodes;
    const address = addressOf(this.#family, number);
    const own = { ifindex: FIRST_INDEX, family: this.#family, address, prefix: 64, scope: 0, flags: 0 };
    const node = new SimNode(this.world, [this.#lan], `r${number}`, [own], setup, {});
    node.start();
    return node;
  }

  run(durationUs: number): void {
    this.world.run(us(this.world.nowUs + durationUs));
  }
}

for (const family of [4, 6] as const) {
  test(`a master on a VMAC has its addresses there and takes both away, IPv${family}`, () => {
    const bench = new Bench(family);
    const node = bench.node(setupOf(family, 150));
    bench.run(2 * SECOND);
    const vmac = node.ownLinks.named('vrrp.51');
    assert.ok(vmac?.up);
    assert.deepEqual([...vmac.mac], [0, 0, 0x5e, 0, family === 4 ? 1 : 2, 51]);
    assert.equal(node.isAll('MASTER'), true);
    const vip = addressOf(family, 100).join();
    assert.deepEqual(
      node.addressesOn(vmac.index).filter((address) => address === vip),
      [vip],
    );
    node.stop();
    bench.run(SECOND);
    assert.deepEqual(node.ownLinks.all(), []);
  });

  test(`a VMAC that somebody deletes comes back, and the master with it, IPv${family}`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const bench = new Bench(family, seed);
      const strong = bench.node(setupOf(family, 200));
      const weak = bench.node(setupOf(family, 100));
      bench.run(3 * SECOND);
      strong.removeOwnLinks();
      // One master-down time until it speaks again; the weak one hears of it by priority 0 or by silence.
      bench.run(2 * downTimeOf(shapeOf(family), 100) + 10_000);
      assert.equal(strong.isAll('MASTER'), true, `seed ${seed}`);
      assert.equal(weak.isAll('BACKUP'), true, `seed ${seed}`);
      assert.equal(strong.ownLinks.all().length, 1);
    }
  });
}

test('the interface below goes down and up: FAULT, then MASTER again, on the same VMAC', () => {
  const bench = new Bench(4);
  const node = bench.node(setupOf(4, 150));
  bench.run(2 * SECOND);
  const before = node.ownLinks.named('vrrp.51')?.index;
  node.setLink(0, false);
  bench.run(SECOND);
  assert.equal(node.isAll('FAULT'), true);
  node.setLink(0, true);
  bench.run(2 * SECOND);
  assert.equal(node.isAll('MASTER'), true);
  assert.equal(node.ownLinks.named('vrrp.51')?.index, before);
});

test('a reload takes a VMAC away and gives it back', () => {
  const bench = new Bench(4);
  const node = bench.node(setupOf(4, 150));
  bench.run(2 * SECOND);
  node.reload(setupOf(4, 150, false));
  bench.run(2 * SECOND);
  assert.equal(node.isAll('MASTER'), true);
  assert.deepEqual(node.ownLinks.all(), []);
  assert.equal(node.addressesOn(FIRST_INDEX).length, 2);
  node.reload(setupOf(4, 150));
  bench.run(2 * SECOND);
  assert.equal(node.isAll('MASTER'), true);
  assert.equal(node.ownLinks.named('vrrp.51')?.up, true);
  assert.equal(node.addressesOn(FIRST_INDEX).length, 1);
});

test('an unchanged reload leaves the VMAC and its master alone', () => {
  const bench = new Bench(4);
  const node = bench.node(setupOf(4, 150));
  bench.run(2 * SECOND);
  const { promotions } = node.observed;
  const before = node.ownLinks.named('vrrp.51')?.index;
  node.reload(setupOf(4, 150));
  bench.run(2 * SECOND);
  assert.equal(node.observed.promotions, promotions);
  assert.equal(node.ownLinks.named('vrrp.51')?.index, before);
});

test('a delay of the interface below holds for the VMAC on it', () => {
  const bench = new Bench(4);
  const delays = { interface: 'eth0', downUs: us(300_000), upUs: us(300_000) };
  const node = bench.node({ ...setupOf(4, 150), interfaceDelays: [delays] });
  bench.run(2 * SECOND);
  node.setLink(0, false);
  bench.run(200_000);
  assert.equal(node.isAll('MASTER'), true);
  node.setLink(0, true);
  bench.run(SECOND);
  assert.equal(node.isAll('MASTER'), true);
  node.setLink(0, false);
  bench.run(400_000);
  assert.equal(node.isAll('FAULT'), true);
});
