/**
 * `global_defs { … }`: options of the whole daemon. Several blocks add up, the last value of a keyword
 * counts.
 */
import { seconds, us } from '../../src/units.ts';
import { text } from '../codecs/codec.ts';
import { decimalSeconds, int, uint, wholeSeconds } from '../codecs/numbers.ts';
import * as own from './global-keywords.ts';
import { lvsSyncDaemon } from './lvs-sync-daemon.ts';
import { block, list, type Process, type RowBase, scalar } from './row.ts';
import { commandRow } from './scripts.ts';
import { notifySerialize } from './serialize.ts';
import { flag, optionalToggle, toggle } from './shortcuts.ts';

const UINT_MAX = 4_294_967_295;
const INT_MAX = 2_147_483_647;

type More = Omit<RowBase, 'doc'>;

const globalToggle = (doc: string, more: More = {}) =>
  toggle(doc, "Invalid value '{value}' for global {keyword} specified", more);
const plainToggle = (doc: string, more: More = {}) =>
  toggle(doc, 'Invalid value for {keyword} specified', more);

const garp = { bad: "{keyword} '{value}' invalid - ignoring" };
const atLeastOnce = { raise: { from: 0, to: 1, text: '{keyword} must be greater than 0, setting to 1' } };

const scriptTimeout = (which: string) =>
  scalar(uint(1, 1000, 'lenient'), {
    doc: `Seconds the ${which} script may take.`,
    process: 'parent',
    missing: '{keyword} requires value',
    bad: "{keyword} '{value}' must be in [1, 1000] - ignoring",
    default: 10,
  });

const startStop = (which: 'startup' | 'shutdown') => own.startStopScript(which);

/** `*_priority` with any of its mistakes falls back to 0. */
const niceness = (process: 'vrrp' | 'checker' | 'bfd') =>
  scalar(int(-20, 19, 'lenient'), {
    doc: `Nice value of the ${process} process.`,
    process,
    missing: `No ${process} process priority specified`,
    bad: `Invalid ${process} process priority specified`,
    onBad: 0,
    default: 0,
  });

const rttime = (process: 'vrrp' | 'checker' | 'bfd', more: More & { aliasOf?: string } = {}) =>
  scalar(uint(1, UINT_MAX, 'lenient'), {
    doc: `Microseconds of CPU the ${process} process may use at real-time priority without blocking.`,
    process,
    bad: `Invalid ${process} real-time limit - {value}`,
    onBad: 0,
    ...more,
  });

const bufferSize = (doc: string, process: 'vrrp' | 'checker') =>
  scalar(uint(0, UINT_MAX, 'strict'), {
    doc,
    process,
    missing: '{keyword} size missing',
    bad: '{keyword} size ({value}) invalid',
    default: 0,
  });

const fifoScript = (doc: string, process: Process) =>
  commandRow({
    doc,
    owner: 'vrrp',
    process,
    missing: 'No {keyword} specified',
    again: '{keyword} already specified - ignoring {command}',
  });

const path = (doc: string, since: string, extra: string) =>
  scalar(text, { doc, since, missing: extra, extra, process: 'vrrp' });

const delay = (doc: string, more: More = {}) =>
  scalar(decimalSeconds(0.001, 4294.967295), {
    doc,
    ...more,
    bad: "{keyword} '{value}' is invalid",
    repeat: 'max',
    default: us(0),
  });

