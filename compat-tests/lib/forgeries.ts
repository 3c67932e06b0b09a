/**
 * Adverts that a router must refuse, or that older rules refused, each with a name. Valid ones are controls.
 */
import type { ForgedAdvert } from './forge.ts';

export type Forgery = readonly [name: string, advert: Omit<ForgedAdvert, 'priority'>];

/** For a VRRPv3 instance with VRID 51 and the VIP 10.0.0.100. */
export const FORGERIES_V3: readonly Forgery[] = [
  ['valid', {}],
  ['bad checksum', { checksum: 'bad' }],
  ['checksum without pseudo header', { checksum: 'plain' }],
  ['TTL 254', { ttl: 254 }],
  ['wrong type', { type: 2 }],
  ['version 2', { version: 2 }],
  ['another VIP', { vips: ['10.0.0.111'] }],
  ['no VIP', { vips: [] }],
  ['one VIP too many', { vips: ['10.0.0.100', '10.0.0.111'] }],
  ['count larger than the packet', { count: 3 }],
  ['cut short', { cutTo: 6 }],
  ['header only', { cutTo: 8 }],
  ['trailing bytes', { trailing: 4 }],
  ['another interval', { interval: 50 }],
  ['source in another network', { source: '192.0.2.1' }],
  ['another VRID', { vrid: 52 }],
  ['unicast destination', { destination: '10.0.0.1' }],
];

/** For a VRRPv2 instance with the same VRID and VIP, without authentication. */
export const FORGERIES_V2: readonly Forgery[] = [
  ['valid', { version: 2 }],
  ['bad checksum', { version: 2, checksum: 'bad' }],
  ['TTL 254', { version: 2, ttl: 254 }],
  ['wrong type', { version: 2, type: 2 }],
  ['version 3', { version: 3, interval: 100 }],
  ['another VIP', { version: 2, vips: ['10.0.0.111'] }],
  ['another interval', { version: 2, interval: 2 }],
  ['password without agreement', { version: 2, authType: 1, authData: 'secret' }],
  ['unknown authentication', { version: 2, authType: 9 }],
  ['cut short', { version: 2, cutTo: 10 }],
  ['trailing bytes', { version: 2, trailing: 4 }],
];
