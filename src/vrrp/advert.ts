/**
 * The datagrams an instance sends: one to the group, or one to each unicast peer. With AH or a signed
 * trailer they are templates that seal.ts completes.
 */
import type { Datagram } from '../ports/net.ts';
import { encodeAh, PROTOCOL_AH } from '../wire/ah.ts';
import { emptyTrailer } from '../wire/auth-trailer.ts';
import { encodeIpv4 } from '../wire/ip.ts';
import { encodeAdvert, PROTOCOL_VRRP, usesPseudoHeader } from '../wire/vrrp.ts';
import { authTypeOf } from './authentication.ts';
import type { InstanceConfig } from './config.ts';
import { sendsTrailer } from './seal.ts';

const MULTICAST_HOP_LIMIT = 255;

/** Whether the checksum is to be the one of keepalived before 1.3.7 (`old_unicast_checksum`). */
export function usesOldChecksum(config: InstanceConfig, heard: boolean): boolean {
  const { family, version, unicastPeers, oldUnicastChecksum } = config;
  if (family !== 4 || version !== 3 || unicastPeers.length === 0) return false;
  return oldUnicastChecksum === 'always' || (oldUnicastChecksum === 'when-heard' && heard);
}

/** `oldHeard`: some peer uses the old checksum. */
export function buildAdverts(
  config: InstanceConfig,
  source: Uint8Array,
  priority: number,
  oldHeard = false,
): Datagram[] {
  if (config.unicastPeers.length === 0) {
    return [buildAdvert(config, source, config.multicastGroup, priority, MULTICAST_HOP_LIMIT, false)];
  }
  // IPv4 unicast leaves with 255 as well; IPv6 unicast with the kernel's default, as 2.2.7 was seen doing.
  const ttl = config.unicastTtl ?? (config.family === 4 ? MULTICAST_HOP_LIMIT : undefined);
  const old = usesOldChecksum(config, oldHeard);
  return config.unicastPeers.map((peer) => buildAdvert(config, source, peer.address, priority, ttl, old));
}

function buildAdvert(
  config: InstanceConfig,
  source: Uint8Array,
  destination: Uint8Array,
  priority: number,
  hopLimit: number | undefined,
  oldChecksum: boolean,
): Datagram {
  const advert = encodeAdvert(
    {
      version: config.version,
      vrid: config.vrid,
      priority,
      intervalUs: config.advertIntervalUs,
      addresses: config.vips.map((vip) => vip.address),
      authType: authTypeOf(config),
      // The key of AH stays here; what it proves stands in front of the advert.
      ...(config.auth.type === 'pass' ? { authData: config.auth.data } : {}),
    },
    {
      source,
      destination: oldChecksum ? config.multicastGroup : destination,
      pseudoHeader: usesPseudoHeader(config.version, config.family, config.v3ChecksumAsV2),
    },
  );
  const payload = sendsTrailer(config.hmac) ? joined(advert, emptyTrailer()) : advert;
  if (config.family === 6) {
    return { bytes: payload, destination, source, ...(hopLimit === undefined ? {} : { hopLimit }) };
  }
  const ttl = hopLimit ?? MULTICAST_HOP_LIMIT;
  const fields = { ttl, source, destination };
  const bytes =
    config.auth.type === 'ah'
      ? encodeIpv4({ ...fields, protocol: PROTOCOL_AH }, joined(encodeAh(PROTOCOL_VRRP, source), payload))
      : encodeIpv4({ ...fields, protocol: PROTOCOL_VRRP }, payload);
  return { bytes, destination };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
