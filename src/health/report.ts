/** What the checker process knows, for dumps. */
import type { FileReport } from '../track/file-tracker.ts';
import type { CheckedServer, CheckedVirtualServer } from './config.ts';
import type { FactCheck } from './fact-watcher.ts';
import type { CheckConfig } from './probes/index.ts';
import type { VerdictState } from './verdict.ts';

export interface ServerReport {
  readonly config: CheckedServer;
  /** Configured, or ordered since. */
  readonly weight: number;
  /** With what its checks add. */
  readonly effective: number;
  /** Before the last reload; undefined if it came with it. */
  readonly previous: number | undefined;
  readonly alive: boolean;
  /** It is in the kernel's table. */
  readonly set: boolean;
  /** Checks that keep it out. */
  readonly failed: number;
}

export interface VirtualReport {
  readonly config: CheckedVirtualServer;
  readonly quorum: boolean;
  /** It was there before the last reload. */
  readonly reloaded: boolean;
  readonly servers: readonly ServerReport[];
}

export interface RunReport {
  /** Not suspended. */
  readonly enabled: boolean;
  readonly state: VerdictState;
  /** Unix time in microseconds of the last probe, 0 before the first. */
  readonly lastRanUs: number;
  readonly lastStatus: number;
}

interface Watched {
  /** Names. */
  readonly virtual: string;
  readonly server: string;
  readonly up: boolean;
  readonly weight: number;
}

export type CheckReport =
  | (Watched & { readonly config: CheckConfig; readonly run: RunReport })
  | (Watched & { readonly config: FactCheck });

export interface HealthReport {
  readonly virtuals: readonly VirtualReport[];
  readonly checks: readonly CheckReport[];
  readonly files: readonly FileReport[];
  readonly bfds: readonly string[];
  /** Of the kernel; absent when it has no IPVS. */
  readonly ipvsVersion?: readonly number[];
}
