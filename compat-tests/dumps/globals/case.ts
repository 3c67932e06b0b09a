/** Global definitions in dumps of the parent and of the VRRP process, with the lines that keywords add. */
import { block, instance } from '../../lib/config.ts';
import { dataOf } from '../../lib/dumps.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  block('global_defs', [
    ...block('notification_email', ['ops@example.net']),
    'notification_email_from lab@example.net',
    'smtp_server 127.0.0.1 2525',
    'smtp_connect_timeout 20',
    'smtp_alert',
    'lvs_timeouts tcp 3600 tcpfin 720 udp 300',
    'lvs_flush',
    'lvs_flush_onstop VS',
    'reload_time_file @DIR@/reload-time',
    'reload_repeat',
    'max_auto_priority -1',
    'min_auto_priority_delay 12345',
    'checker_process_name checks',
    'bfd_process_name sessions',
    'log_unknown_vrids',
    'vmac_prefix mac',
    'lvs_notify_fifo @DIR@/lvs_fifo',
    'lvs_notify_fifo_script /usr/bin/true',
    'vrrp_notify_fifo @DIR@/vrrp_fifo daemon',
    'rs_init_notifies',
    'no_checker_emails',
    'startup_script "/usr/bin/true a"',
    'startup_script_timeout 5',
    'shutdown_script "/usr/bin/true b"',
    'checker_log_all_failures',
    'tmp_config_directory @DIR@',
    'config_save_dir @DIR@/saved',
    'vrrp_rx_bufs_policy MTU',
    'disable_local_igmp',
  ]).join('\n'),
  instance({ priority: 150, more: ['no_accept'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  await scene.phase('start', 'outcome');
  await a.start(text);
  await scene.master(a);
  scene.fact('vrrp', (await dataOf(a))['Global definitions'] ?? []);
  scene.fact('parent', (await dataOf(a, 'keepalived_parent.data'))['Global definitions'] ?? []);
});
