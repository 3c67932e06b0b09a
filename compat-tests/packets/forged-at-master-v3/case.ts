/** Forged VRRPv3 adverts of lower priority at a master: what it says and does about each. */

import { instance } from '../../lib/config.ts';
import { FORGERIES_V3 } from '../../lib/forgeries.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  for (const [name, advert] of FORGERIES_V3) {
    await scene.phase(name);
    injector.send({ ...advert, priority: 100 });
    await scene.moreAdverts(a, 2);
  }
  await injector.stop();
});
