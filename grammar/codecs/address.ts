/**
 * IPv4 and IPv6 addresses exactly as inet_pton(3) reads and inet_ntop(3) prints them (language.md §6): no
 * short forms, no leading zeros, no zone, no brackets. Bytes are in network order.
 */
import type { Family } from '../../src/units.ts';
import type { Codec } from './codec.ts';

const DOT = 0x2e;

export interface Address {
  readonly family: Family;
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array;
}

/** An IPv4 address as a signed 32-bit number; undefined where inet_pton(3) refuses it. */
export function readIpv4(text: string, end = text.length): number | undefined {
  let value = 0;
  let octet = -1;
  let parts = 1;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (octet < 0 || parts === 4) return undefined;
      value = (value << 8) | octet;
      octet = -1;
      parts++;
      continue;
    }
    const digit = code - 0x30;
    // A leading zero is refused: some readers would take it for an octal number.
    if (digit < 0 || digit > 9 || octet === 0) return undefined;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return undefined;
  }
  return parts === 4 && octet >= 0 ? (value << 8) | octet : undefined;
}

export function parseIpv4(text: string): Uint8Array | undefined {
  const value = readIpv4(text);
  if (value === undefined) return undefined;
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** The groups of one side of `::`, or of the whole address; a dotted quad may stand last. */
function parseGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    if (at === parts.length - 1 && part.includes('.')) {
      const quad = parseIpv4(part);
      if (!quad) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = quad;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

export function parseIpv6(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return undefined;
  const sides = text.split('::');
  if (sides.length > 2) return undefined;
  const head = parseGroups(sides[0] ?? '');
  const tail = parseGroups(sides[1] ?? '');
  if (!head || !tail) return undefined;
  // A dotted quad may only end the address, so it may not end the side before `::`.
  if (sides.length === 2 && (sides[0] ?? '').includes('.')) return undefined;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const bytes = new Uint8Array(16);
  for (const [at, group] of groups.entries()) {
    bytes[2 * at] = group >> 8;
    bytes[2 * at + 1] = group & 0xff;
  }
  return bytes;
}

export function parseAddress(text: string): Address | undefined {
  const v4 = parseIpv4(text);
  if (v4) return { family: 4, bytes: v4 };
  const v6 = parseIpv6(text);
  return v6 ? { family: 6, bytes: v6 } : undefined;
}

/** Start and length of the longest run of zero groups, two at least; the first one wins. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: -1, length: 1 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (at + length < groups.length && groups[at + length] === 0) length++;
    if (length > best.length) best = { start: at, length };
    at += length;
  }
  return best;
}

export function printAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  const { start, length } = longestZeroRun(groups);
  const dotted = start === 0 && (length === 6 || (length === 5 && groups[5] === 0xffff));
  const words = groups.map((group) => group.toString(16));
  const shown = dotted ? [...words.slice(0, 6), bytes.slice(12).join('.')] : words;
  if (start < 0) return shown.join(':');
  return `${shown.slice(0, start).join(':')}::${shown.slice(start + length).join(':')}`;
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);

export const isMulticast = (address: Address): boolean =>
  address.family === 4 ? ((address.bytes[0] ?? 0) & 0xf0) === 0xe0 : address.bytes[0] === 0xff;

/** fe80::/10. */
export const isLinkLocal = (bytes: Uint8Array): boolean =>
  bytes.length === 16 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;

export const address: Codec<Address> = {
  name: 'IPADDR',
  parse: (word) => {
    const value = parseAddress(word);
    return value ? { value } : {};
  },
  print: (value) => printAddress(value.bytes),
};
