/**
 * From what a socket delivers to what the state machine judges: headers in front of the advert are taken off,
 * and the digest that the configured key gives for the bytes is put beside it.
 */
import type { Digests } from '../ports/digests.ts';
import type { Received } from '../ports/net.ts';
import { AH_LENGTH, type AuthenticationHeader, coveredByAh, decodeAh, PROTOCOL_AH } from '../wire/ah.ts';
import { coveredByTrailer, TRAILER_LENGTH } from '../wire/auth-trailer.ts';
import { decodeIpv4 } from '../wire/ip.ts';
import { HEADER_LENGTH, PROTOCOL_VRRP } from '../wire/vrrp.ts';
import type { InstanceConfig } from './config.ts';
import type { IncomingPacket } from './receive.ts';

export interface Unwrapped {
  /** The VRRP bytes: no IP header, no authentication header. */
  readonly payload: Uint8Array;
  readonly ah?: AuthenticationHeader;
  /** The IPv4 header's length; 0 for IPv6, whose sockets never show one. */
  readonly ipHeader: number;
}

/** `short`: too few bytes for the headers that have to be there; `foreign`: AH around something else. */
export function unwrap(packet: Received): Unwrapped | 'short' | 'foreign' {
  if (packet.source.length !== 4) return long({ payload: packet.bytes, ipHeader: 0 });
  const datagram = decodeIpv4(packet.bytes);
  if (datagram === undefined) return 'short';
  const { header, payload } = datagram;
  const ipHeader = header.headerLength;
  if (header.protocol !== PROTOCOL_AH) return long({ payload, ipHeader });
  const ah = decodeAh(payload);
  if (ah === undefined) return 'short';
  if (ah.nextHeader !== PROTOCOL_VRRP) return 'foreign';
  return long({ payload: payload.subarray(AH_LENGTH), ah, ipHeader });
}

const long = (unwrapped: Unwrapped): Unwrapped | 'short' =>
  unwrapped.payload.length < HEADER_LENGTH ? 'short' : unwrapped;

/** The bytes that a hold rule compares; undefined for a packet that carries no advert. */
export function payloadOf(packet: Received): Uint8Array | undefined {
  const unwrapped = unwrap(packet);
  return typeof unwrapped === 'string' ? undefined : unwrapped.payload;
}

export function incoming(
  config: InstanceConfig,
  packet: Received,
  digests: Digests,
  wallUs: () => number,
): IncomingPacket | undefined {
  const unwrapped = unwrap(packet);
  if (typeof unwrapped === 'string') return undefined;
  const { source, destination, hopLimit, atUs } = packet;
  const { payload, ah } = unwrapped;
  const digest = digestOf(config, packet, unwrapped, digests);
  return {
    payload,
    source,
    destination,
    hopLimit,
    atUs,
    ...(ah === undefined ? {} : { ah }),
    ...(digest === undefined ? {} : { digest }),
    ...(config.hmac === undefined ? {} : { wallUs: wallUs() }),
  };
}

function digestOf(
  { auth, hmac }: InstanceConfig,
  { bytes, source }: Received,
  { payload, ah, ipHeader }: Unwrapped,
  digests: Digests,
): Uint8Array | undefined {
  if (auth.type === 'ah' && ah !== undefined) {
    const end = ipHeader + AH_LENGTH + payload.length;
    return digests.hmac('md5', auth.data, coveredByAh(bytes.subarray(0, end), ipHeader));
  }
  if (hmac === undefined || payload.length < HEADER_LENGTH + TRAILER_LENGTH) return undefined;
  const id = payload[payload.length - TRAILER_LENGTH + 1];
  const key = hmac.keys.find((candidate) => candidate.id === id);
  return key && digests.hmac('sha256', key.secret, coveredByTrailer(payload, source));
}
