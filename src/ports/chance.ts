/** Chance: what the core may not decide by itself. Unpredictable in the daemon, seeded in a simulation. */
export interface Chance {
  /** 0 <= x < 1. */
  next(): number;
}
