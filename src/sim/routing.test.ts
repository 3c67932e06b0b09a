/** Routes and rules on the real host: held by the master alone, restored, gone with a reload or a stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VirtualRoute } from '../vrrp/config.ts';
import type { VrrpSetup } from '../vrrp/running.ts';
import { route as plainRoute, rule as plainRule } from '../vrrp/testing/config.ts';
import type { SimNode } from './node.ts';
import { routersOf, setupOf } from './testing/routers.ts';

const route = (second: number): VirtualRoute => plainRoute(second, { device: 'eth0' });
const rule = plainRule(1000, { protocol: 18 });

const routed = (priority: number, virtual: readonly number[], fixed: readonly number[] = []): VrrpSetup =>
  setupOf(priority, { routes: virtual.map(route), rules: [rule] }, { routes: fixed.map(route) });

/** Second bytes of the routes that a node holds. */
const routesOf = (node: SimNode): number[] =>
  node.routing.held().routes.map(({ destination }) => destination.address[1] ?? 0);

test('only the master holds them, and they follow it', () => {
  const { nodes, run } = routersOf(routed(150, [1, 2]), routed(100, [1, 2]));
  const [a, b] = nodes;
  assert.ok(a && b);
  run(3);
  assert.deepEqual([routesOf(a), routesOf(b)], [[1, 2], []]);
  assert.equal(a.routing.held().rules.length, 1);
  a.stop();
  run(2);
  assert.deepEqual([routesOf(a), routesOf(b)], [[], [1, 2]]);
  assert.equal(a.routing.held().rules.length, 0);
});

test('a route that somebody removes costs one promotion, and is back within the skew time', () => {
  const { nodes, run } = routersOf(routed(150, [1, 2]));
  const [a] = nodes;
  assert.ok(a);
  run(3);
  const before = a.observed.promotions;
  a.routing.removeByHand(a.routing.slots()[0] ?? '');
  assert.deepEqual(routesOf(a), [2]);
  run(0.2);
  assert.deepEqual(routesOf(a).sort(), [1, 2]);
  assert.equal(a.observed.promotions, before + 1);
  run(5);
  assert.equal(a.observed.promotions, before + 1, 'removals of its own are no loss');
});

test('static ones are there from the start, put back at once without a step down, and follow a reload', () => {
  const { nodes, run } = routersOf(routed(150, [1], [7, 8]));
  const [a] = nodes;
  assert.ok(a);
  run(0.1);
  assert.deepEqual(routesOf(a), [7, 8]);
  run(3);
  const before = a.observed.promotions;
  a.routing.removeByHand(a.routing.slots().find((slot) => slot.includes('10.7.0.0')) ?? '');
  run(0.01);
  assert.deepEqual(routesOf(a).sort(), [1, 7, 8]);
  a.reload(routed(150, [1, 2], [8, 9]));
  run(0.1);
  assert.deepEqual(routesOf(a).sort(), [1, 2, 8, 9]);
  run(3);
  assert.equal(a.observed.promotions, before);
});
