/** lvs_sync_daemon_interface: the first instance that has it wins, and its daemon gets no id. */
import { instance } from '../../lib/config.ts';
import { syncDaemons } from '../../lib/ipvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.notifyInAnyOrder = true;
  await scene.phase('start');
  const more = ['lvs_sync_daemon_interface eth0'];
  const first = instance({ priority: 150, more });
  const second = instance({
    name: 'V2',
    vrid: 52,
    priority: 150,
    vips: ['10.0.0.101/24'],
    more: ['lvs_sync_daemon_interface lo'],
  });
  await a.start(`${first}\n${second}`);
  await scene.master(a);
  await scene.state(a, 'MASTER');
  await a.sees(/\(V2\) Entering MASTER/);
  scene.fact('master', await syncDaemons(a.ns));
});
