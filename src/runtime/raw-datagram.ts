/** A datagram as sendmsg(2) takes it: socket address, control messages, bytes. */
import type { RawDatagram } from '../engine/wire.ts';
import type { Datagram, VrrpSocketSpec } from '../ports/net.ts';
import { type ControlMessage, controlBuffer } from './cmsg.ts';
import { IPV6_HOPLIMIT, IPV6_PKTINFO, SOL_IPV6 } from './constants.ts';
import { ipv6Mreq, sockaddrIp } from './sockaddr.ts';

export function int32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value, true);
  return bytes;
}

export function ipv6Control(datagram: Datagram, ifindex: number): Uint8Array {
  const parts: ControlMessage[] = [];
  if (datagram.source !== undefined) {
    parts.push({ level: SOL_IPV6, type: IPV6_PKTINFO, data: ipv6Mreq(datagram.source, ifindex) });
  }
  if (datagram.hopLimit !== undefined) {
    parts.push({ level: SOL_IPV6, type: IPV6_HOPLIMIT, data: int32Bytes(datagram.hopLimit) });
  }
  return controlBuffer(parts);
}

const NOTHING = new Uint8Array(0);

export function rawDatagram(
  { family, ifindex }: Pick<VrrpSocketSpec, 'family' | 'ifindex'>,
  datagram: Datagram,
): RawDatagram {
  return {
    address: sockaddrIp(family, datagram.destination, ifindex),
    control: family === 6 ? ipv6Control(datagram, ifindex) : NOTHING,
    data: datagram.bytes,
  };
}
