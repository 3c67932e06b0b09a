/** no_virtual_ipaddress: two routers elect a master that owns nothing and announces no address. */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = '2.2.8';

const text = (priority: number): string =>
  instance({ priority, more: ['no_virtual_ipaddress'] }).replace(/ {2}virtual_ipaddress \{[^}]*\}\n/, '');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await a.start(text(150));
  await scene.master(a);
  await b.start(text(100));
  await scene.moreAdverts(a, 6);
  assert.equal(b.state(), 'BACKUP');
  assert.ok(scene.adverts('a').every(({ count, checksum }) => count === 0 && checksum === 'ok'));
  assert.deepEqual(scene.announcements('a'), []);
  await a.stop();
  await scene.master(b);
});
