/**
 * KEEPALIVED-MIB of the VRRP process behind net-snmp's agent: every table, a change of priority and
 * preemption, and the notifications from the start to the end.
 */
import { block, instance, script } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';
import { SnmpAgent } from '../../lib/snmp.ts';

const text = [
  ...block('static_ipaddress', ['10.0.1.50/24 dev eth1 scope link']),
  ...block('static_routes', ['10.61.0.0/24 dev eth1 metric 5 table 100']),
  ...block('static_rules', ['from 10.61.0.0/24 table 100 preference 500']),
  script('S', '/bin/true', ['interval 1', 'weight 4', 'rise 2', 'fall 3', 'user root']),
  ...block('track_file F', ['file @DIR@/tracked', 'weight 2', 'init_file 3 overwrite']),
  ...block('vrrp_track_process P', ['process no-such-program a b', 'weight 6', 'quorum 1', 'delay 2']),
  ...block('vrrp_sync_group G', [
    ...block('group', ['VI', 'V6']),
    'notify_master "/bin/true gm"',
    'notify "/bin/true gn"',
    'smtp_alert',
    ...block('track_interface', ['eth1 weight 3']),
  ]),
  instance({
    priority: 150,
    version: 2,
    advert: 1,
    usual: false,
    vips: ['10.0.0.100/24 label eth0:v', '10.0.0.101 scope host'],
    more: [
      'garp_master_delay 60',
      'nopreempt',
      'notify_priority_changes on',
      'notify_master "/bin/true m"',
      'notify_stop "/bin/true s"',
      ...block('authentication', ['auth_type PASS', 'auth_pass abc']),
      ...block('virtual_ipaddress_excluded', ['10.0.3.7']),
      ...block('virtual_routes', [
        '10.62.0.0/24 via 10.0.0.99 dev eth0 metric 9 src 10.0.0.1',
        '10.63.0.0/24 dev eth0 mtu 1400 tos 8',
      ]),
      ...block('virtual_rules', [
        'from 10.0.0.100 to 10.0.9.0/24 iif eth0 table 7 priority 4001',
        'from 10.0.0.101 blackhole priority 4003',
        'to 10.0.8.0/24 tos 0x10 fwmark 4/7 goto 5000 priority 4004',
        'from 10.0.0.102 table 8 realms 3/4 suppress_prefixlength 5 priority 4005',
      ]),
    ],
  }),
  instance({
    name: 'V6',
    priority: 110,
    vrid: 52,
    advert: 1.5,
    usual: false,
    vips: ['fe80::52'],
    more: [
      'garp_master_delay 60',
      ...block('virtual_routes', ['2001:db8:70::/64 via fe80::9 dev eth0 pref high']),
    ],
  }),
  instance({
    name: 'VU',
    priority: 120,
    vrid: 53,
    usual: false,
    vips: ['10.0.0.120/24'],
    more: [
      'garp_master_delay 60',
      'no_accept',
      'promote_secondaries',
      ...block('unicast_peer', ['10.0.0.2']),
      ...block('track_script', ['S weight 7']),
      ...block('track_file', ['F weight 5']),
      ...block('track_process', ['P weight 8']),
    ],
  }),
].join('\n');

const globals = [
  'router_id R1',
  'smtp_server 2001:db8::25 2525',
  'notification_email_from k@example.test',
  ...block('notification_email', ['a@example.test', 'b@example.test']),
  'smtp_connect_timeout 12',
  'smtp_alert_vrrp off',
  'no_email_faults',
  'enable_traps',
  'enable_snmp_vrrp',
  'dynamic_interfaces',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  const agent = await SnmpAgent.start(a);
  await scene.phase('start', 'outcome');
  await a.start(text, { globals, flags: ['-A', agent.socket] });
  await a.enters('MASTER', ['VI', 'V6', 'VU']);
  await a.sees(/AgentX subagent connected$/);
  const state = 'keepalived.2.3.1.4.3';
  await until(async () => (await agent.get(state)).endsWith('INTEGER: 2'), 5_000, 'the agent to know');
  await until(async () => (await agent.get('keepalived.2.9.1.6.1')).endsWith('3'), 5_000, 'the script');
  const objects = await agent.walk('keepalived.');
  const isVersion = (line: string): boolean => line.startsWith('keepalived.1.1.0 ');
  scene.fact(
    'names itself',
    objects.filter(isVersion).every((line) => /"Keepalived v\d/.test(line)),
  );
  scene.fact(
    'objects',
    objects.filter((line) => !isVersion(line)),
  );
  scene.fact('bulk', (await agent.bulk('keepalived.2.3.1.2')).split('\n'));
  scene.fact('nothing there', await agent.get('keepalived.2.3.1.2.9'));
  await scene.phase('set', 'outcome');
  const priority = 'keepalived.2.3.1.7.3';
  scene.fact('priority', [
    await agent.set(priority, 'i', '90'),
    await agent.get(priority, 'keepalived.2.3.1.8.3'),
    await agent.set('keepalived.2.3.1.13.1', 'i', '1'),
    await agent.get('keepalived.2.3.1.13.1'),
    await agent.set('keepalived.2.3.1.3.1', 'u', '9'),
  ]);
  await a.sees(/\(VU\) base priority changed from 120 to 90 via SNMP\./);
  await a.sees(/\(VI\) preemption enabled with SNMP/);
  await scene.phase('stop', 'outcome');
  await a.stop();
  await until(() => agent.traps().length >= 13, 5_000, 'the notifications of the end');
  scene.fact('notifications', agent.traps().toSorted());
  agent.end();
});
