/** The datagrams an instance sends: one to the group, or one to each unicast peer. */
import type { Datagram } from '../ports/net.ts';
import { encodeIpv4 } from '../wire/ip.ts';
import { AUTH_NONE, AUTH_PASS, encodeAdvert, PROTOCOL_VRRP, usesPseudoHeader } from '../wire/vrrp.ts';
import type { InstanceConfig } from './config.ts';

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
  const payload = encodeAdvert(
    {
      version: config.version,
      vrid: config.vrid,
      priority,
      intervalUs: config.advertIntervalUs,
      addresses: config.vips.map((vip) => vip.address),
      authType: config.auth.type === 'pass' ? AUTH_PASS : AUTH_NONE,
      authData: config.auth.data,
    },
    {
      source,
      destination,
      pseudoHeader: usesPseudoHeader(config.version, config.family, config.v3ChecksumAsV2),
    },
  );
  if (config.family === 6) {
    return { bytes: payload, destination, source, ...(hopLimit === undefined ? {} : { hopLimit }) };
  }
  const ttl = hopLimit ?? MULTICAST_HOP_LIMIT;
  return { bytes: encodeIpv4({ ttl, protocol: PROTOCOL_VRRP, source, destination }, payload), destination };
}
