/** Someone removes the VIP of the master: priority 0, BACKUP, and master again after Skew_Time. */
import { skewMs } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150 }, { priority: 100 });
  await scene.phase('removed');
  await lab.ip('a', 'addr', 'del', '10.0.0.100/24', 'dev', 'eth0');
  await a.sees(/Entering BACKUP STATE$/);
  await scene.state(a, 'MASTER');
  await scene.moreAdverts(a, 2);
  const left = scene.adverts('a').find((p) => p.priority === 0)?.atUs ?? 0;
  const back = scene.adverts('a').find((p) => p.priority > 0 && p.atUs > left)?.atUs ?? 0;
  scene.timing('master again', (back - left) / 1000, skewMs({ priority: 150 }));
});
