/**
 * Whether a packet may reach the state machine (RFC 9568 §7.1, RFC 3768 §7.1). In: the packet, the
 * configuration and who was heard before. Out: an advert, or the counter it goes to; and what to log.
 * Texts and counters are those of keepalived 2.4.3, which names the sender and accepts a different VIP list.
 */
import type { Us } from '../units.ts';
import { formatAddress, isMulticast, sameAddress } from '../wire/address.ts';
import { AH_LENGTH } from '../wire/ah.ts';
import type { AdvertHeader } from '../wire/vrrp.ts';
import {
  checksumHolds,
  expectedLength,
  peekHeader,
  readBody,
  TYPE_ADVERTISEMENT,
  usesPseudoHeader,
} from '../wire/vrrp.ts';
import { usesOldChecksum } from './advert.ts';
import { type AuthenticatedPacket, authenticate, trailerRoom } from './authentication.ts';
import type { InstanceConfig } from './config.ts';
import type { ReceivedAdvert } from './events.ts';
import type { AuthState } from './state.ts';
import type { Counter } from './stats.ts';

/** A packet for the VRID of the instance, without the headers that stood in front of the advert. */
export interface IncomingPacket extends AuthenticatedPacket {
  readonly destination: Uint8Array;
  /** -1 when unknown. */
  readonly hopLimit: number;
  readonly atUs: Us;
}

/** `slot` groups the texts that are logged once until the state changes or a good advert arrives. */
export interface ReceiveNote {
  readonly slot: string;
  readonly id: string;
  readonly args: readonly (string | number)[];
}

export type Verdict =
  | {
      readonly verdict: 'accept';
      readonly advert: ReceivedAdvert;
      readonly counters: readonly Counter[];
      readonly notes: readonly ReceiveNote[];
      readonly auth: AuthState;
      /** Its checksum is that of keepalived before 1.3.7, which is now to be used. */
      readonly oldChecksum: boolean;
    }
  | {
      readonly verdict: 'drop';
      readonly counters: readonly Counter[];
      readonly notes: readonly ReceiveNote[];
      /** Absent where authentication was not reached. */
      readonly auth?: AuthState;
    };

interface Heard {
  /** Our own sending address: packets from it are reflections. */
  readonly ownAddress: Uint8Array | undefined;
  /** Sender of the last accepted advert, for skip_check_adv_addr. */
  readonly master: Uint8Array | undefined;
  readonly auth: AuthState;
  readonly oldChecksum: boolean;
}

const IPV4_HEADER = 20;
const EXPECTED_HOP_LIMIT = 255;

function drop(counter: Counter | undefined, note?: ReceiveNote): Verdict {
  return {
    verdict: 'drop',
    counters: counter === undefined ? [] : [counter],
    notes: note === undefined ? [] : [note],
  };
}

const counted = (counter: Counter, note: ReceiveNote): Verdict => ({
  verdict: 'drop',
  counters: ['advertRcvd', counter],
  notes: [note],
});

export function receive(config: InstanceConfig, packet: IncomingPacket, heard: Heard): Verdict {
  if (heard.ownAddress !== undefined && sameAddress(packet.source, heard.ownAddress)) return drop(undefined);
  const source = formatAddress(packet.source);
  const refusedRoute = checkRoute(config, packet, source);
  if (refusedRoute !== undefined) return refusedRoute;
  const header = peekHeader(packet.payload);
  // The sockets let nothing through that is shorter, and say so.
  if (header === undefined) return drop(undefined);
  const refusedForm = checkForm(config, packet, header, source);
  if (refusedForm !== undefined) return refusedForm;
  const { version, family } = config;
  const length = expectedLength(version, family, header.count);
  const { refused, state: auth } = authenticate(config, packet, header, length, heard.auth, source);
  if (refused !== undefined) return drop(refused.counter, refused.note);
  if (config.ownerIgnoreAdverts && config.basePriority === 255) return { ...drop(undefined), auth };
  const advert = { ...packet, payload: packet.payload.subarray(0, length) };
  const form = checksumForm(config, advert, heard.oldChecksum);
  const wrong = checkInterval(config, header, source) ?? checkContent(config, header, form, source);
  if (wrong !== undefined) return { ...wrong, auth };
  const refusedPeer = checkPeer(config, packet, source);
  if (refusedPeer !== undefined) return { ...refusedPeer, auth };
  const oldChecksum = form === 'old' && !heard.oldChecksum;
  return { ...accept(config, advert, header, heard, source), auth, oldChecksum };
}

/** The kind of destination, and for multicast the hop limit that shows it was sent on this link. */
function checkRoute(config: InstanceConfig, packet: IncomingPacket, source: string): Verdict | undefined {
  const unicast = config.unicastPeers.length > 0;
  if (unicast === isMulticast(packet.destination)) return drop('sourceErr');
  if (unicast || packet.hopLimit === EXPECTED_HOP_LIMIT) return undefined;
  return drop('ipTtlErr', {
    slot: 'ttl',
    id: 'rx-ttl',
    args: [config.name, source, packet.hopLimit, EXPECTED_HOP_LIMIT],
  });
}

/** Comes last, and what it refuses has been counted as received (seen with 2.2.7). */
function checkPeer(config: InstanceConfig, packet: IncomingPacket, source: string): Verdict | undefined {
  if (config.unicastPeers.length === 0) return undefined;
  const peer = config.unicastPeers.find((candidate) => sameAddress(candidate.address, packet.source));
  if (peer === undefined) {
    if (!config.checkUnicastSource) return undefined;
    return counted('sourceErr', { slot: 'peer', id: 'rx-not-peer', args: [config.name, source] });
  }
  if (packet.hopLimit < 0 || (packet.hopLimit >= peer.minTtl && packet.hopLimit <= peer.maxTtl)) return;
  return counted('ipTtlErr', {
    slot: 'ttl',
    id: 'rx-ttl-range',
    args: [config.name, source, packet.hopLimit, peer.minTtl, peer.maxTtl],
  });
}

