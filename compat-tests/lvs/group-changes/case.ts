/**
 * A reload takes entries out of groups that virtual servers share, and puts others in: addresses, ranges and
 * marks of both families. On the way a group whose family nobody tells.
 */
import { block } from '../../lib/config.ts';
import { ipvsTable } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const real = (address: string): string[] => block(`real_server ${address} 80`, []);
const nat = (protocol: string): string[] => ['lb_kind NAT', 'lb_algo rr', `protocol ${protocol}`];

const config = (shared: readonly string[], sixes: readonly string[]): string =>
  [
    ...block('virtual_server_group SHARED', shared),
    ...block('virtual_server_group SIX', sixes),
    ...block('virtual_server_group MARK', ['fwmark 23']),
    virtualServer('group SHARED', [...nat('TCP'), ...real('10.9.0.1')]),
    virtualServer('group SHARED', [...nat('UDP'), 'quorum 2', ...real('10.9.0.1'), ...real('10.9.0.2')]),
    virtualServer('group SIX', [...nat('TCP'), ...real('2001:db8::9')]),
    virtualServer('group MARK', ['lb_kind TUN', 'lb_algo rr', ...real('2001:db8::9')]),
  ].join('\n');

const first = config(
  ['10.0.1.1 80', '10.0.1.5-7 80', 'fwmark 5'],
  ['2001:db8::1 80', '2001:db8::10-12 80', 'fwmark 7 inet6'],
);
const second = config(
  ['fwmark 6', '10.0.1.5-7 80', '10.0.1.2 80'],
  ['2001:db8::1 81', 'fwmark 8 inet6', '2001:db8::11-12 81', 'fwmark 7 inet6'],
);

/** 2.2.7 leaves services in the table that have no servers any more. */
const serversIn = async ({ ns }: Router): Promise<string[]> =>
  (await ipvsTable(ns)).filter((line) => line.startsWith('-a '));
const NEWS = /\b(in|into) group\b|family cannot be determined/;

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  await a.start(first, { flags: CHECKER_FLAGS });
  const has = async (text: string) => (await serversIn(a)).some((line) => line.includes(text));
  await until(() => has('-f 23 '), 20_000, 'the table');
  scene.fact('table', await serversIn(a));
  await scene.phase('reload', 'outcome');
  await a.reload(second);
  await until(() => has('-f 6 '), 20_000, 'the table of the reload');
  scene.fact('table of the reload', await serversIn(a));
  scene.fact(
    'said',
    a.daemon.log.map(({ text }) => text).filter((text) => NEWS.test(text)),
  );
});
