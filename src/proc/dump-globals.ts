/**
 * The section of global definitions in dumps, as 2.2.7 was seen writing it, with the lines that 2.3.3 added.
 * It only depends on the configuration. Each process writes it; the parent knows no default interface, the
 * others know no start scripts.
 */
import { hostname } from 'node:os';
import type { Command, GlobalModel, Model } from '../../grammar/model.ts';
import { commandText, secondsText, title } from '../out/dump/text.ts';
import { formatAddress } from '../wire/address.ts';
import { filtersPackets, NFTABLES_PRIORITY, NFTABLES_TABLE } from './firewall-setup.ts';
import { DEFAULT_UMASK } from './process-setup.ts';

type Values = GlobalModel['values'];
type Fifo = NonNullable<Values['notify_fifo']>;

const GROUP_4 = '224.0.0.18';
const GROUP_6 = 'ff02::12';
const DEFAULT_INTERFACE = 'eth0';
const VMAC_PREFIX = 'vrrp';
/** What the parent shows for what nobody has set. */
const UNSET = 4_294_967_295;
const DEFAULT_RTTIME_US = 10_000;

const unset = (value: boolean | undefined): string => (value === undefined ? 'unset' : value ? 'on' : 'off');
const yes = (value: boolean | undefined): string => (value ? 'yes' : 'no');
const when = (condition: unknown, ...lines: string[]): string[] => (condition ? lines : []);

/** The address of `vrrp_mcast_group4/6`, or the one of the RFC. */
const groupText = (value: { readonly bytes: Uint8Array } | undefined, standard: string): string =>
  value === undefined ? standard : formatAddress(value.bytes);

function heloLines({ smtp_helo_name: name, smtp_server: server }: Values): string[] {
  return name === undefined && server === undefined ? [] : [` Smtp HELO name = ${name ?? hostname()}`];
}

function mailLines({ values: v, notificationEmail }: GlobalModel): string[] {
  return [
    ...(v.smtp_server === undefined
      ? []
      : [` Smtp server = ${v.smtp_server.host}`, ` Smtp server port = ${v.smtp_server.port}`]),
    ...heloLines(v),
    ...when(v.smtp_server, ` Smtp server connection timeout = ${secondsText(v.smtp_connect_timeout)}`),
    ...(v.notification_email_from === undefined
      ? []
      : [` Email notification from = ${v.notification_email_from}`]),
    ...when(
      notificationEmail.length > 0,
      ' Email notification to:',
      ...notificationEmail.map((address) => `   ${address}`),
    ),
    ` Default smtp_alert = ${unset(v.smtp_alert)}`,
    ` Default smtp_alert_vrrp = ${unset(v.smtp_alert_vrrp)}`,
    ` Default smtp_alert_checker = ${unset(v.smtp_alert_checker)}`,
  ];
}

/** Each process knows what its own scripts are started with. */
function fifoLines(globals: GlobalModel, vrrp: boolean): string[] {
  const { values: v, notifyFifoScript, vrrpNotifyFifoScript, lvsNotifyFifoScript } = globals;
  const fifos = [
    ['Global', v.notify_fifo, notifyFifoScript, vrrp],
    ['VRRP', v.vrrp_notify_fifo, vrrpNotifyFifoScript, vrrp],
    ['LVS', v.lvs_notify_fifo, lvsNotifyFifoScript, false],
  ] as const;
  const shown = (fifo: Fifo | undefined, { argv, uid, gid }: Command, started: boolean): string =>
    `${commandText([...argv, ...(started ? [fifo?.path ?? ''] : [])])}, uid:gid ${uid}:${gid}`;
  return [
    ...fifos.flatMap(([name, fifo, script, started]) => [
      ...(fifo === undefined ? [] : [` ${name} notify fifo = ${fifo.path}, uid:gid ${fifo.uid}:${fifo.gid}`]),
      ...(script === undefined ? [] : [` ${name} notify fifo script = ${shown(fifo, script, started)}`]),
    ]),
    ` FIFO write vrrp states on reload = ${v.fifo_write_vrrp_states_on_reload}`,
    ` VRRP notify priority changes = ${v.vrrp_notify_priority_changes ?? false}`,
  ];
}

