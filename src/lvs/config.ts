/** Virtual servers as the checker process runs them: plain data, for the kernel in the words of its port. */
import type { IpvsForwarding, IpvsService, IpvsTunnel } from '../ports/ipvs.ts';
import type { SyncDaemonSettings } from './sync-daemon.ts';

/** A server that connections are sent to. */
export interface PoolServer {
  /** As in messages: `[ADDRESS]:PROTOCOL:PORT`. */
  readonly name: string;
  readonly address: Uint8Array;
  readonly port: number;
  readonly forwarding: IpvsForwarding;
  readonly tunnel?: IpvsTunnel;
  readonly weight: number;
  readonly upperThreshold: number;
  readonly lowerThreshold: number;
  /** It stays in the table with weight 0 while it must not get connections. */
  readonly inhibit: boolean;
}

/** A group as the configuration lists it, where a range of addresses is one entry. */
export interface ServiceGroup {
  readonly name: string;
  /** As in messages: `[ADDRESS]:PROTOCOL:PORT`, or `[FIRST]:PROTOCOL:PORT-LAST`. */
  readonly addresses: readonly string[];
  readonly marks: readonly number[];
}

export interface VirtualServerConfig<Server extends PoolServer = PoolServer> {
  readonly name: string;
  /** Those of a group are several. */
  readonly services: readonly IpvsService[];
  /** Who lists the services. */
  readonly group?: ServiceGroup;
  readonly quorum: number;
  readonly hysteresis: number;
  readonly realServers: readonly Server[];
  readonly sorry?: PoolServer;
}

/** What concerns the kernel's table as a whole. */
export interface IpvsGlobals {
  readonly flush: boolean;
  readonly flushOnStop?: 'all' | 'VS';
  /** Beside the checkers, since it follows no instance. */
  readonly syncDaemon?: SyncDaemonSettings;
  readonly timeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
}
