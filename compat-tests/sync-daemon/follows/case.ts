/** lvs_sync_daemon: a backup daemon from the start on, a master daemon while MASTER, none after the end. */
import { instance } from '../../lib/config.ts';
import { syncDaemons } from '../../lib/ipvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await lab.cable('a', 'down');
  await a.start(instance({ priority: 150 }), { globals: ['lvs_sync_daemon eth0 VI'] });
  await scene.state(a, 'FAULT');
  scene.fact('in fault', await syncDaemons(a.ns));
  await scene.phase('master');
  await lab.cable('a', 'up');
  await scene.master(a);
  scene.fact('master', await syncDaemons(a.ns));
  await scene.phase('fault');
  await lab.cable('a', 'down');
  await scene.state(a, 'FAULT');
  scene.fact('in fault again', await syncDaemons(a.ns));
  await scene.phase('stopped');
  await a.stop();
  scene.fact('stopped', await syncDaemons(a.ns));
});
