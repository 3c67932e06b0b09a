/**
 * KEEPALIVED-MIB, the part of the checker process: groups of virtual servers, virtual servers and their real
 * servers, with the counters of the kernel. Numbers and order of columns are what 2.2.7 was seen answering.
 */
import type { CheckedServer, CheckedVirtualServer, ServerSettings } from '../../health/config.ts';
import type { HealthReport, ServerReport, VirtualReport } from '../../health/report.ts';
import type { PoolServer } from '../../lvs/config.ts';
import {
  type IpvsDestinationEntry,
  type IpvsForwarding,
  type IpvsService,
  type IpvsStatistics,
  NO_STATISTICS,
} from '../../ports/ipvs.ts';
import type { Change, SnmpGroup, SnmpGroupMember, SnmpSetup } from '../../ports/snmp.ts';
import type { VarBind } from '../../wire/agentx.ts';
import { commandText } from '../dump/text.ts';
import { statisticsColumns } from './ipvs-columns.ts';
import { CHECKER } from './names.ts';
import { type Branches, branches, type Column, type IndexedRow, type Table } from './tree.ts';
import { familyType, gauge, integer, octets, some, text, truth } from './values.ts';
import { counted, nested } from './vrrp-source.ts';

export interface CheckerSnmpSource {
  /** Another number whenever the report is another one. */
  moment(): number;
  report(): HealthReport;
  setup(): SnmpSetup;
  /** Of all its services together. */
  statistics(virtual: CheckedVirtualServer): IpvsStatistics;
  /** As if the configuration had said so. */
  setWeight(virtual: CheckedVirtualServer, server: CheckedServer, weight: number): void;
  /** Undefined while it is not in the table. */
  destination(virtual: CheckedVirtualServer, server: PoolServer): IpvsDestinationEntry | undefined;
}

const SCHEDULERS: Readonly<Record<string, number>> = {
  rr: 1,
  wrr: 2,
  lc: 3,
  wlc: 4,
  lblc: 5,
  lblcr: 6,
  dh: 7,
  sh: 8,
  sed: 9,
  nq: 10,
  fo: 11,
  ovf: 12,
  mh: 13,
};
const OTHER_SCHEDULER = 99;
const METHODS: Readonly<Record<IpvsForwarding, number>> = {
  masquerade: 1,
  route: 2,
  tunnel: 3,
  local: 2,
  bypass: 2,
};
const UDP = 2;
const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 1, UDP, SCTP: 3 };
const IP_IN_IP = 1;
const TUNNELS = { gue: 2, gre: 3 } as const;
const CHECKSUMS = { none: 1, plain: 2, remote: 3 } as const;
const SERVER = 1;
const SORRY = 2;
const REMOVE = 1;
const INHIBIT = 2;

const first = ({ services }: CheckedVirtualServer): IpvsService | undefined => services[0];

/** fwmark(1), ip(2), group(3) */
export function kindOf(config: CheckedVirtualServer): number {
  if (config.group !== undefined) return 3;
  return first(config)?.id.by === 'mark' ? 1 : 2;
}

/** Its name as columns: of a group, of a mark, or of an address and port. */
export function identityColumns(): Readonly<Record<number, Column<CheckedVirtualServer>['get']>> {
  const mark = (config: CheckedVirtualServer) => {
    const id = first(config)?.id;
    return kindOf(config) === 1 && id?.by === 'mark' ? id : undefined;
  };
  const address = (config: CheckedVirtualServer) => {
    const id = first(config)?.id;
    return kindOf(config) === 2 && id?.by === 'address' ? id : undefined;
  };
  return {
    2: (config) => integer(kindOf(config)),
    3: ({ group }) => some(group?.name, text),
    4: (config) => some(mark(config), (id) => gauge(id.mark)),
    6: (config) => some(address(config), (id) => octets(id.address)),
    7: (config) => some(address(config), (id) => gauge(id.port)),
  };
}

export const protocolValue = ({ text: { protocol } }: CheckedVirtualServer) =>
  integer(PROTOCOLS[protocol] ?? UDP);

