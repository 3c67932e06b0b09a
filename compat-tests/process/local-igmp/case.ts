/** disable_local_igmp: the setting of the kernel while the daemon runs, and after it. */
import { instance } from '../../lib/config.ts';
import { run as execute } from '../../lib/exec.ts';
import { scenario } from '../../lib/scenario.ts';

const setting = async (ns: string): Promise<string> =>
  (
    await execute(['ip', 'netns', 'exec', ns, 'sysctl', '-n', 'net.ipv4.igmp_link_local_mcast_reports'])
  ).trim();

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(instance({ priority: 150 }), { globals: ['disable_local_igmp'] });
  await scene.master(a);
  scene.fact('while it runs', await setting(a.ns));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('afterwards', await setting(a.ns));
});
