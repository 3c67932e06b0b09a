/** SIGHUP with another advert interval: the backup of VRRPv3 learns it from the adverts. */
import { instance, masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('reload');
  await a.reload(instance({ priority: 150, advert: 0.4 }));
  await scene.moreAdverts(a, 4);
  await scene.phase('crash');
  await a.crash();
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), masterDownMs({ priority: 100, advert: 0.4 }));
});
