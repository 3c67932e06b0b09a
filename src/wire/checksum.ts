/** The Internet checksum (RFC 1071), as IPv4, VRRP and ICMPv6 use it. */

/** Ones' complement sum over 16-bit big-endian words; an odd last byte counts as the high half. */
export function onesComplementSum(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  const even = bytes.length & ~1;
  for (let i = 0; i < even; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  if (even < bytes.length) sum += (bytes[even] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The checksum to write, or 0 when `bytes` already contain a correct one. */
export function checksum(bytes: Uint8Array, initial = 0): number {
  return ~onesComplementSum(bytes, initial) & 0xffff;
}

/**
 * Sum of the pseudo header that VRRPv3 and ICMPv6 put before the payload: source, destination, length and
 * protocol (RFC 8200 §8.1 for IPv6, RFC 793 layout for IPv4).
 */
export function pseudoHeaderSum(
  source: Uint8Array,
  destination: Uint8Array,
  length: number,
  protocol: number,
): number {
  let sum = onesComplementSum(source);
  sum = onesComplementSum(destination, sum);
  return onesComplementSum(new Uint8Array([0, protocol, length >>> 8, length & 0xff]), sum);
}
