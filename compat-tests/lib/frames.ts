/**
 * What was seen on the wire, decoded independently of alived's own codecs so that a shared mistake cannot
 * hide. In: an Ethernet frame and its time; out: a VRRP advert (RFC 3768, RFC 9568), an ARP packet
 * (RFC 826), a neighbour advertisement (RFC 4861 4.4), a BFD packet (RFC 5880 4.1) or `other`. The raw bytes
 * stay at hand.
 */

import { AH_BYTES, type AhFields, ahFields } from './ah.ts';
import { type BfdFields, bfdFields } from './bfd.ts';
import { addressText, be16, hex, internetChecksum, mac, pseudoHeader } from './bytes.ts';

interface Common {
  /** Wall clock of the capture in microseconds. */
  readonly atUs: number;
  readonly raw: Uint8Array;
  readonly sourceMac: string;
  readonly destinationMac: string;
}

export interface Advert extends Common {
  readonly kind: 'advert';
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
  readonly version: number;
  readonly type: number;
  readonly vrid: number;
  readonly priority: number;
  readonly count: number;
  /** v2 only. */
  readonly authType: number;
  /** v2: seconds; v3: centiseconds. */
  readonly interval: number;
  readonly vips: readonly string[];
  /** v2 only: the eight bytes after the addresses. */
  readonly authData: string;
  /** `plain`: v3 over IPv4 without the pseudo header; `group`: with the group as destination. */
  readonly checksum: 'ok' | 'plain' | 'group' | 'bad';
  readonly trailing: number;
  /** With the authentication header in front of the advert. */
  readonly ah?: AhFields;
}

export interface Arp extends Common {
  readonly kind: 'arp';
  readonly op: number;
  readonly senderMac: string;
  readonly sender: string;
  readonly targetMac: string;
  readonly target: string;
}

export interface NeighbourAdvert extends Common {
  readonly kind: 'na';
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  readonly target: string;
  /** Letters of the flags that are set: R(outer), S(olicited), O(verride). */
  readonly flags: string;
  readonly targetMac: string;
  readonly checksum: 'ok' | 'bad';
}

export interface Other extends Common {
  readonly kind: 'other';
}

export type BfdControl = Common & BfdFields;

export type Frame = Advert | Arp | NeighbourAdvert | BfdControl | Other;

export function decodeFrame(raw: Uint8Array, atUs: number): Frame {
  const common: Common = {
    atUs,
    raw,
    sourceMac: mac(raw.subarray(6, 12)),
    destinationMac: mac(raw.subarray(0, 6)),
  };
  const payload = raw.subarray(14);
  switch (be16(raw, 12)) {
    case 0x0806:
      return decodeArp(common, payload);
    case 0x0800:
      return decodeIpv4(common, payload);
    case 0x86dd:
      return decodeIpv6(common, payload);
    default:
      return { ...common, kind: 'other' };
  }
}

function decodeArp(common: Common, p: Uint8Array): Frame {
  if (p.length < 28) return { ...common, kind: 'other' };
  return {
    ...common,
    kind: 'arp',
    op: be16(p, 6),
    senderMac: mac(p.subarray(8, 14)),
    sender: addressText(p.subarray(14, 18)),
    targetMac: mac(p.subarray(18, 24)),
    target: addressText(p.subarray(24, 28)),
  };
}

function decodeIpv4(common: Common, p: Uint8Array): Frame {
  const header = ((p[0] ?? 0) & 15) * 4;
  const protocol = p[9];
  if (p.length < 20 || (protocol !== 112 && protocol !== 51 && protocol !== 17)) {
    return { ...common, kind: 'other' };
  }
  const ip = {
    source: p.subarray(12, 16),
    destination: p.subarray(16, 20),
    ttl: p[8] ?? 0,
    tos: p[1] ?? 0,
    dontFragment: (be16(p, 6) & 0x4000) !== 0,
  };
  const end = be16(p, 2);
  if (protocol === 17) return decodeUdp(common, ip, p.subarray(header, end));
  if (protocol === 112) return decodeVrrp(common, ip, p.subarray(header, end));
  const advert = decodeVrrp(common, ip, p.subarray(header + AH_BYTES, end));
  return advert.kind === 'advert' ? { ...advert, ah: ahFields(p) } : advert;
}

