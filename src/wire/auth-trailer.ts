/**
 * The trailer behind a signed advert (auth_hmac, draft-cassen-vrrp-auth-hmac, keepalived 2.4.2 and later):
 * type, key id, a time-based sequence number, HMAC-SHA256 truncated to 16 bytes. In: the bytes after the IP
 * header. Out: the fields, and the bytes that the HMAC covers.
 */

export const TRAILER_LENGTH = 28;
export const TRAILER_TYPE_HMAC = 1;
export const HMAC_LENGTH = 16;
const KEY_AT = 1;
const SEQUENCE_AT = 4;
const HMAC_AT = TRAILER_LENGTH - HMAC_LENGTH;
/** Where an advert carries its checksum, which the HMAC reads as 0. */
const CHECKSUM_AT = 6;
const PSEUDO_HEADER_LENGTH = 20;

export interface AuthTrailer {
  readonly type: number;
  readonly keyId: number;
  readonly reserved: number;
  readonly sequence: AuthSequence;
  readonly hmac: Uint8Array;
}

/** Seconds of Unix time modulo 2^32, a binary fraction of 2^-16 s, and a counter within that. */
export interface AuthSequence {
  readonly seconds: number;
  readonly fraction: number;
  readonly counter: number;
}

/** Undefined when the bytes are no trailer by their number. */
export function decodeTrailer(bytes: Uint8Array): AuthTrailer | undefined {
  if (bytes.length !== TRAILER_LENGTH) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    type: view.getUint8(0),
    keyId: view.getUint8(KEY_AT),
    reserved: view.getUint16(2),
    sequence: { seconds: view.getUint32(4), fraction: view.getUint16(8), counter: view.getUint16(10) },
    hmac: bytes.slice(HMAC_AT),
  };
}

/** A trailer whose sequence and HMAC `sealTrailer` fills in. */
export function emptyTrailer(): Uint8Array {
  const bytes = new Uint8Array(TRAILER_LENGTH);
  bytes[0] = TRAILER_TYPE_HMAC;
  return bytes;
}

/** `advert` is the advert with its trailer; the IP header is not covered but for the source address. */
export function coveredByTrailer(advert: Uint8Array, source: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PSEUDO_HEADER_LENGTH + advert.length);
  bytes[0] = source.length === 4 ? 4 : 6;
  bytes[1] = (advert[0] ?? 0) >> 4;
  bytes[2] = advert[1] ?? 0;
  bytes.set(source, 4);
  bytes.set(advert, PSEUDO_HEADER_LENGTH);
  bytes.fill(0, PSEUDO_HEADER_LENGTH + CHECKSUM_AT, PSEUDO_HEADER_LENGTH + CHECKSUM_AT + 2);
  bytes.fill(0, bytes.length - HMAC_LENGTH);
  return bytes;
}

/** The datagram, which ends in an advert with its trailer at `advertAt`, with the trailer filled in. */
export function sealTrailer(
  template: Uint8Array,
  advertAt: number,
  source: Uint8Array,
  keyId: number,
  sequence: AuthSequence,
  hmacOf: (covered: Uint8Array) => Uint8Array,
): Uint8Array {
  const bytes = template.slice();
  const at = bytes.length - TRAILER_LENGTH;
  const view = new DataView(bytes.buffer, at);
  view.setUint8(KEY_AT, keyId);
  view.setUint32(SEQUENCE_AT, sequence.seconds);
  view.setUint16(SEQUENCE_AT + 4, sequence.fraction);
  view.setUint16(SEQUENCE_AT + 6, sequence.counter);
  const hmac = hmacOf(coveredByTrailer(bytes.subarray(advertAt), source));
  bytes.set(hmac.subarray(0, HMAC_LENGTH), at + HMAC_AT);
  return bytes;
}
