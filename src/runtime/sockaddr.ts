/** Socket addresses and membership structures of Linux as bytes (man 7 ip, ipv6, packet). */
import type { Family } from '../units.ts';
import { AF_INET, AF_INET6, AF_PACKET, AF_UNIX } from './constants.ts';

const etherTypeOffset = 12;
const sockaddrUnLength = 110;

function little32(value: number): [number, number, number, number] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** struct sockaddr_in or sockaddr_in6. `scope` is the interface of a link-local IPv6 address. */
export function sockaddrIp(family: Family, address: Uint8Array, scope = 0, port = 0): Uint8Array {
  if (address.length !== (family === 4 ? 4 : 16)) throw new RangeError(`not an IPv${family} address`);
  const bytes = new Uint8Array(family === 4 ? 16 : 28);
  bytes[0] = family === 4 ? AF_INET : AF_INET6;
  bytes.set([port >> 8, port & 0xff], 2);
  bytes.set(address, family === 4 ? 4 : 8);
  if (family === 6) bytes.set(little32(scope), 24);
  return bytes;
}

/** struct sockaddr_ll for sending `frame`, whose Ethernet header names protocol and destination. */
export function sockaddrLl(ifindex: number, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes[0] = AF_PACKET;
  bytes.set(frame.subarray(etherTypeOffset, etherTypeOffset + 2), 2);
  bytes.set(little32(ifindex), 4);
  bytes[11] = 6;
  bytes.set(frame.subarray(0, 6), 12);
  return bytes;
}

/** struct sockaddr_un, or undefined when the path does not fit. */
export function sockaddrUn(path: string): Uint8Array | undefined {
  const encoded = new TextEncoder().encode(path);
  if (encoded.length + 3 > sockaddrUnLength) return undefined;
  const bytes = new Uint8Array(encoded.length + 3);
  bytes[0] = AF_UNIX;
  bytes.set(encoded, 2);
  return bytes;
}

/** struct ip_mreqn: group and interface, the local address left to the kernel. */
export function ipMreqn(group: Uint8Array, ifindex: number): Uint8Array {
  const bytes = new Uint8Array(12);
  bytes.set(group, 0);
  bytes.set(little32(ifindex), 8);
  return bytes;
}

/** struct ipv6_mreq. struct in6_pktinfo has the same shape. */
export function ipv6Mreq(address: Uint8Array, ifindex: number): Uint8Array {
  const bytes = new Uint8Array(20);
  bytes.set(address, 0);
  bytes.set(little32(ifindex), 16);
  return bytes;
}