function decodeIpv6(common: Common, p: Uint8Array): Frame {
  if (p.length < 40) return { ...common, kind: 'other' };
  const source = p.subarray(8, 24);
  const destination = p.subarray(24, 40);
  const body = p.subarray(40, 40 + be16(p, 4));
  const ttl = p[7] ?? 0;
  if (p[6] === 112) {
    const tos = (be16(p, 0) >> 4) & 255;
    return decodeVrrp(common, { source, destination, ttl, tos, dontFragment: false }, body);
  }
  if (p[6] === 17) {
    const tos = (be16(p, 0) >> 4) & 255;
    return decodeUdp(common, { source, destination, ttl, tos, dontFragment: false }, body);
  }
  if (p[6] !== 58 || body[0] !== 136 || body.length < 24) return { ...common, kind: 'other' };
  const bits = body[4] ?? 0;
  return {
    ...common,
    kind: 'na',
    source: addressText(source),
    destination: addressText(destination),
    hopLimit: ttl,
    target: addressText(body.subarray(8, 24)),
    flags: `${bits & 0x80 ? 'R' : ''}${bits & 0x40 ? 'S' : ''}${bits & 0x20 ? 'O' : ''}`,
    targetMac: body[24] === 2 ? mac(body.subarray(26, 32)) : '',
    checksum: internetChecksum(pseudoHeader(source, destination, 58, body.length), body) === 0 ? 'ok' : 'bad',
  };
}

interface IpFacts {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly ttl: number;
  readonly tos: number;
  readonly dontFragment: boolean;
}

function decodeVrrp(common: Common, ip: IpFacts, v: Uint8Array): Frame {
  if (v.length < 8) return { ...common, kind: 'other' };
  const version = (v[0] ?? 0) >> 4;
  const count = v[3] ?? 0;
  const size = ip.source.length;
  const end = 8 + count * size;
  const vips: string[] = [];
  for (let at = 8; at + size <= Math.min(end, v.length); at += size) {
    vips.push(addressText(v.subarray(at, at + size)));
  }
  const authEnd = version === 2 ? end + 8 : end;
  return {
    ...common,
    kind: 'advert',
    source: addressText(ip.source),
    destination: addressText(ip.destination),
    ttl: ip.ttl,
    tos: ip.tos,
    dontFragment: ip.dontFragment,
    version,
    type: (v[0] ?? 0) & 15,
    vrid: v[1] ?? 0,
    priority: v[2] ?? 0,
    count,
    authType: version === 2 ? (v[4] ?? 0) : 0,
    interval: version === 2 ? (v[5] ?? 0) : be16(v, 4),
    vips,
    authData: version === 2 ? hex(v.subarray(end, authEnd)) : '',
    checksum: checksumForm(version, ip, v.subarray(0, authEnd)),
    trailing: Math.max(0, v.length - authEnd),
  };
}

function decodeUdp(common: Common, ip: IpFacts, udp: Uint8Array): Frame {
  const [source, destination] = [addressText(ip.source), addressText(ip.destination)];
  const fields = bfdFields({ ...ip, source, destination }, udp);
  return fields === undefined ? { ...common, kind: 'other' } : { ...common, ...fields };
}

const GROUP = Uint8Array.of(224, 0, 0, 18);

/** A signed trailer behind the advert has no part in it. */
function checksumForm(version: number, ip: IpFacts, v: Uint8Array): Advert['checksum'] {
  if (version === 2) return internetChecksum(v) === 0 ? 'ok' : 'bad';
  const holds = (destination: Uint8Array): boolean =>
    internetChecksum(pseudoHeader(ip.source, destination, 112, v.length), v) === 0;
  if (holds(ip.destination)) return 'ok';
  if (ip.source.length !== 4) return 'bad';
  if (internetChecksum(v) === 0) return 'plain';
  return holds(GROUP) ? 'group' : 'bad';
}
