/** -C beside an instance that could not start: only VRRP minds, which runs elsewhere. */
import { block, instance } from '../../lib/config.ts';
import { ipvsTable } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const missing = instance({ priority: 100, interface: 'eth7', more: block('track_interface', ['eth8']) });
  const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr'];
  const servers = virtualServer('10.9.0.1 80', [...common, ...tcpServer('10.9.0.2', 8009)]);
  await a.start(`${missing}\n${servers}`, { flags: CHECKER_FLAGS });
  await until(async () => (await ipvsTable(a.ns)).length > 0, 10_000, 'an entry');
  scene.fact('table', await ipvsTable(a.ns));
  await a.reload(`${missing}\n${servers.replace('rr', 'wrr')}`);
  scene.fact('table after a reload', await ipvsTable(a.ns));
  scene.fact('said', saidOfServers(a));
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact('table after the stop', await ipvsTable(a.ns));
});
