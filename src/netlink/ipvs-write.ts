/**
 * Requests to IPVS as generic netlink messages (<linux/ip_vs.h>). In: operations and questions. Out: bytes,
 * with the attributes in the order in which ipvsadm 1.31 was seen sending them. Ports and the masks of IPv4
 * are in network order, everything else in that of the host.
 */
import type {
  IpvsDaemon,
  IpvsDaemonRole,
  IpvsDestination,
  IpvsDestinationId,
  IpvsForwarding,
  IpvsOp,
  IpvsProtocol,
  IpvsService,
  IpvsServiceId,
  IpvsTimeouts,
  IpvsTunnelChecksum,
} from '../ports/ipvs.ts';
import { assertNever, type Family } from '../units.ts';
import { cStringBytes, u16Bytes } from './bytes.ts';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from './constants.ts';
import { generalHeaderLength } from './genl.ts';
import * as ipvs from './ipvs-constants.ts';
import { createMessageWriter, type MessageWriter } from './writer.ts';

export const IPVS_FAMILY_NAME = 'IPVS';

export const addressFamilies: Readonly<Record<Family, number>> = { 4: 2, 6: 10 };
export const protocolNumbers: Readonly<Record<IpvsProtocol, number>> = { tcp: 6, udp: 17, sctp: 132 };
export const daemonStates: Readonly<Record<IpvsDaemonRole, number>> = {
  master: ipvs.IP_VS_STATE_MASTER,
  backup: ipvs.IP_VS_STATE_BACKUP,
};
export const forwardingMethods: Readonly<Record<IpvsForwarding, number>> = {
  masquerade: ipvs.IP_VS_CONN_F_MASQ,
  local: ipvs.IP_VS_CONN_F_LOCALNODE,
  tunnel: ipvs.IP_VS_CONN_F_TUNNEL,
  route: ipvs.IP_VS_CONN_F_DROUTE,
  bypass: ipvs.IP_VS_CONN_F_BYPASS,
};
export const tunnelTypes: Readonly<Record<'gue' | 'gre', number>> = {
  gue: ipvs.IP_VS_CONN_F_TUNNEL_TYPE_GUE,
  gre: ipvs.IP_VS_CONN_F_TUNNEL_TYPE_GRE,
};
export const tunnelChecksums: Readonly<Record<IpvsTunnelChecksum, number>> = {
  none: ipvs.IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM,
  plain: ipvs.IP_VS_TUNNEL_ENCAP_FLAG_CSUM,
  remote: ipvs.IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM,
};
export const schedulerFlags = [
  [1, ipvs.IP_VS_SVC_F_SCHED1],
  [2, ipvs.IP_VS_SVC_F_SCHED2],
  [3, ipvs.IP_VS_SVC_F_SCHED3],
] as const;

/** Addresses take the room of an IPv6 one. */
const addressRoom = 16;
const bits = { 4: 32, 6: 128 } as const;
const allFlags = 0xffff_ffff;

function padded(address: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(addressRoom);
  bytes.set(address);
  return bytes;
}

const bigEndian16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);

/** IPv4: the mask itself; IPv6: the length of the prefix. */
function writeNetmask(writer: MessageWriter, family: Family, prefixLength: number): void {
  if (family === 6) {
    writer.attributeU32(ipvs.IPVS_SVC_ATTR_NETMASK, prefixLength);
    return;
  }
  const mask = new Uint8Array(4);
  const word = prefixLength === 0 ? 0 : allFlags << (bits[4] - prefixLength);
  new DataView(mask.buffer).setUint32(0, word);
  writer.attribute(ipvs.IPVS_SVC_ATTR_NETMASK, mask);
}

function writeServiceId(writer: MessageWriter, id: IpvsServiceId): void {
  writer.attribute(ipvs.IPVS_SVC_ATTR_AF, u16Bytes(addressFamilies[id.family]));
  if (id.by === 'mark') {
    writer.attributeU32(ipvs.IPVS_SVC_ATTR_FWMARK, id.mark);
    return;
  }
  writer.attribute(ipvs.IPVS_SVC_ATTR_PROTOCOL, u16Bytes(protocolNumbers[id.protocol]));
  writer.attribute(ipvs.IPVS_SVC_ATTR_ADDR, padded(id.address));
  writer.attribute(ipvs.IPVS_SVC_ATTR_PORT, bigEndian16(id.port));
}

