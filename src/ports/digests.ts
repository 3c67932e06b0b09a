/** Keyed digests. The core says over which bytes; a library that others look after computes them. */

export type DigestName = 'md5' | 'sha256';

export interface Digests {
  /** HMAC (RFC 2104) of the bytes, at its full length: 16 or 32 bytes. */
  hmac(name: DigestName, key: Uint8Array, bytes: Uint8Array): Uint8Array;
}
