/** Small complete configurations and packets for tests: a test names only what it is about. */
import type { Link } from '../../ports/kernel.ts';
import { seconds, us } from '../../units.ts';
import { ipv4, ipv6 } from '../../wire/address.ts';
import { encodeAdvert, GROUP_IPV4, GROUP_IPV6, usesPseudoHeader } from '../../wire/vrrp.ts';
import type { InstanceConfig, VirtualAddress, VirtualRoute, VirtualRule } from '../config.ts';
import type { Conditions } from '../events.ts';
import type { IncomingPacket } from '../receive.ts';
import { initialState, type RouterState } from '../state.ts';

export const address = (text: string): Uint8Array => (text.includes(':') ? ipv6(text) : ipv4(text));

export function vip(text: string, more: Partial<VirtualAddress> = {}): VirtualAddress {
  const bytes = address(text);
  const family = bytes.length === 4 ? 4 : 6;
  return {
    family,
    address: bytes,
    prefix: family === 4 ? 24 : 64,
    scope: 0,
    flags: 0,
    track: true,
    ...more,
  };
}

/** 10.SECOND.0.0/24 in the main table, through nothing in particular. */
export const route = (second: number, more: Partial<VirtualRoute> = {}): VirtualRoute => ({
  family: 4,
  type: 1,
  destination: { address: Uint8Array.of(10, second, 0, 0), length: 24 },
  table: 254,
  protocol: 18,
  scope: 0,
  metrics: [],
  nextHops: [],
  insertion: 'prepend',
  track: true,
  ...more,
});

/** Looks up table 100. */
export const rule = (priority: number, more: Partial<VirtualRule> = {}): VirtualRule => ({
  family: 4,
  action: 'table',
  table: 100,
  priority,
  track: true,
  ...more,
});

/** VRRPv2, VRID 51, priority 100, one second, one VIP: upstream's defaults for the rest. */
export function instance(more: Partial<InstanceConfig> = {}): InstanceConfig {
  const family = more.family ?? 4;
  return {
    name: 'R1',
    family,
    version: family === 4 ? 2 : 3,
    vrid: 51,
    interface: 'eth0',
    initialMaster: false,
    basePriority: 100,
    advertIntervalUs: seconds(1),
    downTimerAdverts: 3,
    preempt: true,
    preemptDelayUs: us(0),
    auth: { type: 'none', data: new Uint8Array(8) },
    vips: family === 4 ? [vip('10.0.0.200')] : [vip('fe80::200')],
    excludedVips: [],
    routes: [],
    rules: [],
    unicastPeers: [],
    checkUnicastSource: true,
    trackSourceAddress: false,
    multicastGroup: family === 4 ? GROUP_IPV4 : GROUP_IPV6,
    trackPrimary: true,
    trackInterfaces: [],
    trackScripts: [],
    trackFiles: [],
    trackProcesses: [],
    trackBfds: [],
    garp: {
      masterDelayUs: seconds(5),
      masterRepeat: 5,
      refreshUs: us(0),
      refreshRepeat: 1,
      lowerPrioDelayUs: seconds(5),
      lowerPrioRepeat: 5,
      extraIfUs: us(0),
      extraIfAll: false,
    },
    accept: true,
    lowerPrioNoAdvert: false,
    higherPrioSendAdvert: false,
    skipCheckAdvAddr: false,
    v3ChecksumAsV2: false,
    oldUnicastChecksum: 'when-heard',
    ownerIgnoreAdverts: false,
    strict: false,
    ...more,
  };
}

export function healthy(source: string, more: Partial<Conditions> = {}): Conditions {
  return { faults: [], waiting: false, priorityDelta: 0, sourceAddress: address(source), ...more };
}

/** A running router in the given state, for tests that do not care how it got there. */
export function running(config: InstanceConfig, more: Partial<RouterState> = {}): RouterState {
  const conditions = healthy(config.family === 4 ? '10.0.0.1' : 'fe80::1');
  return { ...initialState(config), name: 'BACKUP', started: true, conditions, ...more };
}

export interface PacketOptions {
  readonly from?: string;
  readonly to?: string;
  readonly priority?: number;
  readonly intervalUs?: number;
  readonly hopLimit?: number;
  readonly vips?: readonly string[];
  readonly atUs?: number;
}

/** A valid advert for the virtual router of `config`. */
export function packet(config: InstanceConfig, options: PacketOptions = {}): IncomingPacket {
  const source = address(options.from ?? (config.family === 4 ? '10.0.0.2' : 'fe80::2'));
  const destination = options.to === undefined ? config.multicastGroup : address(options.to);
  const payload = encodeAdvert(
    {
      version: config.version,
      vrid: config.vrid,
      priority: options.priority ?? 150,
      intervalUs: us(options.intervalUs ?? config.advertIntervalUs),
      addresses: options.vips?.map(address) ?? config.vips.map((entry) => entry.address),
      authType: config.auth.type === 'pass' ? 1 : 0,
      authData: config.auth.data,
    },
    {
      source,
      destination,
      pseudoHeader: usesPseudoHeader(config.version, config.family, config.v3ChecksumAsV2),
    },
  );
  return { payload, source, destination, hopLimit: options.hopLimit ?? 255, atUs: us(options.atUs ?? 0) };
}

export function fakeLink(name: string, index: number, more: Partial<Link> = {}): Link {
  return {
    index,
    name,
    up: true,
    flags: 0x1043,
    loopback: false,
    multicast: true,
    mtu: 1500,
    mac: new Uint8Array([2, 0, 0, 0, 0, index]),
    type: 1,
    kind: 'veth',
    lowerIndex: 0,
    masterIndex: 0,
    ...more,
  };
}
