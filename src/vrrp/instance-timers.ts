/**
 * The timers of the instances on the clock. Most exist once; a second burst of announcements is due once for
 * each cause of a first one (seen with 2.2.7), so those are kept side by side.
 */
import type { Clock } from '../ports/clock.ts';
import type { Us } from '../units.ts';
import type { TimerName } from './events.ts';

type Fire = (dueAtUs: Us, nowUs: Us) => void;

const ACCUMULATING: ReadonlySet<TimerName> = new Set(['garpDelayed', 'garpLowerPrio']);
/** A flood of adverts of lower priority must not become a flood of timers. */
const MOST_PENDING = 64;

export class InstanceTimers {
  readonly #clock: Clock;
  readonly #pending = new Map<string, Set<string>>();
  #number = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  arm(instance: string, timer: TimerName, dueAtUs: Us, fire: Fire): void {
    const name = `${instance}/${timer}`;
    if (!ACCUMULATING.has(timer)) {
      this.#clock.armAt(name, dueAtUs, fire);
      return;
    }
    const pending = this.#pending.get(name) ?? new Set();
    if (pending.size >= MOST_PENDING) return;
    this.#number += 1;
    const one = `${name}/${this.#number}`;
    this.#pending.set(name, pending.add(one));
    this.#clock.armAt(one, dueAtUs, (dueUs, nowUs) => {
      pending.delete(one);
      fire(dueUs, nowUs);
    });
  }

  /** All of that name. */
  cancel(instance: string, timer: TimerName): void {
    const name = `${instance}/${timer}`;
    this.#clock.cancel(name);
    for (const one of this.#pending.get(name) ?? []) this.#clock.cancel(one);
    this.#pending.delete(name);
  }
}
