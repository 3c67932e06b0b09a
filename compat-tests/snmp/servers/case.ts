/** KEEPALIVED-MIB of the checker process: groups, virtual and real servers, and what a change tells. */
import { block } from '../../lib/config.ts';
import { ran } from '../../lib/exec.ts';
import { ipvsTable } from '../../lib/ipvs.ts';
import { CHECKER_FLAGS, Listener, saidOfServers, tcpServer, virtualServer } from '../../lib/lvs.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { SnmpAgent } from '../../lib/snmp.ts';

export const modules = ['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_sh', 'ip_vs_mh', 'ip_vs_lblc'];

const PATIENCE_MS = 30_000;
const PORT = 8001;
const quick = ['warmup 0', 'retry 0', 'delay_before_retry 0.5'];
const plain = (address: string, lines: readonly string[] = []) => block(`real_server ${address}`, lines);

const text = [
  ...block('virtual_server_group GR', ['10.1.0.1 80', '10.1.0.5-7 80', 'fwmark 5']),
  virtualServer('10.0.0.100 80', [
    'lvs_sched wrr',
    'lvs_method NAT',
    'protocol TCP',
    'delay_loop 1',
    'persistence_timeout 50',
    'persistence_granularity 255.255.255.0',
    'quorum 4',
    'hysteresis 1',
    'quorum_up "/bin/true u"',
    'quorum_down "/bin/true d"',
    'virtualhost www.x',
    'snmp_name VSNAME',
    'retry 4',
    'sorry_server 127.0.0.9 99',
    ...tcpServer(
      '127.0.0.1',
      PORT,
      ['weight 3', 'uthreshold 100', 'lthreshold 50', 'snmp_name RSNAME'],
      quick,
    ),
    ...tcpServer('127.0.0.2', PORT, ['weight 4', 'inhibit_on_failure', 'notify_down "/bin/true dn"'], quick),
    ...plain('127.0.0.3 80', ['lvs_method TUN', 'virtualhost www.y', 'smtp_alert off']),
  ]),
  virtualServer('fwmark 7', [
    'lvs_sched mh',
    'mh-port',
    'mh-fallback',
    'lvs_method DR',
    'delay_loop 2.5',
    ...plain('127.0.0.2 80'),
  ]),
  virtualServer('group GR', [
    'lvs_sched sh',
    'sh-port',
    'lvs_method DR',
    'protocol UDP',
    'ops',
    'smtp_alert',
    'inhibit_on_failure',
    ...plain('127.0.0.3 80'),
  ]),
  virtualServer('2001:db8::1 443', [
    'lvs_sched rr',
    'lvs_method DR',
    'protocol TCP',
    'omega',
    'sorry_server 2001:db8::9 443',
    ...plain('::1 443'),
  ]),
  virtualServer('10.0.0.101 53', [
    'lvs_sched lblc',
    'lvs_method TUN type gue port 6080',
    'flag-1',
    'flag-3',
    'protocol UDP',
    ...plain('127.0.0.5 53'),
    ...plain('127.0.0.6 53', ['lvs_method TUN type gre csum']),
    ...plain('127.0.0.7 53', ['lvs_method TUN type gue port 6081 remcsum']),
  ]),
].join('\n');

const globals = [
  'router_id R1',
  'script_user root',
  'smtp_server 127.0.0.1 2525',
  'notification_email_from k@example.test',
  ...block('notification_email', ['a@example.test']),
  'smtp_alert_checker off',
  'enable_traps',
  'enable_snmp_checker',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  const agent = await SnmpAgent.start(a);
  const listener = new Listener(a.ns, PORT);
  const knock = ['ip', 'netns', 'exec', a.ns, 'busybox', 'nc', '-w', '1', '127.0.0.1', String(PORT)];
  await until(async () => (await ran(knock)).code === 0, PATIENCE_MS, 'the listener');
  await scene.phase('start', 'outcome');
  await a.start(text, { globals, flags: [...CHECKER_FLAGS, '-A', agent.socket] });
  const state = async (server: string) => (await agent.get(`keepalived.3.4.1.6.1.${server}`)).at(-1);
  await until(async () => (await state('2')) === '1', PATIENCE_MS, 'the first server');
  const objects = await agent.walk('keepalived.');
  scene.fact(
    'objects',
    objects.filter((line) => !line.startsWith('keepalived.1.1.0 ')),
  );
  await scene.phase('set', 'outcome');
  const mark = a.daemon.log.length;
  scene.fact('set', [
    await agent.set('keepalived.3.4.1.7.1.2', 'i', '5'),
    await agent.set('keepalived.3.4.1.8.1.2', 'u', '90'),
    await agent.set('keepalived.3.4.1.9.1.2', 'u', '40'),
    await agent.set('keepalived.3.4.1.7.1.3', 'i', '9'),
    await agent.set('keepalived.3.3.1.22.1', 'u', '2'),
    await agent.get('keepalived.3.4.1.7.1.2', 'keepalived.3.4.1.8.1.2', 'keepalived.3.4.1.9.1.2'),
  ]);
  scene.fact('set: log', saidOfServers(a, mark));
  scene.fact('set: table', await ipvsTable(a.ns));
  await scene.phase('down', 'outcome');
  await listener.close();
  await until(async () => (await state('2')) === '2' && (await state('3')) === '2', PATIENCE_MS, 'failures');
  scene.fact(
    'failed',
    [await agent.walk('keepalived.3.4.1.6'), await agent.walk('keepalived.3.3.1.23')].flat(),
  );
  await scene.phase('stop', 'outcome');
  await a.stop();
  await until(() => agent.traps().length >= 20, PATIENCE_MS, 'the notifications of the end');
  scene.fact('notifications', agent.traps().toSorted());
  agent.end();
});
