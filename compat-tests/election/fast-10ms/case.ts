/** VRRPv3 at 10 ms: the backup stays quiet while the master lives, and takes over when it dies. */
import { masterDownMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup, steadyInterval } from '../../lib/steps.ts';

const advert = 0.01;

export const alone = true;

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 200, advert }, { priority: 100, advert });
  await scene.phase('steady');
  await scene.moreAdverts(a, 30);
  steadyInterval(scene, a, 10);
  await scene.phase('crash');
  await a.crash();
  await scene.master(b);
  scene.timing('takeover', scene.takeoverMs(a, b), masterDownMs({ priority: 100, advert }));
});
