/** lvs_sync_daemon on a kernel that has no IPVS and no module of it. */
import { instance } from '../../lib/config.ts';
import { withoutModule } from '../../lib/kernel-lab.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await withoutModule('ip_vs', async () => {
    await scene.phase('start', 'outcome');
    a.configure(instance({ priority: 150 }), ['lvs_sync_daemon eth0 VI']);
    a.launch();
    const crashed = () => a.logged(/segmentation fault/).length > 0;
    await until(() => a.state() === 'MASTER' || crashed(), 10_000, 'a master or a crash');
    scene.fact('crashed', crashed());
    scene.fact('log', [...new Set(a.logged(/ipvs|IPVS/).map((line) => line.text))]);
    await a.stop();
  });
});