function writeService(writer: MessageWriter, service: IpvsService): void {
  const { id, scheduler, persistence, onePacket } = service;
  const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_SERVICE);
  writeServiceId(writer, id);
  writer.attribute(ipvs.IPVS_SVC_ATTR_SCHED_NAME, cStringBytes(scheduler));
  if (persistence?.engine !== undefined) {
    writer.attribute(ipvs.IPVS_SVC_ATTR_PE_NAME, cStringBytes(persistence.engine));
  }
  let flags = persistence === undefined ? 0 : ipvs.IP_VS_SVC_F_PERSISTENT;
  if (onePacket) flags |= ipvs.IP_VS_SVC_F_ONEPACKET;
  for (const [flag, bit] of schedulerFlags) if (service.schedulerFlags.includes(flag)) flags |= bit;
  writer.attributeU32(ipvs.IPVS_SVC_ATTR_FLAGS, flags, allFlags);
  writer.attributeU32(ipvs.IPVS_SVC_ATTR_TIMEOUT, persistence?.timeoutSeconds ?? 0);
  writeNetmask(writer, id.family, persistence?.prefixLength ?? bits[id.family]);
  writer.endNested(nest);
}

function writeServiceName(writer: MessageWriter, id: IpvsServiceId): void {
  const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_SERVICE);
  writeServiceId(writer, id);
  writer.endNested(nest);
}

function writeDestinationId(writer: MessageWriter, { family, address, port }: IpvsDestinationId): void {
  writer.attribute(ipvs.IPVS_DEST_ATTR_ADDR_FAMILY, u16Bytes(addressFamilies[family]));
  writer.attribute(ipvs.IPVS_DEST_ATTR_ADDR, padded(address));
  writer.attribute(ipvs.IPVS_DEST_ATTR_PORT, bigEndian16(port));
}

function writeDestination(writer: MessageWriter, destination: IpvsDestination): void {
  const { id, forwarding, weight, tunnel, upperThreshold, lowerThreshold } = destination;
  const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_DEST);
  writeDestinationId(writer, id);
  writer.attributeU32(ipvs.IPVS_DEST_ATTR_FWD_METHOD, forwardingMethods[forwarding]);
  writer.attributeU32(ipvs.IPVS_DEST_ATTR_WEIGHT, weight);
  if (tunnel !== undefined) {
    writer.attribute(ipvs.IPVS_DEST_ATTR_TUN_TYPE, Uint8Array.of(tunnelTypes[tunnel.type]));
    const port = tunnel.type === 'gue' ? tunnel.port : 0;
    writer.attribute(ipvs.IPVS_DEST_ATTR_TUN_PORT, bigEndian16(port));
    writer.attribute(ipvs.IPVS_DEST_ATTR_TUN_FLAGS, u16Bytes(tunnelChecksums[tunnel.checksum]));
  }
  writer.attributeU32(ipvs.IPVS_DEST_ATTR_U_THRESH, upperThreshold);
  writer.attributeU32(ipvs.IPVS_DEST_ATTR_L_THRESH, lowerThreshold);
  writer.endNested(nest);
}

function writeDaemon(writer: MessageWriter, daemon: IpvsDaemon): void {
  const { role, syncId, maxLength, port, ttl, group } = daemon;
  const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_DAEMON);
  writer.attributeU32(ipvs.IPVS_DAEMON_ATTR_STATE, daemonStates[role]);
  writer.attribute(ipvs.IPVS_DAEMON_ATTR_MCAST_IFN, cStringBytes(daemon.interface));
  writer.attributeU32(ipvs.IPVS_DAEMON_ATTR_SYNC_ID, syncId);
  if (maxLength !== undefined) writer.attribute(ipvs.IPVS_DAEMON_ATTR_SYNC_MAXLEN, u16Bytes(maxLength));
  if (port !== undefined) writer.attribute(ipvs.IPVS_DAEMON_ATTR_MCAST_PORT, u16Bytes(port));
  if (ttl !== undefined) writer.attribute(ipvs.IPVS_DAEMON_ATTR_MCAST_TTL, Uint8Array.of(ttl));
  if (group?.length === 4) writer.attribute(ipvs.IPVS_DAEMON_ATTR_MCAST_GROUP, group);
  else if (group !== undefined) writer.attribute(ipvs.IPVS_DAEMON_ATTR_MCAST_GROUP6, group);
  writer.endNested(nest);
}

/** The kernel finds the daemon by its role, and wants to be told the id all the same. */
function writeDaemonName(writer: MessageWriter, role: IpvsDaemonRole, syncId: number): void {
  const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_DAEMON);
  writer.attributeU32(ipvs.IPVS_DAEMON_ATTR_STATE, daemonStates[role]);
  writer.attributeU32(ipvs.IPVS_DAEMON_ATTR_SYNC_ID, syncId);
  writer.endNested(nest);
}

