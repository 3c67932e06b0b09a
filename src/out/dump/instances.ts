/**
 * Virtual routers in keepalived.data, as 2.2.7 was seen writing them, with the lines that 2.3.3 added and the
 * causes of a fault, which are ours. Passwords are masked, as in 2.4.0 and later.
 */
import type { DumpFacts, InstanceFacts } from '../../ipc/dump-facts.ts';
import type { NotifyScripts } from '../../ipc/messages.ts';
import { assertNever } from '../../units.ts';
import {
  type AuthType,
  advertInterface,
  type InstanceConfig,
  type VirtualAddress,
} from '../../vrrp/config.ts';
import type { Fault } from '../../vrrp/events.ts';
import type { VrrpReport } from '../../vrrp/report.ts';
import { routeText } from '../../vrrp/route-text.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import { masterDownInterval } from '../../vrrp/timing.ts';
import { formatAddress } from '../../wire/address.ts';
import {
  addressText,
  dateText,
  enabled,
  epochText,
  listed,
  ruleDumpText,
  scriptText,
  secondsText,
  title,
  trackedText,
  yesNo,
} from './text.ts';

export const MASKED = '********';
const AUTH_TYPES: Readonly<Record<AuthType, string>> = {
  none: 'none',
  pass: 'SIMPLE_PASSWORD',
  ah: 'IPSEC_AH',
};
const CHECKSUMS = { always: 'config', never: 'never', 'when-heard': 'no' } as const;

/** The scripts of an instance or group, under the names that dumps have for them. */
export const SCRIPT_TITLES: readonly (readonly [
  Exclude<keyof NotifyScripts, 'reportsDeleted' | 'serializeUs'>,
  string,
])[] = [
  ['notify_backup', 'Backup state'],
  ['notify_master', 'Master state'],
  ['notify_fault', 'Fault state'],
  ['notify_stop', 'Stop state'],
  ['notify_deleted', 'Deleted state'],
  ['notify', 'Generic state'],
  ['notify_master_rx_lower_pri', 'Master rx lower pri state'],
];

export function scriptLines(scripts: NotifyScripts | undefined): string[] {
  return SCRIPT_TITLES.flatMap(([keyword, name]) => {
    const script = scripts?.[keyword];
    return script === undefined ? [] : [`   ${name} transition script = ${scriptText(script)}`];
  });
}

/** Where an address is, with the interface below where that is one of our own. */
export function deviceOf(address: VirtualAddress, config: InstanceConfig, report: VrrpReport): string {
  const name = address.dev ?? config.ownLinks?.main ?? config.interface;
  const found = report.links.find(({ link }) => link.name === name);
  const below = found?.ours
    ? report.links.find(({ link }) => link.index === found.link.lowerIndex)?.link.name
    : undefined;
  return below === undefined ? name : `${name}@${below}`;
}

export function addressTexts(
  addresses: readonly VirtualAddress[],
  { config, state }: InstanceStatus,
  report: VrrpReport,
): string[] {
  const set = state.name === 'MASTER';
  return addresses.map((address) =>
    addressText(address, deviceOf(address, config, report), { set, filtered: set && !config.accept }),
  );
}

function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'no-interface':
      return 'interface does not exist';
    case 'interface-down':
    case 'tracked-interface':
      return `${fault.kind === 'interface-down' ? 'interface' : 'tracked interface'} ${fault.interface}`;
    case 'no-peers':
      return 'no unicast peers';
    case 'no-source-address':
      return 'no address to send from';
    case 'foreign-source':
      return 'source address that no interface has';
    case 'script':
    case 'file':
    case 'process':
    case 'bfd':
      return `${fault.kind} ${fault.name}`;
    case 'socket':
      return `socket, ${fault.call}: errno ${fault.errno}`;
    case 'address':
      return `address ${fault.address}`;
    default:
      return assertNever(fault);
  }
}

/** Settings that count as flags, of which only some are told. */
function flagLines(config: InstanceConfig, facts: InstanceFacts): string[] {
  const told = [
    ...(config.unicastPeers.length > 0 ? ['     Using unicast'] : []),
    ...(facts.unicastWithoutPeers ? ['     Unicast config option specified but using multicast'] : []),
    ...(facts.faultWithoutPeers ? ['     If unicast go to fault state if no peers'] : []),
  ];
  const silent =
    !config.preempt ||
    config.promoteSecondaries ||
    !config.trackPrimary ||
    config.sourceAddress !== undefined ||
    config.skipCheckAdvAddr ||
    config.ownLink !== undefined ||
    config.vmacAddresses;
  return told.length === 0 && !silent ? ['   Flags: none'] : ['   Flags:', ...told];
}

