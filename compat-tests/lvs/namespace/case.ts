/** net_namespace_ipvs: the table is that of another network namespace, which no reload changes. */
import { run as command } from '../../lib/exec.ts';
import { ipvsTable, syncDaemons } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const other = `${a.ns}-ipvs`;
  await command(['ip', 'netns', 'add', other]);
  for (const words of ['link set lo up', 'link add eth0 type dummy', 'addr add 10.9.0.1/24 dev eth0']) {
    await command(['ip', '-n', other, ...words.split(' ')]);
  }
  await command(['ip', '-n', other, 'link', 'set', 'eth0', 'up']);
  const look = async (name: string): Promise<void> => {
    scene.fact(`${name}: here`, await ipvsTable(a.ns));
    scene.fact(`${name}: there`, await ipvsTable(other));
    scene.fact(`${name}: daemons there`, await syncDaemons(other));
  };
  const servers = (weight: number): string => {
    const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr'];
    return virtualServer('10.9.0.1 80', [...common, ...tcpServer('10.9.0.2', 8009, [`weight ${weight}`])]);
  };
  const flags = { flags: CHECKER_FLAGS, globals: ['lvs_sync_daemon eth0 id 3'] };
  const root = (name: string): string => `net_namespace_ipvs ${name}\n`;
  try {
    await scene.phase('start', 'outcome');
    await a.start(root(other) + servers(2), flags);
    await until(async () => (await ipvsTable(other)).length > 0, 10_000, 'an entry');
    await until(async () => (await syncDaemons(other)).length > 1, 10_000, 'both daemons');
    await look('start');
    await scene.phase('another namespace', 'outcome');
    a.configure(root('') + servers(3), flags.globals);
    a.daemon.signal('SIGHUP');
    await a.sees(/^Cannot change IPVS network namespace/, 1, 10_000);
    await look('another namespace');
    await scene.phase('reload', 'outcome');
    await a.reload(root(other) + servers(3), flags.globals);
    await until(
      async () => (await ipvsTable(other)).some((line) => line.endsWith('-w 3')),
      10_000,
      'a weight',
    );
    await look('reload');
    await scene.phase('stop', 'outcome');
    scene.fact('log', saidOfServers(a));
    await a.stop();
    await look('stop');
  } finally {
    await command(['ip', 'netns', 'del', other]);
  }
});
