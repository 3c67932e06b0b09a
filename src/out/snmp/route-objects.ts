/**
 * KEEPALIVED-MIB, the VRRP part: addresses, routes with their next hops, and rules. The first number of an
 * index is that of the instance, 0 for what is static. Metrics of routes other than the MTU, and their
 * encapsulation, are not told.
 */
import type { NextHop, Prefix } from '../../ports/routing.ts';
import type { StaticConfig, VirtualAddress, VirtualRoute, VirtualRule } from '../../vrrp/config.ts';
import { ACTION_NUMBERS } from '../../vrrp/route-match.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import { VRRP } from './names.ts';
import { type Branches, branches, type IndexedRow, type Table } from './tree.ts';
import { familyType, gauge, integer, octets, some, text, truth } from './values.ts';
import { counted, linkNamed, ownInterface, type VrrpSnmpSource } from './vrrp-source.ts';

/** An entry of an instance or of nobody, and whether it is in the kernel. */
interface Owned<T> {
  readonly entry: T;
  readonly owner: InstanceStatus | undefined;
  readonly set: boolean;
}

/** RT_SCOPE_* as host(1), link(2), site(5), global(14), like the scopes of IPv6 multicast. */
const SCOPES: Readonly<Record<number, number>> = { 254: 1, 253: 2, 200: 5, 0: 14 };
const scopeOf = (scope: number) => integer(SCOPES[scope] ?? scope);

/** RTN_* with an action of its own; normal(1) and ecmp(2) are the others. */
const ROUTE_TYPES: Readonly<Record<number, number>> = { 6: 3, 7: 7, 8: 8, 9: 9 };
const NORMAL = 1;
const MULTIPATH = 2;

function owned<T>(
  source: VrrpSnmpSource,
  statics: (config: StaticConfig) => readonly T[],
  ofInstance: (status: InstanceStatus) => readonly T[],
): IndexedRow<Owned<T>>[] {
  const report = source.report();
  const row =
    (owner?: InstanceStatus) =>
    (entry: T): Owned<T> => ({ entry, owner, set: owner === undefined || owner.state.name === 'MASTER' });
  return [
    ...counted(statics(report.statics).map(row()), [0]),
    ...report.instances.flatMap((status, at) => counted(ofInstance(status).map(row(status)), [at + 1])),
  ];
}

function addressTable(source: VrrpSnmpSource): Table<Owned<VirtualAddress>> {
  const device = ({ entry, owner }: Owned<VirtualAddress>): string | undefined =>
    entry.dev ?? (owner === undefined ? undefined : ownInterface(owner));
  return {
    oid: [...VRRP, 6, 1],
    rows: () =>
      owned(
        source,
        ({ addresses }) => addresses,
        ({ config }) => [...config.vips, ...config.excludedVips],
      ),
    columns: {
      2: ({ entry }) => familyType(entry.address),
      3: ({ entry }) => octets(entry.address),
      4: ({ entry }) => (entry.family === 4 ? octets(entry.broadcast ?? new Uint8Array(4)) : undefined),
      5: ({ entry }) => gauge(entry.prefix),
      6: ({ entry }) => scopeOf(entry.scope),
      7: (row) => some(linkNamed(source.report(), device(row)), ({ link }) => integer(link.index)),
      8: (row) => some(device(row), text),
      9: ({ entry }) => some(entry.label, text),
      10: ({ set }) => truth(set),
      11: ({ entry, owner }) => truth(owner?.config.vips.includes(entry) === true),
    },
  };
}

const metric = (route: VirtualRoute, name: string) => route.metrics.find((one) => one.name === name);

function routeTable(source: VrrpSnmpSource): Table<Owned<VirtualRoute>> {
  const link = (route: VirtualRoute) => linkNamed(source.report(), route.device)?.link;
  const kind = ({ type, nextHops }: VirtualRoute): number =>
    ROUTE_TYPES[type] ?? (nextHops.length > 0 ? MULTIPATH : NORMAL);
  return {
    oid: [...VRRP, 7, 1],
    rows: () =>
      owned(
        source,
        ({ routes }) => routes,
        ({ config }) => config.routes,
      ),
    columns: {
      2: ({ entry }) => integer(entry.family === 4 ? 1 : 2),
      3: ({ entry }) => octets(entry.destination.address),
      4: ({ entry }) => gauge(entry.destination.length),
      5: ({ entry }) => some(entry.gateway, ({ address }) => octets(address)),
      7: ({ entry }) => some(entry.source, octets),
      8: ({ entry }) => gauge(entry.priority ?? 0),
      9: ({ entry }) => scopeOf(entry.scope),
      10: ({ entry }) => integer(kind(entry)),
      11: ({ entry }) => some(link(entry), ({ index }) => integer(index)),
      12: ({ entry }) => some(entry.device, text),
      13: ({ entry }) => gauge(entry.table),
      14: ({ set }) => truth(set),
      17: ({ entry }) => some(entry.tos, gauge),
      18: ({ entry }) => integer(entry.protocol + 1),
      19: () => truth(false),
      20: () => truth(false),
      22: ({ entry }) => some(metric(entry, 'mtu'), ({ value }) => gauge(Number(value))),
      23: ({ entry }) => some(metric(entry, 'mtu'), ({ lock }) => truth(lock)),
      43: ({ entry }) => some(entry.preference, preferenceValue),
    },
  };
}

