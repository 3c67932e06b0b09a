/** mcast_src_ip: adverts leave with that source, and it decides between equal priorities. */
import { scenario } from '../../lib/scenario.ts';
import { masterAndBackup } from '../../lib/steps.ts';

export const run = scenario(async (scene) => {
  const { a, b, lab } = scene;
  await lab.ip('a', 'addr', 'add', '10.0.0.55/24', 'dev', 'eth0');
  await scene.phase('start');
  await masterAndBackup(scene, { priority: 150, more: ['mcast_src_ip 10.0.0.55'] }, { priority: 100 });
  await scene.phase('stop');
  await a.stop();
  await scene.master(b);
});
