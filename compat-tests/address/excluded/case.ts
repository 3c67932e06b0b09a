/** Excluded VIPs are put on the interface and announced, but are not in adverts; both families mixed. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

const more = ['virtual_ipaddress_excluded {', '  10.0.0.101/24', '  fd00::101/64', '}'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, more }, { priority: 100, more });
  await scene.phase('stop');
  await a.stop();
  await scene.master(scene.b);
});
