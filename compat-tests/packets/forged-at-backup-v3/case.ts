/**
 * Forged VRRPv3 adverts of higher priority at a backup, in place of a valid master's: refused ones let its
 * timer run out, accepted ones hold it.
 */

import { instance } from '../../lib/config.ts';
import { FORGERIES_V3 } from '../../lib/forgeries.ts';
import { Injector } from '../../lib/inject.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  scene.notifyInAnyOrder = true;
  const injector = await Injector.start(lab);
  injector.repeat({ priority: 200 }, 60);
  await a.start(instance({ priority: 150 }));
  await a.sees(/Entering BACKUP STATE/);
  for (const [name, advert] of FORGERIES_V3) {
    await scene.phase(name, 'outcome');
    injector.repeat({ ...advert, priority: 200 }, 60);
    // Longer than the down timer, also that of the learnt interval of half a second.
    const limitMs = Date.now() + 2_500;
    await until(() => a.state() === 'MASTER' || Date.now() > limitMs, 5_000, 'a decision');
    scene.fact(name, a.state() === 'MASTER' ? 'refused' : 'accepted');
    injector.repeat({ priority: 200 }, 60);
    await scene.state(a, 'BACKUP');
  }
  await scene.phase('silence', 'outcome');
  await injector.stop();
  await scene.master(a);
});
