/** Frames recorded from keepalived (fixtures/packets/vrrp-*.hex), taken apart with plain offsets. */
import { readFileSync } from 'node:fs';

const folder = new URL('../../../fixtures/packets/', import.meta.url);
const ETHERNET = 14;
const IPV6_HEADER = 40;

/** Lines that start with `#` say where the bytes come from. */
export function recordedFrame(name: string): Uint8Array {
  const lines = readFileSync(new URL(name, folder), 'utf8').split('\n');
  return new Uint8Array(Buffer.from(lines.filter((line) => !line.startsWith('#')).join(''), 'hex'));
}

/** What an IP packet says of itself: everything after the Ethernet header, and the ends of the IPv6 one. */
export function recordedPacket(name: string): {
  readonly ip: Uint8Array;
  readonly payload: Uint8Array;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
} {
  const ip = recordedFrame(name).subarray(ETHERNET);
  const six = (ip[0] ?? 0) >> 4 === 6;
  const [header, at, size] = six ? [IPV6_HEADER, 8, 16] : [20, 12, 4];
  return {
    ip,
    payload: ip.slice(header),
    source: ip.slice(at, at + size),
    destination: ip.slice(at + size, at + 2 * size),
  };
}