function ownLinkLines({ config }: InstanceStatus, report: VrrpReport): string[] {
  const { ownLink, ownLinks, interface: below } = config;
  const name = ownLinks?.main;
  const lines = config.vmacAddresses ? ['   Use VMAC for VIPs on other interfaces'] : [];
  if (ownLink === undefined || name === undefined) return [...lines, `   Interface = ${below}`];
  const up = report.links.some(({ link }) => link.name === name);
  const kind = ownLink.kind === 'macvlan' ? 'VMAC' : 'IPVLAN';
  const transmits = config.transmitOnBase === true;
  return [
    ...lines,
    `   Use ${kind}, i/f name ${name}, is_up = ${up}, xmit_base = ${transmits}`,
    `   Interface = ${name}, ${kind.toLowerCase()} on ${below}${transmits ? ', xmit base i/f' : ''}`,
  ];
}

function sourceLines({ config, state }: InstanceStatus, report: VrrpReport): string[] {
  const source = config.sourceAddress ?? state.conditions.sourceAddress;
  const written = config.sourceAddress === undefined ? '' : ' (from configuration)';
  const lines = source === undefined ? [] : [`   Using src_ip = ${formatAddress(source)}${written}`];
  if (config.unicastPeers.length > 0) return lines;
  const index = report.links.find(({ link }) => link.name === advertInterface(config))?.link.index ?? 0;
  const where = config.family === 6 ? `, ifindex ${index}` : '';
  return [...lines, `   Multicast address ${formatAddress(config.multicastGroup)}${where}`];
}

function garpLines({ garp }: InstanceConfig): string[] {
  return [
    `   Gratuitous ARP delay = ${secondsText(garp.masterDelayUs)}`,
    `   Gratuitous ARP repeat = ${garp.masterRepeat}`,
    `   Gratuitous ARP refresh = ${secondsText(garp.refreshUs)}`,
    `   Gratuitous ARP refresh repeat = ${garp.refreshRepeat}`,
    `   Gratuitous ARP lower priority delay = ${secondsText(garp.lowerPrioDelayUs)}`,
    `   Gratuitous ARP lower priority repeat = ${garp.lowerPrioRepeat}`,
  ];
}

function priorityLines({ config, state }: InstanceStatus): string[] {
  const { basePriority } = config;
  const total = basePriority === 255 ? 255 : basePriority + state.conditions.priorityDelta;
  return [
    `   Virtual Router ID = ${config.vrid}`,
    `   Priority = ${basePriority}`,
    `   Effective priority = ${state.effectivePriority}`,
    `   Total priority = ${total}`,
    config.version === 2
      ? `   Advert interval = ${secondsText(config.advertIntervalUs)} sec`
      : `   Advert interval = ${config.advertIntervalUs / 1000} milli-sec`,
  ];
}

function authLines({ version, auth }: InstanceConfig): string[] {
  if (version !== 2) return [];
  const type = `   Authentication type = ${AUTH_TYPES[auth.type]}`;
  return auth.type === 'pass' ? [type, `   Password = ${MASKED}`] : [type];
}

function unicastLines(config: InstanceConfig, facts: InstanceFacts): string[] {
  if (config.unicastPeers.length === 0) return [];
  const peers = config.unicastPeers.map(
    ({ address, minTtl, maxTtl }) => `${formatAddress(address)} min_ttl ${minTtl} max_ttl ${maxTtl}`,
  );
  const checksum =
    config.version === 3 && config.family === 4
      ? [`   Unicast checksum compatibility = ${CHECKSUMS[config.oldUnicastChecksum]}`]
      : [];
  return [
    `   Unicast TTL = ${facts.unicastTtl}`,
    `   Check unicast src : ${yesNo(config.checkUnicastSource)}`,
    ...listed('Unicast Peer', peers),
    ...checksum,
  ];
}

function trackedLines({ tracked }: InstanceFacts): string[] {
  return [
    ...listed(
      'Tracked interfaces',
      tracked.interfaces.map((one) => trackedText(one)),
    ),
    ...listed(
      'Tracked scripts',
      tracked.scripts.map((one) => trackedText(one)),
    ),
    ...listed(
      'Tracked files',
      tracked.files.map((one) => trackedText(one, ',')),
    ),
    ...listed(
      'Tracked processes',
      tracked.processes.map((one) => trackedText(one, ',')),
    ),
    ...listed(
      'Tracked BFDs',
      tracked.bfds.map((one) => trackedText(one, ':')),
    ),
  ];
}

