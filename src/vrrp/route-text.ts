/** Routes, rules and static addresses in the words of log lines, as 2.2.7 was seen writing them. */
import type { Encapsulation, Gateway, NextHop, Prefix, RouteMetric } from '../ports/routing.ts';
import { assertNever } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import {
  PROTOCOL_KEEPALIVED,
  type StaticAddress,
  type VirtualAddress,
  type VirtualRoute,
  type VirtualRule,
} from './config.ts';

const PREFERENCES: Readonly<Record<number, string>> = { 0: 'medium', 1: 'high', 3: 'low' };
const TYPES: Readonly<Record<number, string>> = {
  2: 'local',
  3: 'broadcast',
  4: 'anycast',
  5: 'multicast',
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  9: 'throw',
  10: 'nat',
  11: 'xresolve',
};
const SCOPES: Readonly<Record<number, string>> = { 0: 'global', 200: 'site', 253: 'link', 254: 'host' };
const MAIN_TABLE = 254;

/** Flags of addresses and their words; `nodad` stands for its absence (linux/if_addr.h). */
const IFA_F_NODAD = 0x2;
const IFA_F_HOMEADDRESS = 0x10;
const IFA_F_MANAGETEMPADDR = 0x100;
const IFA_F_NOPREFIXROUTE = 0x200;
const IFA_F_MCAUTOJOIN = 0x400;

const METRIC_ORDER = [
  'congctl',
  'rtt',
  'rttvar',
  'rto_min',
  'features',
  'mtu',
  'window',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'initrwnd',
  'quickack',
  'fastopen_no_cookie',
];
/** Units of a millisecond in the kernel's times. */
const TIME_SCALES: Readonly<Record<string, number>> = { rtt: 8, rttvar: 4, rto_min: 1 };

export const prefixText = ({ address, length }: Prefix): string => `${formatAddress(address)}/${length}`;
const gatewayText = ({ family, address }: Gateway): string =>
  `via inet${family === 6 ? '6' : ''} ${formatAddress(address)}`;

const given = <T>(value: T | undefined, text: (value: T) => string): string[] =>
  value === undefined ? [] : [text(value)];

function realmsText(realms: number): string {
  const from = realms >>> 16;
  return `realms ${from === 0 ? '' : `${from}/`}${realms & 0xffff}`;
}

function encapText(encapsulation: Encapsulation): string {
  switch (encapsulation.kind) {
    case 'mpls':
      return `encap mpls ${encapsulation.labels.join('/')}`;
    case 'ila':
      return `encap ila ${encapsulation.locator.toString(16)}`;
    case 'ip':
    case 'ip6': {
      const { kind, id, destination, source, tos, hopLimit, flags } = encapsulation;
      return [
        `encap ${kind}`,
        ...given(id, (value) => `id ${value}`),
        ...given(destination, (value) => `dst ${formatAddress(value)}`),
        ...given(source, (value) => `src ${formatAddress(value)}`),
        ...given(tos, (value) => `${kind === 'ip' ? 'tos' : 'tc'} ${value}`),
        ...given(hopLimit, (value) => `${kind === 'ip' ? 'ttl' : 'hoplimit'} ${value}`),
        ...given(flags, (value) => `flags 0x${value.toString(16)}`),
      ].join(' ');
    }
    default:
      return assertNever(encapsulation);
  }
}

function metricText({ name, value, lock }: RouteMetric): string {
  const scale = TIME_SCALES[name];
  const shown =
    name === 'features' ? 'ecn' : scale === undefined ? String(value) : `${Number(value) / scale}ms`;
  return `${name} ${lock ? 'lock ' : ''}${shown}`;
}

function hopText(hop: NextHop<string>): string {
  return [
    'nexthop',
    ...given(hop.encapsulation, encapText),
    ...given(hop.gateway, gatewayText),
    ...given(hop.device, (device) => `dev ${device}`),
    ...given(hop.weight, (weight) => `weight ${weight}`),
    ...(hop.onlink ? ['onlink'] : []),
    ...given(hop.realms, realmsText),
  ].join(' ');
}

const trackText = (entry: { readonly track: boolean; readonly trackGroup?: string }): string[] => [
  ...(entry.track ? [] : ['no_track']),
  ...given(entry.trackGroup, (group) => `track_group ${group}`),
];

