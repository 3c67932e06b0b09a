/** What a BFD session needs to know of itself, resolved: defaults applied, times in microseconds. */
import type { Us } from '../units.ts';

export interface BfdSessionConfig {
  readonly name: string;
  /** 4 or 16 bytes, network order. */
  readonly neighbor: Uint8Array;
  readonly source?: Uint8Array;
  /** Required Min RX Interval while the session is up (RFC 5880 section 6.8.1). */
  readonly minRxUs: Us;
  /** Desired Min TX Interval while the session is up. */
  readonly minTxUs: Us;
  /** Desired Min TX Interval while it is not; at least one second. */
  readonly idleTxUs: Us;
  readonly multiplier: number;
  readonly passive: boolean;
  readonly ttl: number;
  /** How much the TTL may have gone down on the way; -1 = any. */
  readonly maxHops: number;
  readonly multihop: boolean;
  readonly tellsVrrp: boolean;
  readonly tellsChecker: boolean;
}
