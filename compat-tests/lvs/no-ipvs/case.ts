/** Virtual servers on a kernel that has no IPVS and no module of it: VRRP beside them has to go on. */
import { instance } from '../../lib/config.ts';
import { withoutModule } from '../../lib/kernel-lab.ts';
import { CHECKER_FLAGS, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await withoutModule('ip_vs', async () => {
    await scene.phase('start', 'outcome');
    const balanced = virtualServer('10.0.0.100 80', ['protocol TCP', ...tcpServer('127.0.0.2', 8001)]);
    a.configure(`${instance({ priority: 150 })}\n${balanced}`);
    a.launch({ flags: CHECKER_FLAGS.slice(0, 2) });
    const ended = () => a.daemon.exitCode !== undefined;
    const settled = () => ended() || (a.state() === 'MASTER' && a.logged(/^IPVS: /).length > 0);
    await until(settled, 20_000, 'a master or an end');
    // The end comes only after the other process has become master.
    if (a.kind === 'upstream') await a.daemon.ended();
    scene.fact('ended', ended());
    scene.fact('log', [...new Set(a.logged(/ipvs|IPVS/).map(({ text }) => text))]);
    if (!ended()) await a.stop();
  });
});
