/** The daemon of a VRRP child that was killed while MASTER stays with its successor. */
import { instance } from '../../lib/config.ts';
import { syncDaemons } from '../../lib/ipvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150 }), { globals: ['lvs_sync_daemon eth0 VI id 9 ttl 2'] });
  await scene.master(a);
  await scene.phase('killed');
  process.kill(a.daemon.pidIn('vrrp') ?? -1, 'SIGKILL');
  await a.sees(/Entering MASTER STATE/, 2);
  await scene.moreAdverts(a, 2);
  scene.fact('master again', await syncDaemons(a.ns));
  await scene.phase('stop');
  await a.stop();
  scene.fact('stopped', await syncDaemons(a.ns));
});
