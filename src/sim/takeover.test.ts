/** A takeover that an engine carries out while the process that owns it is paused, or decides otherwise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import { downTimeOf } from './cluster.ts';
import { routersWith, SHAPE, setupOf } from './testing/routers.ts';

const MS = 1000;
const TRAIN_MS = 100;
const PRIORITY = 100;

/** A router alone on its link, a moment before it takes over. */
function bench(more: Partial<InstanceConfig> = {}, engine = true) {
  const quirks = { engine, trainUs: TRAIN_MS * MS };
  const { world, nodes } = routersWith(quirks, setupOf(PRIORITY, more));
  const [node] = nodes;
  assert.ok(node);
  const run = (ms: number): void => world.run(us(world.nowUs + ms * MS));
  world.run(us(downTimeOf(SHAPE, PRIORITY) - MS));
  assert.deepEqual([node.isAll('BACKUP'), node.observed.sent], [true, []]);
  return { node, run };
}

test('adverts, addresses and announcements do not wait for the process', () => {
  const { node, run } = bench();
  node.process.pause();
  run(TRAIN_MS + 10);
  assert.equal(node.isAll('MASTER'), false);
  assert.ok(node.hasVips());
  const vips = setupOf(PRIORITY).instances.flatMap((instance) => instance.vips).length;
  assert.deepEqual([node.observed.sent.length, node.observed.announced.length], [1, vips]);
  node.process.resume();
  run(10);
  assert.ok(node.isAll('MASTER'));
  // The other rounds of the first burst: none is sent twice.
  assert.equal(node.observed.announced.length, 5 * vips);
});

test('without an engine the process does all of it', () => {
  const { node, run } = bench({}, false);
  node.process.pause();
  run(TRAIN_MS + 10);
  assert.deepEqual([node.hasAnyVip(), node.observed.sent.length], [false, 0]);
  node.process.resume();
  run(10);
  assert.ok(node.isAll('MASTER') && node.hasVips());
});

test('addresses do not stay where the process has decided otherwise', () => {
  const { node, run } = bench();
  run(10);
  assert.ok(node.hasVips() && node.isAll('BACKUP'), 'under way');
  node.setLink(0, false);
  run(10);
  assert.ok(node.isAll('FAULT'));
  run(TRAIN_MS);
  assert.equal(node.hasAnyVip(), false);
  assert.deepEqual(node.observed.announced, []);
});

test('addresses do not stay when the engine dies on the way', () => {
  const { node, run } = bench();
  run(10);
  node.loseEngine();
  run(10);
  assert.deepEqual([node.hasAnyVip(), node.isAll('BACKUP')], [false, true]);
  run((2 * downTimeOf(SHAPE, PRIORITY)) / MS);
  assert.ok(node.hasVips() && node.isAll('MASTER'));
});

test('what needs a packet filter or a pause between announcements is left to the process', () => {
  const filtered = bench({ accept: false });
  filtered.node.process.pause();
  filtered.run(TRAIN_MS + 10);
  assert.deepEqual([filtered.node.hasAnyVip(), filtered.node.observed.sent.length], [false, 1]);
});
