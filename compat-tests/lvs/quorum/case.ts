/**
 * TCP_CHECK takes real servers out and in again, with quorum, hysteresis and sorry servers; alpha, inhibit,
 * retries, the lines of each failure; a reload that keeps what has failed out; commands, omega at the stop.
 */
import { CHECKER_FLAGS, Listener, looksAtServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const SORRY = 'sorry_server 10.0.0.9 80';

/** The command of an event writes which one it was. */
const told = (event: string, name: string): string => `${event} "@NOTIFY@ ${event} ${name}"`;

const server = (index: number, lines: readonly string[]): string =>
  virtualServer(`10.0.0.10${index} 80`, [
    'protocol TCP',
    'lb_kind NAT',
    'lb_algo rr',
    'delay_loop 0.5',
    'delay_before_retry 0.2',
    told('quorum_up', String(index)),
    told('quorum_down', String(index)),
    ...lines,
  ]);

const watched = (...more: string[]): string =>
  server(0, [
    SORRY,
    'quorum 2',
    ...more,
    ...tcpServer('127.0.0.2', 8001, [told('notify_up', 'A'), told('notify_down', 'A')], ['retry 2']),
    ...tcpServer('127.0.0.3', 8002, ['inhibit_on_failure'], ['log_all_failures']),
    ...tcpServer('127.0.0.4', 8003, [], ['alpha']),
  ]);

const closed = server(1, [SORRY, ...tcpServer('127.0.0.2', 8009)]);
const late = server(2, [
  SORRY,
  'omega',
  ...tcpServer('127.0.0.2', 8003, ['alpha', told('notify_up', 'B'), told('notify_down', 'B')]),
]);
const wide = ['quorum 2', 'hysteresis 1'];
const between = [
  server(3, [SORRY, 'alpha', ...wide, ...tcpServer('127.0.0.2', 8003, ['weight 2'])]),
  // Neither enough to gain the quorum nor so little that it would be lost, with a sorry server and without.
  ...[4, 5].map((index) =>
    server(index, [
      ...(index === 4 ? [SORRY] : []),
      ...wide,
      ...tcpServer('127.0.0.2', 8003, ['weight 2']),
      ...tcpServer('127.0.0.3', 8009, [], ['alpha']),
    ]),
  ),
  server(6, tcpServer('127.0.0.2', 8009, [], ['alpha'])),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  scene.notifyInAnyOrder = true;
  await scene.phase('start', 'outcome');
  const look = looksAtServers(scene, a);
  const ports = [8001, 8002, 8003] as const;
  const [one, two, three] = ports.map((port) => new Listener(a.ns, port));
  const text = (...more: string[]) => [watched(...more), closed, late, between].join('\n');
  await a.start(text(), { flags: CHECKER_FLAGS });
  await a.sees(/^TCP_CHECK on service|^TCP connection to .* success/, 11);
  await look('up');
  await scene.phase('one down', 'outcome');
  await two?.close();
  await a.sees(/^Disabling service/);
  await look('one down');
  await scene.phase('two down', 'outcome');
  await one?.close();
  await a.sees(/^Lost quorum 2-0/);
  await look('two down');
  await scene.phase('reload', 'outcome');
  await a.reload(text('hysteresis 1'));
  await look('reloaded');
  await scene.phase('one up', 'outcome');
  const again = [new Listener(a.ns, 8001)];
  await a.sees(/^Adding service \[127.0.0.2\]:tcp:80 to VS \[10.0.0.100\]/);
  await look('one up');
  await scene.phase('two up', 'outcome');
  again.push(new Listener(a.ns, 8002));
  await a.sees(/^Gained quorum 2\+1=3 <= 3 for VS \[10.0.0.100\]/);
  await look('two up');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await look('stop');
  for (const listener of [...again, three]) await listener?.close();
});
