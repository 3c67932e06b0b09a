/**
 * VRRP-MIB (RFC 2787) and VRRPV3-MIB (RFC 6527). The older one tells of VRRP version 2 only, the newer one of
 * both versions, as 2.2.7 has it. Virtual routers are named by the configured interface and their VRID.
 */
import type { InstanceConfig, VirtualAddress } from '../../vrrp/config.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import type { VrrpStats } from '../../vrrp/stats.ts';
import { compareOids, type Oid, type SnmpValue } from '../../wire/agentx.ts';
import { RFC2787, RFC6527 } from './names.ts';
import { type Branches, branches, type IndexedRow, scalars, type Table } from './tree.ts';
import { counter, counter64, gauge, integer, ipAddress, octets, some, ticks, truth } from './values.ts';
import { linkNamed, ownInterface, SPEAKS, type VrrpSnmpSource } from './vrrp-source.ts';

const VERSION_2 = 2;
/** RowStatus of RFC 2579. */
const ACTIVE = 1;
const PROTOCOL_IP = 1;
const AUTH_TYPES = { none: 1, pass: 2, ah: 3 } as const;
/** vrrpv3StatisticsNewMasterReason: notMaster(0), masterNoResponse(3). */
const NOT_MASTER = 0;
export const MASTER_NO_RESPONSE = 3;
const LINK_SCOPE = 253;

/** initialize(1), backup(2), master(3) */
const rfcState = ({ state }: InstanceStatus): number =>
  state.name === 'MASTER' ? 3 : state.name === 'BACKUP' ? 2 : 1;

const speaks = ({ state }: InstanceStatus): boolean => SPEAKS.has(state.name);

type Rows = IndexedRow<InstanceStatus>[];

const inOrder = <T>(rows: readonly IndexedRow<T>[]): IndexedRow<T>[] =>
  rows.toSorted((left, right) => compareOids(left.index, right.index));

/** Without an interface there is no name for it. */
function named(source: VrrpSnmpSource, index: (ifindex: number, config: InstanceConfig) => Oid): Rows {
  const report = source.report();
  return inOrder(
    report.instances.flatMap((row) => {
      const link = linkNamed(report, row.config.interface);
      return link === undefined ? [] : [{ index: index(link.link.index, row.config), row }];
    }),
  );
}

export const routerIndex = (ifindex: number, { vrid, family }: InstanceConfig): Oid => [
  ifindex,
  vrid,
  family === 4 ? 1 : 2,
];

const mac = (source: VrrpSnmpSource, status: InstanceStatus): SnmpValue | undefined =>
  some(linkNamed(source.report(), ownInterface(status)), ({ link }) => octets(link.mac));

/** The address that it speaks with; zeros where it has none. */
export function primaryAddress(source: VrrpSnmpSource, config: InstanceConfig): Uint8Array {
  const given = config.sourceAddress;
  if (given !== undefined) return given;
  const own = linkNamed(source.report(), config.interface)?.addresses ?? [];
  const usable = own.find(
    ({ family, scope }) => family === config.family && (family === 4 || scope === LINK_SCOPE),
  );
  return usable?.address ?? new Uint8Array(config.family === 4 ? 4 : 16);
}

function masterAddress(source: VrrpSnmpSource, status: InstanceStatus): Uint8Array {
  if (status.state.name === 'MASTER') return primaryAddress(source, status.config);
  return status.state.master?.source ?? new Uint8Array(status.config.family === 4 ? 4 : 16);
}

const sum = (source: VrrpSnmpSource, name: keyof VrrpStats, only?: number): number =>
  source
    .report()
    .instances.filter(({ config }) => only === undefined || config.version === only)
    .reduce((total, { stats }) => total + stats[name], 0);

/** Since it could speak; its last change of state does not begin it anew. */
const upTime = (source: VrrpSnmpSource, status: InstanceStatus): SnmpValue =>
  ticks(speaks(status) ? source.report().nowUs - source.upSince(status.config.name) : 0);

/** Those of its adverts by the name of the instance, then the address. */
function associated(rows: Rows): IndexedRow<VirtualAddress>[] {
  return inOrder(
    rows.flatMap(({ index, row }) =>
      row.config.vips.map((vip) => ({ index: [...index, ...vip.address], row: vip })),
    ),
  );
}

const stat =
  (of: (value: number) => SnmpValue, name: keyof VrrpStats) =>
  ({ stats }: InstanceStatus): SnmpValue =>
    of(stats[name]);

const version2 = (source: VrrpSnmpSource): Rows =>
  named(source, (ifindex, { vrid }) => [ifindex, vrid]).filter(({ row }) => row.config.version === VERSION_2);

