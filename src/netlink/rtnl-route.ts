/**
 * RTM_NEWROUTE and RTM_DELROUTE (man 7 rtnetlink). In: a RouteSpec or a message. Out: a request, or what
 * identifies the route that a message speaks of.
 */
import type { Gateway, KernelRoute, NextHop, RouteMetric, RouteSpec } from '../ports/routing.ts';
import type { Family } from '../units.ts';
import { concat, cStringBytes, u8, u32, u32Bytes } from './bytes.ts';
import { NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REQUEST } from './constants.ts';
import { attribute, attributes, type Message, message } from './message.ts';
import * as rt from './route-constants.ts';
import { encapsulationAttributes } from './rtnl-encap.ts';
import type { MessageWriter } from './writer.ts';

const rtmsgLength = 12;
const nextHopHeaderLength = 8;
export const familyNumber: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };
export const addressLength: Readonly<Record<Family, number>> = { 4: 4, 6: 16 };

/** RTAX_* by the word of a configuration. */
const metricNumbers: Readonly<Record<string, number>> = {
  mtu: rt.RTAX_MTU,
  window: rt.RTAX_WINDOW,
  rtt: rt.RTAX_RTT,
  rttvar: rt.RTAX_RTTVAR,
  ssthresh: rt.RTAX_SSTHRESH,
  cwnd: rt.RTAX_CWND,
  advmss: rt.RTAX_ADVMSS,
  reordering: rt.RTAX_REORDERING,
  hoplimit: rt.RTAX_HOPLIMIT,
  initcwnd: rt.RTAX_INITCWND,
  features: rt.RTAX_FEATURES,
  rto_min: rt.RTAX_RTO_MIN,
  initrwnd: rt.RTAX_INITRWND,
  quickack: rt.RTAX_QUICKACK,
  congctl: rt.RTAX_CC_ALGO,
  fastopen_no_cookie: rt.RTAX_FASTOPEN_NO_COOKIE,
};

/** Tables above 255 do not fit in the header and are told by an attribute alone. */
export const shortTable = (table: number): number => (table > 255 ? rt.RT_TABLE_COMPAT : table);

function metricAttributes(metrics: readonly RouteMetric[]): Uint8Array[] {
  let locks = 0;
  const parts: Uint8Array[] = [];
  for (const { name, value, lock } of metrics) {
    const number = metricNumbers[name];
    if (number === undefined) continue;
    if (lock) locks |= 1 << number;
    parts.push(attribute(number, typeof value === 'string' ? cStringBytes(value) : u32Bytes(value)));
  }
  return locks === 0 ? parts : [attribute(rt.RTAX_LOCK, u32Bytes(locks)), ...parts];
}

/** A gateway of the route's family, or RTA_VIA (RFC 5549) with the family in front. */
function gatewayAttribute(family: Family, gateway: Gateway): Uint8Array {
  if (gateway.family === family) return attribute(rt.RTA_GATEWAY, gateway.address);
  const value = concat([Uint8Array.of(familyNumber[gateway.family], 0), gateway.address]);
  return attribute(rt.RTA_VIA, value);
}

function nextHopBytes(family: Family, hop: NextHop<number>): Uint8Array {
  const inner = concat([
    ...(hop.gateway === undefined ? [] : [gatewayAttribute(family, hop.gateway)]),
    ...(hop.realms === undefined ? [] : [attribute(rt.RTA_FLOW, u32Bytes(hop.realms))]),
    ...(hop.encapsulation === undefined ? [] : encapsulationAttributes(hop.encapsulation)),
  ]);
  const length = nextHopHeaderLength + inner.length;
  const flags = hop.onlink ? rt.RTNH_F_ONLINK : 0;
  // struct rtnexthop counts the weight from 0.
  const head = [length & 0xff, length >> 8, flags, (hop.weight ?? 1) - 1];
  return concat([Uint8Array.from(head), u32Bytes(hop.device ?? 0), inner]);
}