function timeLines({ config, state }: InstanceStatus, report: VrrpReport): string[] {
  const wall = (us: number): number => report.wallUs + us - report.nowUs;
  const changedAt = state.lastTransitionUs === 0 ? undefined : wall(state.lastTransitionUs);
  const next = report.deadlines.get(config.name);
  const told = (at: number): string => `${epochText(at)} (${dateText(at)})`;
  const down =
    state.effectivePriority === 255
      ? 1
      : masterDownInterval(
          config.version,
          state.effectivePriority,
          state.masterAdvertIntervalUs,
          config.downTimerAdverts,
        );
  return [
    `   Last transition = ${changedAt === undefined ? '0.000000' : told(changedAt)}`,
    `   Read timeout = ${next === undefined ? 'DISABLED' : told(wall(next))}`,
    `   Master down timer = ${Math.floor(down)} usecs`,
  ];
}

function stateLines(status: InstanceStatus, facts: InstanceFacts, group: string | undefined): string[] {
  const { config, state } = status;
  const { faults, waiting } = state.conditions;
  return [
    ` VRRP Instance = ${config.name}`,
    `   VRRP Version = ${config.version}`,
    ...(group === undefined ? [] : [`   Sync group = ${group}`]),
    ...(config.family === 6 ? ['   Using Native IPv6'] : []),
    `   State = ${state.name}`,
    ...flagLines(config, facts),
    `   Wantstate = ${state.name}`,
    '   Number of config faults = 0',
    `   Number of interface and track script faults = ${faults.length}`,
    ...(faults.length === 0
      ? []
      : ['   Causes of the fault :', ...faults.map((fault) => `     ${faultText(fault)}`)]),
    `   Number of track scripts init = ${waiting ? 1 : 0}`,
  ];
}

function lastAdvert(name: string, report: VrrpReport): string {
  const at = report.lastAdverts.get(name);
  return `   Last advert sent = ${at === undefined ? '0.000000' : epochText(report.wallUs + at - report.nowUs)}`;
}

export interface InstanceDump {
  readonly report: VrrpReport;
  readonly facts: DumpFacts;
  readonly notify: Readonly<Record<string, NotifyScripts>>;
}

function instanceLines(status: InstanceStatus, { report, facts: all, notify }: InstanceDump): string[] {
  const { config } = status;
  const facts = all.instances[config.name];
  if (facts === undefined) return [];
  const group = report.groups.find(({ members }) => members.includes(config.name))?.name;
  const socket = report.sockets.find(({ users }) => users.includes(config.name));
  const vips = addressTexts(config.vips, status, report);
  return [
    ...stateLines(status, facts, group),
    ...timeLines(status, report),
    ...ownLinkLines(status, report),
    ...(config.trackPrimary ? [] : ['   VRRP interface tracking disabled']),
    ...(config.skipCheckAdvAddr ? ['   Skip checking advert IP addresses'] : []),
    ...(config.strict ? ['   Enforcing strict VRRP compliance'] : []),
    ...sourceLines(status, report),
    ...garpLines(config),
    `   Down timer adverts = ${config.downTimerAdverts}`,
    `   Send advert after receive lower priority advert = ${!config.lowerPrioNoAdvert}`,
    `   Send advert after receive higher priority advert = ${config.higherPrioSendAdvert}`,
    ...priorityLines(status),
    lastAdvert(config.name, report),
    `   Accept = ${enabled(config.accept)}`,
    `   Preempt = ${enabled(config.preempt)}`,
    ...(config.preemptDelayUs === 0 ? [] : [`   Preempt delay = ${secondsText(config.preemptDelayUs)} secs`]),
    `   Promote_secondaries = ${enabled(config.promoteSecondaries === true)}`,
    ...authLines(config),
    ...(facts.receiveBuffer === undefined ? [] : [`   Kernel rx buffer size = ${facts.receiveBuffer}`]),
    ...(facts.debug === 0 ? [] : [`   Debug level = ${facts.debug}`]),
    ...(vips.length === 0 ? [] : [`   Virtual IP (${vips.length}):`, ...vips.map((line) => `     ${line}`)]),
    ...listed('Virtual IP Excluded', addressTexts(config.excludedVips, status, report)),
    ...unicastLines(config, facts),
    ...(socket === undefined ? [] : [`   fd_in ${socket.fdIn}, fd_out ${socket.fdOut}`]),
    ...listed('Virtual Routes', config.routes.map(routeText)),
    ...listed('Virtual Rules', config.rules.map(ruleDumpText)),
    ...trackedLines(facts),
    `   Using smtp notification = ${yesNo(facts.smtpAlert)}`,
    `   Notify deleted = ${notify[config.name]?.reportsDeleted ? 'Deleted' : 'Fault'}`,
    ...scriptLines(notify[config.name]),
    `   Notify priority changes = ${facts.notifyPriorityChanges}`,
  ];
}

export const instanceSection = (dump: InstanceDump): string[] =>
  dump.report.instances.length === 0
    ? []
    : [title('VRRP Topology'), ...dump.report.instances.flatMap((status) => instanceLines(status, dump))];
