/**
 * VRRP adverts: VRRPv2 (RFC 3768 §5.1, with the authentication field of RFC 2338 that keepalived always
 * sends) and VRRPv3 (RFC 9568 §5.1). In: bytes after the IP header. Out: an `Advert`, or the reason why not.
 * Judging an advert against a configuration is not done here but in vrrp/receive.ts.
 */
import type { Family, Us } from '../units.ts';
import { seconds, us } from '../units.ts';
import { checksum, pseudoHeaderSum } from './checksum.ts';

export const PROTOCOL_VRRP = 112;
export const GROUP_IPV4 = new Uint8Array([224, 0, 0, 18]);
export const GROUP_IPV6 = new Uint8Array([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12]);
export const TYPE_ADVERTISEMENT = 1;
export const PRIORITY_STOP = 0;
export const PRIORITY_OWNER = 255;
export const AUTH_NONE = 0;
export const AUTH_PASS = 1;
export const AUTH_AH = 2;
export const AUTH_DATA_LENGTH = 8;
export const HEADER_LENGTH = 8;
/** VRRPv3 has 12 bits of centiseconds. */
export const MAX_INTERVAL_CS = 4095;

export interface Advert {
  readonly version: 2 | 3;
  readonly vrid: number;
  readonly priority: number;
  /** Whole seconds on the wire in v2, centiseconds in v3. */
  readonly intervalUs: Us;
  readonly addresses: readonly Uint8Array[];
  /** v2 only. */
  readonly authType?: number;
  /** v2 only: 8 bytes; zeros without authentication. */
  readonly authData?: Uint8Array;
}

/** What the checksum covers besides the VRRP bytes. */
export interface ChecksumContext {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** False for VRRPv2, and for VRRPv3 over IPv4 with v3_checksum_as_v2. */
  readonly pseudoHeader: boolean;
}

export function usesPseudoHeader(version: 2 | 3, family: Family, v3ChecksumAsV2: boolean): boolean {
  return version === 3 && (family === 6 || !v3ChecksumAsV2);
}

export function encodeAdvert(advert: Advert, context: ChecksumContext): Uint8Array {
  const addressLength = context.source.length;
  const authLength = advert.version === 2 ? AUTH_DATA_LENGTH : 0;
  const bytes = new Uint8Array(HEADER_LENGTH + advert.addresses.length * addressLength + authLength);
  const view = new DataView(bytes.buffer);
  bytes[0] = (advert.version << 4) | TYPE_ADVERTISEMENT;
  bytes[1] = advert.vrid;
  bytes[2] = advert.priority;
  bytes[3] = advert.addresses.length;
  if (advert.version === 2) {
    bytes[4] = advert.authType ?? AUTH_NONE;
    bytes[5] = Math.round(advert.intervalUs / 1_000_000);
  } else {
    view.setUint16(4, Math.round(advert.intervalUs / 10_000) & 0x0fff);
  }
  let offset = HEADER_LENGTH;
  for (const address of advert.addresses) {
    bytes.set(address, offset);
    offset += addressLength;
  }
  if (advert.authData !== undefined && authLength > 0) bytes.set(advert.authData.subarray(0, 8), offset);
  view.setUint16(6, checksum(bytes, contextSum(bytes.length, context)));
  return bytes;
}

function contextSum(length: number, context: ChecksumContext): number {
  return context.pseudoHeader
    ? pseudoHeaderSum(context.source, context.destination, length, PROTOCOL_VRRP)
    : 0;
}

/** The fixed fields, readable before anything has been validated. Undefined below 8 bytes. */
export interface AdvertHeader {
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
  readonly count: number;
  /** v2: authentication type. */
  readonly authType: number;
  readonly intervalUs: Us;
}

export function peekHeader(bytes: Uint8Array): AdvertHeader | undefined {
  const [first, vrid, priority, count, byte4, byte5] = bytes;
  if (first === undefined || vrid === undefined || priority === undefined || count === undefined) return;
  if (byte4 === undefined || byte5 === undefined || bytes.length < HEADER_LENGTH) return undefined;
  const version = first >> 4;
  return {
    version,
    type: first & 0x0f,
    vrid,
    priority,
    count,
    authType: byte4,
    intervalUs: version === 2 ? seconds(byte5) : us((((byte4 & 0x0f) << 8) | byte5) * 10_000),
  };
}

/** Bytes that an advert with this header must have after the IP header. */
export function expectedLength(version: number, family: Family, count: number): number {
  return HEADER_LENGTH + count * (family === 4 ? 4 : 16) + (version === 2 ? AUTH_DATA_LENGTH : 0);
}

/** True when the checksum inside `bytes` is right for the given context. */
export function checksumHolds(bytes: Uint8Array, context: ChecksumContext): boolean {
  return checksum(bytes, contextSum(bytes.length, context)) === 0;
}

/** The body of an advert whose length has been checked with `expectedLength`. */
export function readBody(
  bytes: Uint8Array,
  header: AdvertHeader,
  family: Family,
): { addresses: Uint8Array[]; authData: Uint8Array } {
  const addressLength = family === 4 ? 4 : 16;
  const addresses: Uint8Array[] = [];
  let offset = HEADER_LENGTH;
  for (let i = 0; i < header.count; i++, offset += addressLength) {
    addresses.push(bytes.slice(offset, offset + addressLength));
  }
  return { addresses, authData: bytes.slice(offset, offset + AUTH_DATA_LENGTH) };
}
