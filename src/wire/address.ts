/** IP addresses as bytes: 4 for IPv4, 16 for IPv6, network order. */
import type { Family } from '../units.ts';

export const familyOf = (address: Uint8Array): Family => (address.length === 4 ? 4 : 6);

/** Unsigned comparison in network order, as elections compare senders (RFC 9568 §6.4.3). */
export function compareAddresses(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const sameAddress = (a: Uint8Array, b: Uint8Array): boolean => compareAddresses(a, b) === 0;

/** What tells addresses apart, for maps and sets. */
export const addressKey = (address: Uint8Array): string => address.join('.');

export const isLinkLocal6 = (address: Uint8Array): boolean =>
  address.length === 16 && address[0] === 0xfe && ((address[1] ?? 0) & 0xc0) === 0x80;

export const isMulticast = (address: Uint8Array): boolean =>
  address.length === 4 ? ((address[0] ?? 0) & 0xf0) === 0xe0 : address[0] === 0xff;

export function formatAddress(address: Uint8Array): string {
  return address.length === 4 ? address.join('.') : formatIpv6(address);
}

/** `02:00:5e:00:01:33`. */
export const formatMac = (mac: Uint8Array): string =>
  [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

/** RFC 5952: longest run of at least two zero groups becomes `::`, the first one when there are several. */
function formatIpv6(address: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((address[i] ?? 0) << 8) | (address[i + 1] ?? 0));
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) [bestStart, bestLength] = [start, length];
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(':');
  return `${hex.slice(0, bestStart).join(':')}::${hex.slice(bestStart + bestLength).join(':')}`;
}

/** IPv4 dotted quad to bytes, for constants and tests; undefined for anything else. */
export function ipv4(text: string): Uint8Array {
  const parts = text.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) {
    throw new Error(`not an IPv4 address: ${text}`);
  }
  return new Uint8Array(parts);
}

/** IPv6 text to bytes, for constants and tests; the configuration has its own strict codec. */
export function ipv6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  if (groups.length !== 8) throw new Error(`not an IPv6 address: ${text}`);
  return new Uint8Array(groups.flatMap((group) => [parseInt(group, 16) >>> 8, parseInt(group, 16) & 0xff]));
}
