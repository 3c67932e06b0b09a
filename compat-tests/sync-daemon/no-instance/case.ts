/** lvs_sync_daemon without an instance: it belongs to the checkers, and runs in both roles beside them. */
import { syncDaemons } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const servers = (delay: number): string =>
    virtualServer('10.0.0.100 80', [
      'protocol TCP',
      'lb_kind NAT',
      'lb_algo rr',
      `delay_loop ${delay}`,
      ...tcpServer('127.0.0.1', 8009),
    ]);
  const look = async (name: string): Promise<void> => {
    scene.fact(name, await syncDaemons(a.ns));
  };
  const given = (...lines: string[]) => ({ flags: CHECKER_FLAGS, globals: lines });
  await scene.phase('start', 'outcome');
  await a.start(servers(6), given('lvs_sync_daemon eth0 id 3 port 8850'));
  await until(async () => (await syncDaemons(a.ns)).length > 1, 10_000, 'both daemons');
  await look('started');
  await scene.phase('reload', 'outcome');
  await a.reload(servers(7), ['lvs_sync_daemon eth0 id 4']);
  const changed = async () => (await syncDaemons(a.ns)).every((line) => line.includes('syncid=4'));
  await until(changed, 10_000, 'the other daemons');
  await look('reloaded');
  await scene.phase('stop', 'outcome');
  scene.fact('log', saidOfServers(a));
  await a.stop();
  await look('stopped');
});
