/**
 * The kernel's interfaces and addresses: a mirror kept current by netlink notifications, and writes in
 * batches. A write is acknowledged before `apply` returns (rtnetlink handles a request inside sendmsg).
 */
import type { Family } from '../units.ts';

export interface Link {
  readonly index: number;
  readonly name: string;
  /** IFF_UP and IFF_RUNNING with an operational state that can carry traffic. */
  readonly up: boolean;
  readonly flags: number;
  /** `up` is what its driver answered when asked. */
  readonly polled?: true;
  readonly loopback: boolean;
  readonly multicast: boolean;
  readonly mtu: number;
  readonly mac: Uint8Array;
  /** ARPHRD_* type. */
  readonly type: number;
  /** rtnl link kind, such as `veth`, `macvlan`; empty for hardware. */
  readonly kind: string;
  /** Index of the lower device (IFLA_LINK), 0 without one. */
  readonly lowerIndex: number;
  /** Index of the bridge, bond or VRF above (IFLA_MASTER), 0 without one. */
  readonly masterIndex: number;
  /** Routing table of a VRF. */
  readonly vrfTable?: number;
  /** Group of interfaces (IFLA_GROUP); absent = 0, the default one. */
  readonly group?: number;
  /** MACVLAN_MODE_* of a macvlan, IPVLAN_MODE_* of an ipvlan. */
  readonly mode?: number;
}

/** Whether it is switched on (IFF_UP), with or without a wire. */
export const isOn = ({ flags }: Pick<Link, 'flags'>): boolean => (flags & 1) !== 0;

/** Flags of addresses (linux/if_addr.h). */
export const IFA_F_SECONDARY = 0x01;
export const IFA_F_TENTATIVE = 0x40;

/** How addresses on top of one device share it: what a macvlan or an ipvlan is created with. */
export type LinkKind =
  | { readonly kind: 'macvlan'; readonly mode: 'private'; readonly mac: Uint8Array }
  /** Layer 2; the three modes are flags of the device below. */
  | { readonly kind: 'ipvlan'; readonly mode: 'bridge' | 'private' | 'vepa' };

export interface LinkSpec {
  readonly name: string;
  /** Index of the device below. */
  readonly lowerIndex: number;
  readonly link: LinkKind;
  readonly group: number;
}

/** Interfaces are named, since one that a batch creates has no index yet. */
export type LinkOp =
  | { readonly op: 'addLink'; readonly spec: LinkSpec }
  | {
      readonly op: 'changeLink';
      readonly name: string;
      readonly up?: true;
      /** The kernel gives it no link-local address of its own. */
      readonly noAddresses?: true;
      readonly group?: number;
      /** Index of the VRF that it joins; 0 = none. */
      readonly masterIndex?: number;
    }
  /** Also the MAC address and the mode, of an interface that exists. */
  | { readonly op: 'reshapeLink'; readonly name: string; readonly link: LinkKind }
  | { readonly op: 'removeLink'; readonly name: string };

/** An address as the kernel holds it. `address` is 4 or 16 bytes in network order (IFA_LOCAL for IPv4). */
export interface KernelAddress {
  readonly ifindex: number;
  readonly family: Family;
  readonly address: Uint8Array;
  readonly prefix: number;
  readonly scope: number;
  /** IFA_F_* bits. */
  readonly flags: number;
}

/** Everything that `ip address add` can say of an address and that a VIP line can ask for. */
export interface AddressSpec extends KernelAddress {
  readonly peer?: Uint8Array;
  readonly broadcast?: Uint8Array;
  readonly label?: string;
  /** Seconds; absent = forever. 0 = deprecated. */
  readonly preferredLft?: number;
  /** IFA_PROTO; upstream 2.3.2+ marks its own addresses 18. */
  readonly protocol?: number;
}

export type KernelOp =
  | { readonly op: 'addAddress'; readonly spec: AddressSpec }
  | { readonly op: 'removeAddress'; readonly spec: AddressSpec };

/** `errno` 0 means done. `text` is the kernel's extended ack message when it gave one. */
export interface OpResult {
  readonly op: KernelOp;
  readonly errno: number;
  readonly text: string;
  /** Netlink sequence number of the request, for the log line. */
  readonly sequence: number;
}

export type LinkResult = Omit<OpResult, 'op'> & { readonly op: LinkOp };

export type KernelFact =
  | { readonly event: 'link'; readonly link: Link }
  | { readonly event: 'linkGone'; readonly link: Link }
  | { readonly event: 'address'; readonly address: KernelAddress }
  | { readonly event: 'addressGone'; readonly address: KernelAddress }
  /** The notification queue overran; the mirror was rebuilt by dump and every fact may have changed. */
  | { readonly event: 'resync' };

/** With what the mirror does not show: an interface has begun or ceased to forward IPv6. */
export type KernelEvent = KernelFact | { readonly event: 'forwarding'; readonly ifindex: number };

export interface Kernel {
  /** This list and that of addresses stay the same objects until something on them changes. */
  links(): readonly Link[];
  linkByName(name: string): Link | undefined;
  linkByIndex(index: number): Link | undefined;
  addresses(ifindex: number): readonly KernelAddress[];
  /** One batch, in order, each operation acknowledged on its own. */
  apply(ops: readonly KernelOp[]): OpResult[];
  /** Like `apply`. What comes of it is in the mirror after `reread`, or a little later by itself. */
  changeLinks(ops: readonly LinkOp[]): LinkResult[];
  /** Brings the mirror up to date now; every difference is delivered as an event. */
  reread(): void;
  /** Events are delivered after the mirror has taken them in. */
  subscribe(listener: (event: KernelEvent) => void): void;
  /** Reads whatever notifications are waiting, without blocking. */
  drain(): void;
}
