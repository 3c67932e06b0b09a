/** Reloads that change, remove and add lvs_sync_daemon, and that name an instance which does not exist. */
import { instance } from '../../lib/config.ts';
import { syncDaemons } from '../../lib/ipvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

const text = instance({ priority: 150 });
const full = 'lvs_sync_daemon eth0 VI id 7 maxlen 1100 port 9000 ttl 3 group 224.0.0.99';

export const run = scenario(async (scene) => {
  const { a } = scene;
  const reloads: readonly (readonly [name: string, globals: readonly string[]])[] = [
    ['the same', ['lvs_sync_daemon eth0 VI']],
    ['other settings', [full]],
    ['an instance that does not exist', ['lvs_sync_daemon eth0 XX id 7']],
    ['added', ['lvs_sync_daemon eth0 inst VI id 8 group ff02::99']],
    ['removed', []],
  ];
  await scene.phase('start');
  await a.start(text, { globals: ['lvs_sync_daemon eth0 VI'] });
  await scene.master(a);
  scene.fact('start', await syncDaemons(a.ns));
  for (const [name, globals] of reloads) {
    await scene.phase(name);
    await a.reload(text, globals);
    // What an instance does after a reload comes with its next advert.
    await scene.moreAdverts(a, 1);
    const settled = async () => ((await syncDaemons(a.ns)).length > 0 || name === 'removed' ? 'yes' : '');
    await until(settled, 1_000, 'a daemon').catch(() => undefined);
    scene.fact(name, await syncDaemons(a.ns));
  }
  await scene.phase('stop');
  await a.stop();
  scene.fact('stopped', await syncDaemons(a.ns));
});