const wholeSeconds = (valueUs: number | undefined) => gauge(Math.trunc((valueUs ?? 0) / 1e6));
const microseconds = (valueUs: number | undefined) => gauge(valueUs ?? 0);

/** An IPv4 mask from the length of a prefix. */
function maskOf(length: number): Uint8Array {
  const mask = new Uint8Array(4);
  new DataView(mask.buffer).setUint32(0, length === 0 ? 0 : 0xffff_ffff << (32 - length));
  return mask;
}

const WIDTH_4 = 32;
const WHOLE_ADDRESS_6 = 0xffff_ffff;
const WIDTH_6 = 128;

function serviceColumns(): Readonly<Record<number, Column<CheckedVirtualServer>['get']>> {
  const flag = (number: 1 | 2 | 3) => (config: CheckedVirtualServer) =>
    truth(first(config)?.schedulerFlags.includes(number) === true);
  const persistence = (config: CheckedVirtualServer) => first(config)?.persistence;
  const wide = (config: CheckedVirtualServer) => {
    const length = persistence(config)?.prefixLength ?? WIDTH_6;
    return gauge(length === WIDTH_6 ? WHOLE_ADDRESS_6 : length);
  };
  return {
    ...identityColumns(),
    5: ({ text: { family } }) => integer(family === 4 ? 1 : 2),
    8: (config) => (kindOf(config) === 1 ? undefined : protocolValue(config)),
    9: (config) => integer(SCHEDULERS[first(config)?.scheduler ?? ''] ?? OTHER_SCHEDULER),
    10: ({ text: { method } }) => integer(METHODS[method.forwarding]),
    13: (config) => truth(persistence(config) !== undefined),
    14: (config) => some(persistence(config), ({ timeoutSeconds }) => gauge(timeoutSeconds)),
    15: (config) =>
      config.text.family === 4 ? octets(maskOf(persistence(config)?.prefixLength ?? WIDTH_4)) : undefined,
    37: (config) => truth(first(config)?.onePacket === true),
    51: (config) => (config.text.family === 6 ? wide(config) : undefined),
    52: () => truth(false),
    53: flag(1),
    54: flag(2),
    55: flag(3),
    62: flag(1),
    63: flag(2),
  };
}

const tunnelType = ({ forwarding, tunnel }: Pick<PoolServer, 'forwarding' | 'tunnel'>) =>
  forwarding === 'tunnel' ? integer(tunnel === undefined ? IP_IN_IP : TUNNELS[tunnel.type]) : undefined;
const tunnelPort = ({ tunnel }: Pick<PoolServer, 'tunnel'>) =>
  tunnel?.type === 'gue' ? gauge(tunnel.port) : undefined;
const tunnelChecksum = ({ tunnel }: Pick<PoolServer, 'tunnel'>) =>
  some(tunnel, ({ checksum }) => integer(CHECKSUMS[checksum]));

function settingColumns(): Readonly<Record<number, Column<CheckedVirtualServer>['get']>> {
  return {
    12: ({ settings }) => some(settings.virtualhost, text),
    16: ({ settings }) => wholeSeconds(settings.delayLoopUs),
    17: ({ suspends }) => truth(suspends),
    18: ({ settings }) => truth(settings.alpha),
    19: ({ omega }) => truth(omega),
    24: ({ commands }) => some(commands.quorum_up, ({ argv }) => text(commandText(argv))),
    25: ({ commands }) => some(commands.quorum_down, ({ argv }) => text(commandText(argv))),
    26: ({ hysteresis }) => gauge(hysteresis),
    56: ({ text: { inhibit } }) => integer(inhibit ? INHIBIT : REMOVE),
    57: ({ settings }) => gauge(settings.retry ?? 0),
    58: ({ settings }) => wholeSeconds(settings.delayBeforeRetryUs),
    59: ({ settings }) => wholeSeconds(settings.warmupUs),
    61: ({ smtpAlert }) => truth(smtpAlert),
    64: ({ settings }) => microseconds(settings.delayLoopUs),
    65: ({ settings }) => microseconds(settings.delayBeforeRetryUs),
    66: ({ settings }) => microseconds(settings.warmupUs),
    67: ({ settings }) => microseconds(settings.connectTimeoutUs),
    68: ({ text: { method } }) => tunnelType(method),
    69: ({ text: { method } }) => tunnelPort(method),
    70: ({ text: { method } }) => tunnelChecksum(method),
    71: ({ text: { snmpName } }) => some(snmpName, text),
  };
}

