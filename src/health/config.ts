/** Real servers with what watches over them, as the checker process runs them. */
import type { IpvsGlobals, PoolServer, VirtualServerConfig } from '../lvs/config.ts';
import type { PoolEvent } from '../lvs/pool.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import type { TrackedFileConfig } from '../track/file-tracker.ts';
import type { Family, Us } from '../units.ts';
import type { FactCheck } from './fact-watcher.ts';
import type { CheckConfig } from './probes/index.ts';

export type EventCommands = Readonly<Partial<Record<PoolEvent, ScriptSpec>>>;

/** What a server was told about its checks, for dumps. */
export interface ServerSettings {
  readonly alpha: boolean;
  readonly connectTimeoutUs: Us;
  readonly delayLoopUs: Us;
  readonly retry?: number;
  readonly delayBeforeRetryUs?: Us;
  readonly warmupUs?: Us;
  readonly virtualhost?: string;
}

export interface CheckedServer extends PoolServer {
  readonly settings: ServerSettings;
  readonly snmpName?: string;
  /** Its own, which checks that name none ask for. */
  readonly virtualhost?: string;
  readonly smtpAlert: boolean;
  readonly checks: readonly (CheckConfig | FactCheck)[];
  /** Checks that have to succeed first and cannot run: the server stays out. */
  readonly lostChecks?: number;
  readonly commands: EventCommands;
}

/** How a virtual server was written, for dumps. */
export interface VirtualServerText {
  /** Such as `VIP = 10.0.0.1, VPORT = 80`. */
  readonly head: string;
  readonly family: Family;
  /** Names of its scheduler's flags, and whether each is set. */
  readonly flags: readonly (readonly [name: string, set: boolean])[];
  readonly granularity?: string;
  readonly protocol: string;
  readonly inhibit: boolean;
  readonly method: Pick<PoolServer, 'forwarding' | 'tunnel'>;
  readonly snmpName?: string;
}

export interface CheckedVirtualServer extends VirtualServerConfig<CheckedServer> {
  readonly settings: ServerSettings;
  readonly text: VirtualServerText;
  /** Its servers are checked only while one of its addresses is on this host. */
  readonly suspends: boolean;
  readonly smtpAlert: boolean;
  readonly commands: EventCommands;
  /** Commands for down run when the daemon stops. */
  readonly omega: boolean;
}

export interface HealthConfig {
  /** rs_init_notifies: what real servers begin with is told like a change. */
  readonly tellsBeginnings: boolean;
  readonly virtualServers: readonly CheckedVirtualServer[];
  readonly ipvs: IpvsGlobals;
  /** Tracked files that checks use. */
  readonly files: readonly TrackedFileConfig[];
  /** Names of BFD sessions that checks use. */
  readonly bfds: readonly string[];
}
