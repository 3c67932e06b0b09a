/** SIGHUP with a further VIP and without one of the old: addresses follow, all current VIPs are announced. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150, vips: ['10.0.0.100/24', '10.0.0.101/24'] }));
  await scene.master(a);
  await scene.phase('reload');
  await a.reload(instance({ priority: 150, vips: ['10.0.0.100/24', '10.0.0.102/24'] }));
  await scene.moreAdverts(a, 3);
});