export const aliveCount = ({ servers }: Pick<VirtualReport, 'servers'>): number =>
  servers.filter(({ alive }) => alive).length;

function virtualTable(source: CheckerSnmpSource): Table<VirtualReport> {
  const statistics = ({ config }: VirtualReport) => source.statistics(config);
  const ofConfig = Object.entries({ ...serviceColumns(), ...settingColumns() }).map(
    ([number, get]) => [number, ({ config }: VirtualReport) => get(config)] as const,
  );
  return {
    oid: [...CHECKER, 3, 1],
    rows: () => counted(source.report().virtuals),
    columns: {
      ...Object.fromEntries(ofConfig),
      // Alive: it is served, by whomever.
      11: () => integer(1),
      20: ({ servers }) => gauge(servers.length),
      21: (virtual) => gauge(aliveCount(virtual)),
      22: ({ config }) => gauge(config.quorum),
      23: ({ quorum }) => truth(quorum),
      27: (virtual) => gauge(Number(statistics(virtual).connections & 0xffff_ffffn)),
      60: () => integer(1),
      ...statisticsColumns(statistics, { traffic: 28, rates: 32, wide: 38, wideRates: 41 }),
    },
  };
}

/** A real server, or the one that stands in for all of them. */
interface ServerRow {
  readonly virtual: CheckedVirtualServer;
  readonly server: PoolServer | CheckedServer;
  /** Absent for a sorry server. */
  readonly report?: ServerReport;
}

const serverRows = ({ config, servers }: VirtualReport): ServerRow[] => [
  ...(config.sorry === undefined ? [] : [{ virtual: config, server: config.sorry }]),
  ...servers.map((report) => ({ virtual: config, server: report.config, report })),
];

const settingsOf = ({ report }: ServerRow): ServerSettings | undefined => report?.config.settings;

function serverSettingColumns(): Readonly<Record<number, Column<ServerRow>['get']>> {
  const seconds = (name: 'delayBeforeRetryUs' | 'warmupUs' | 'delayLoopUs') => (row: ServerRow) =>
    wholeSeconds(settingsOf(row)?.[name]);
  const exact =
    (name: 'delayBeforeRetryUs' | 'warmupUs' | 'delayLoopUs' | 'connectTimeoutUs') => (row: ServerRow) =>
      microseconds(settingsOf(row)?.[name]);
  return {
    40: ({ server }) => integer(METHODS[server.forwarding]),
    41: ({ report }) => some(report?.config.virtualhost, text),
    42: (row) => truth(settingsOf(row)?.alpha ?? row.virtual.settings.alpha),
    43: (row) => gauge(settingsOf(row)?.retry ?? 0),
    44: seconds('delayBeforeRetryUs'),
    45: seconds('warmupUs'),
    46: seconds('delayLoopUs'),
    47: ({ report }) => truth(report?.config.smtpAlert === true),
    48: exact('delayBeforeRetryUs'),
    49: exact('warmupUs'),
    50: exact('delayLoopUs'),
    51: exact('connectTimeoutUs'),
    52: ({ server }) => tunnelType(server),
    53: ({ server }) => tunnelPort(server),
    54: ({ server }) => tunnelChecksum(server),
    55: ({ report }) => some(report?.config.snmpName, text),
  };
}

/** What the kernel takes. */
const MOST_WEIGHT = 65_535;

