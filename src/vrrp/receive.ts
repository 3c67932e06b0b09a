/**
 * Whether a packet may reach the state machine (RFC 9568 §7.1, RFC 3768 §7.1). In: the packet, the
 * configuration and who was heard before. Out: an advert, or the counter it goes to; and what to log.
 * Texts and counters are those of keepalived 2.4.3, which names the sender and accepts a different VIP list.
 */
import type { Us } from '../units.ts';
import { formatAddress, isMulticast, sameAddress } from '../wire/address.ts';
import type { AdvertHeader } from '../wire/vrrp.ts';
import {
  AUTH_AH,
  AUTH_NONE,
  AUTH_PASS,
  checksumHolds,
  expectedLength,
  peekHeader,
  readBody,
  TYPE_ADVERTISEMENT,
  usesPseudoHeader,
} from '../wire/vrrp.ts';
import type { InstanceConfig } from './config.ts';
import type { ReceivedAdvert } from './events.ts';
import type { Counter } from './stats.ts';

/** A packet for the VRID of the instance, IP header already taken off. */
export interface IncomingPacket {
  readonly payload: Uint8Array;
  readonly source: Uint8Array;
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
    }
  | {
      readonly verdict: 'drop';
      readonly counters: readonly Counter[];
      readonly notes: readonly ReceiveNote[];
    };

interface Heard {
  /** Our own sending address: packets from it are reflections. */
  readonly ownAddress: Uint8Array | undefined;
  /** Sender of the last accepted advert, for skip_check_adv_addr. */
  readonly master: Uint8Array | undefined;
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

export function receive(config: InstanceConfig, packet: IncomingPacket, heard: Heard): Verdict {
  if (heard.ownAddress !== undefined && sameAddress(packet.source, heard.ownAddress)) return drop(undefined);
  const source = formatAddress(packet.source);
  const refusedRoute = checkRoute(config, packet, source);
  if (refusedRoute !== undefined) return refusedRoute;
  const header = peekHeader(packet.payload);
  if (header === undefined) {
    const length = packet.payload.length + (config.family === 4 ? IPV4_HEADER : 0);
    return drop('packetLenErr', { slot: 'runt', id: 'rx-runt', args: [config.family, length, source] });
  }
  const refused =
    checkForm(config, packet, header, source) ?? checkAuthentication(config, packet, header, source);
  if (refused !== undefined) return refused;
  if (config.ownerIgnoreAdverts && config.basePriority === 255) return drop(undefined);
  const refusedInterval = checkInterval(config, header, source);
  if (refusedInterval !== undefined) return refusedInterval;
  return accept(config, packet, header, heard, source);
}

/** Hop limit and addresses: GTSM for multicast, the configured peers for unicast. */
function checkRoute(config: InstanceConfig, packet: IncomingPacket, source: string): Verdict | undefined {
  const unicast = config.unicastPeers.length > 0;
  if (unicast === isMulticast(packet.destination)) return drop('sourceErr');
  if (!unicast) {
    if (packet.hopLimit === EXPECTED_HOP_LIMIT) return undefined;
    return drop('ipTtlErr', {
      slot: 'ttl',
      id: 'rx-ttl',
      args: [config.name, source, packet.hopLimit, EXPECTED_HOP_LIMIT],
    });
  }
  const peer = config.unicastPeers.find((candidate) => sameAddress(candidate.address, packet.source));
  if (peer === undefined) {
    if (!config.checkUnicastSource) return undefined;
    return drop('sourceErr', { slot: 'peer', id: 'rx-not-peer', args: [config.name, source] });
  }
  if (packet.hopLimit < 0 || (packet.hopLimit >= peer.minTtl && packet.hopLimit <= peer.maxTtl)) return;
  return drop('ipTtlErr', {
    slot: 'ttl',
    id: 'rx-ttl-range',
    args: [config.name, source, packet.hopLimit, peer.minTtl, peer.maxTtl],
  });
}

function tooShort(config: InstanceConfig, source: string, length: number, expected: number): Verdict {
  // Upstream counts the IPv4 header into both figures; an IPv6 socket never sees one.
  const extra = config.family === 4 ? IPV4_HEADER : 0;
  return drop('packetLenErr', {
    slot: 'length',
    id: length < expected ? 'rx-short' : 'rx-long',
    args: [config.name, source, length + extra, expected + extra],
  });
}

/** Version, length, checksum and type, in the order in which each makes the next one meaningful. */
function checkForm(
  config: InstanceConfig,
  packet: IncomingPacket,
  header: AdvertHeader,
  source: string,
): Verdict | undefined {
  const { name, version, family } = config;
  if (header.version !== version) {
    return drop('versionErr', {
      slot: 'version',
      id: 'rx-version',
      args: [name, source, header.version, version],
    });
  }
  const expected = expectedLength(version, family, header.count);
  if (packet.payload.length !== expected) return tooShort(config, source, packet.payload.length, expected);
  const context = {
    source: packet.source,
    destination: packet.destination,
    pseudoHeader: usesPseudoHeader(version, family, config.v3ChecksumAsV2),
  };
  if (!checksumHolds(packet.payload, context)) {
    return drop('checksumErr', { slot: 'checksum', id: 'rx-checksum', args: [name, version, source] });
  }
  if (header.type !== TYPE_ADVERTISEMENT) {
    return drop('invalidTypeRcvd', {
      slot: 'type',
      id: 'rx-type',
      args: [name, source, header.type, TYPE_ADVERTISEMENT],
    });
  }
  return undefined;
}

function checkAuthentication(
  config: InstanceConfig,
  packet: IncomingPacket,
  header: AdvertHeader,
  source: string,
): Verdict | undefined {
  if (config.version === 3) return undefined;
  const expected = config.auth.type === 'pass' ? AUTH_PASS : AUTH_NONE;
  if (header.authType > AUTH_AH) {
    return drop('invalidAuthtype', {
      slot: 'auth-invalid',
      id: 'rx-auth-invalid',
      args: [config.name, header.authType, source],
    });
  }
  if (header.authType !== expected) {
    return drop('authtypeMismatch', {
      slot: 'auth-type',
      id: 'rx-auth-type',
      args: [config.name, header.authType, source, expected],
    });
  }
  if (expected === AUTH_NONE) return undefined;
  const { authData } = readBody(packet.payload, header, config.family);
  const same = authData.every((byte, index) => byte === (config.auth.data[index] ?? 0));
  return same
    ? undefined
    : drop('authFailure', { slot: 'password', id: 'rx-password', args: [config.name, source] });
}

/**
 * v2 peers must agree on the interval (RFC 3768 §7.1); v3 announces it, and 0 is never valid (erratum 8301).
 */
function checkInterval(config: InstanceConfig, header: AdvertHeader, source: string): Verdict | undefined {
  if (config.version === 3) {
    return header.intervalUs > 0 ? undefined : drop('advertIntervalErr');
  }
  if (header.intervalUs === config.advertIntervalUs) return undefined;
  return drop('advertIntervalErr', {
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
): Verdict {
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
      clean: notes.length === 0,
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
