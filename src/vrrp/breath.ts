/**
 * Long work is cut into lots, and between them adverts that have become due leave: peers must not miss a
 * master that puts thousands of addresses on an interface, or takes over a thousand instances at once.
 */
import type { Clock } from '../ports/clock.ts';
import { ms, type Us, us } from '../units.ts';

/** What the kernel takes in some milliseconds, also on an interface with thousands of addresses. */
const LOT = 64;
/** Looking for adverts costs time of its own. */
const SPACING = ms(2);

/** How work is handed to the kernel. The results are in the order of the work. */
export type InLots = <T, R>(work: readonly T[], carryOut: (lot: readonly T[]) => readonly R[]) => R[];

export const atOnce: InLots = (work, carryOut) => [...carryOut(work)];

export class Breath {
  readonly #clock: Clock;
  readonly #sendOverdue: () => void;
  #lastUs: Us = us(0);

  constructor(clock: Clock, sendOverdue: () => void) {
    this.#clock = clock;
    this.#sendOverdue = sendOverdue;
  }

  take(): void {
    const now = this.#clock.now();
    if (now - this.#lastUs < SPACING) return;
    this.#lastUs = now;
    this.#sendOverdue();
  }

  readonly inLots: InLots = (work, carryOut) => {
    const results = [];
    for (let at = 0; at < work.length; at += LOT) {
      results.push(...carryOut(work.slice(at, at + LOT)));
      this.take();
    }
    return results;
  };
}
