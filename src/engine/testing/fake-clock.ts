/** A clock that only moves when a test moves it; timers then fire in order of their deadlines. */
import type { Clock } from '../../ports/clock.ts';
import { type Us, us } from '../../units.ts';

interface Timer {
  readonly dueAtUs: Us;
  readonly order: number;
  readonly fire: (dueAtUs: Us, nowUs: Us) => void;
}

export class FakeClock implements Clock {
  #nowUs = us(0);
  #order = 0;
  readonly #timers = new Map<string, Timer>();

  now(): Us {
    return this.#nowUs;
  }

  wallUs(): number {
    return this.#nowUs;
  }

  armAt(name: string, dueAtUs: Us, fire: Timer['fire']): void {
    this.#timers.set(name, { dueAtUs, order: this.#order++, fire });
  }

  cancel(name: string): void {
    this.#timers.delete(name);
  }

  /** Deadlines that are still to come, by name. */
  pending(): Record<string, number> {
    return Object.fromEntries([...this.#timers].map(([name, { dueAtUs }]) => [name, dueAtUs]));
  }

  /** Runs everything due until `untilUs`, each timer at its own instant. */
  run(untilUs: number): void {
    for (let next = this.#next(untilUs); next !== undefined; next = this.#next(untilUs)) {
      this.#nowUs = us(Math.max(this.#nowUs, next.dueAtUs));
      next.fire(next.dueAtUs, this.#nowUs);
    }
    this.#nowUs = us(untilUs);
  }

  /** The process was away until `atUs`: what fell due meanwhile fires only now, late. */
  pause(atUs: number): void {
    this.#nowUs = us(atUs);
    for (let next = this.#next(atUs); next !== undefined; next = this.#next(atUs)) {
      next.fire(next.dueAtUs, this.#nowUs);
    }
  }

  /** Time passes and no timer gets its turn: somebody works. */
  stall(atUs: number): void {
    this.#nowUs = us(atUs);
  }

  /** Takes the earliest timer due by then. */
  #next(untilUs: number): Timer | undefined {
    const [first] = [...this.#timers]
      .filter(([, { dueAtUs }]) => dueAtUs <= untilUs)
      .sort(([, a], [, b]) => a.dueAtUs - b.dueAtUs || a.order - b.order);
    if (first === undefined) return undefined;
    this.#timers.delete(first[0]);
    return first[1];
  }
}
