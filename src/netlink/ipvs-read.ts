/**
 * Answers of IPVS (<linux/ip_vs.h>). In: messages of a dump or of a question. Out: entries; undefined for a
 * message of another kind and for one whose numbers nobody here knows.
 */
import type {
  IpvsDaemon,
  IpvsDestinationEntry,
  IpvsDestinationId,
  IpvsForwarding,
  IpvsInfo,
  IpvsPersistence,
  IpvsServiceEntry,
  IpvsServiceId,
  IpvsStatistics,
  IpvsTimeouts,
  IpvsTunnel,
} from '../ports/ipvs.ts';
import type { Family } from '../units.ts';
import { cString, u8, u16, u32, u64 } from './bytes.ts';
import { generalHeaderLength } from './genl.ts';
import * as ipvs from './ipvs-constants.ts';
import {
  addressFamilies,
  daemonStates,
  forwardingMethods,
  protocolNumbers,
  schedulerFlags,
  tunnelChecksums,
  tunnelTypes,
} from './ipvs-write.ts';
import { type Attributes, attributes, type Message } from './message.ts';

const none: Uint8Array = new Uint8Array();

const get = (found: Attributes, type: number): Uint8Array => found.get(type) ?? none;

function bigEndian16(bytes: Uint8Array): number {
  return (u8(bytes) << 8) | u8(bytes, 1);
}

/** The word of a table that stands for a number. */
function wordOf<Word extends string>(table: Readonly<Record<Word, number>>, value: number): Word | undefined {
  return (Object.keys(table) as Word[]).find((word) => table[word] === value);
}

function familyOf(value: number): Family | undefined {
  if (value === addressFamilies[4]) return 4;
  return value === addressFamilies[6] ? 6 : undefined;
}

const addressIn = (bytes: Uint8Array, family: Family): Uint8Array => bytes.slice(0, family === 4 ? 4 : 16);

/** The attributes of an answer, which carries the command that would bring about what it tells. */
function answer({ payload }: Message, command: number): Attributes | undefined {
  return u8(payload) === command ? attributes(payload, generalHeaderLength) : undefined;
}

/** The attributes of one entry: services, destinations and daemons come one to a message. */
function entry(message: Message, command: number, type: number): Attributes | undefined {
  const found = answer(message, command)?.get(type);
  return found === undefined ? undefined : attributes(found);
}

function serviceId(found: Attributes): IpvsServiceId | undefined {
  const family = familyOf(u16(get(found, ipvs.IPVS_SVC_ATTR_AF)));
  if (family === undefined) return undefined;
  const mark = u32(get(found, ipvs.IPVS_SVC_ATTR_FWMARK));
  if (mark !== 0) return { by: 'mark', family, mark };
  const protocol = wordOf(protocolNumbers, u16(get(found, ipvs.IPVS_SVC_ATTR_PROTOCOL)));
  if (protocol === undefined) return undefined;
  const address = addressIn(get(found, ipvs.IPVS_SVC_ATTR_ADDR), family);
  return { by: 'address', family, protocol, address, port: bigEndian16(get(found, ipvs.IPVS_SVC_ATTR_PORT)) };
}

function countOnes(bytes: Uint8Array): number {
  let ones = 0;
  for (const byte of bytes) for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}

function persistence(found: Attributes, family: Family): IpvsPersistence {
  const mask = get(found, ipvs.IPVS_SVC_ATTR_NETMASK);
  const engine = found.get(ipvs.IPVS_SVC_ATTR_PE_NAME);
  return {
    timeoutSeconds: u32(get(found, ipvs.IPVS_SVC_ATTR_TIMEOUT)),
    prefixLength: family === 6 ? u32(mask) : countOnes(mask),
    ...(engine === undefined ? {} : { engine: cString(engine) }),
  };
}

