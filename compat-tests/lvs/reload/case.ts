/**
 * Reloads of virtual servers whose servers are up and down: checks that come, change and go, sorry servers
 * that come, change and go, quorums that are lost and gained by what the file says.
 */
import { CHECKER_FLAGS, CheckServers, looksAtServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const UP = 8001;
const ALSO_UP = 8010;
const DOWN = 8009;
const PACE = ['warmup 0', 'retry 0', 'delay_before_retry 0.5'];

const real = (last: number, port: number, lines: string[] = [], check: string[] = []): string[] =>
  tcpServer(`127.0.9.${last}`, port, lines, [...PACE, ...check]);
const bare = (last: number, ...lines: string[]): string[] => [
  `real_server 127.0.9.${last} 80 {`,
  ...lines.map((line) => `  ${line}`),
  '}',
];
const virtual = (last: number, quorum: number, sorry: number, ...servers: string[][]): string =>
  virtualServer(`10.0.0.${last} 80`, [
    'protocol TCP',
    'lb_kind NAT',
    'lb_algo rr',
    'delay_loop 1',
    `quorum ${quorum}`,
    ...(sorry === 0 ? [] : [`sorry_server 127.0.8.${sorry} 80`]),
    ...servers.flat(),
  ]);

const before = [
  virtual(100, 1, 0, real(1, UP), real(2, DOWN), real(3, DOWN, ['inhibit_on_failure']), real(4, UP)),
  virtual(101, 1, 1, real(1, DOWN), real(2, DOWN, ['inhibit_on_failure']), real(3, DOWN)),
  virtual(102, 1, 1, real(1, UP, ['weight 2']), real(2, UP)),
  virtual(103, 1, 1, real(1, DOWN)),
].join('\n');

/** What was up gets a check with alpha, what was down loses its checks; sorry servers change and come. */
const after = [
  virtual(100, 1, 0, real(1, ALSO_UP, [], ['alpha']), bare(2), real(4, UP, ['weight 3'])),
  virtual(101, 1, 2, real(1, DOWN), real(3, DOWN, ['weight 5'])),
  virtual(102, 4, 2, real(1, UP, ['weight 2']), real(2, UP), real(5, DOWN, ['weight 2', 'alpha'])),
  virtual(104, 1, 1, real(1, UP), real(2, DOWN, ['inhibit_on_failure'], ['retry 1'])),
].join('\n');

const removes = async (a: Router, ...servers: string[]): Promise<void> => {
  for (const server of servers) {
    const [last, host] = server.split(' ');
    const what = `\\[127.0.9.${last}\\]:tcp:80 (?:from|of) VS \\[10.0.0.${host}\\]`;
    await a.sees(new RegExp(`^(?:Removing|Disabling) service ${what}`), 1, 30_000);
  }
};

/** So many checks have said that they do. */
const succeeds = (a: Router, count: number): Promise<void> =>
  a.sees(/^TCP connection to .* success/, count, 30_000);

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const servers = await CheckServers.start(a);
  const look = looksAtServers(scene, a);
  await a.start(before, { flags: CHECKER_FLAGS });
  await removes(a, '2 100', '3 100', '1 101', '2 101', '3 101', '1 103');
  await succeeds(a, 4);
  await look('start');
  await scene.phase('reload', 'outcome');
  await a.reload(after);
  await removes(a, '2 104');
  await succeeds(a, 6);
  await look('reload');
  await scene.phase('back', 'outcome');
  await a.reload(virtual(102, 1, 2, real(1, UP, ['weight 2']), real(2, UP)));
  await a.sees(/^Gained quorum 1\+0=1 <= 3/, 1, 30_000);
  await look('back');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await look('stop');
  await servers.close();
});
