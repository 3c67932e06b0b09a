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

export function buildAdverts(config: InstanceConfig, source: Uint8Array, priority: number): Datagram[] {
  if (config.unicastPeers.length === 0) {
    return [buildAdvert(config, source, config.multicastGroup, priority, MULTICAST_HOP_LIMIT)];
  }
  // IPv4 unicast leaves with 255 as well; IPv6 unicast with the kernel's default, as 2.2.7 was seen doing.
  const ttl = config.unicastTtl ?? (config.family === 4 ? MULTICAST_HOP_LIMIT : undefined);
  return config.unicastPeers.map((peer) => buildAdvert(config, source, peer.address, priority, ttl));
}

function buildAdvert(
  config: InstanceConfig,
  source: Uint8Array,
  destination: Uint8Array,
  priority: number,
  hopLimit: number | undefined,
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
      destination,
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
