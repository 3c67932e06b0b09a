/**
 * What the router needs to know of one `vrrp_instance`, resolved: defaults applied, repairs made, times in
 * microseconds. Built by proc/ from the grammar's model and the kernel's facts; never changed by the core.
 */
import type { Route, RuleSpec } from '../ports/routing.ts';
import type { Family, Us } from '../units.ts';

/** An address of virtual_ipaddress or virtual_ipaddress_excluded. */
export interface VirtualAddress {
  readonly family: Family;
  /** 4 or 16 bytes, network order. */
  readonly address: Uint8Array;
  readonly prefix: number;
  /** Interface named by `dev`; absent = the instance's interface. */
  readonly dev?: string;
  readonly scope: number;
  readonly peer?: Uint8Array;
  readonly broadcast?: Uint8Array;
  readonly label?: string;
  /** IFA_F_* bits asked for (nodad for IPv6 unless `-nodad`, home, mngtmpaddr, noprefixroute, autojoin). */
  readonly flags: number;
  /** Seconds; absent = forever, 0 for an IPv6 /128 without an explicit value. */
  readonly preferredLft?: number;
  /** False with `no_track`: its loss is ignored. */
  readonly track: boolean;
  /** On a VMAC, whatever the instance does. */
  readonly useVmac?: true;
}

interface Tracking {
  /** False with `no_track`: its loss is ignored. */
  readonly track: boolean;
  /** Static entries only. */
  readonly trackGroup?: string;
}

/** RTPROT_KEEPALIVED, which marks an entry as ours: what a line has that names no protocol. */
export const PROTOCOL_KEEPALIVED = 18;

/** A route of virtual_routes or static_routes. */
export interface VirtualRoute extends Route<string>, Tracking {
  /** Its table is used in place of `table`. */
  readonly vrf?: string;
}

/** A rule of virtual_rules or static_rules. */
export interface VirtualRule extends RuleSpec, Tracking {}

export interface StaticAddress extends VirtualAddress, Tracking {
  readonly dev: string;
}

/** What is there for the life of the daemon. */
export interface StaticConfig {
  readonly addresses: readonly StaticAddress[];
  readonly routes: readonly VirtualRoute[];
  readonly rules: readonly VirtualRule[];
}

/** Gratuitous ARP / unsolicited NA settings of an instance, `garp_*`. */
export interface GarpConfig {
  readonly masterDelayUs: Us;
  readonly masterRepeat: number;
  readonly refreshUs: Us;
  readonly refreshRepeat: number;
  readonly lowerPrioDelayUs: Us;
  readonly lowerPrioRepeat: number;
  /** Announces addresses on interfaces other than the instance's now and then; 0 = not at all. */
  readonly extraIfUs: Us;
  /** All of those interfaces, not only VMACs. */
  readonly extraIfAll: boolean;
}

/** VRRPv2 only. */
export type AuthType = 'none' | 'pass' | 'ah';

export interface HmacKey {
  readonly id: number;
  readonly secret: Uint8Array;
}

/** Signed adverts, `auth_hmac`. */
export interface HmacConfig {
  readonly keys: readonly HmacKey[];
  /** The one to sign with. */
  readonly activeKey: number;
  readonly antiReplay: 'time' | 'monotonic';
  readonly timeWindowUs: Us;
  readonly mode: 'enforce' | 'permissive' | 'receive-only';
}

export interface UnicastPeer {
  readonly address: Uint8Array;
  readonly minTtl: number;
  readonly maxTtl: number;
}

