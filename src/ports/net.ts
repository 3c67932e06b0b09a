/**
 * Packets in and out. A VRRP socket belongs to one interface and family (upstream's "sockpool" entry) and
 * serves every instance on it. Addresses are 4 or 16 bytes in network order.
 */
import type { Result } from '../result.ts';
import type { Family, Us } from '../units.ts';

export interface NetError {
  /** The system call that failed, such as `socket` or `setsockopt(IP_ADD_MEMBERSHIP)`. */
  readonly call: string;
  readonly errno: number;
}

/** The call of the error that a source address nobody has makes. */
export const BIND = 'bind';

/** One datagram received. IPv4 bytes start with the IP header, IPv6 bytes with the VRRP header. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** TTL or hop limit; -1 when the kernel did not say. */
  readonly hopLimit: number;
  readonly ifindex: number;
  readonly atUs: Us;
}

/** What to write: IPv4 bytes carry their own IP header (IP_HDRINCL), IPv6 bytes start at the VRRP header. */
export interface Datagram {
  readonly bytes: Uint8Array;
  readonly destination: Uint8Array;
  /** IPv6 only: source address and hop limit, which travel as control messages. */
  readonly source?: Uint8Array;
  readonly hopLimit?: number;
}

export interface VrrpSocketSpec {
  readonly family: Family;
  /** 0 for an unicast instance without an interface. */
  readonly ifindex: number;
  readonly ifname: string;
  /** The VRF where the source address is, or, without an interface, where all of it takes place. */
  readonly vrf?: { readonly index: number; readonly name: string };
  /** Multicast group to join; absent for unicast. */
  readonly group?: Uint8Array;
  /** Unicast: our own address, which some interface must have; only what is sent to it is received. */
  readonly source?: Uint8Array;
  /** IP protocol to receive: 112, or 51 with authentication AH. */
  readonly protocol: number;
}

/** Size of a receive buffer; `force` goes beyond the system's limit where that is allowed. */
export interface BufferSize {
  readonly bytes: number;
  readonly force: boolean;
}

export interface VrrpSocket {
  readonly spec: VrrpSocketSpec;
  readonly fdIn: number;
  readonly fdOut: number;
  /** Never blocks. EAGAIN, ENETDOWN, ENODEV and the like are values: the caller logs and carries on. */
  send(datagram: Datagram): Result<void, NetError>;
  /**
   * Delivers every datagram that is waiting now to the listener. A late Backup calls this before it takes
   * over.
   */
  drain(): void;
  /** False while somebody else reads the descriptor and hands over what is not his. */
  reading(on: boolean): void;
  /** What somebody else has read. */
  deliver(packet: Received): void;
  setReceiveBuffer(size: BufferSize): void;
  close(): void;
}

/** What tells a link where an address is: an ARP frame or an ICMPv6 message, as `Net` sends them. */
export type Announcement =
  | { readonly ifindex: number; readonly frame: Uint8Array }
  | { readonly ifindex: number; readonly source: Uint8Array; readonly icmp: Uint8Array };

export interface Net {
  openVrrp(spec: VrrpSocketSpec, onPacket: (packet: Received) => void): Result<VrrpSocket, NetError>;
  /** Sends a complete Ethernet frame (ARP) out of an interface through the shared packet socket. */
  sendFrame(ifindex: number, frame: Uint8Array): Result<void, NetError>;
  /** Sends an ICMPv6 message (unsolicited NA) from `source` to ff02::1 with hop limit 255. */
  sendNeighbourAdvert(ifindex: number, source: Uint8Array, icmp: Uint8Array): Result<void, NetError>;
}