function weightColumn(source: CheckerSnmpSource): Column<ServerRow> {
  const set = ({ virtual, report }: ServerRow, value: VarBind['value']): Change => {
    if (report === undefined) return { error: 'notWritable' };
    if (value.type !== 'integer') return { error: 'wrongType' };
    const { value: weight } = value;
    if (weight < 0 || weight > MOST_WEIGHT) return { error: 'wrongValue' };
    return { commit: () => source.setWeight(virtual, report.config, weight) };
  };
  return { get: ({ report }) => some(report, ({ weight }) => integer(weight)), set };
}

function serverTable(source: CheckerSnmpSource): Table<ServerRow> {
  const entry = ({ virtual, server }: ServerRow) => source.destination(virtual, server);
  const limit = (value: number | undefined) =>
    value === undefined || value === 0 ? undefined : gauge(value);
  const command = (event: 'notify_up' | 'notify_down') => (row: ServerRow) =>
    some(row.report?.config.commands[event], ({ argv }) => text(commandText(argv)));
  const rows = (): IndexedRow<ServerRow>[] => nested(source.report().virtuals, serverRows);
  return {
    oid: [...CHECKER, 4, 1],
    rows,
    columns: {
      2: ({ report }) => integer(report === undefined ? SORRY : SERVER),
      3: ({ server }) => familyType(server.address),
      4: ({ server }) => octets(server.address),
      5: ({ server }) => gauge(server.port),
      6: ({ report }) => some(report, ({ alive }) => truth(alive)),
      7: weightColumn(source),
      8: ({ report }) => limit(report?.config.upperThreshold),
      9: ({ report }) => limit(report?.config.lowerThreshold),
      10: ({ report }) => some(report, ({ config }) => integer(config.inhibit ? INHIBIT : REMOVE)),
      11: command('notify_up'),
      12: command('notify_down'),
      13: ({ report }) => some(report, ({ failed }) => gauge(failed)),
      14: (row) => gauge(Number((entry(row)?.statistics.connections ?? 0n) & 0xffff_ffffn)),
      15: (row) => gauge(entry(row)?.activeConnections ?? 0),
      16: (row) => gauge(entry(row)?.inactiveConnections ?? 0),
      17: (row) => gauge(entry(row)?.persistentConnections ?? 0),
      ...serverSettingColumns(),
      ...statisticsColumns((row: ServerRow) => entry(row)?.statistics ?? NO_STATISTICS, {
        traffic: 18,
        rates: 22,
        wide: 27,
        wideRates: 30,
      }),
    },
  };
}

/** fwmark(1), ip(2), range(3) */
function memberKind(member: SnmpGroupMember): number {
  if ('mark' in member) return 1;
  return Buffer.compare(member.first, member.last) === 0 ? 2 : 3;
}

function groupTables(source: CheckerSnmpSource): readonly [Table<SnmpGroup>, Table<SnmpGroupMember>] {
  const groups = () => source.setup().groups;
  const address = (kind: number, member: SnmpGroupMember) =>
    'mark' in member || memberKind(member) !== kind ? undefined : member;
  const members: Table<SnmpGroupMember> = {
    oid: [...CHECKER, 2, 1],
    rows: () => nested(groups(), ({ members: list }) => list),
    columns: {
      2: (member) => integer(memberKind(member)),
      3: (member) => ('mark' in member ? gauge(member.mark) : undefined),
      4: (member) => ('mark' in member ? undefined : familyType(member.first)),
      5: (member) => some(address(2, member), ({ first: only }) => octets(only)),
      6: (member) => some(address(3, member), ({ first: from }) => octets(from)),
      7: (member) => some(address(3, member), ({ last }) => octets(last)),
      8: (member) => ('mark' in member ? undefined : gauge(member.port)),
    },
  };
  const names: Table<SnmpGroup> = {
    oid: [...CHECKER, 1, 1],
    rows: () => counted(groups()),
    columns: { 2: ({ name }) => text(name) },
  };
  return [names, members];
}

export function checkerObjects(source: CheckerSnmpSource): Branches[] {
  const moment = () => source.moment();
  const [groups, members] = groupTables(source);
  return [
    branches(groups, moment),
    branches(members, moment),
    branches(virtualTable(source), moment),
    branches(serverTable(source), moment),
  ];
}
