/** Forged VRRPv2 adverts of lower priority at a master. */

import { instance } from '../../lib/config.ts';
import { FORGERIES_V2 } from '../../lib/forgeries.ts';
import { Injector } from '../../lib/inject.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const injector = await Injector.start(lab);
  await scene.phase('start');
  await a.start(instance({ version: 2, advert: 1, priority: 150 }));
  await scene.master(a);
  for (const [name, advert] of FORGERIES_V2) {
    await scene.phase(name);
    injector.send({ ...advert, priority: 100 });
    await scene.moreAdverts(a, 1);
  }
  await injector.stop();
});
