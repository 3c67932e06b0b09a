/** The interface of lvs_sync_daemon comes into being only after the start. */
import { instance } from '../../lib/config.ts';
import { syncDaemons } from '../../lib/ipvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'dummy'];

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  await scene.phase('start');
  await a.start(instance({ priority: 150 }), { globals: ['lvs_sync_daemon eth7 VI'] });
  await scene.master(a);
  scene.fact('without', await syncDaemons(a.ns));
  await scene.phase('interface');
  await lab.ip('a', 'link', 'add', 'eth7', 'type', 'dummy');
  await lab.ip('a', 'link', 'set', 'eth7', 'addrgenmode', 'none');
  await lab.ip('a', 'address', 'add', '10.7.0.1/24', 'dev', 'eth7');
  await lab.ip('a', 'link', 'set', 'eth7', 'up');
  const there = async () => (await syncDaemons(a.ns)).length > 0;
  await until(there, 1_500, 'a daemon').catch(() => undefined);
  scene.fact('with', await syncDaemons(a.ns));
});
