/** Processes of this machine: what they are called, and the kernel's news of them. */
import type { Result } from '../result.ts';
import type { BufferSize, NetError } from './net.ts';

export interface ProcessIdentity {
  /** At most 15 bytes, as /proc/PID/comm has it. */
  readonly name: string;
  /** The command line; empty for kernel threads. */
  readonly argv: readonly string[];
}

export type ProcessEvent =
  | { readonly event: 'fork'; readonly pid: number; readonly parent: number }
  /** It has another name or command line than before. */
  | { readonly event: 'renamed'; readonly pid: number }
  | { readonly event: 'exit'; readonly pid: number }
  /** The kernel has confirmed that it will send events. */
  | { readonly event: 'listening' }
  /** Events were lost: whatever was known of processes may be wrong. */
  | { readonly event: 'lost' };

export interface ProcessMonitorOptions {
  /** Receive buffer in bytes; absent = the system's default. */
  readonly receiveBuffer?: BufferSize;
}

export interface Processes {
  list(): readonly number[];
  /** Undefined when it has ended. `argv` is empty unless `withArgv`. */
  look(pid: number, withArgv: boolean): ProcessIdentity | undefined;
  /** Returns what ends the subscription. */
  subscribe(
    listener: (event: ProcessEvent) => void,
    options?: ProcessMonitorOptions,
  ): Result<() => void, NetError>;
}
