/** v3_checksum_as_v2: sent and taken without the pseudo header, and nothing else is. */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = '2.2.8';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('send');
  await a.start(instance({ priority: 150, more: ['v3_checksum_as_v2'] }));
  await scene.master(a);
  assert.ok(scene.adverts('a').every((advert) => advert.checksum === 'plain'));
  await scene.phase('receive');
  injector.send({ priority: 200 });
  await a.sees(/Invalid VRRPv3 checksum from 10\.0\.0\.77/);
  assert.equal(a.state(), 'MASTER');
  injector.send({ priority: 200, checksum: 'plain' });
  await scene.state(a, 'BACKUP');
  await injector.stop();
});