function writeTimeouts(writer: MessageWriter, { tcp, tcpFin, udp }: IpvsTimeouts): void {
  if (tcp !== undefined) writer.attributeU32(ipvs.IPVS_CMD_ATTR_TIMEOUT_TCP, tcp);
  if (tcpFin !== undefined) writer.attributeU32(ipvs.IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, tcpFin);
  if (udp !== undefined) writer.attributeU32(ipvs.IPVS_CMD_ATTR_TIMEOUT_UDP, udp);
}

const commands: Readonly<Record<IpvsOp['op'], number>> = {
  addService: ipvs.IPVS_CMD_NEW_SERVICE,
  changeService: ipvs.IPVS_CMD_SET_SERVICE,
  removeService: ipvs.IPVS_CMD_DEL_SERVICE,
  addDestination: ipvs.IPVS_CMD_NEW_DEST,
  changeDestination: ipvs.IPVS_CMD_SET_DEST,
  removeDestination: ipvs.IPVS_CMD_DEL_DEST,
  flush: ipvs.IPVS_CMD_FLUSH,
  zero: ipvs.IPVS_CMD_ZERO,
  setTimeouts: ipvs.IPVS_CMD_SET_CONFIG,
  startDaemon: ipvs.IPVS_CMD_NEW_DAEMON,
  stopDaemon: ipvs.IPVS_CMD_DEL_DAEMON,
};

function writeBody(writer: MessageWriter, op: IpvsOp): void {
  switch (op.op) {
    case 'addService':
    case 'changeService':
      writeService(writer, op.service);
      return;
    case 'removeService':
      writeServiceName(writer, op.service);
      return;
    case 'addDestination':
    case 'changeDestination':
      writeServiceName(writer, op.service);
      writeDestination(writer, op.destination);
      return;
    case 'removeDestination': {
      writeServiceName(writer, op.service);
      const nest = writer.beginNested(ipvs.IPVS_CMD_ATTR_DEST);
      writeDestinationId(writer, op.destination);
      writer.endNested(nest);
      return;
    }
    case 'zero':
      if (op.service !== undefined) writeServiceName(writer, op.service);
      return;
    case 'flush':
      return;
    case 'setTimeouts':
      writeTimeouts(writer, op.timeouts);
      return;
    case 'startDaemon':
      writeDaemon(writer, op.daemon);
      return;
    case 'stopDaemon':
      writeDaemonName(writer, op.role, op.syncId);
      return;
    default:
      assertNever(op);
  }
}

interface Head {
  readonly family: number;
  readonly flags: number;
  readonly seq: number;
}

function begin(writer: MessageWriter, command: number, { family, flags, seq }: Head): void {
  writer.begin(family, flags, seq);
  const header = [command, ipvs.IPVS_GENL_VERSION];
  writer.u8(...header, ...new Array<number>(generalHeaderLength - header.length).fill(0));
}

/** `family` is the number that the kernel gave IPVS. */
export function writeIpvsOp(writer: MessageWriter, family: number, op: IpvsOp, seq: number): void {
  begin(writer, commands[op.op], { family, flags: NLM_F_REQUEST | NLM_F_ACK, seq });
  writeBody(writer, op);
  writer.end();
}

/** The answer to the first two is one message, to the others a dump. */
export type IpvsQuestion =
  | { readonly ask: 'info' | 'timeouts' | 'services' | 'daemons' }
  | { readonly ask: 'destinations'; readonly service: IpvsServiceId };

const questions: Readonly<Record<IpvsQuestion['ask'], { readonly command: number; readonly flags: number }>> =
  {
    info: { command: ipvs.IPVS_CMD_GET_INFO, flags: NLM_F_ACK },
    timeouts: { command: ipvs.IPVS_CMD_GET_CONFIG, flags: NLM_F_ACK },
    services: { command: ipvs.IPVS_CMD_GET_SERVICE, flags: NLM_F_DUMP },
    daemons: { command: ipvs.IPVS_CMD_GET_DAEMON, flags: NLM_F_DUMP },
    destinations: { command: ipvs.IPVS_CMD_GET_DEST, flags: NLM_F_DUMP },
  };

export function ipvsQuestion(family: number, question: IpvsQuestion, seq: number): Uint8Array {
  const writer = createMessageWriter();
  const { command, flags } = questions[question.ask];
  begin(writer, command, { family, flags: NLM_F_REQUEST | flags, seq });
  if (question.ask === 'destinations') writeServiceName(writer, question.service);
  writer.end();
  return writer.bytes();
}