export const globalRows = {
  process_names: flag('Give every process its own name.', { process: 'all' }),
  process_name: own.processName('the parent', 'parent'),
  vrrp_process_name: own.processName('the VRRP process', 'vrrp'),
  checker_process_name: own.processName('the checker process', 'checker'),
  lvs_process_name: own.processName('the checker process (old name)', 'checker', 'checker_process_name'),
  bfd_process_name: own.processName('the BFD process', 'bfd'),
  use_symlink_paths: toggle(
    'Keep symbolic links in script paths.',
    "Invalid value '{value}' for global use_symlink_path specified",
    { since: 'v2.3.0', process: 'all' },
  ),
  set_supplementary_groups: toggle(
    'Give scripts the supplementary groups of their user.',
    'Invalid set_supplementary_groups parameter {value}',
    { since: 'HEAD', process: 'all' },
  ),
  router_id: scalar(text, {
    doc: 'Name of this machine in mails; the host name when absent.',
    process: 'all',
    missing: 'routerid name missing - ignoring',
  }),
  notification_email_from: own.emailFrom,
  smtp_server: own.smtpServer,
  smtp_helo_name: own.heloName,
  smtp_connect_timeout: scalar(wholeSeconds(0, 4294), {
    doc: 'Seconds a mail server may take to answer.',
    process: 'all',
    bad: "smtp_connect_timeout '{value}' must be in [0, 4294] - ignoring",
    raise: {
      from: seconds(0),
      to: seconds(1),
      text: 'smtp_conect_timeout must be greater than 0, setting to 1',
    },
    default: seconds(30),
  }),
  notification_email: list<readonly string[]>({
    doc: 'Recipients of mails.',
    args: 'EMAIL...',
    process: 'all',
    options: ['EMAIL'],
    empty: 'Warning - empty notification_email block',
    item: (line) => line.words,
  }),
  smtp_alert: optionalToggle(
    'Send mail on changes of state.',
    "Invalid value '{value}' for global {keyword} specified",
    { process: 'all' },
  ),
  startup_script: startStop('startup'),
  startup_script_timeout: scriptTimeout('startup'),
  shutdown_script: startStop('shutdown'),
  shutdown_script_timeout: scriptTimeout('shutdown'),
  max_auto_priority: scalar(int(-1, 99, 'lenient'), {
    doc: 'Highest real-time priority the daemon may give itself; -1 = never.',
    process: 'all',
    bare: 99,
    bad: "max_auto_priority '{value}' must be in [0, 99] (or -1 to disable) - ignoring",
    default: 0,
  }),
  min_auto_priority_delay: scalar(int(1, 10_000_000, 'lenient'), {
    doc: 'Microseconds of lateness that make the daemon raise its priority.',
    process: 'all',
    missing: 'min_auto_priority_delay requires delay time',
    bad: "min_auto_priority_delay '{value}' must be in [1, 10000000] - ignoring",
    default: 1_000_000,
  }),
  smtp_alert_vrrp: optionalToggle(
    'Send mail on changes of VRRP state.',
    "Invalid value '{value}' for global {keyword} specified",
  ),
  smtp_alert_checker: optionalToggle(
    'Send mail on changes of real and virtual servers.',
    "Invalid value '{value}' for global {keyword} specified",
    { process: 'checker' },
  ),
  checker_log_all_failures: plainToggle('Log every failed check, not only the one that counts.', {
    process: 'checker',
  }),
  dynamic_interfaces: own.dynamicInterfaces,
  no_email_faults: flag('No mail on FAULT.'),
  default_interface: own.defaultInterface,
  disable_local_igmp: flag('Switch off IGMP reports for link-local groups.'),
  v3_checksum_as_v2: flag('VRRPv3 checksum over IPv4 without the pseudo header.', { since: 'v2.2.8' }),
  lvs_timeouts: own.lvsTimeouts,
  lvs_flush: flag('Empty the IPVS table at start.', { process: 'checker' }),
  lvs_flush_on_stop: own.lvsFlushOnStop(),
  lvs_flush_onstop: own.lvsFlushOnStop('lvs_flush_on_stop'),
  lvs_sync_daemon: lvsSyncDaemon,
  vrrp_mcast_group4: own.multicastGroup(4),
  vrrp_mcast_group6: own.multicastGroup(6),
  vrrp_garp_master_delay: scalar(wholeSeconds(0, 4294), {
    ...garp,
    doc: 'Default of garp_master_delay.',
    default: seconds(5),
  }),
  vrrp_garp_master_repeat: scalar(uint(0, UINT_MAX, 'lenient'), {
    ...garp,
    ...atLeastOnce,
    doc: 'Default of garp_master_repeat.',
    default: 5,
  }),
  vrrp_garp_master_refresh: scalar(wholeSeconds(0, UINT_MAX), {
    doc: 'Default of garp_master_refresh.',
    bad: "Invalid vrrp_garp_master_refresh '{value}' - ignoring",
    onBad: seconds(0),
    default: seconds(0),
  }),
  vrrp_garp_master_refresh_repeat: scalar(uint(0, UINT_MAX, 'lenient'), {
    ...garp,
    ...atLeastOnce,
    doc: 'Default of garp_master_refresh_repeat.',
    default: 1,
  }),
  vrrp_garp_lower_prio_delay: scalar(wholeSeconds(0, 4294), {
    ...garp,
    doc: 'Default of garp_lower_prio_delay; vrrp_garp_master_delay when absent.',
  }),
  vrrp_garp_lower_prio_repeat: scalar(uint(0, INT_MAX, 'lenient'), {
    doc: 'Default of garp_lower_prio_repeat; vrrp_garp_master_repeat when absent.',
    bad: "Invalid vrrp_garp_lower_prio_repeat '{value}'",
  }),
  vrrp_down_timer_adverts: scalar(uint(1, 100, 'lenient'), {
    doc: 'Default of down_timer_adverts.',
    bad: "Invalid vrrp_down_timer_adverts [1:100] '{value}'",
    default: 3,
  }),
  vrrp_garp_interval: scalar(decimalSeconds(0.000001, 4294.967295), {
    doc: 'Seconds between two gratuitous ARPs on an interface.',
    bad: "{keyword} '{value}' is invalid",
    default: us(0),
  }),
  vrrp_gna_interval: scalar(decimalSeconds(0.000001, 4294.967295), {
    doc: 'Seconds between two unsolicited NAs on an interface.',
    bad: "{keyword} '{value}' is invalid",
    default: us(0),
  }),
  vrrp_min_garp: own.minGarp,
  vrrp_garp_extra_if: own.globalGarpExtra,
  vrrp_vmac_garp_intvl: own.globalVmacGarp,
  vrrp_lower_prio_no_advert: optionalToggle(
    'Default of lower_prio_no_advert.',
    'Invalid value for {keyword} specified',
  ),
  vrrp_higher_prio_send_advert: optionalToggle(
    'Default of higher_prio_send_advert.',
    'Invalid value for {keyword} specified',
  ),
  vrrp_version: scalar(int(2, 3, 'lenient'), {
    doc: 'Version of IPv4 instances that name none.',
    bad: 'VRRP Error: Version must be either 2 or 3',
    default: 2,
  }),
  vrrp_iptables: own.iptables,
  vrrp_ipsets: own.words('[SET]...', 'Names of the ipsets that iptables rules use.'),
  nftables: own.nftables('nftables', 'keepalived', 'nftables', 'vrrp'),
  nftables_priority: scalar(int(-INT_MAX - 1, INT_MAX, 'strict'), {
    doc: 'Priority of the nftables chains.',
    bad: "invalid nftables chain priority '{value}'",
    default: -1,
  }),
  nftables_ifindex: flag('Use interface indexes instead of names in nftables sets.'),
  vrrp_check_unicast_src: flag('Default of check_unicast_src.'),
  vrrp_skip_check_adv_addr: toggle(
    'Default of skip_check_adv_addr.',
    "Invalid value '{value}' for global vrrp_check_adv_addr specified",
  ),
  vrrp_strict: globalToggle('Default of strict_mode.'),
  vrrp_priority: niceness('vrrp'),
  vrrp_no_swap: flag('Lock the memory of the VRRP process.'),
  vrrp_rt_priority: own.realTimePriority('vrrp'),
  vrrp_cpu_affinity: own.cpuAffinity('vrrp'),
  vrrp_rlimit_rttime: rttime('vrrp'),
  vrrp_rlimit_rtime: rttime('vrrp', { aliasOf: 'vrrp_rlimit_rttime' }),
  nftables_ipvs: own.nftables('nftables_ipvs', 'keepalived_ipvs', 'ipvs nftables', 'checker'),
  nftables_ipvs_priority: scalar(int(-INT_MAX - 1, INT_MAX, 'strict'), {
    doc: 'Priority of the nftables chains for IPVS.',
    process: 'checker',
    bad: "invalid ipvs nftables chain priority '{value}'",
    default: -1,
  }),
  nftables_ipvs_start_fwmark: scalar(uint(1, UINT_MAX, 'strict'), {
    doc: 'First firewall mark for virtual server groups.',
    process: 'checker',
    bad: "invalid ipvs nftables start_fwmark priority '{value}'",
    default: 1000,
  }),
  nftables_counters: flag('Count packets in the nftables rules.', { process: 'all' }),
  notify_fifo: own.fifo('FIFO for all changes of state.', 'vrrp+checker'),
  notify_fifo_script: fifoScript('Command that reads notify_fifo.', 'vrrp+checker'),
  vrrp_notify_fifo: own.fifo('FIFO for changes of VRRP state.', 'vrrp'),
  vrrp_notify_fifo_script: fifoScript('Command that reads vrrp_notify_fifo.', 'vrrp'),
  vrrp_notify_priority_changes: globalToggle('Write priority changes to the FIFOs.'),
  fifo_write_vrrp_states_on_reload: flag('Write all states to the FIFOs after a reload.'),
  lvs_notify_fifo: own.fifo('FIFO for changes of virtual and real servers.', 'checker'),
  lvs_notify_fifo_script: fifoScript('Command that reads lvs_notify_fifo.', 'checker'),
  checker_priority: niceness('checker'),
  checker_no_swap: flag('Lock the memory of the checker process.', { process: 'checker' }),
  checker_rt_priority: own.realTimePriority('checker'),
  checker_cpu_affinity: own.cpuAffinity('checker'),
  checker_rlimit_rttime: rttime('checker'),
  checker_rlimit_rtime: rttime('checker', { aliasOf: 'checker_rlimit_rttime' }),
  bfd_priority: niceness('bfd'),
  bfd_no_swap: flag('Lock the memory of the BFD process.', { process: 'bfd' }),
  bfd_rt_priority: own.realTimePriority('bfd'),
  bfd_cpu_affinity: own.cpuAffinity('bfd'),
  bfd_rlimit_rttime: rttime('bfd'),
  bfd_rlimit_rtime: rttime('bfd', { aliasOf: 'bfd_rlimit_rttime' }),
  snmp_socket: own.snmpSocket,
  enable_traps: flag('Send SNMP traps.', { process: 'all' }),
  enable_snmp_vrrp: flag('SNMP for VRRP (KEEPALIVED-MIB).'),
  enable_snmp_keepalived: flag('Old name of enable_snmp_vrrp.'),
  enable_snmp_rfc: flag('SNMP for VRRP (both RFC MIBs).'),
  enable_snmp_rfcv2: flag('SNMP for VRRPv2 (RFC 2787).'),
  enable_snmp_rfcv3: flag('SNMP for VRRPv3 (RFC 6527).'),
  enable_snmp_checker: flag('SNMP for checkers.', { process: 'checker' }),
  snmp_vs_stats_update_interval: own.snmpInterval('virtual servers'),
  snmp_rs_stats_update_interval: own.snmpInterval('real servers'),
  enable_dbus: flag('Offer the instances on the system bus (D-Bus), or that of DBUS_SYSTEM_BUS_ADDRESS.'),
  dbus_service_name: scalar(text, {
    doc: 'Name of the D-Bus service.',
    missing: 'dbus_service_name missing - ignoring',
    default: 'org.keepalived.Vrrp1',
  }),
  dbus_no_interface_name: scalar(text, {
    doc: 'What stands for the interface in D-Bus paths of instances without one.',
    since: 'v2.3.0',
    missing: 'dbus_no_interface_name missing - ignoring',
  }),
  script_user: own.scriptUser,
  enable_script_security: flag('Refuse scripts that others than root could change.', { process: 'all' }),
  vrrp_netlink_cmd_rcv_bufs: bufferSize('Receive buffer of the VRRP netlink command socket.', 'vrrp'),
  vrrp_netlink_cmd_rcv_bufs_force: globalToggle('Ignore the system limit for it.'),
  vrrp_netlink_monitor_rcv_bufs: bufferSize('Receive buffer of the VRRP netlink monitor socket.', 'vrrp'),
  vrrp_netlink_monitor_rcv_bufs_force: globalToggle('Ignore the system limit for it.'),
  process_monitor_rcv_bufs: bufferSize('Receive buffer of the process event socket.', 'vrrp'),
  process_monitor_rcv_bufs_force: globalToggle('Ignore the system limit for it.'),
  lvs_netlink_cmd_rcv_bufs: bufferSize('Receive buffer of the checker netlink command socket.', 'checker'),
  lvs_netlink_cmd_rcv_bufs_force: globalToggle('Ignore the system limit for it.', { process: 'checker' }),
  lvs_netlink_monitor_rcv_bufs: bufferSize(
    'Receive buffer of the checker netlink monitor socket.',
    'checker',
  ),
  lvs_netlink_monitor_rcv_bufs_force: globalToggle('Ignore the system limit for it.', { process: 'checker' }),
  rs_init_notifies: globalToggle('Run notify scripts of real servers at start.', { process: 'checker' }),
  no_checker_emails: globalToggle('No mail from checkers.', { process: 'checker' }),
  vrrp_rx_bufs_policy: own.rxBufsPolicy,
  vrrp_rx_bufs_multiplier: scalar(uint(1, UINT_MAX, 'strict'), {
    doc: 'How many adverts the receive buffer must hold.',
    missing: 'Invalid vrrp_rx_bufs_multiplier',
    extra: 'Invalid vrrp_rx_bufs_multiplier',
    bad: 'Invalid vrrp_rx_bufs_multiplier {value}',
    default: 3,
  }),
  vrrp_startup_delay: delay('Seconds before instances start.'),
  vrrp_delay_after_boot: delay('Seconds after boot before instances start.', { since: 'v2.4.0' }),
  log_unknown_vrids: flag('Log adverts of unknown VRIDs.'),
  vrrp_owner_ignore_adverts: optionalToggle(
    'Default of owner_ignore_adverts.',
    "Invalid value '{value}' for global {keyword} specified",
    { since: 'v2.3.3' },
  ),
  vmac_prefix: scalar(text, {
    doc: 'Prefix of the names of VMAC interfaces.',
    repeat: 'first',
    again: 'vmac prefix has already been specified - ignoring {value}',
    default: 'vrrp',
  }),
  vmac_addr_prefix: scalar(text, {
    doc: 'Prefix of the names of VMAC interfaces for single addresses.',
    repeat: 'first',
    again: 'vmac_addr prefix has already been specified - ignoring {value}',
  }),
  umask: own.umask,
  random_seed: scalar(uint(0, UINT_MAX, 'strict'), {
    doc: 'Seed of the random numbers.',
    process: 'all',
    bad: 'random_seed {value} invalid',
  }),
  reload_check_config: scalar(text, {
    doc: 'Test the configuration before a reload; the argument takes the messages.',
    process: 'parent',
    bare: '/dev/null',
  }),
  reload_time_file: scalar(text, {
    doc: 'File whose content says when to reload.',
    process: 'parent',
    missing: 'reload_time_file invalid',
    extra: 'reload_time_file invalid',
  }),
  reload_repeat: flag('Keep reload_time_file and reload at each time it names.', { process: 'parent' }),
  reload_file: scalar(text, {
    doc: 'File that exists while the configuration is being read; without a path one beside the PID file.',
    process: 'parent',
    bare: '',
  }),
  include_check: own.includeCheck,
  config_save_dir: scalar(text, { doc: 'Directory for copies of the configuration.', process: 'all' }),
  tmp_config_directory: scalar(text, {
    doc: 'Directory for the flattened copy of the configuration.',
    process: 'parent',
    missing: 'tmp_config_directory missing directory name',
    repeat: 'first',
    again: 'tmp_config_directory already specified - ignoring',
  }),
  data_use_instance: toggle(
    'Put instance and namespace into the names of dump files.',
    "Invalid value '{value}' for global date_use_instance specified",
    { process: 'all' },
  ),
  notify_serialize: notifySerialize('every instance and group'),
  json_version: scalar(uint(1, 2, 'lenient'), {
    doc: 'Format of the JSON dump.',
    since: 'v2.2.8',
    missing: 'json_version requires version',
    bad: 'Invalid JSON version',
    default: 1,
  }),
  iproute_usr_dir: path('Directory of the iproute2 defaults.', 'v2.3.2', 'iproute_usr_dir requires path'),
  iproute_etc_dir: path('Directory of the iproute2 settings.', 'v2.3.2', 'iproute_etc_dir requires path'),
  state_dump_file: {
    ...path('Path of the state dump.', 'v2.3.3', 'state_dump_file requires a non-empty path'),
    process: 'all',
  },
  stats_dump_file: path(
    'Path of the statistics dump.',
    'v2.3.3',
    'stats_dump_file requires a non-empty path',
  ),
  json_dump_file: path('Path of the JSON dump.', 'v2.3.3', 'json_dump_file requires a non-empty path'),
};

export const globalDefs = block({
  doc: 'Options of the whole daemon.',
  args: '',
  process: 'all',
  rows: globalRows,
  open: (_line, _scope, session) => session.globals,
});
