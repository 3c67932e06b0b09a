/** ICMP echo (RFC 792) and ICMPv6 echo (RFC 4443 section 4) on sockets where the kernel fills in the rest. */
import type { Family } from '../units.ts';

const REQUEST: Readonly<Record<Family, number>> = { 4: 8, 6: 128 };
const REPLY: Readonly<Record<Family, number>> = { 4: 0, 6: 129 };
const HEADER = 8;

/** The kernel puts its own identifier and, where it is due, the checksum. */
export function encodeEcho(family: Family, sequence: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER + payload.length);
  bytes[0] = REQUEST[family];
  new DataView(bytes.buffer).setUint16(6, sequence & 0xffff);
  bytes.set(payload, HEADER);
  return bytes;
}

export function isEchoReply(family: Family, message: Uint8Array, sequence: number): boolean {
  if (message.length < HEADER || message[0] !== REPLY[family]) return false;
  return (((message[6] ?? 0) << 8) | (message[7] ?? 0)) === (sequence & 0xffff);
}
