/**
 * The authentication header of VRRPv2 (RFC 2402, HMAC-MD5-96), read and computed without alived's own
 * code. In: an IPv4 packet and a password; out: its fields, or the packet with another digest.
 */
import { createHmac } from 'node:crypto';
import { addressText, hex, internetChecksum } from './bytes.ts';

export const AH_BYTES = 24;

export interface AhFields {
  readonly spi: string;
  readonly sequence: number;
  readonly ipId: number;
}

export const ahFields = (ip: Uint8Array): AhFields => {
  const view = new DataView(ip.buffer, ip.byteOffset);
  return { spi: addressText(ip.subarray(24, 28)), sequence: view.getUint32(28), ipId: view.getUint16(4) };
};

/** What 2.2.7 puts into the field: TOS, flags, offset and checksum of the IP header count as zeros. */
function digest(ip: Uint8Array, password: string): Buffer {
  const covered = Buffer.from(ip);
  for (const [at, length] of [
    [1, 1],
    [6, 2],
    [10, 2],
    [32, 12],
  ] as const) {
    covered.fill(0, at, at + length);
  }
  return createHmac('md5', password).update(covered).digest().subarray(0, 12);
}

export const ahVerifies = (ip: Uint8Array, password: string): boolean =>
  hex(ip.subarray(32, 44)) === hex(digest(ip, password));

export interface ForgedAh {
  readonly password: string;
  readonly sequence: number;
  readonly spi?: readonly number[];
  readonly nextHeader?: number;
  readonly digest?: 'bad';
}

/** Puts the header between an IPv4 header and what follows it. */
export function withAh(ip: Uint8Array, forged: ForgedAh): Uint8Array {
  const out = Buffer.concat([ip.subarray(0, 20), Buffer.alloc(AH_BYTES), ip.subarray(20)]);
  out.writeUInt16BE(out.length, 2);
  out[9] = 51;
  out.writeUInt16BE(0, 10);
  out.writeUInt16BE(internetChecksum(out.subarray(0, 20)), 10);
  out[20] = forged.nextHeader ?? 112;
  out[21] = 4;
  out.set(forged.spi ?? ip.subarray(12, 16), 24);
  out.writeUInt32BE(forged.sequence, 28);
  out.set(digest(out, forged.password), 32);
  if (forged.digest === 'bad') out[32] = (out[32] ?? 0) ^ 1;
  return out;
}