function garpLines(v: Values, resolved: boolean): string[] {
  const lower = v.vrrp_garp_lower_prio_delay ?? (resolved ? v.vrrp_garp_master_delay : undefined);
  const delay = lower === undefined ? UNSET : secondsText(lower);
  const repeat = v.vrrp_garp_lower_prio_repeat ?? (resolved ? v.vrrp_garp_master_repeat : UNSET);
  return [
    ` VRRP IPv4 mcast group = ${groupText(v.vrrp_mcast_group4, GROUP_4)}`,
    ` VRRP IPv6 mcast group = ${groupText(v.vrrp_mcast_group6, GROUP_6)}`,
    ` Gratuitous ARP delay = ${secondsText(v.vrrp_garp_master_delay)}`,
    ` Gratuitous ARP repeat = ${v.vrrp_garp_master_repeat}`,
    ` Gratuitous ARP refresh timer = ${secondsText(v.vrrp_garp_master_refresh)}`,
    ` Gratuitous ARP refresh repeat = ${v.vrrp_garp_master_refresh_repeat}`,
    ` Gratuitous ARP lower priority delay = ${delay}`,
    ` Gratuitous ARP lower priority repeat = ${repeat}`,
    ` Num adverts before down = ${v.vrrp_down_timer_adverts}`,
    ` Gratuitous ARP for each secondary VMAC = ${extraSeconds(v)}s`,
    ` Send advert after receive lower priority advert = ${!(v.vrrp_lower_prio_no_advert ?? false)}`,
    ` Send advert after receive higher priority advert = ${v.vrrp_higher_prio_send_advert ?? false}`,
    ` Gratuitous ARP interval = ${(v.vrrp_garp_interval / 1e6).toFixed(6)}`,
    ` Gratuitous NA interval = ${(v.vrrp_gna_interval / 1e6).toFixed(6)}`,
    ` VRRP default protocol version = ${v.vrrp_version}`,
  ];
}

/** `vrrp_garp_extra_if` in seconds. */
function extraSeconds({ vrrp_garp_extra_if: extra }: Values): string {
  return extra === undefined ? '0' : String(extra.seconds);
}

function filterLines(v: Values, assumed: boolean): string[] {
  return [
    ...(v.nftables === undefined && !assumed
      ? []
      : [
          ` nftables table name = ${v.nftables ?? NFTABLES_TABLE}`,
          ` nftables base chain priority = ${v.nftables_priority ?? NFTABLES_PRIORITY}`,
          ` nftables ${v.nftables_ifindex ? '' : "don't "}force use ifindex for link local IPv6`,
        ]),
    ` nftables with${v.nftables_counters ? '' : 'out'} counters`,
    ` VRRP check unicast_src = ${v.vrrp_check_unicast_src}`,
    ` VRRP skip check advert addresses = ${v.vrrp_skip_check_adv_addr}`,
    ` VRRP strict mode = ${v.vrrp_strict ?? false}`,
    ` Max auto priority = ${v.max_auto_priority === -1 ? 'Disabled' : (v.max_auto_priority ?? 0)}`,
    ` Min auto priority delay = ${v.min_auto_priority_delay} usecs`,
  ];
}

interface Scheduling {
  readonly nice: number | undefined;
  readonly noSwap: boolean;
  readonly realtime: number | undefined;
  readonly limitUs: number | undefined;
}

const schedulingLines = (name: string, { nice, noSwap, realtime, limitUs }: Scheduling): string[] => [
  ` ${name} process priority = ${nice ?? 0}`,
  ` ${name} don't swap = ${noSwap}`,
  ` ${name} realtime priority = ${realtime ?? 0}`,
  ` ${name} realtime limit = ${limitUs ?? DEFAULT_RTTIME_US}`,
];

function processLines(v: Values): string[] {
  return [
    ...schedulingLines('VRRP', {
      nice: v.vrrp_priority,
      noSwap: v.vrrp_no_swap,
      realtime: v.vrrp_rt_priority,
      limitUs: v.vrrp_rlimit_rttime,
    }),
    ...schedulingLines('Checker', {
      nice: v.checker_priority,
      noSwap: v.checker_no_swap,
      realtime: v.checker_rt_priority,
      limitUs: v.checker_rlimit_rttime,
    }),
    ...schedulingLines('BFD', {
      nice: v.bfd_priority,
      noSwap: v.bfd_no_swap,
      realtime: v.bfd_rt_priority,
      limitUs: v.bfd_rlimit_rttime,
    }),
  ];
}

