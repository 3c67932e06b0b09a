/**
 * The trailer of auth_hmac (keepalived 2.4.2), read, verified and forged without alived's own code. In: whole
 * Ethernet frames of IPv4, or an advert; out: fields, a verdict, or the advert with its trailer.
 */
import { createHmac } from 'node:crypto';

export const TRAILER_BYTES = 28;
const IP_AT = 14;
const ADVERT_AT = 34;

export interface HmacKey {
  readonly id: number;
  readonly secret: string;
}

export interface ForgedHmac {
  readonly key: HmacKey;
  readonly type?: number;
  readonly ageSeconds?: number;
}

function signature(advert: Uint8Array, source: Uint8Array, secret: string): Buffer {
  const pseudo = Buffer.alloc(20);
  pseudo.set([4, (advert[0] ?? 0) >> 4, advert[1] ?? 0, 0, ...source]);
  const covered = Buffer.from(advert);
  covered.fill(0, 6, 8).fill(0, covered.length - 16);
  return createHmac('sha256', secret).update(pseudo).update(covered).digest().subarray(0, 16);
}

const datagram = (frame: Uint8Array): Buffer => {
  const bytes = Buffer.from(frame);
  return bytes.subarray(0, IP_AT + bytes.readUInt16BE(IP_AT + 2));
};

export function hmacFields(frame: Uint8Array): { keyId: number; sequence: bigint; atUs: number } {
  const trailer = datagram(frame).subarray(-TRAILER_BYTES);
  const fraction = trailer.readUInt16BE(8) / 65_536;
  return {
    keyId: trailer[1] ?? 0,
    sequence: trailer.readBigUInt64BE(4),
    atUs: (trailer.readUInt32BE(4) + fraction) * 1e6,
  };
}

export function hmacVerifies(frame: Uint8Array, key: HmacKey): boolean {
  const bytes = datagram(frame);
  const source = bytes.subarray(IP_AT + 12, IP_AT + 16);
  const expected = signature(bytes.subarray(ADVERT_AT), source, key.secret);
  return hmacFields(frame).keyId === key.id && bytes.subarray(-16).equals(expected);
}

export function withTrailer(advert: Uint8Array, source: Uint8Array, forged: ForgedHmac): Uint8Array {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  const atMs = Date.now() - (forged.ageSeconds ?? 0) * 1000;
  trailer.set([forged.type ?? 1, forged.key.id]);
  trailer.writeUInt32BE(Math.floor(atMs / 1000), 4);
  trailer.writeUInt16BE(Math.floor(((atMs % 1000) * 65_536) / 1000), 8);
  const bytes = Buffer.concat([advert, trailer]);
  bytes.set(signature(bytes, source, forged.key.secret), bytes.length - 16);
  return bytes;
}
