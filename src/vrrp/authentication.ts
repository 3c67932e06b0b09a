/**
 * Whether an advert comes from somebody who knows the secret: passwords (RFC 2338 §10), AH (RFC 2402) and
 * signed trailers (auth_hmac). In: the packet with the digest that our key gives for it, and what was sent
 * and heard before. Out: the verdict, and the sequence numbers to remember. Order, texts and counters of
 * passwords and AH are those of keepalived 2.2.7; of signed trailers only the wire format and the counters
 * of 2.4.3 are known.
 */
import { sameAddress } from '../wire/address.ts';
import type { AuthenticationHeader } from '../wire/ah.ts';
import { AH_DIGEST_LENGTH } from '../wire/ah.ts';
import {
  type AuthTrailer,
  decodeTrailer,
  HMAC_LENGTH,
  TRAILER_LENGTH,
  TRAILER_TYPE_HMAC,
} from '../wire/auth-trailer.ts';
import { type AdvertHeader, AUTH_AH, AUTH_NONE, AUTH_PASS, readBody } from '../wire/vrrp.ts';
import type { HmacConfig, InstanceConfig } from './config.ts';
import { judgeSequence, type ReplayMark } from './replay.ts';
import type { AuthState } from './state.ts';
import type { Counter } from './stats.ts';

/** What authentication looks at of a packet; receive.ts has the rest. */
export interface AuthenticatedPacket {
  /** Bytes after the IP header and, where there is one, the authentication header. */
  readonly payload: Uint8Array;
  readonly source: Uint8Array;
  /** The header that stood in front of the advert. */
  readonly ah?: AuthenticationHeader;
  /** What our key gives for the bytes that AH or the trailer cover; absent without such a key. */
  readonly digest?: Uint8Array;
  /** Unix time of its arrival in microseconds, which only signed trailers ask for. */
  readonly wallUs?: number;
}

export interface AuthNote {
  readonly slot: string;
  readonly id: string;
  readonly args: readonly (string | number)[];
}

/** `refused` counts and is told; absent when the packet may pass. */
export interface AuthVerdict {
  readonly refused?: { readonly counter: Counter; readonly note: AuthNote };
  readonly state: AuthState;
}

export function authTypeOf(config: InstanceConfig): number {
  switch (config.auth.type) {
    case 'pass':
      return AUTH_PASS;
    case 'ah':
      return AUTH_AH;
    default:
      return AUTH_NONE;
  }
}

/** `advertLength`: where the advert proper ends and a trailer may begin. */
export function authenticate(
  config: InstanceConfig,
  packet: AuthenticatedPacket,
  header: AdvertHeader,
  advertLength: number,
  state: AuthState,
  source: string,
): AuthVerdict {
  const refused = checkType(config, header, source) ?? checkPassword(config, packet, header, source);
  if (refused !== undefined) return { refused, state };
  if (config.auth.type === 'ah') return checkAh(config, packet, state, source);
  if (config.hmac === undefined) return { state };
  return checkTrailer(config, config.hmac, packet, advertLength, state, source);
}

type Refused = NonNullable<AuthVerdict['refused']>;

const refusal = (counter: Counter, slot: string, id: string, ...args: (string | number)[]): Refused => ({
  counter,
  note: { slot, id, args },
});

function checkType(config: InstanceConfig, header: AdvertHeader, source: string): Refused | undefined {
  if (config.version === 3) return undefined;
  const { name } = config;
  if (header.authType > AUTH_AH) {
    return refusal('invalidAuthtype', 'auth-invalid', 'rx-auth-invalid', name, header.authType, source);
  }
  const expected = authTypeOf(config);
  if (header.authType === expected) return undefined;
  return refusal('authtypeMismatch', 'auth-type', 'rx-auth-type', name, header.authType, source, expected);
}

function checkPassword(
  config: InstanceConfig,
  packet: AuthenticatedPacket,
  header: AdvertHeader,
  source: string,
): Refused | undefined {
  if (config.auth.type !== 'pass') return undefined;
  const { authData } = readBody(packet.payload, header, config.family);
  if (sameDigest(authData, config.auth.data)) return undefined;
  return refusal('authFailure', 'password', 'rx-password', config.name, source);
}

/**
 * One sequence for all: whoever takes over goes on behind the highest number heard, so a number is used once
 * in the life of a virtual router, whoever sends it. The digest comes first, or a forger could move it.
 */
function checkAh(
  config: InstanceConfig,
  { ah, digest, source: address }: AuthenticatedPacket,
  state: AuthState,
  source: string,
): AuthVerdict {
  const { name } = config;
  if (ah === undefined || digest === undefined) return { state };
  if (!sameAddress(ah.spi, address)) {
    const args = [littleEndian(address), littleEndian(ah.spi), name, source] as const;
    return { refused: refusal('authFailure', 'ah-spi', 'rx-ah-spi', ...args), state };
  }
  if (!sameDigest(ah.digest, digest.subarray(0, AH_DIGEST_LENGTH))) {
    return { refused: refusal('authFailure', 'ah-digest', 'rx-ah-digest', name, source), state };
  }
  if (ah.sequence <= state.ahSequence) {
    const args = [name, ah.sequence, state.ahSequence, source] as const;
    return { refused: refusal('authFailure', 'ah-replay', 'rx-ah-replay', ...args), state };
  }
  return { state: { ...state, ahSequence: ah.sequence } };
}

/** 2.2.7 prints these four bytes as a number of a little-endian machine. */
const littleEndian = (bytes: Uint8Array): number =>
  bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);

function checkTrailer(
  config: InstanceConfig,
  hmac: HmacConfig,
  packet: AuthenticatedPacket,
  advertLength: number,
  state: AuthState,
  source: string,
): AuthVerdict {
  const { name } = config;
  const refuse = (counter: Counter, id: string, ...more: (string | number)[]): AuthVerdict => ({
    refused: refusal(counter, id, id, name, source, ...more),
    state,
  });
  if (packet.payload.length === advertLength) {
    return hmac.mode === 'enforce' ? refuse('authExtMissing', 'rx-hmac-missing') : { state };
  }
  const trailer = decodeTrailer(packet.payload.subarray(advertLength));
  if (trailer === undefined || !wellFormed(trailer)) return refuse('authExtMalformed', 'rx-hmac-malformed');
  if (packet.digest === undefined) return refuse('authExtUnknownKey', 'rx-hmac-key', trailer.keyId);
  if (!sameDigest(trailer.hmac, packet.digest.subarray(0, HMAC_LENGTH))) {
    return refuse('authExtInvalidHmac', 'rx-hmac-invalid', trailer.keyId);
  }
  const peers = config.unicastPeers.map((peer) => peer.address);
  const judged = judgeSequence(hmac, state.marks, peers, packet.source, trailer.sequence, packet.wallUs ?? 0);
  if (judged.verdict === 'stale') return refuse('authExtStale', 'rx-hmac-stale', judged.ageSeconds);
  if (judged.verdict === 'replay') return refuse('authExtReplay', 'rx-hmac-replay');
  return { state: { ...state, marks: judged.marks } };
}

const wellFormed = ({ type, reserved, keyId }: AuthTrailer): boolean =>
  type === TRAILER_TYPE_HMAC && reserved === 0 && keyId !== 0;

/** Takes as long wherever the difference is. */
function sameDigest(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** The longest thing that may follow an advert of this instance. */
export const trailerRoom = (config: InstanceConfig): number =>
  config.hmac === undefined ? 0 : TRAILER_LENGTH;

export type { ReplayMark };