function tailLines(v: Values): string[] {
  const buffers = [
    'vrrp_netlink_cmd_rcv_bufs',
    'vrrp_netlink_cmd_rcv_bufs_force',
    'vrrp_netlink_monitor_rcv_bufs',
    'vrrp_netlink_monitor_rcv_bufs_force',
    'process_monitor_rcv_bufs',
    'process_monitor_rcv_bufs_force',
    'lvs_netlink_cmd_rcv_bufs',
    'lvs_netlink_cmd_rcv_bufs_force',
    'lvs_netlink_monitor_rcv_bufs',
    'lvs_netlink_monitor_rcv_bufs_force',
    'rs_init_notifies',
    'no_checker_emails',
  ] as const;
  const user = typeof v.script_user === 'object' ? v.script_user : undefined;
  const policy = v.vrrp_rx_bufs_policy;
  return [
    ` Script security ${v.enable_script_security ? 'enabled' : 'disabled'}`,
    ...when(
      user !== undefined || (v.script_user === undefined && !v.enable_script_security),
      ` Default script uid:gid ${user?.uid ?? 0}:${user?.gid ?? 0}`,
    ),
    ...buffers.map((name) => ` ${name} = ${Number(v[name])}`),
    ...(typeof policy === 'number' ? [` rx_bufs_size = ${policy}`] : []),
    ...(policy === 'MTU' || policy === 'ADVERT' ? [` rx_bufs_policy = ${policy}`] : []),
    ` rx_bufs_multiples = ${v.vrrp_rx_bufs_multiplier}`,
    ` umask = 0${(v.umask ?? DEFAULT_UMASK).toString(8)}`,
    ...when(v.vrrp_startup_delay > 0, ` vrrp_startup_delay = ${secondsText(v.vrrp_startup_delay)}`),
    ...when(v.log_unknown_vrids, ' log_unknown_vrids'),
    ...when(v.vmac_prefix !== VMAC_PREFIX, ` VMAC prefix = ${v.vmac_prefix}`),
    ...(v.vmac_addr_prefix === undefined ? [] : [` VMAC address prefix = ${v.vmac_addr_prefix}`]),
    ` json_version ${v.json_version}`,
  ];
}

/** SNMP, and D-Bus, of which there is nothing behind these lines. */
function queryLines(v: Values): string[] {
  const state = (value: unknown): string => (value ? 'enabled' : 'disabled');
  return [
    ` SNMP vrrp ${state(v.enable_snmp_vrrp || v.enable_snmp_keepalived)}`,
    ` SNMP checker ${state(v.enable_snmp_checker)}`,
    ` SNMP RFCv2 ${state(v.enable_snmp_rfc || v.enable_snmp_rfcv2)}`,
    ` SNMP RFCv3 ${state(v.enable_snmp_rfc || v.enable_snmp_rfcv3)}`,
    ` SNMP traps ${state(v.enable_traps)}`,
    ` SNMP socket = ${v.snmp_socket ?? 'default (unix:/var/agentx/master)'}`,
    ` DBus ${state(v.enable_dbus)}`,
    ` DBus service name = ${v.enable_dbus ? v.dbus_service_name : ''}`,
  ];
}

function reloadLines(v: Values): string[] {
  const { reload_check_config: check, reload_time_file: file } = v;
  const log = check === undefined || check === '' ? '' : `, log to ${check}`;
  return [
    ` ${check === undefined ? 'No test' : 'Test'} config before reload${log}`,
    ...(file === undefined
      ? []
      : [` Reload time file = ${file}${v.reload_repeat ? ' (repeat)' : ''}`, NO_RELOAD]),
    ...(v.tmp_config_directory === undefined ? [] : [` config save directory = ${v.tmp_config_directory}`]),
  ];
}

/** What the parent has in its place while `reload_time_file` names a time. */
export const NO_RELOAD = ' No reload scheduled';

