/** Gratuitous ARP (RFC 5227 §3, RFC 9568 §8.1.2) as a complete Ethernet frame. */

const ETHERTYPE_ARP = 0x0806;
const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;
const OPERATION_REQUEST = 1;

/**
 * A broadcast ARP request with sender = target = `address` and target hardware address ff:ff:ff:ff:ff:ff,
 * the form keepalived 2.2.7 was seen sending.
 */
export function encodeGratuitousArp(mac: Uint8Array, address: Uint8Array): Uint8Array {
  const frame = new Uint8Array(14 + 28);
  const view = new DataView(frame.buffer);
  frame.fill(0xff, 0, 6);
  frame.set(mac.subarray(0, 6), 6);
  view.setUint16(12, ETHERTYPE_ARP);
  view.setUint16(14, HARDWARE_ETHERNET);
  view.setUint16(16, PROTOCOL_IPV4);
  frame[18] = 6;
  frame[19] = 4;
  view.setUint16(20, OPERATION_REQUEST);
  frame.set(mac.subarray(0, 6), 22);
  frame.set(address, 28);
  frame.fill(0xff, 32, 38);
  frame.set(address, 38);
  return frame;
}
