/**
 * Building adverts that a healthy daemon would never send, as complete Ethernet frames. In: the fields of
 * the advert, defaults giving a valid one; out: bytes for the injector. RFC 3768 5, RFC 9568 5.
 */
import { type ForgedAh, withAh } from './ah.ts';
import { addressBytes, internetChecksum, pseudoHeader } from './bytes.ts';
import { type ForgedHmac, withTrailer } from './hmac.ts';

export interface ForgedAdvert {
  readonly version?: 2 | 3;
  readonly type?: number;
  readonly vrid?: number;
  readonly priority: number;
  readonly vips?: readonly string[];
  /** Overrides the number of addresses announced in the header. */
  readonly count?: number;
  /** v2: seconds, v3: centiseconds. */
  readonly interval?: number;
  readonly authType?: number;
  /** Up to eight characters (v2). */
  readonly authData?: string;
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
  /**
   * `bad`: wrong; `plain`: v3 without the pseudo header; `group`: v3 as if sent to the group.
   */
  readonly checksum?: 'bad' | 'plain' | 'group';
  /** Bytes after the advert proper. */
  readonly trailing?: number;
  /** Only this many bytes of the VRRP part are sent. */
  readonly cutTo?: number;
  readonly ah?: ForgedAh;
  /** Signed, from its source, when it is sent for the first time. */
  readonly hmac?: ForgedHmac;
}

const SOURCE = '10.0.0.77';
const SOURCE_MAC = [2, 0, 0, 0, 0, 0x77];
const GROUP = '224.0.0.18';

export function forgeAdvert(spec: ForgedAdvert): Uint8Array {
  const source = addressBytes(spec.source ?? SOURCE);
  const destination = addressBytes(spec.destination ?? GROUP);
  const advert = vrrpPart(spec, source, destination);
  const vrrp = spec.hmac === undefined ? advert : withTrailer(advert, source, spec.hmac);
  const group = spec.destination === undefined;
  const destinationMac = group ? [1, 0, 0x5e, 0, 0, 18] : [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  const ip = ipv4Header(source, destination, { ttl: spec.ttl ?? 255, protocol: 112, tos: 0xc0 }, vrrp.length);
  const plain = Uint8Array.from([...ip, ...vrrp]);
  const packet = spec.ah === undefined ? plain : withAh(plain, spec.ah);
  return Uint8Array.from([...destinationMac, ...SOURCE_MAC, 8, 0, ...packet]);
}

function vrrpPart(spec: ForgedAdvert, source: Uint8Array, destination: Uint8Array): Uint8Array {
  const version = spec.version ?? 3;
  const vips = (spec.vips ?? ['10.0.0.100']).map(addressBytes);
  const interval = spec.interval ?? (version === 2 ? 1 : 20);
  const timing = version === 2 ? [spec.authType ?? 0, interval] : [interval >> 8, interval & 255];
  const head = [(version << 4) | (spec.type ?? 1), spec.vrid ?? 51, spec.priority, spec.count ?? vips.length];
  const auth = version === 2 ? [...Buffer.from((spec.authData ?? '').padEnd(8, '\0'), 'latin1')] : [];
  const trailing = Array<number>(spec.trailing ?? 0).fill(0);
  const all = [...head, ...timing, 0, 0, ...vips.flatMap((vip) => [...vip]), ...auth, ...trailing];
  const bytes = Uint8Array.from(all).slice(0, spec.cutTo ?? all.length);
  const covered = spec.checksum === 'group' ? addressBytes(GROUP) : destination;
  const pseudo = pseudoHeader(source, covered, 112, bytes.length);
  const plain = version === 2 || spec.checksum === 'plain';
  const sum = plain ? internetChecksum(bytes) : internetChecksum(pseudo, bytes);
  const sent = spec.checksum === 'bad' ? sum ^ 0x5555 : sum;
  bytes[6] = sent >> 8;
  bytes[7] = sent & 255;
  return bytes;
}

export function ipv4Header(
  source: Uint8Array,
  destination: Uint8Array,
  { ttl, protocol, tos }: { readonly ttl: number; readonly protocol: number; readonly tos: number },
  length: number,
): Uint8Array {
  const total = 20 + length;
  const head = Uint8Array.from([
    0x45,
    tos,
    total >> 8,
    total & 255,
    0,
    1,
    0,
    0,
    ttl,
    protocol,
    0,
    0,
    ...source,
    ...destination,
  ]);
  const sum = internetChecksum(head);
  head[10] = sum >> 8;
  head[11] = sum & 255;
  return head;
}
