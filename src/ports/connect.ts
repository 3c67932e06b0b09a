/** Connecting to a TCP port and no more: what a check of a port asks. */
import type { Us } from '../units.ts';

export interface ConnectSpec {
  readonly address: Uint8Array;
  readonly port: number;
  /** Absent = the kernel chooses. */
  readonly source?: Uint8Array;
  readonly sourcePort?: number;
  readonly interface?: string;
  /** Mark of the packets; 0 = none. */
  readonly mark: number;
  readonly timeoutUs: Us;
}

export type ConnectOutcome =
  | { readonly outcome: 'connected' }
  /** The peer or the way to it said no. */
  | { readonly outcome: 'refused'; readonly errno: number }
  /** This host knows no way to its network. */
  | { readonly outcome: 'unreachable' }
  | { readonly outcome: 'timeout' }
  /** Nothing was sent: this host would not even begin. */
  | { readonly outcome: 'failed'; readonly call: string; readonly errno: number };

export interface Connecting {
  /** `done` will not be called. */
  cancel(): void;
}

export interface Connector {
  /** `done` is called once, never before this returns. The connection is closed by then. */
  connect(spec: ConnectSpec, done: (outcome: ConnectOutcome) => void): Connecting;
}
