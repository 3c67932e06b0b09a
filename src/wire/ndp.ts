/** Unsolicited Neighbour Advertisement (RFC 4861 §4.4, RFC 9568 §8.2.2). */
import { checksum, pseudoHeaderSum } from './checksum.ts';

const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
const FLAG_ROUTER = 0x80;
const FLAG_OVERRIDE = 0x20;
const OPTION_TARGET_LINK_LAYER = 2;

export const ALL_NODES = new Uint8Array([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

/**
 * ICMPv6 bytes of an NA for `address`, sent from it to ff02::1; the router flag follows the interface's
 * forwarding.
 */
export function encodeUnsolicitedNa(mac: Uint8Array, address: Uint8Array, router: boolean): Uint8Array {
  const bytes = new Uint8Array(24 + 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = NEIGHBOUR_ADVERTISEMENT;
  bytes[4] = FLAG_OVERRIDE | (router ? FLAG_ROUTER : 0);
  bytes.set(address, 8);
  bytes[24] = OPTION_TARGET_LINK_LAYER;
  bytes[25] = 1;
  bytes.set(mac.subarray(0, 6), 26);
  view.setUint16(2, checksum(bytes, pseudoHeaderSum(address, ALL_NODES, bytes.length, ICMPV6)));
  return bytes;
}
