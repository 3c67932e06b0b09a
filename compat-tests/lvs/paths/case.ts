/** Where checks go and where they come from: connect_ip and _port, bindto, bind_port, bind_if, fwmark. */
import { run as command } from '../../lib/exec.ts';
import { CHECKER_FLAGS, CheckServers, checkedServer, saidOfServers, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const PACE = ['connect_timeout 1', 'delay_before_retry 1', 'warmup 0', 'retry 0', 'log_all_failures'];
const check = (last: number, type: string, ...lines: string[]): string[] =>
  checkedServer(`127.0.9.${last}`, 80, type, [...lines, ...PACE]);
const to = (address: string, port: number): string[] => [`connect_ip ${address}`, `connect_port ${port}`];

const servers = [
  check(1, 'TCP_CHECK', ...to('127.0.0.1', 8012), 'bindto 127.0.8.1', 'bind_port 4321'),
  check(2, 'HTTP_GET', ...to('127.0.0.1', 8012), 'bindto 127.0.8.2', 'url {', ' path /', '}'),
  check(3, 'SMTP_CHECK', ...to('127.0.0.1', 8012), 'bindto 127.0.8.3'),
  check(4, 'TCP_CHECK', ...to('127.0.0.1', 8012), 'bind_if lo'),
  check(5, 'TCP_CHECK', ...to('10.0.0.2', 8014)),
  check(6, 'TCP_CHECK', ...to('10.0.0.2', 8014), 'fwmark 5'),
  check(7, 'UDP_CHECK', ...to('127.0.8.1', 9003), 'bindto 127.0.8.4', 'bind_port 4322', 'require_reply'),
  check(8, 'DNS_CHECK', ...to('127.0.8.1', 5306), 'bindto 127.0.8.5', 'name example.com', 'type A'),
  check(9, 'TCP_CHECK', ...to('127.0.0.1', 8012), 'bindto 192.0.2.77'),
  check(15, 'HTTP_GET', ...to('127.0.0.1', 8012), 'bindto 192.0.2.77', 'url {', ' path /', '}'),
  check(16, 'SMTP_CHECK', ...to('127.0.0.1', 8012), 'bindto 192.0.2.77'),
  check(17, 'UDP_CHECK', ...to('127.0.8.1', 9003), 'bindto 192.0.2.77', 'require_reply'),
  check(18, 'DNS_CHECK', ...to('127.0.8.1', 5306), 'bindto 192.0.2.77', 'name example.com', 'type A'),
  check(19, 'PING_CHECK', 'connect_ip 10.0.0.2', 'bindto 192.0.2.77'),
  check(10, 'HTTP_GET', ...to('10.0.0.2', 8014), 'fwmark 5', 'url {', ' path /', '}'),
  check(11, 'UDP_CHECK', ...to('10.0.0.2', 8014), 'fwmark 5'),
  check(12, 'PING_CHECK', 'connect_ip 10.0.0.2', 'fwmark 5'),
  check(13, 'PING_CHECK', 'connect_ip 10.0.0.2'),
  check(14, 'TCP_CHECK', ...to('10.0.0.2', 8014), 'bind_if lo'),
].flat();

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  await command(['ip', '-n', a.ns, 'rule', 'add', 'fwmark', '5', 'unreachable']);
  const answering = await CheckServers.start(a);
  const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'delay_loop 60'];
  await a.start(virtualServer('10.0.0.100 80', [...common, ...servers]), { flags: CHECKER_FLAGS });
  for (const last of [2, 3, 5, 6, 10, 11, 14, 17]) {
    await a.sees(new RegExp(`^Removing service \\[127.0.9.${last}\\]`), 1, 30_000);
  }
  for (const last of [1, 4, 7, 12, 13, 19]) {
    await a.sees(new RegExp(`\\[127.0.9.${last}\\].* success`), 1, 30_000);
  }
  await until(() => saidOfServers(a).length >= 60, 5_000, 'binds').catch(() => undefined);
  scene.fact('requests', answering.requests());
  scene.fact('log', saidOfServers(a).sort());
  await scene.phase('stop', 'outcome');
  await a.stop();
  await answering.close();
});
