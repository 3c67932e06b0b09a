/**
 * keepalived_check.data: virtual servers with everything, groups, marks, checks of every kind, what they
 * follow.
 */
import { writeFileSync } from 'node:fs';
import { block } from '../../lib/config.ts';
import { dataOf } from '../../lib/dumps.ts';
import { CHECKER_FLAGS, checkedServer, virtualServer } from '../../lib/lvs.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr', 'ip_vs_sh', 'ip_vs_mh', 'ip_vs_wlc', 'ip_vs_lblcr'];

/** Nothing is checked while it is looked at. */
const LATER = 'warmup 600';

const rich = virtualServer('10.0.0.100 80', [
  'delay_loop 2',
  LATER,
  'delay_before_retry 1.5',
  'lb_algo sh',
  'sh-port',
  'ops',
  'lb_kind DR',
  'protocol UDP',
  'persistence_timeout 60',
  'persistence_granularity 255.255.255.0',
  'virtualhost vh.example',
  'alpha',
  'omega',
  'quorum 2',
  'hysteresis 1',
  'smtp_alert',
  'inhibit_on_failure',
  'retry 4',
  'connect_timeout 3',
  `quorum_up "/usr/bin/true a 'b c'"`,
  'quorum_down /usr/bin/false',
  'snmp_name VS',
  'sorry_server 10.0.0.9 80',
  'sorry_server_inhibit',
  'sorry_server_lvs_method NAT',
  ...block('real_server 127.0.0.1 80', [
    'weight 3',
    'lvs_method TUN type gue port 5555 csum',
    'uthreshold 9',
    'lthreshold 4',
    'notify_up "/usr/bin/true u"',
    'notify_down /usr/bin/true',
    'virtualhost rs.example',
    'snmp_name RS',
    ...block('TCP_CHECK', [
      'connect_ip 127.0.0.3',
      'connect_port 8001',
      'bindto 127.0.0.4',
      'bind_port 9999',
      'bind_if lo',
      'fwmark 3',
      'connect_timeout 2',
      'log_all_failures',
    ]),
    ...block('HTTP_GET', [
      'http_protocol 1.1',
      'virtualhost check.example',
      'fast_recovery',
      ...block('url', [
        'path /a',
        'digest b1946ac92492d2347c6235b4d2611184',
        'status_code 200 300-302',
        'virtualhost url.example',
      ]),
      ...block('url', [
        'path /b',
        'regex "he(l|x)"',
        'regex_no_match',
        'regex_min_offset 3',
        'regex_max_offset 9',
      ]),
    ]),
  ]),
  ...block('real_server 127.0.0.2 80', [
    ...block('SSL_GET', ['enable_sni', ...block('url', ['path /a'])]),
    ...block('SMTP_CHECK', ['connect_port 25', 'helo_name me.example']),
    ...block('DNS_CHECK', ['type MX', 'name example.com']),
    ...block('MISC_CHECK', [`misc_path "/usr/bin/true x 'y z'"`, 'misc_timeout 7', 'misc_dynamic']),
    ...block('PING_CHECK', []),
    ...block('UDP_CHECK', [
      'payload 01ff02',
      'require_reply 0x1x',
      'min_reply_length 1',
      'max_reply_length 9',
    ]),
    ...block('FILE_CHECK', ['track_file number', 'weight 3 reverse']),
  ]),
]);

const others = [
  block('virtual_server_group G', ['10.0.0.105-106 80', '10.0.0.109 81']).join('\n'),
  block('virtual_server_group H', ['fwmark 9']).join('\n'),
  virtualServer('group G', [
    'lb_algo mh',
    'mh-port',
    'lb_kind NAT',
    'protocol TCP',
    'persistence_timeout',
    ...checkedServer('127.0.0.1', 0, 'UDP_CHECK', ['connect_port 8001', LATER]),
    ...checkedServer('127.0.0.2', 8001, 'TCP_CHECK', [LATER], ['retry 2', 'delay_loop 7', 'warmup 1']),
    ...checkedServer('127.0.0.3', 80, 'MISC_CHECK', ['misc_path /usr/bin/true', LATER], ['smtp_alert off']),
  ]),
  virtualServer('group H', [
    'lb_algo rr',
    'lb_kind DR',
    'persistence_timeout 9',
    'persistence_granularity 64',
    'ip_family inet6',
    ...block('real_server fd00::9 80', []),
  ]),
  virtualServer('fwmark 5', ['lb_algo wlc', 'flag-1', 'lb_kind TUN', ...block('real_server 127.0.0.9', [])]),
  virtualServer('fd00::1 80', [
    'lb_algo lblcr',
    'lb_kind NAT',
    'protocol SCTP',
    ...checkedServer('fd00::9', 80, 'TCP_CHECK', ['bindto fd00::3', LATER]),
  ]),
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  writeFileSync(`${a.dir}/number`, '0\n');
  const tracked = block('track_file number', ['file @DIR@/number', 'weight 2']);
  await a.start([...tracked, rich, ...others].join('\n'), {
    flags: CHECKER_FLAGS,
    globals: ['script_user root'],
  });
  await a.sees(/^Activating BFD healthchecker/, 1, 20_000);
  const data = await dataOf(a, 'keepalived_check.data');
  for (const [section, lines] of Object.entries(data)) scene.fact(section, lines);
});
