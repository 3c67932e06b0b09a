/**
 * What virtual servers put into the kernel: schedulers with flags, persistence, methods, tunnels, groups,
 * marks, both families, a sorry server at weight 0. A service that is there is taken over with its scheduler
 * and the servers of others; a reload changes in place; a stop removes what is ours.
 */
import { block } from '../../lib/config.ts';
import { ipvsadm, ipvsTable, ipvsTimeouts } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, saidOfServers, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_pe_sip', 'ip_vs_rr', 'ip_vs_wlc', 'ip_vs_lc', 'ip_vs_sh', 'ip_vs_mh'];

const real = (where: string, ...lines: string[]): string[] => block(`real_server ${where}`, lines);

const groups = [
  ...block('virtual_server_group G', ['10.1.0.1 80', '10.1.0.5-7 80', 'fwmark 9']),
  ...block('virtual_server_group G6', ['2001:db8::10-12 81', 'fwmark 9 inet6']),
].join('\n');

const taken = (scheduler: readonly string[], ...servers: string[][]): string =>
  virtualServer('10.0.0.100 80', [
    'protocol TCP',
    'lb_kind NAT',
    ...scheduler,
    ...servers.flat(),
    'sorry_server 10.0.0.4 80',
    'sorry_server_inhibit',
  ]);

const udp = virtualServer('10.0.0.100 53', [
  'protocol UDP',
  'ops',
  'lb_algo rr',
  'lb_kind DR',
  ...real('10.0.0.2 53'),
]);

const sip = virtualServer('10.0.0.100 5060', [
  'protocol UDP',
  'lb_algo rr',
  'lb_kind NAT',
  'persistence_engine sip',
  'persistence_timeout',
  ...real('10.0.0.2 5060'),
]);

const marked = (scheduler: readonly string[]): string =>
  virtualServer('fwmark 7', [
    ...scheduler,
    'lb_kind TUN type gue port 6080 nocsum',
    ...real('10.0.0.2 0'),
    ...real('10.0.0.3 0', 'lvs_method TUN type gre csum'),
    ...real('10.0.0.6 0', 'lvs_method TUN'),
  ]);

const grouped = [
  virtualServer('group G', [
    'protocol TCP',
    'lb_algo wlc',
    'lb_kind DR',
    'quorum 2',
    // Without effect on the services of a group.
    'persistence_granularity 255.255.255.0',
    ...real('10.0.0.2 80', 'weight 2'),
    ...real('10.0.0.3 80'),
  ]),
  virtualServer('group G6', [
    'protocol TCP',
    'lb_algo wlc',
    'lb_kind NAT',
    'persistence_timeout 50',
    ...real('2001:db8::3 80', 'uthreshold 100', 'lthreshold 50'),
  ]),
].join('\n');

const first = [
  groups,
  taken(
    ['lb_algo sh', 'sh-port', 'sh-fallback', 'persistence_timeout 60'],
    real('10.0.0.2 80', 'weight 3'),
    real('10.0.0.3 8080', 'inhibit_on_failure'),
  ),
  udp,
  sip,
  marked(['lb_algo mh', 'mh-port']),
  grouped,
].join('\n');

const second = [
  groups,
  taken(
    ['lb_algo sh', 'sh-port', 'persistence_timeout 90', 'persistence_granularity 255.255.255.0'],
    real('10.0.0.2 80', 'weight 4'),
    real('10.0.0.5 80'),
  ),
  sip,
  marked(['lb_algo rr']),
  grouped,
].join('\n');

const others = [
  '-A -t 9.9.9.9:1 -s rr',
  '-A -t 10.0.0.100:80 -s wlc',
  '-a -t 10.0.0.100:80 -r 10.0.0.2:80 -m -w 9',
  '-a -t 10.0.0.100:80 -r 10.0.0.77:80 -m -w 9',
  '-A -f 7 -s lc',
  '-A -t [2001:db8::11]:81 -s lc',
  '-a -t [2001:db8::11]:81 -r [2001:db8::3]:80 -m -w 9',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  for (const line of others) {
    await ipvsadm(a.ns, ...line.split(' '));
  }
  const settings = ['lvs_timeouts tcp 100 tcpfin 20 udp 30'];
  await a.start(first, { flags: CHECKER_FLAGS, globals: settings });
  scene.fact('table', await ipvsTable(a.ns));
  scene.fact('timeouts', await ipvsTimeouts(a.ns));
  scene.fact('log', saidOfServers(a));
  await scene.phase('reload', 'outcome');
  const mark = a.daemon.log.length;
  await a.reload(second, settings);
  scene.fact('changed table', await ipvsTable(a.ns));
  scene.fact('reload log', saidOfServers(a, mark));
  await scene.phase('stop', 'outcome');
  const end = a.daemon.log.length;
  await a.stop();
  scene.fact('what is left', await ipvsTable(a.ns));
  scene.fact('stop log', saidOfServers(a, end));
});
