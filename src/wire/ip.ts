/** The IPv4 header of an advert: built for IP_HDRINCL sockets, read from raw sockets (RFC 791). */
import { checksum } from './checksum.ts';

export interface Ipv4Header {
  readonly tos: number;
  readonly totalLength: number;
  readonly id: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly headerLength: number;
}

export interface Ipv4Fields {
  readonly ttl: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** 0 lets the kernel choose one. */
  readonly id?: number;
}

export const IPV4_HEADER_LENGTH = 20;
/** Internetwork control, which upstream puts on every advert. */
export const TOS_INTERNETWORK_CONTROL = 0xc0;

/** A datagram with a 20-byte header, DF clear, TOS 0xc0, as keepalived 2.2.7 was seen sending it. */
export function encodeIpv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(IPV4_HEADER_LENGTH + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = 0x45;
  bytes[1] = TOS_INTERNETWORK_CONTROL;
  view.setUint16(2, bytes.length);
  view.setUint16(4, fields.id ?? 0);
  bytes[8] = fields.ttl;
  bytes[9] = fields.protocol;
  bytes.set(fields.source, 12);
  bytes.set(fields.destination, 16);
  view.setUint16(10, checksum(bytes.subarray(0, IPV4_HEADER_LENGTH)));
  bytes.set(payload, IPV4_HEADER_LENGTH);
  return bytes;
}

/** Undefined when the bytes cannot hold the header they announce. */
export function decodeIpv4(bytes: Uint8Array): { header: Ipv4Header; payload: Uint8Array } | undefined {
  const first = bytes[0];
  if (first === undefined || bytes.length < IPV4_HEADER_LENGTH || first >> 4 !== 4) return undefined;
  const headerLength = (first & 0x0f) * 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const totalLength = view.getUint16(2);
  if (headerLength < IPV4_HEADER_LENGTH || totalLength < headerLength || totalLength > bytes.length) {
    return undefined;
  }
  const header: Ipv4Header = {
    tos: bytes[1] ?? 0,
    totalLength,
    id: view.getUint16(4),
    ttl: bytes[8] ?? 0,
    protocol: bytes[9] ?? 0,
    source: bytes.slice(12, 16),
    destination: bytes.slice(16, 20),
    headerLength,
  };
  return { header, payload: bytes.subarray(headerLength, totalLength) };
}
