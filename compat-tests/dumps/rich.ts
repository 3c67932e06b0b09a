/** A configuration with something in every section of a dump. */

import { block, globals, type InstanceText, instance, script } from '../lib/config.ts';
import type { Scene } from '../lib/scene.ts';

const router = (spec: InstanceText): string => instance({ ...spec, usual: false });
const garp = 'garp_master_delay 60';

const first = [
  garp,
  'garp_master_refresh 90',
  'preempt_delay 2.5',
  'debug 2',
  'no_accept',
  'promote_secondaries',
  'smtp_alert',
  ...block('authentication', ['auth_type PASS', 'auth_pass secret12']),
  ...block('virtual_ipaddress_excluded', [
    'fd00::100/64 home -nodad mngtmpaddr noprefixroute no_track',
    '10.9.3.1/24 dev eth1 noprefixroute no_track',
  ]),
  ...block('virtual_routes', [
    '10.5.0.0/24 via 10.0.0.9 dev eth0 metric 5',
    '10.6.0.0/24 via 10.0.0.9 dev eth0 no_track',
  ]),
  ...block('virtual_rules', [
    'from 10.4.0.0/16 table 9 priority 777',
    'to 10.1.0.0/16 iif eth0 table 8 priority 778',
  ]),
  ...block('track_interface', ['eth1 weight 2']),
  'notify_master "/usr/bin/true m"',
  `notify_fault "/usr/bin/true 'f f'"`,
  'notify_deleted "/usr/bin/true d"',
  'notify "/usr/bin/true n"',
];
const second = [garp, 'nopreempt', 'dont_track_primary', 'skip_check_adv_addr', 'notify_priority_changes'];
const third = [
  garp,
  'unicast_src_ip 10.0.0.1',
  ...block('unicast_peer', ['10.0.0.2', '10.0.0.3 min_ttl 200 max_ttl 255']),
  'check_unicast_src',
  'unicast_ttl 64',
  'lower_prio_no_advert',
  'higher_prio_send_advert',
  'down_timer_adverts 4',
  ...block('track_process', ['nobody weight 9']),
  ...block('track_file', ['number']),
  ...block('track_script', ['bad weight 0', 'good weight 7 reverse']),
];

export const rich = [
  globals([
    'nftables lab',
    'nftables_counters',
    'vrrp_garp_interval 0.001',
    'vrrp_gna_interval 0.002',
    'vrrp_garp_lower_prio_repeat 3',
    'vrrp_priority -5',
  ]),
  ...block('garp_group', ['garp_interval 0.01', 'gna_interval 0.02', 'interface eth0']),
  ...block('static_ipaddress', ['10.9.5.1/24 dev eth1', '2001:db8:5::1/64 dev eth1']),
  ...block('static_routes', ['10.98.0.0/24 dev eth0']),
  ...block('static_rules', ['from 10.97.0.0/24 table 50 priority 500']),
  ...block('track_file number', ['file @DIR@/number', 'weight 3', 'init_file 5']),
  ...block('vrrp_track_process nobody', ['process alived-none', 'weight 3']),
  script('good', "/usr/bin/true a 'b c'", ['interval 1', 'timeout 2', 'rise 2', 'fall 3', 'weight 5']),
  script('bad', '/usr/bin/false', ['interval 1', 'init_fail']),
  ...block('vrrp_sync_group G', [
    ...block('group', ['VI', 'V6']),
    ...block('track_interface', ['eth1 weight 4']),
    ...block('track_script', ['good']),
    'notify "/usr/bin/true gn"',
    'smtp_alert',
    'sync_group_tracking_weight',
  ]),
  router({
    version: 2,
    advert: 1,
    priority: 150,
    vips: ['10.0.0.100/24 brd 10.0.0.255 label eth0:vip', '10.0.0.101'],
    more: first,
  }),
  router({
    name: 'V6',
    vrid: 52,
    priority: 100,
    vips: ['fe80::100', 'fd00::200/64 preferred_lft 0'],
    more: second,
  }),
  router({ name: 'UNI', vrid: 53, priority: 90, vips: ['10.0.0.110/24'], more: third }),
].join('\n');

/** Starts it and waits until everything is where it stays. */
export async function startRich(scene: Scene): Promise<void> {
  const { a, lab } = scene;
  await lab.addLink(1);
  await scene.phase('start', 'outcome');
  await a.start(rich);
  await a.sees(/\(V6\) Entering MASTER STATE/);
  await a.sees(/bad/);
  await a.sees(/on eth0 for fd00::200/);
}