/** The 64-bit counters, or the older ones of 32 bits from a kernel before 4.1. */
function statistics(found: Attributes, wide: number, narrow: number): IpvsStatistics {
  const nested = found.get(wide);
  const counters = attributes(nested ?? get(found, narrow));
  const counter = (type: number): bigint => {
    const bytes = get(counters, type);
    return bytes.length === 4 ? BigInt(u32(bytes)) : u64(bytes);
  };
  return {
    connections: counter(ipvs.IPVS_STATS_ATTR_CONNS),
    packetsIn: counter(ipvs.IPVS_STATS_ATTR_INPKTS),
    packetsOut: counter(ipvs.IPVS_STATS_ATTR_OUTPKTS),
    bytesIn: counter(ipvs.IPVS_STATS_ATTR_INBYTES),
    bytesOut: counter(ipvs.IPVS_STATS_ATTR_OUTBYTES),
    connectionsPerSecond: counter(ipvs.IPVS_STATS_ATTR_CPS),
    packetsInPerSecond: counter(ipvs.IPVS_STATS_ATTR_INPPS),
    packetsOutPerSecond: counter(ipvs.IPVS_STATS_ATTR_OUTPPS),
    bytesInPerSecond: counter(ipvs.IPVS_STATS_ATTR_INBPS),
    bytesOutPerSecond: counter(ipvs.IPVS_STATS_ATTR_OUTBPS),
  };
}

export function parseIpvsService(message: Message): IpvsServiceEntry | undefined {
  const found = entry(message, ipvs.IPVS_CMD_NEW_SERVICE, ipvs.IPVS_CMD_ATTR_SERVICE);
  const id = found === undefined ? undefined : serviceId(found);
  if (found === undefined || id === undefined) return undefined;
  const flags = u32(get(found, ipvs.IPVS_SVC_ATTR_FLAGS));
  const persistent = (flags & ipvs.IP_VS_SVC_F_PERSISTENT) !== 0;
  return {
    service: {
      id,
      scheduler: cString(get(found, ipvs.IPVS_SVC_ATTR_SCHED_NAME)),
      schedulerFlags: schedulerFlags.flatMap(([flag, bit]) => ((flags & bit) === 0 ? [] : [flag])),
      ...(persistent ? { persistence: persistence(found, id.family) } : {}),
      onePacket: (flags & ipvs.IP_VS_SVC_F_ONEPACKET) !== 0,
    },
    statistics: statistics(found, ipvs.IPVS_SVC_ATTR_STATS64, ipvs.IPVS_SVC_ATTR_STATS),
  };
}

function destinationId(found: Attributes, service: Family): IpvsDestinationId | undefined {
  // Kernels before 3.18 know destinations of the service's own family alone, and do not name it.
  const named = found.get(ipvs.IPVS_DEST_ATTR_ADDR_FAMILY);
  const family = named === undefined ? service : familyOf(u16(named));
  if (family === undefined) return undefined;
  const address = addressIn(get(found, ipvs.IPVS_DEST_ATTR_ADDR), family);
  return { family, address, port: bigEndian16(get(found, ipvs.IPVS_DEST_ATTR_PORT)) };
}

function tunnel(found: Attributes, forwarding: IpvsForwarding): { readonly tunnel?: IpvsTunnel } {
  const type = wordOf(tunnelTypes, u8(get(found, ipvs.IPVS_DEST_ATTR_TUN_TYPE)));
  if (forwarding !== 'tunnel' || type === undefined) return {};
  const checksum = wordOf(tunnelChecksums, u16(get(found, ipvs.IPVS_DEST_ATTR_TUN_FLAGS))) ?? 'none';
  if (type === 'gre') return { tunnel: { type, checksum } };
  return { tunnel: { type, port: bigEndian16(get(found, ipvs.IPVS_DEST_ATTR_TUN_PORT)), checksum } };
}