/** Upstream counts the IPv4 header, and AH, into both figures; an IPv6 socket never sees one. */
function wrongLength(
  config: InstanceConfig,
  packet: IncomingPacket,
  expected: number,
  source: string,
): Verdict {
  const extra = (config.family === 4 ? IPV4_HEADER : 0) + (packet.ah === undefined ? 0 : AH_LENGTH);
  const { length } = packet.payload;
  return drop('packetLenErr', {
    slot: 'length',
    id: length < expected ? 'rx-short' : 'rx-long',
    args: [config.name, source, length + extra, expected + extra],
  });
}

/** The length that the packet claims for itself, then the version: 2.2.7 was seen looking in this order. */
function checkForm(
  config: InstanceConfig,
  packet: IncomingPacket,
  header: AdvertHeader,
  source: string,
): Verdict | undefined {
  const { name, version, family } = config;
  const expected = expectedLength(header.version, family, header.count);
  const trailing = packet.payload.length - expected;
  if (trailing !== 0 && trailing !== trailerRoom(config)) {
    return wrongLength(config, packet, expected, source);
  }
  if (header.version === version) return undefined;
  return drop('versionErr', {
    slot: 'version',
    id: 'rx-version',
    args: [name, source, header.version, version],
  });
}

type ChecksumForm = 'right' | 'old' | 'wrong';

/** Whoever has changed to the old checksum takes no other any more (seen with 2.2.7). */
function checksumForm(config: InstanceConfig, packet: IncomingPacket, oldHeard: boolean): ChecksumForm {
  const { version, family, v3ChecksumAsV2 } = config;
  const pseudoHeader = usesPseudoHeader(version, family, v3ChecksumAsV2);
  const holds = (destination: Uint8Array): boolean =>
    checksumHolds(packet.payload, { source: packet.source, destination, pseudoHeader });
  if (!usesOldChecksum(config, oldHeard) && holds(packet.destination)) return 'right';
  return usesOldChecksum(config, true) && holds(config.multicastGroup) ? 'old' : 'wrong';
}

/** What makes no sense after whoever sent it has proved to be one of us. */
function checkContent(
  config: InstanceConfig,
  header: AdvertHeader,
  form: ChecksumForm,
  source: string,
): Verdict | undefined {
  const { name, version } = config;
  if (header.type !== TYPE_ADVERTISEMENT) {
    return drop('invalidTypeRcvd', {
      slot: 'type',
      id: 'rx-type',
      args: [name, source, header.type, TYPE_ADVERTISEMENT],
    });
  }
  if (form !== 'wrong') return undefined;
  return drop('checksumErr', { slot: 'checksum', id: 'rx-checksum', args: [name, version, source] });
}

/**
 * v2 peers must agree on the interval (RFC 3768 §7.1); v3 announces it, and 0 is never valid (erratum 8301).
 */
function checkInterval(config: InstanceConfig, header: AdvertHeader, source: string): Verdict | undefined {
  if (config.version === 3) {
    return header.intervalUs > 0 ? undefined : drop('advertIntervalErr');
  }
  if (header.intervalUs === config.advertIntervalUs) return undefined;
  // 2.2.7 has a counter of this name and was seen not using it.
  return drop(undefined, {
    slot: 'interval',
    id: 'rx-interval',
    args: [config.name, source, config.advertIntervalUs / 1_000_000, header.intervalUs / 1_000_000],
  });
}

function accept(
  config: InstanceConfig,
  packet: IncomingPacket,
  header: AdvertHeader,
  heard: Heard,
  source: string,
): Omit<Extract<Verdict, { verdict: 'accept' }>, 'auth' | 'oldChecksum'> {
  const counters: Counter[] = ['advertRcvd'];
  const notes: ReceiveNote[] = [];
  const sameMaster = heard.master !== undefined && sameAddress(heard.master, packet.source);
  if (!(config.skipCheckAdvAddr && sameMaster)) {
    const note = addressListNote(config, packet, header, source);
    if (note !== undefined) {
      counters.push('addrListErr');
      notes.push(note);
    }
  }
  if (header.priority === 0) counters.push('priZeroRcvd');
  return {
    verdict: 'accept',
    counters,
    notes,
    advert: {
      source: packet.source,
      priority: header.priority,
      intervalUs: header.intervalUs,
      hopLimit: packet.hopLimit,
      clean: notes.length === 0 && packet.digest === undefined,
      payload: packet.payload,
    },
  };
}

/** RFC 9568 §7.1 forbids dropping for this; it is worth one line because it tells of a half-done change. */
function addressListNote(
  config: InstanceConfig,
  packet: IncomingPacket,
  header: AdvertHeader,
  source: string,
): ReceiveNote | undefined {
  if (header.count !== config.vips.length) {
    return {
      slot: 'vip-count',
      id: 'rx-vip-count',
      args: [config.name, config.vips.length, header.count, source],
    };
  }
  const { addresses } = readBody(packet.payload, header, config.family);
  const missing = config.vips.find((vip) => !addresses.some((address) => sameAddress(address, vip.address)));
  if (missing === undefined) return undefined;
  return {
    slot: 'vip-missing',
    id: 'rx-vip-missing',
    args: [config.name, config.vrid, source, formatAddress(missing.address)],
  };
}