/** One tracked object with the weight this instance gives it. Weight 0: down means FAULT. */
export interface Tracked {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

/** use_vmac or use_ipvlan: an interface of the instance's own, on top of the configured one. */
export type OwnLinkRequest =
  | {
      readonly kind: 'macvlan';
      readonly name?: string;
      /** Absent = that of RFC 9568 §7.3; to five octets the VRID is the sixth. */
      readonly mac?: Uint8Array;
      /** Absent = the group of the interface below. */
      readonly group?: number;
      /** netlink_notify_msg: the kernel is made to tell of the interface below once the VMAC is there. */
      readonly notify?: true;
    }
  | {
      readonly kind: 'ipvlan';
      readonly name?: string;
      readonly mode: 'bridge' | 'private' | 'vepa';
      readonly address?: { readonly address: Uint8Array; readonly prefix: number };
      readonly group?: number;
    };

export interface InstanceConfig {
  readonly name: string;
  readonly family: Family;
  readonly version: 2 | 3;
  readonly vrid: number;
  /** As configured: the one below, with use_vmac or use_ipvlan. Empty = unicast finds its way without. */
  readonly interface: string;
  /** The VRF of an instance without an interface. */
  readonly vrf?: string;
  readonly ownLink?: OwnLinkRequest;
  /** use_vmac_addr: also addresses on other interfaces or of the other family get VMACs. */
  readonly vmacAddresses?: true;
  /** vmac_xmit_base: adverts leave and arrive on the interface below. */
  readonly transmitOnBase?: true;
  /** Interfaces of our own that the instance needs, once they have names (own-link-plan.ts). */
  readonly ownLinks?: { readonly main?: string; readonly names: readonly string[] };
  readonly promoteSecondaries?: true;
  /** `state` as configured; the initial state is still BACKUP unless this is an address owner. */
  readonly initialMaster: boolean;
  readonly basePriority: number;
  readonly advertIntervalUs: Us;
  readonly downTimerAdverts: number;
  readonly preempt: boolean;
  readonly preemptDelayUs: Us;
  /**
   * timer_expired_backup: the highest priority of the other routers. A master that missed the time after
   * which they take over steps down by itself. Absent = it goes on.
   */
  readonly othersPriority?: number;
  /** `data`: the password, filled up with zeros to eight bytes. */
  readonly auth: { readonly type: AuthType; readonly data: Uint8Array };
  /** Absent without `auth_hmac`. */
  readonly hmac?: HmacConfig;
  readonly vips: readonly VirtualAddress[];
  readonly excludedVips: readonly VirtualAddress[];
  readonly routes: readonly VirtualRoute[];
  readonly rules: readonly VirtualRule[];
  /** Empty = multicast. */
  readonly unicastPeers: readonly UnicastPeer[];
  /** unicast_fault_no_peer without a peer: the instance stays in FAULT. */
  readonly lacksPeers?: true;
  readonly checkUnicastSource: boolean;
  /** TTL / hop limit of unicast adverts; absent = 255 for IPv4, the kernel's default for IPv6. */
  readonly unicastTtl?: number;
  readonly sourceAddress?: Uint8Array;
  readonly trackSourceAddress: boolean;
  readonly multicastGroup: Uint8Array;
  readonly trackPrimary: boolean;
  readonly trackInterfaces: readonly Tracked[];
  readonly trackScripts: readonly Tracked[];
  readonly trackFiles: readonly Tracked[];
  readonly trackProcesses: readonly Tracked[];
  readonly trackBfds: readonly Tracked[];
  readonly garp: GarpConfig;
  /** False: packets to the addresses are dropped, because this is not their owner (RFC 9568 section 6.1). */
  readonly accept: boolean;
  readonly lowerPrioNoAdvert: boolean;
  readonly higherPrioSendAdvert: boolean;
  readonly skipCheckAdvAddr: boolean;
  readonly v3ChecksumAsV2: boolean;
  /**
   * VRRPv3 unicast over IPv4 with the checksum of keepalived before 1.3.7, which was computed as if sent to
   * the multicast group: always, as soon as somebody is heard using it, or never.
   */
  readonly oldUnicastChecksum: 'always' | 'when-heard' | 'never';
  /** Its share of the socket's receive buffer; absent = the system's own size. */
  readonly receiveBuffer?: { readonly bytes: number } | { readonly mtus: number };
  readonly ownerIgnoreAdverts: boolean;
  readonly strict: boolean;
}

/** All that the instance has as MASTER, those of its adverts first. */
export const virtualAddresses = ({ vips, excludedVips }: Pick<InstanceConfig, 'vips' | 'excludedVips'>) => [
  ...vips,
  ...excludedVips,
];

/** Where adverts leave and arrive. */
export const advertInterface = (config: InstanceConfig): string =>
  config.transmitOnBase ? config.interface : (config.ownLinks?.main ?? config.interface);

/** What the socket belongs to: the interface of the adverts or, without one, the VRF. */
export const socketDevice = (config: InstanceConfig): string => advertInterface(config) || (config.vrf ?? '');