/** 2.2.7 calls the third timeout that of TCP too. */
function timeoutLines({ lvs_timeouts: timeouts }: Values): string[] {
  const lines = [
    ['TCP', timeouts?.tcp],
    ['TCP FIN', timeouts?.tcpfin],
    ['TCP', timeouts?.udp],
  ] as const;
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [` LVS ${name} timeout = ${value}`]));
}

function syncDaemonLines({ lvs_sync_daemon: daemon }: Values, vrid: number | undefined): string[] {
  if (daemon === undefined) return [];
  const given = (label: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [` LVS ${label}${value}`];
  return [
    ...given('syncd vrrp name = ', daemon.instance),
    ...given('syncd interface = ', daemon.interface),
    ...given('syncd syncid = ', daemon.id ?? vrid ?? UNSET),
    ...given('syncd maxlen = ', daemon.maxlen),
    ...given('mcast group ', daemon.group && formatAddress(daemon.group.bytes)),
    ...given('syncd mcast port = ', daemon.port),
    ...given('syncd mcast ttl = ', daemon.ttl),
  ];
}

function scriptLines({ startupScript, shutdownScript, values: v }: GlobalModel): string[] {
  const shown = ({ argv, uid, gid }: Command): string => `${commandText(argv)}, uid:gid ${uid}:${gid}`;
  return [
    ...(startupScript === undefined
      ? []
      : [` Startup script = ${shown(startupScript)}, timeout ${v.startup_script_timeout}`]),
    ...(shutdownScript === undefined
      ? []
      : [` Shutdown script = ${shown(shutdownScript)} timeout ${v.shutdown_script_timeout}`]),
  ];
}

/** The process that writes it: the VRRP process has one value stand in for another. */
export type GlobalsOwner = 'parent' | 'vrrp' | 'other';

export function globalLines(model: Model, owner: GlobalsOwner): string[] {
  const { root, globals } = model;
  const v = globals.values;
  const dynamic = v.dynamic_interfaces;
  const vrrp = owner === 'vrrp';
  const master = vrrp
    ? model.instances.find(({ name }) => name === v.lvs_sync_daemon?.instance)?.values.virtual_router_id
    : undefined;
  return [
    title('Global definitions'),
    ...(v.config_save_dir === undefined ? [] : [` Config save dir = ${v.config_save_dir}`]),
    ` Network namespace = ${root.net_namespace ?? '(default)'}`,
    ` Network namespace ipvs = ${root.net_namespace_ipvs ?? '(main namespace)'}`,
    ...(root.instance === undefined ? [] : [` Instance name = ${root.instance}`]),
    ...(v.process_name === undefined ? [] : [` Parent process name = ${v.process_name}`]),
    ...(v.vrrp_process_name === undefined ? [] : [` VRRP process name = ${v.vrrp_process_name}`]),
    ...(v.checker_process_name === undefined ? [] : [` LVS process name = ${v.checker_process_name}`]),
    ...(v.bfd_process_name === undefined ? [] : [` BFD process name = ${v.bfd_process_name}`]),
    ` Router ID = ${v.router_id ?? hostname()}`,
    ...mailLines(globals),
    ` Checkers log all failures = ${v.checker_log_all_failures}`,
    ...reloadLines(v),
    ...when(v.data_use_instance, ' Use instance name in data dumps'),
    ...when(owner === 'parent', ...scriptLines(globals)),
    ` Dynamic interfaces = ${dynamic !== undefined}`,
    ...when(dynamic !== undefined, ` Allow interface changes = ${dynamic === 'allow_if_changes'}`),
    ...timeoutLines(v),
    ...when(vrrp, ` Default interface = ${v.default_interface ?? DEFAULT_INTERFACE}`),
    ` Disable local IGMP = ${yes(v.disable_local_igmp)}`,
    ` Use VRRPv2 checksum for VRRPv3 IPv4 = ${yes(v.v3_checksum_as_v2)}`,
    ...syncDaemonLines(v, master),
    ` LVS flush = ${v.lvs_flush}`,
    ` LVS flush on stop = ${v.lvs_flush_on_stop ?? 'disabled'}`,
    ...fifoLines(globals, vrrp),
    ...garpLines(v, vrrp),
    ...filterLines(v, vrrp && filtersPackets(model)),
    ...processLines(v),
    ...queryLines(v),
    ...tailLines(v),
  ];
}