/** ICMPV6_ROUTER_PREF_*: low is 3 and high is 1 there, here they are ordered from 1. */
const PREFERENCES: Readonly<Record<number, number>> = { 3: 1, 0: 2, 1: 3 };
const preferenceValue = (preference: number) => integer(PREFERENCES[preference] ?? preference);

function nextHopTable(source: VrrpSnmpSource): Table<NextHop<string>> {
  const hops = (routes: readonly VirtualRoute[], above: number): IndexedRow<NextHop<string>>[] =>
    routes.flatMap(({ nextHops }, at) => counted(nextHops, [above, at + 1]));
  const rows = (): IndexedRow<NextHop<string>>[] => {
    const { statics, instances } = source.report();
    return [
      ...hops(statics.routes, 0),
      ...instances.flatMap(({ config }, at) => hops(config.routes, at + 1)),
    ];
  };
  return {
    oid: [...VRRP, 11, 1],
    rows,
    columns: {
      2: ({ gateway }) => some(gateway, ({ address }) => familyType(address)),
      3: ({ gateway }) => some(gateway, ({ address }) => octets(address)),
      4: ({ device }) => some(linkNamed(source.report(), device), ({ link }) => integer(link.index)),
      5: ({ device }) => some(device, text),
      6: ({ weight }) => some(weight, gauge),
      7: ({ onlink }) => truth(onlink === true),
    },
  };
}

type Rule = Owned<VirtualRule>;

const selector = ({ entry: { from, to } }: Rule): Prefix | undefined => to ?? from;

function rulePrefixColumns(): Table<Rule>['columns'] {
  const of = (prefix: Prefix | undefined) => ({
    type: some(prefix, ({ address }) => familyType(address)),
    address: some(prefix, ({ address }) => octets(address)),
    length: some(prefix, ({ length }) => gauge(length)),
  });
  return {
    3: (rule) => of(selector(rule)).type,
    4: (rule) => of(selector(rule)).address,
    5: (rule) => of(selector(rule)).length,
    9: ({ entry }) => of(entry.to).type,
    10: ({ entry }) => of(entry.to).address,
    11: ({ entry }) => of(entry.to).length,
    12: ({ entry }) => of(entry.from).type,
    13: ({ entry }) => of(entry.from).address,
    14: ({ entry }) => of(entry.from).length,
  };
}

const LOW_HALF = 0xffff;

function ruleTable(source: VrrpSnmpSource): Table<Rule> {
  const direction = ({ entry: { from, to } }: Rule): string =>
    to === undefined ? 'from' : from === undefined ? 'to' : 'both';
  const table = ({ entry }: Rule) =>
    entry.action === 'table' || entry.action === 'l3mdev' ? gauge(entry.table ?? 0) : undefined;
  return {
    oid: [...VRRP, 8, 1],
    rows: () =>
      owned(
        source,
        ({ rules }) => rules,
        ({ config }) => config.rules,
      ),
    columns: {
      2: (rule) => text(direction(rule)),
      ...rulePrefixColumns(),
      6: table,
      7: ({ set }) => truth(set),
      8: ({ entry }) => truth(entry.not === true),
      15: ({ entry }) => gauge(entry.tos ?? 0),
      16: ({ entry }) => some(entry.mark, ({ mark }) => gauge(mark)),
      17: ({ entry }) => some(entry.mark, ({ mask }) => gauge(mask)),
      18: ({ entry }) => some(entry.realms, (realms) => gauge(realms & LOW_HALF)),
      19: ({ entry }) => some(entry.realms, (realms) => gauge(realms >>> 16)),
      20: ({ entry }) => some(entry.iif, text),
      21: ({ entry }) => some(entry.oif, text),
      22: ({ entry }) => some(entry.target, gauge),
      23: ({ entry }) => integer(ACTION_NUMBERS[entry.action]),
      24: table,
      25: ({ entry }) => gauge(entry.priority),
      26: ({ entry }) => some(entry.suppressPrefixLength, gauge),
      27: ({ entry }) => some(entry.suppressGroup, (group) => text(String(group))),
      30: ({ entry }) => some(entry.uidRange, ([first]) => gauge(first)),
      31: ({ entry }) => some(entry.uidRange, ([, last]) => gauge(last)),
      32: ({ entry }) => (entry.action === 'l3mdev' ? truth(true) : undefined),
    },
  };
}

export function routeObjects(source: VrrpSnmpSource): Branches[] {
  const moment = () => source.moment();
  return [
    branches(addressTable(source), moment),
    branches(routeTable(source), moment),
    branches(nextHopTable(source), moment),
    branches(ruleTable(source), moment),
  ];
}
