/**
 * Time, as the core sees it: a monotonic clock and named one-shot timers with absolute deadlines.
 * The real clock (runtime/) and the simulated one (sim/) keep the same promises.
 */
import type { Us } from '../units.ts';

export interface Clock {
  /** Monotonic now (CLOCK_MONOTONIC in the real one). */
  now(): Us;
  /** Unix time in microseconds, for log lines, dumps and signed adverts; it may step. */
  wallUs(): number;
  /**
   * Replaces a pending timer of the same name. `fire` gets the deadline it was armed for and the time it
   * runs.
   */
  armAt(name: string, dueAtUs: Us, fire: (dueAtUs: Us, nowUs: Us) => void): void;
  cancel(name: string): void;
}
