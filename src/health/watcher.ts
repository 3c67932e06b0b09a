/**
 * Whatever watches over one real server: a checker that probes again and again, or one that follows a fact
 * which somebody else finds out. In: probes or facts. Out: whether the server may be up, and a weight.
 */
import type { Us } from '../units.ts';
import type { CheckedServer } from './config.ts';

export interface Watcher {
  readonly virtual: string;
  readonly server: CheckedServer;
  readonly up: boolean;
  /** What it adds to the weight of its server. */
  readonly weight: number;
  /** `delayUs` from now is the time for its first probe. */
  begin(delayUs: Us): void;
  stop(): void;
}

export interface WatcherOutputs {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  /** It may be up now, or not any more. */
  readonly judged: (watcher: Watcher) => void;
  /** Its verdict is another one, or the first of a kind that is told; `why` is for people. */
  readonly mailed: (watcher: Watcher, why: string) => void;
  /** It adds another weight to that of its server. */
  readonly weighed: (watcher: Watcher) => void;
}
