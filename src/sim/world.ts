/**
 * Virtual time. In: callbacks with instants. Out: the callbacks, in order of time and then of scheduling,
 * with nothing in between. A process of the world can be paused: what falls due meanwhile runs when it
 * resumes.
 */
import type { Clock } from '../ports/clock.ts';
import { type Us, us } from '../units.ts';

interface Scheduled {
  readonly atUs: Us;
  readonly order: number;
  readonly run: () => void;
}

export class World {
  #nowUs = us(0);
  #order = 0;
  #queue: Scheduled[] = [];

  get nowUs(): Us {
    return this.#nowUs;
  }

  at(atUs: Us, run: () => void): void {
    const entry = { atUs: Math.max(atUs, this.#nowUs) as Us, order: this.#order++, run };
    // A sorted insert keeps the code obvious; the queues of a few nodes are short.
    let index = this.#queue.length;
    while (index > 0 && after(this.#queue[index - 1], entry)) index--;
    this.#queue.splice(index, 0, entry);
  }

  /** Runs everything due up to `untilUs`, calling `observe` after each callback. */
  run(untilUs: Us, observe: () => void = () => {}): void {
    for (;;) {
      const next = this.#queue[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.#queue.shift();
      this.#nowUs = next.atUs;
      next.run();
      observe();
    }
    this.#nowUs = untilUs;
  }
}

function after(a: Scheduled | undefined, b: Scheduled): boolean {
  return a !== undefined && (a.atUs > b.atUs || (a.atUs === b.atUs && a.order > b.order));
}

/** One process of the world: its timers and wake-ups stop while it is paused and die with it. */
export class Process implements Clock {
  readonly #world: World;
  readonly #timers = new Map<string, number>();
  #generation = 0;
  #paused = false;
  #dead = false;
  #waiting: (() => void)[] = [];
  #lateTimers: (() => void)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  now(): Us {
    return this.#world.nowUs;
  }

  wallUs(): number {
    return this.#world.nowUs;
  }

  armAt(name: string, dueAtUs: Us, fire: (dueAtUs: Us, nowUs: Us) => void): void {
    const generation = ++this.#generation;
    this.#timers.set(name, generation);
    const expire = (): void => {
      if (this.#timers.get(name) !== generation) return;
      this.#timers.delete(name);
      fire(dueAtUs, this.now());
    };
    this.#world.at(dueAtUs, () => {
      if (this.#paused && !this.#dead) this.#lateTimers.push(expire);
      else this.wake(expire);
    });
  }

  cancel(name: string): void {
    this.#timers.delete(name);
  }

  /** Runs `work` now, or when the pause is over, or never. */
  wake(work: () => void): void {
    if (this.#dead) return;
    if (this.#paused) this.#waiting.push(work);
    else work();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    // Timers first: the order that a process which does not look at its sockets would suffer from.
    const work = [...this.#lateTimers, ...this.#waiting];
    this.#lateTimers = [];
    this.#waiting = [];
    for (const item of work) this.wake(item);
  }

  kill(): void {
    this.#dead = true;
    this.#waiting = [];
  }

  get alive(): boolean {
    return !this.#dead;
  }
}
