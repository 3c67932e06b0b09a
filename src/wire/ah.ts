/**
 * The IP authentication header (RFC 2402) between the IPv4 header and a VRRPv2 advert, as RFC 2338 §5.3.6.3
 * asked for it and as keepalived 2.2.7 was seen sending it: HMAC-MD5-96, SPI = source address. In: datagrams.
 * Out: the fields, and the bytes that the digest covers.
 */
import { checksum } from './checksum.ts';
import { IPV4_HEADER_LENGTH } from './ip.ts';

export const PROTOCOL_AH = 51;
export const AH_LENGTH = 24;
export const AH_DIGEST_LENGTH = 12;

/** Length in 32-bit words, less two (RFC 2402 §2.2). */
const PAYLOAD_LENGTH = 4;
const SPI_AT = 4;
const SEQUENCE_AT = 8;
const DIGEST_AT = 12;

export interface AuthenticationHeader {
  readonly nextHeader: number;
  readonly spi: Uint8Array;
  readonly sequence: number;
  readonly digest: Uint8Array;
}

/** A header whose sequence and digest `sealAh` fills in. */
export function encodeAh(nextHeader: number, spi: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(AH_LENGTH);
  bytes[0] = nextHeader;
  bytes[1] = PAYLOAD_LENGTH;
  bytes.set(spi, SPI_AT);
  return bytes;
}

/** Undefined when the bytes after the IP header are too few. The payload length field says nothing to us. */
export function decodeAh(bytes: Uint8Array): AuthenticationHeader | undefined {
  if (bytes.length < AH_LENGTH) return undefined;
  return {
    nextHeader: bytes[0] ?? 0,
    spi: bytes.slice(SPI_AT, SEQUENCE_AT),
    sequence: new DataView(bytes.buffer, bytes.byteOffset).getUint32(SEQUENCE_AT),
    digest: bytes.slice(DIGEST_AT, AH_LENGTH),
  };
}

/**
 * What the digest of a datagram is computed over: all of it, with the digest itself and those fields of the
 * IP header as zeros that routers change. keepalived 2.2.7 counts TOS, flags, fragment offset and checksum
 * among them, but not the TTL as RFC 2402 §3.3.3.1.1.1 does: a routed AH advert does not verify.
 */
export function coveredByAh(datagram: Uint8Array, headerLength: number): Uint8Array {
  const bytes = datagram.slice();
  bytes[1] = 0;
  bytes.fill(0, 6, 8);
  bytes.fill(0, 10, 12);
  bytes.fill(0, headerLength + DIGEST_AT, headerLength + AH_LENGTH);
  return bytes;
}

/** The datagram with its identification, sequence number and digest. */
export function sealAh(
  template: Uint8Array,
  id: number,
  sequence: number,
  digestOf: (covered: Uint8Array) => Uint8Array,
): Uint8Array {
  const bytes = template.slice();
  const view = new DataView(bytes.buffer);
  // The digest covers the identification, so the kernel must not choose it.
  view.setUint16(4, id);
  view.setUint16(10, 0);
  view.setUint16(10, checksum(bytes.subarray(0, IPV4_HEADER_LENGTH)));
  view.setUint32(IPV4_HEADER_LENGTH + SEQUENCE_AT, sequence);
  const digest = digestOf(coveredByAh(bytes, IPV4_HEADER_LENGTH)).subarray(0, AH_DIGEST_LENGTH);
  bytes.set(digest, IPV4_HEADER_LENGTH + DIGEST_AT);
  return bytes;
}
