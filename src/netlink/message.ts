/**
 * Netlink framing (man 7 netlink): a datagram is a row of messages, a message is a header, a fixed part and
 * attributes, all aligned to four bytes. In: bytes of a datagram. Out: messages and attributes as views.
 * Lengths come from outside; a wrong one ends the walk and can neither throw nor loop.
 */
import { concat, u16, u32, u32Bytes } from './bytes.ts';
import { NLA_F_NESTED, NLA_F_NET_BYTEORDER } from './constants.ts';

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly seq: number;
  /** Port the message is addressed from or to; 0 is the kernel. */
  readonly port: number;
  readonly payload: Uint8Array;
}

export const headerLength = 16;
const attributeHeaderLength = 4;

/** By addition, because a length near 2^32 from outside would become negative under a 32-bit mask. */
export const align = (length: number): number => length + (-length & 3);

/** The messages of one datagram, in order. A truncated or impossible message ends the row. */
export function* messages(datagram: Uint8Array): Generator<Message> {
  let at = 0;
  while (at + headerLength <= datagram.length) {
    const length = u32(datagram, at);
    if (length < headerLength || length > datagram.length - at) return;
    yield {
      type: u16(datagram, at + 4),
      flags: u16(datagram, at + 6),
      seq: u32(datagram, at + 8),
      port: u32(datagram, at + 12),
      payload: datagram.subarray(at + headerLength, at + length),
    };
    at += align(length);
  }
}

export type Attributes = ReadonlyMap<number, Uint8Array>;

/** The attributes after a fixed part of `skip` bytes. Of a repeated type the last one counts. */
export function attributes(payload: Uint8Array, skip = 0): Attributes {
  const found = new Map<number, Uint8Array>();
  let at = align(skip);
  while (at + attributeHeaderLength <= payload.length) {
    const length = u16(payload, at);
    if (length < attributeHeaderLength || length > payload.length - at) break;
    const type = u16(payload, at + 2) & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER);
    found.set(type, payload.subarray(at + attributeHeaderLength, at + length));
    at += align(length);
  }
  return found;
}

/** One attribute, padded to the alignment. */
export function attribute(type: number, value: Uint8Array): Uint8Array {
  const length = attributeHeaderLength + value.length;
  const bytes = new Uint8Array(align(length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, length, true);
  view.setUint16(2, type, true);
  bytes.set(value, attributeHeaderLength);
  return bytes;
}

export const nested = (type: number, parts: readonly Uint8Array[]): Uint8Array =>
  attribute(type | NLA_F_NESTED, concat(parts));

/** One request to the kernel. `parts` are the fixed part and the attributes, each already aligned. */
export function message(
  head: { readonly type: number; readonly flags: number; readonly seq: number },
  parts: readonly Uint8Array[],
): Uint8Array {
  const body = concat(parts);
  const bytes = new Uint8Array(align(headerLength + body.length));
  bytes.set(u32Bytes(headerLength + body.length), 0);
  bytes.set(u32Bytes(head.type | (head.flags << 16), head.seq, 0), 4);
  bytes.set(body, headerLength);
  return bytes;
}
