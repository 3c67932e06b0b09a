/**
 * Addresses of services and servers. Files with half a million of them exist, so a value is a plain number or
 * string: compared with `===`, shared, and turned into bytes only when somebody needs bytes.
 */
import type { Family } from '../../src/units.ts';
import { type Address, parseIpv6, printAddress, readIpv4 } from './address.ts';
import type { Codec } from './codec.ts';

/** IPv4 as a signed 32-bit number, IPv6 as its canonical text. */
export type Host = number | string;

/** What follows `-` or `/` is a range or a prefix, which services and servers have no use for. */
function hostEnd(word: string): number {
  const dash = word.indexOf('-');
  if (dash >= 0) return dash;
  const slash = word.indexOf('/');
  return slash < 0 ? word.length : slash;
}

export function readHost(word: string): Host | undefined {
  const end = hostEnd(word);
  const v4 = readIpv4(word, end);
  if (v4 !== undefined) return v4;
  const v6 = parseIpv6(end === word.length ? word : word.slice(0, end));
  return v6 ? printAddress(v6) : undefined;
}

export const familyOf = (host: Host): Family => (typeof host === 'number' ? 4 : 6);

export function printHost(host: Host): string {
  if (typeof host === 'string') return host;
  return `${host >>> 24}.${(host >>> 16) & 0xff}.${(host >>> 8) & 0xff}.${host & 0xff}`;
}

export function hostAddress(host: Host): Address {
  if (typeof host === 'number') {
    return { family: 4, bytes: Uint8Array.of(host >>> 24, host >>> 16, host >>> 8, host) };
  }
  return { family: 6, bytes: parseIpv6(host) ?? new Uint8Array(16) };
}

/** fe80::/10, which always has four digits in front. */
export const isLinkLocalHost = (host: Host): boolean =>
  typeof host === 'string' && /^fe[89ab][0-9a-f]:/.test(host);

export const host: Codec<Host> = {
  name: 'IPADDR',
  parse: (word) => {
    const value = readHost(word);
    return value === undefined ? {} : { value };
  },
  print: printHost,
};