function operations2787(source: VrrpSnmpSource): Table<InstanceStatus> {
  return {
    oid: [...RFC2787, 1, 3, 1],
    rows: () => version2(source),
    columns: {
      2: (status) => mac(source, status),
      3: (status) => integer(rfcState(status)),
      4: (status) => integer(speaks(status) ? 1 : 2),
      5: ({ config }) => integer(config.basePriority),
      6: ({ config }) => integer(config.vips.length),
      7: ({ state }) => ipAddress(state.master?.source ?? new Uint8Array(4)),
      8: ({ config }) => ipAddress(primaryAddress(source, config)),
      9: ({ config }) => integer(AUTH_TYPES[config.auth.type]),
      11: ({ config }) => integer(Math.round(config.advertIntervalUs / 1e6)),
      12: ({ config }) => truth(config.preempt),
      13: (status) => upTime(source, status),
      14: () => integer(PROTOCOL_IP),
      15: () => integer(ACTIVE),
    },
  };
}

function statistics2787(source: VrrpSnmpSource): Table<InstanceStatus> {
  return {
    oid: [...RFC2787, 2, 4, 1],
    rows: () => version2(source),
    columns: {
      1: stat(counter, 'becomeMaster'),
      2: stat(counter, 'advertRcvd'),
      3: stat(counter, 'advertIntervalErr'),
      4: stat(counter, 'authFailure'),
      5: stat(counter, 'ipTtlErr'),
      6: stat(counter, 'priZeroRcvd'),
      7: stat(counter, 'priZeroSent'),
      8: stat(counter, 'invalidTypeRcvd'),
      9: stat(counter, 'addrListErr'),
      10: stat(counter, 'invalidAuthtype'),
      11: stat(counter, 'authtypeMismatch'),
      12: stat(counter, 'packetLenErr'),
    },
  };
}

export function rfc2787Objects(source: VrrpSnmpSource): Branches[] {
  const moment = () => source.moment();
  const operations = scalars([...RFC2787, 1], {
    1: () => integer(VERSION_2),
    2: () => integer(source.setup().traps ? 1 : 2),
  });
  const errors = scalars([...RFC2787, 2], {
    1: () => counter(sum(source, 'checksumErr', VERSION_2)),
    2: () => counter(sum(source, 'versionErr', VERSION_2)),
    3: () => counter(source.unknownVrids()),
  });
  const addresses: Table<VirtualAddress> = {
    oid: [...RFC2787, 1, 4, 1],
    rows: () => associated(version2(source)),
    columns: { 2: () => integer(ACTIVE) },
  };
  return [
    branches(operations, moment),
    branches(operations2787(source), moment),
    branches(addresses, moment),
    branches(errors, moment),
    branches(statistics2787(source), moment),
  ];
}

function operations6527(source: VrrpSnmpSource): Table<InstanceStatus> {
  return {
    oid: [...RFC6527, 1, 1, 1, 1],
    rows: () => named(source, routerIndex),
    columns: {
      3: (status) => octets(masterAddress(source, status)),
      4: ({ config }) => octets(primaryAddress(source, config)),
      5: (status) => mac(source, status),
      6: (status) => integer(rfcState(status)),
      7: ({ config }) => gauge(config.basePriority),
      8: ({ config }) => integer(config.vips.length),
      9: ({ config }) => integer(Math.round(config.advertIntervalUs / 10_000)),
      10: ({ config }) => truth(config.preempt),
      11: ({ config }) => truth(config.accept),
      12: (status) => upTime(source, status),
      13: () => integer(ACTIVE),
    },
  };
}

function statistics6527(source: VrrpSnmpSource): Table<InstanceStatus> {
  return {
    oid: [...RFC6527, 1, 2, 5, 1],
    rows: () => named(source, routerIndex),
    columns: {
      1: stat(counter, 'becomeMaster'),
      2: ({ state }) => integer(state.name === 'MASTER' ? MASTER_NO_RESPONSE : NOT_MASTER),
      3: stat(counter64, 'advertRcvd'),
      4: stat(counter64, 'advertIntervalErr'),
      5: stat(counter64, 'ipTtlErr'),
      6: ({ config }) => integer(source.protocolError(config.name)),
      7: stat(counter64, 'priZeroRcvd'),
      8: stat(counter64, 'priZeroSent'),
      9: stat(counter64, 'invalidTypeRcvd'),
      10: stat(counter64, 'addrListErr'),
      11: stat(counter64, 'packetLenErr'),
      12: () => ticks(0),
      13: ({ config }) => gauge(Math.round(config.advertIntervalUs / 1_000)),
    },
  };
}

export function rfc6527Objects(source: VrrpSnmpSource): Branches[] {
  const moment = () => source.moment();
  const errors = scalars([...RFC6527, 1, 2], {
    1: () => counter64(sum(source, 'checksumErr')),
    2: () => counter64(sum(source, 'versionErr')),
    3: () => counter64(source.unknownVrids()),
    4: () => ticks(0),
  });
  const addresses: Table<VirtualAddress> = {
    oid: [...RFC6527, 1, 1, 2, 1],
    rows: () => associated(named(source, routerIndex)),
    columns: { 2: () => integer(ACTIVE) },
  };
  return [
    branches(operations6527(source), moment),
    branches(addresses, moment),
    branches(errors, moment),
    branches(statistics6527(source), moment),
  ];
}