export function routeText(route: VirtualRoute): string {
  const metrics = METRIC_ORDER.flatMap((name) => route.metrics.filter((metric) => metric.name === name));
  return [
    route.insertion,
    ...given(TYPES[route.type], (type) => type),
    prefixText(route.destination),
    ...given(route.from, (from) => `from ${prefixText(from)}`),
    ...given(route.source, (source) => `src ${formatAddress(source)}`),
    ...given(route.tos, (tos) => `tos ${tos}`),
    ...given(route.encapsulation, encapText),
    ...given(route.gateway, gatewayText),
    ...given(route.device, (device) => `dev ${device}`),
    ...(route.table === MAIN_TABLE ? [] : [`table ${route.table}`]),
    // What is not tracked is not known again by its protocol either, and has only one that is written down.
    ...(route.track || route.protocol !== PROTOCOL_KEEPALIVED ? [`proto ${route.protocol}`] : []),
    ...(route.scope === 0 ? [] : [`scope ${route.scope}`]),
    ...given(route.priority, (priority) => `metric ${priority}`),
    ...given(route.expires, (seconds) => `expires ${seconds}sec`),
    ...given(route.preference, (value) => `pref ${PREFERENCES[value] ?? value}`),
    ...(route.onlink ? ['onlink'] : []),
    ...given(route.realms, realmsText),
    ...metrics.map(metricText),
    ...route.nextHops.map(hopText),
    ...trackText(route),
  ].join(' ');
}

export function selectorText({ not, from, to }: VirtualRule): string {
  return [
    ...(not ? ['not'] : []),
    ...(from || !to ? [`from ${from ? prefixText(from) : 'all'}`] : []),
    ...given(to, (value) => `to ${prefixText(value)}`),
  ].join(' ');
}

function actionText(rule: VirtualRule): string {
  if (rule.action === 'table') return `lookup ${rule.table}`;
  return rule.action === 'goto' ? `goto ${rule.target}` : rule.action;
}

const hex = (value: number): string => `0x${value.toString(16)}`;

export function ruleText(rule: VirtualRule): string {
  return [
    selectorText(rule),
    `priority ${rule.priority}`,
    `tos ${hex(rule.tos ?? 0)}`,
    ...given(rule.mark, ({ mark, mask }) => `fwmark ${hex(mark)}/${hex(mask)}`),
    ...given(rule.iif, (name) => `iif ${name}`),
    ...given(rule.oif, (name) => `oif ${name}`),
    ...given(rule.suppressPrefixLength, (length) => `suppress_prefixlength ${length}`),
    ...given(rule.suppressGroup, (group) => `suppress_ifgroup ${group}`),
    ...given(rule.tunnelId, (id) => `tunnel-id ${id}`),
    ...given(rule.uidRange, ([first, last]) => `uidrange ${first}-${last}`),
    ...given(rule.protocol, (protocol) => `protocol ${protocol}`),
    ...given(rule.ipProtocol, (protocol) => `ipproto ${protocol}`),
    ...given(rule.sourcePorts, ([first, last]) => `sport ${first}-${last}`),
    ...given(rule.destinationPorts, ([first, last]) => `dport ${first}-${last}`),
    ...given(rule.realms, realmsText),
    actionText(rule),
    ...trackText(rule),
  ].join(' ');
}

/** Flags as they were asked for; the kernel takes some of them for IPv6 alone. */
function flagWords({ family, flags }: VirtualAddress): string[] {
  return [
    ...(flags & IFA_F_HOMEADDRESS ? ['home'] : []),
    // It is set unless `-nodad` takes it away.
    ...(family === 6 && !(flags & IFA_F_NODAD) ? ['-nodad'] : []),
    ...(flags & IFA_F_MANAGETEMPADDR ? ['mngtmpaddr'] : []),
    ...(flags & IFA_F_NOPREFIXROUTE ? ['noprefixroute'] : []),
    ...(flags & IFA_F_MCAUTOJOIN ? ['autojoin'] : []),
  ];
}

/** The words of an address up to whether it is there, in the order of 2.2.7. */
export function addressWords(address: VirtualAddress, device: string): string[] {
  const { family, prefix, preferredLft } = address;
  const whole = prefix === (family === 4 ? 32 : 128);
  const life = preferredLft === 0 ? 'deprecated' : `preferred_lft ${preferredLft ?? 'forever'}`;
  return [
    `${formatAddress(address.address)}${whole ? '' : `/${prefix}`}`,
    ...given(address.broadcast, (broadcast) => `brd ${formatAddress(broadcast)}`),
    `dev ${device}`,
    `scope ${SCOPES[address.scope] ?? address.scope}`,
    ...given(address.label, (label) => `label ${label}`),
    ...given(address.peer, (peer) => `peer ${formatAddress(peer)}/${prefix}`),
    ...flagWords(address),
    ...(address.track ? [] : ['no_track']),
    ...(family === 4 ? [] : [life]),
  ];
}

export function staticAddressText(address: StaticAddress): string {
  return [
    ...addressWords(address, address.dev),
    ...given(address.trackGroup, (group) => `track_group ${group}`),
    'set',
  ].join(' ');
}
