/** The same election with VRRPv2 and whole seconds; the advert carries eight zero bytes of auth data. */
import { instance, skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { startTimed } from '../../lib/steps.ts';

const LOW = { version: 2, advert: 1, priority: 100 } as const;

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('higher starts');
  await startTimed(scene, a, { version: 2, advert: 1, priority: 150 });
  await scene.phase('lower starts');
  await b.start(instance(LOW));
  await scene.moreAdverts(a, 3);
  await scene.phase('higher stops');
  await a.stop();
  await scene.master(b);
  scene.timing('takeover after priority 0', scene.takeoverMs(a, b), skewMs(LOW));
});
