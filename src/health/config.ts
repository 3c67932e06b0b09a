/** Real servers with what watches over them, as the checker process runs them. */
import type { IpvsGlobals, PoolServer, VirtualServerConfig } from '../lvs/config.ts';
import type { PoolEvent } from '../lvs/pool.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import type { TrackedFileConfig } from '../track/file-tracker.ts';
import type { FactCheck } from './fact-watcher.ts';
import type { CheckConfig } from './probes/index.ts';

export type EventCommands = Readonly<Partial<Record<PoolEvent, ScriptSpec>>>;

export interface CheckedServer extends PoolServer {
  readonly smtpAlert: boolean;
  readonly checks: readonly (CheckConfig | FactCheck)[];
  readonly commands: EventCommands;
}

export interface CheckedVirtualServer extends VirtualServerConfig<CheckedServer> {
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
