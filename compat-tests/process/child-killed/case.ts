/** The VRRP child is killed: the parent starts another one, which becomes master again. */
import { instance } from '../../lib/config.ts';
import { scenario } from '../../lib/scenario.ts';

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150 }));
  await scene.master(a);
  const before = a.daemon.pidIn('vrrp');
  await scene.phase('killed');
  process.kill(before ?? -1, 'SIGKILL');
  await a.sees(/Entering MASTER STATE/, 2);
  await scene.moreAdverts(a, 2);
  scene.fact('another child', a.daemon.pidIn('vrrp') !== before && a.daemon.pidIn('vrrp') !== undefined);
});