/** `service` is the family of the service that was asked about. */
export function parseIpvsDestination(message: Message, service: Family): IpvsDestinationEntry | undefined {
  const found = entry(message, ipvs.IPVS_CMD_NEW_DEST, ipvs.IPVS_CMD_ATTR_DEST);
  const id = found === undefined ? undefined : destinationId(found, service);
  if (found === undefined || id === undefined) return undefined;
  const method = u32(get(found, ipvs.IPVS_DEST_ATTR_FWD_METHOD)) & ipvs.IP_VS_CONN_F_FWD_MASK;
  const forwarding = wordOf(forwardingMethods, method);
  if (forwarding === undefined) return undefined;
  return {
    destination: {
      id,
      forwarding,
      weight: u32(get(found, ipvs.IPVS_DEST_ATTR_WEIGHT)),
      upperThreshold: u32(get(found, ipvs.IPVS_DEST_ATTR_U_THRESH)),
      lowerThreshold: u32(get(found, ipvs.IPVS_DEST_ATTR_L_THRESH)),
      ...tunnel(found, forwarding),
    },
    activeConnections: u32(get(found, ipvs.IPVS_DEST_ATTR_ACTIVE_CONNS)),
    inactiveConnections: u32(get(found, ipvs.IPVS_DEST_ATTR_INACT_CONNS)),
    persistentConnections: u32(get(found, ipvs.IPVS_DEST_ATTR_PERSIST_CONNS)),
    statistics: statistics(found, ipvs.IPVS_DEST_ATTR_STATS64, ipvs.IPVS_DEST_ATTR_STATS),
  };
}

/** A kernel before 4.3 only knows the first three facts. */
export function parseIpvsDaemon(message: Message): IpvsDaemon | undefined {
  const found = entry(message, ipvs.IPVS_CMD_NEW_DAEMON, ipvs.IPVS_CMD_ATTR_DAEMON);
  if (found === undefined) return undefined;
  const role = wordOf(daemonStates, u32(get(found, ipvs.IPVS_DAEMON_ATTR_STATE)));
  if (role === undefined) return undefined;
  const maxLength = found.get(ipvs.IPVS_DAEMON_ATTR_SYNC_MAXLEN);
  const port = found.get(ipvs.IPVS_DAEMON_ATTR_MCAST_PORT);
  const ttl = found.get(ipvs.IPVS_DAEMON_ATTR_MCAST_TTL);
  const group = found.get(ipvs.IPVS_DAEMON_ATTR_MCAST_GROUP) ?? found.get(ipvs.IPVS_DAEMON_ATTR_MCAST_GROUP6);
  return {
    role,
    interface: cString(get(found, ipvs.IPVS_DAEMON_ATTR_MCAST_IFN)),
    syncId: u32(get(found, ipvs.IPVS_DAEMON_ATTR_SYNC_ID)),
    ...(maxLength === undefined ? {} : { maxLength: u16(maxLength) }),
    ...(group === undefined ? {} : { group: group.slice() }),
    ...(port === undefined ? {} : { port: u16(port) }),
    ...(ttl === undefined ? {} : { ttl: u8(ttl) }),
  };
}

export function parseIpvsTimeouts(message: Message): Required<IpvsTimeouts> | undefined {
  const found = answer(message, ipvs.IPVS_CMD_SET_CONFIG);
  if (found === undefined) return undefined;
  return {
    tcp: u32(get(found, ipvs.IPVS_CMD_ATTR_TIMEOUT_TCP)),
    tcpFin: u32(get(found, ipvs.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN)),
    udp: u32(get(found, ipvs.IPVS_CMD_ATTR_TIMEOUT_UDP)),
  };
}

export function parseIpvsInfo(message: Message): IpvsInfo | undefined {
  const found = answer(message, ipvs.IPVS_CMD_SET_INFO);
  if (found === undefined) return undefined;
  const code = u32(get(found, ipvs.IPVS_INFO_ATTR_VERSION));
  return {
    version: [(code >> 16) & 0xff, (code >> 8) & 0xff, code & 0xff],
    connectionTableSize: u32(get(found, ipvs.IPVS_INFO_ATTR_CONN_TAB_SIZE)),
  };
}
