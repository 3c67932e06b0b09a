/** Running the operator's commands: own process group, the configured user, a time limit, mostly no shell. */
import type { Us } from '../units.ts';

export interface ScriptSpec {
  readonly argv: readonly string[];
  readonly uid: number;
  readonly gid: number;
  /** The first word is for `sh -c` as it is written; the others are words for it. */
  readonly byShell?: true;
  /** After this SIGTERM to the process group, one second later SIGKILL. Absent = no limit. */
  readonly timeoutUs?: Us;
}

export type ScriptResult =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface RunningScript {
  /** SIGTERM to the process group. */
  terminate(): void;
}

export interface Scripts {
  run(spec: ScriptSpec, done: (result: ScriptResult) => void): RunningScript;
}