function writeBody(writer: MessageWriter, route: RouteSpec, scope: number): void {
  const { family, destination, from, table } = route;
  const multipath = route.nextHops.length > 0;
  writer.u8(familyNumber[family], destination.length, from?.length ?? 0, route.tos ?? 0);
  writer.u8(shortTable(table), route.protocol, scope, route.type);
  writer.u32(!multipath && route.onlink ? rt.RTNH_F_ONLINK : 0);
  writer.attribute(rt.RTA_DST, destination.address);
  if (from !== undefined) writer.attribute(rt.RTA_SRC, from.address);
  writer.attributeU32(rt.RTA_TABLE, table);
  if (route.priority !== undefined) writer.attributeU32(rt.RTA_PRIORITY, route.priority);
  if (route.source !== undefined) writer.attribute(rt.RTA_PREFSRC, route.source);
  if (route.realms !== undefined) writer.attributeU32(rt.RTA_FLOW, route.realms);
  if (multipath) {
    const hops = route.nextHops.map((hop) => nextHopBytes(family, hop));
    writer.attribute(rt.RTA_MULTIPATH, concat(hops));
    return;
  }
  if (route.device !== undefined) writer.attributeU32(rt.RTA_OIF, route.device);
  if (route.gateway !== undefined) writer.raw(gatewayAttribute(family, route.gateway));
  for (const part of route.encapsulation ? encapsulationAttributes(route.encapsulation) : []) {
    writer.raw(part);
  }
}

const insertionFlags: Readonly<Record<RouteSpec['insertion'], number>> = {
  prepend: NLM_F_CREATE,
  append: NLM_F_CREATE | rt.NLM_F_APPEND,
  add: NLM_F_CREATE | NLM_F_EXCL,
};

export function writeNewRoute(writer: MessageWriter, route: RouteSpec, seq: number): void {
  writer.begin(rt.RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | insertionFlags[route.insertion], seq);
  writeBody(writer, route, route.scope);
  const metrics = metricAttributes(route.metrics);
  if (metrics.length > 0) writer.attribute(rt.RTA_METRICS, concat(metrics));
  if (route.expires !== undefined) writer.attributeU32(rt.RTA_EXPIRES, route.expires);
  if (route.preference !== undefined) writer.attribute(rt.RTA_PREF, Uint8Array.of(route.preference));
  if (route.ttlPropagate !== undefined) {
    writer.attribute(rt.RTA_TTL_PROPAGATE, Uint8Array.of(route.ttlPropagate ? 1 : 0));
  }
  writer.end();
}

/** Metrics and the like are left out: they do not tell routes apart. */
export function writeDelRoute(writer: MessageWriter, route: RouteSpec, seq: number): void {
  writer.begin(rt.RTM_DELROUTE, NLM_F_REQUEST | NLM_F_ACK, seq);
  writeBody(writer, route, route.scope);
  writer.end();
}

const families: Readonly<Record<number, Family>> = { 2: 4, 10: 6 };

export function familyOf(byte: number): Family | undefined {
  return families[byte];
}

function gatewayOf(family: Family, found: ReadonlyMap<number, Uint8Array>): Gateway | undefined {
  const same = found.get(rt.RTA_GATEWAY);
  if (same !== undefined) return { family, address: same.slice() };
  const via = found.get(rt.RTA_VIA);
  const other = via === undefined ? undefined : familyOf(u8(via));
  return via === undefined || other === undefined
    ? undefined
    : { family: other, address: via.slice(2, 2 + addressLength[other]) };
}

/** Undefined for other messages and families, and for cached clones of routes. */
export function parseRoute(
  received: Message,
): { readonly gone: boolean; readonly route: KernelRoute } | undefined {
  if (received.type !== rt.RTM_NEWROUTE && received.type !== rt.RTM_DELROUTE) return undefined;
  const { payload } = received;
  const family = familyOf(u8(payload));
  if (payload.length < rtmsgLength || family === undefined) return undefined;
  const found = attributes(payload, rtmsgLength);
  const length = addressLength[family];
  const any = new Uint8Array(length);
  const table = found.get(rt.RTA_TABLE);
  const priority = found.get(rt.RTA_PRIORITY);
  const oif = found.get(rt.RTA_OIF);
  const gateway = gatewayOf(family, found);
  const fromLength = u8(payload, 2);
  const route: KernelRoute = {
    family,
    type: u8(payload, 7),
    destination: { address: (found.get(rt.RTA_DST) ?? any).slice(0, length), length: u8(payload, 1) },
    ...(fromLength === 0
      ? {}
      : { from: { address: (found.get(rt.RTA_SRC) ?? any).slice(0, length), length: fromLength } }),
    tos: u8(payload, 3),
    table: table === undefined ? u8(payload, 4) : u32(table),
    protocol: u8(payload, 5),
    priority: priority === undefined ? 0 : u32(priority),
    ...(gateway === undefined ? {} : { gateway }),
    ...(oif === undefined ? {} : { ifindex: u32(oif) }),
  };
  return { gone: received.type === rt.RTM_DELROUTE, route };
}

/** All routes of all tables of both families. */
export const routeDump = (seq: number): Uint8Array =>
  message({ type: rt.RTM_GETROUTE, flags: NLM_F_REQUEST | NLM_F_DUMP, seq }, [new Uint8Array(rtmsgLength)]);
