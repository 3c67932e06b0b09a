/** owner_ignore_adverts: another owner with a higher address does not make this one give way. */
import assert from 'node:assert/strict';
import { instance } from '../../lib/config.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const since = '2.3.3';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await a.start(instance({ priority: 255, more: ['owner_ignore_adverts'] }));
  await scene.master(a);
  injector.repeat({ priority: 255 }, 50);
  await scene.moreAdverts(a, 5);
  assert.equal(a.state(), 'MASTER');
  // Without the keyword it notices the other one at once.
  await a.reload(instance({ priority: 255 }));
  await a.sees(/both configured as address owner/);
  await scene.state(a, 'BACKUP');
  await injector.stop();
});
