/**
 * Adverts that are different each time: a sequence number and a digest go into them just before they leave.
 * In: the datagrams of a round as `buildAdverts` makes them. Out: what to write, and the numbers used.
 * A round has one number for all its peers, as keepalived 2.2.7 was seen doing with AH.
 */
import type { Digests } from '../ports/digests.ts';
import type { Datagram } from '../ports/net.ts';
import { sealAh } from '../wire/ah.ts';
import { sealTrailer } from '../wire/auth-trailer.ts';
import { IPV4_HEADER_LENGTH } from '../wire/ip.ts';
import type { HmacConfig, InstanceConfig } from './config.ts';
import { nextSequence } from './replay.ts';
import type { AuthState } from './state.ts';

export interface Sealed {
  readonly datagrams: readonly Datagram[];
  readonly state: AuthState;
}

/** Where 2.2.7 was seen standing still, so that the number never comes round to 0. */
const LAST_AH_SEQUENCE = 0xffff_fffe;
const LAST_ID = 0xffff;

/** Whether every advert needs bytes of its own. */
export const isSealed = ({ auth, hmac }: InstanceConfig): boolean => auth.type === 'ah' || sendsTrailer(hmac);

/** In mode receive-only adverts are checked and none is signed. */
export const sendsTrailer = (hmac: HmacConfig | undefined): hmac is HmacConfig =>
  hmac !== undefined && hmac.mode !== 'receive-only';

export function sealRound(
  config: InstanceConfig,
  state: AuthState,
  datagrams: readonly Datagram[],
  digests: Digests,
  wallUs: number,
): Sealed {
  if (config.auth.type === 'ah') return sealWithAh(config.auth.data, state, datagrams, digests);
  if (sendsTrailer(config.hmac)) return sealWithTrailer(config.hmac, state, datagrams, digests, wallUs);
  return { datagrams, state };
}

function sealWithAh(
  key: Uint8Array,
  state: AuthState,
  datagrams: readonly Datagram[],
  digests: Digests,
): Sealed {
  const ahSequence = state.ahSequence < LAST_AH_SEQUENCE ? state.ahSequence + 1 : state.ahSequence;
  // 0 would ask the kernel to choose one, behind the back of the digest.
  const ipId = state.ipId < LAST_ID ? state.ipId + 1 : 1;
  const sealed = datagrams.map((datagram) => ({
    ...datagram,
    bytes: sealAh(datagram.bytes, ipId, ahSequence, (covered) => digests.hmac('md5', key, covered)),
  }));
  return { datagrams: sealed, state: { ...state, ahSequence, ipId } };
}

function sealWithTrailer(
  hmac: HmacConfig,
  state: AuthState,
  datagrams: readonly Datagram[],
  digests: Digests,
  wallUs: number,
): Sealed {
  const key = hmac.keys.find(({ id }) => id === hmac.activeKey);
  if (key === undefined) return { datagrams, state };
  const sequence = nextSequence(hmac, state.sent, wallUs);
  // No destination is covered, so one HMAC does for all peers.
  let digest: Uint8Array | undefined;
  const hmacOf = (covered: Uint8Array): Uint8Array => {
    digest ??= digests.hmac('sha256', key.secret, covered);
    return digest;
  };
  const sealed = datagrams.map((datagram) => {
    const [advertAt, source] = placeOf(datagram);
    return { ...datagram, bytes: sealTrailer(datagram.bytes, advertAt, source, key.id, sequence, hmacOf) };
  });
  return { datagrams: sealed, state: { ...state, sent: sequence } };
}

/** Where the advert begins, and the address it is sent from. */
function placeOf({ bytes, source }: Datagram): readonly [advertAt: number, source: Uint8Array] {
  return source === undefined ? [IPV4_HEADER_LENGTH, bytes.subarray(12, 16)] : [0, source];
}
