/**
 * The kernel's load balancer (IPVS): virtual services, their destinations, connection timeouts and the
 * daemons that synchronise connections. Every operation of a batch is answered by its own errno.
 */
import type { Result } from '../result.ts';
import type { Family } from '../units.ts';

export type IpvsProtocol = 'tcp' | 'udp' | 'sctp';

/** What names a service: an address with protocol and port, or a mark of the packet filter. */
export type IpvsServiceId =
  | {
      readonly by: 'address';
      readonly family: Family;
      readonly protocol: IpvsProtocol;
      readonly address: Uint8Array;
      readonly port: number;
    }
  | { readonly by: 'mark'; readonly family: Family; readonly mark: number };

export interface IpvsPersistence {
  readonly timeoutSeconds: number;
  /** Clients in one network of this prefix length stay together: 32 or 128 = each for itself. */
  readonly prefixLength: number;
  /** Such as `sip`. */
  readonly engine?: string;
}

/** Meant for the scheduler, such as sh-fallback (1) and sh-port (2). */
export type IpvsSchedulerFlag = 1 | 2 | 3;

export interface IpvsService {
  readonly id: IpvsServiceId;
  readonly scheduler: string;
  readonly schedulerFlags: readonly IpvsSchedulerFlag[];
  readonly persistence?: IpvsPersistence;
  readonly onePacket: boolean;
}

export type IpvsForwarding = 'masquerade' | 'local' | 'tunnel' | 'route' | 'bypass';

/** Checksums of the outer header: none, of the whole, or one that is left to the inner header (gue only). */
export type IpvsTunnelChecksum = 'none' | 'plain' | 'remote';

export type IpvsTunnel =
  | { readonly type: 'gue'; readonly port: number; readonly checksum: IpvsTunnelChecksum }
  | { readonly type: 'gre'; readonly checksum: IpvsTunnelChecksum };

export interface IpvsDestinationId {
  /** Another one than that of the service only with forwarding by tunnel. */
  readonly family: Family;
  readonly address: Uint8Array;
  readonly port: number;
}

export interface IpvsDestination {
  readonly id: IpvsDestinationId;
  readonly forwarding: IpvsForwarding;
  readonly weight: number;
  /** Connections above which it gets no more, until they are below the lower one; 0 = no limit. */
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** With forwarding by tunnel; absent = IP in IP. */
  readonly tunnel?: IpvsTunnel;
}

/** Seconds; absent = as it is. */
export interface IpvsTimeouts {
  readonly tcp?: number;
  readonly tcpFin?: number;
  readonly udp?: number;
}

export type IpvsDaemonRole = 'master' | 'backup';

/** What is absent is left to the kernel: as long as the interface allows, 224.0.0.81, port 8848, TTL 1. */
export interface IpvsDaemon {
  readonly role: IpvsDaemonRole;
  readonly interface: string;
  readonly syncId: number;
  readonly maxLength?: number;
  /** Of either family. */
  readonly group?: Uint8Array;
  readonly port?: number;
  readonly ttl?: number;
}

export type IpvsOp =
  | { readonly op: 'addService' | 'changeService'; readonly service: IpvsService }
  | { readonly op: 'removeService'; readonly service: IpvsServiceId }
  | {
      readonly op: 'addDestination' | 'changeDestination';
      readonly service: IpvsServiceId;
      readonly destination: IpvsDestination;
    }
  | {
      readonly op: 'removeDestination';
      readonly service: IpvsServiceId;
      readonly destination: IpvsDestinationId;
    }
  /** Removes everything. */
  | { readonly op: 'flush' }
  /** Sets the counters back, those of all services without one. */
  | { readonly op: 'zero'; readonly service?: IpvsServiceId }
  | { readonly op: 'setTimeouts'; readonly timeouts: IpvsTimeouts }
  | { readonly op: 'startDaemon'; readonly daemon: IpvsDaemon }
  | { readonly op: 'stopDaemon'; readonly role: IpvsDaemonRole; readonly syncId: number };

export interface IpvsError {
  readonly errno: number;
  /** The kernel's own words, or the system call that failed; often empty. */
  readonly text: string;
}

/** `errno` 0 = done. */
export interface IpvsResult extends IpvsError {
  readonly op: IpvsOp;
}

/** Counters since the entry exists or was set back, and rates over the last seconds. */
export interface IpvsStatistics {
  readonly connections: bigint;
  readonly packetsIn: bigint;
  readonly packetsOut: bigint;
  readonly bytesIn: bigint;
  readonly bytesOut: bigint;
  readonly connectionsPerSecond: bigint;
  readonly packetsInPerSecond: bigint;
  readonly packetsOutPerSecond: bigint;
  readonly bytesInPerSecond: bigint;
  readonly bytesOutPerSecond: bigint;
}

/** Of what has had no connection yet. */
export const NO_STATISTICS: IpvsStatistics = {
  connections: 0n,
  packetsIn: 0n,
  packetsOut: 0n,
  bytesIn: 0n,
  bytesOut: 0n,
  connectionsPerSecond: 0n,
  packetsInPerSecond: 0n,
  packetsOutPerSecond: 0n,
  bytesInPerSecond: 0n,
  bytesOutPerSecond: 0n,
};

export interface IpvsServiceEntry {
  readonly service: IpvsService;
  readonly statistics: IpvsStatistics;
}

export interface IpvsDestinationEntry {
  readonly destination: IpvsDestination;
  readonly activeConnections: number;
  readonly inactiveConnections: number;
  readonly persistentConnections: number;
  readonly statistics: IpvsStatistics;
}

export interface IpvsInfo {
  /** Three numbers. */
  readonly version: readonly [number, number, number];
  readonly connectionTableSize: number;
}

/** Every question fails with ENOENT where the kernel has no IPVS and no module of it. */
export interface Ipvs {
  info(): Result<IpvsInfo, IpvsError>;
  /** Answers in the order of the operations. One that is refused does not keep the others from being done. */
  apply(ops: readonly IpvsOp[]): readonly IpvsResult[];
  services(): Result<readonly IpvsServiceEntry[], IpvsError>;
  destinations(service: IpvsServiceId): Result<readonly IpvsDestinationEntry[], IpvsError>;
  timeouts(): Result<Required<IpvsTimeouts>, IpvsError>;
  daemons(): Result<readonly IpvsDaemon[], IpvsError>;
}
