/**
 * Tracked BFD sessions. In: events of the BFD process. Out: which session is up, and a line for each event. A
 * session that nothing is known of is down, as 2.2.7 was seen starting.
 */
import type { BfdEvent, BfdEvents } from '../ports/bfd-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { TrackerHooks } from './tracker-hooks.ts';

export class BfdTracker {
  readonly #clock: Clock;
  readonly #events: BfdEvents;
  readonly #hooks: TrackerHooks;
  #known = new Map<string, boolean>();
  /** Those that an event was about. */
  readonly #heard = new Set<string>();

  constructor(clock: Clock, events: BfdEvents, hooks: TrackerHooks) {
    this.#clock = clock;
    this.#events = events;
    this.#hooks = hooks;
    events.listen((event) => this.#take(event));
  }

  /** A session that keeps its name keeps its state. */
  configure(names: readonly string[]): void {
    this.#known = new Map(names.map((name) => [name, this.#known.get(name) ?? false]));
    // A process that has just started, or tracks more than before, has missed what was told before.
    if (names.length > 0) this.#events.ask();
  }

  isUp(name: string): boolean {
    return this.#known.get(name) ?? false;
  }

  /** Undefined when nothing was told of it yet. */
  known(name: string): boolean | undefined {
    return this.#heard.has(name) ? this.isUp(name) : undefined;
  }

  report(): { readonly name: string; readonly up: boolean }[] {
    return [...this.#known].map(([name, up]) => ({ name, up }));
  }

  #take({ instance, up, sentUs, asked }: BfdEvent): void {
    const before = this.#known.get(instance);
    if (before === up && !this.#heard.has(instance)) {
      this.#heard.add(instance);
      this.#hooks.heard?.(instance);
    }
    if (asked && before === up) return;
    this.#hooks.log('bfd-event', [instance, up ? 'Up' : 'Down', Math.max(0, this.#clock.now() - sentUs)]);
    if (before === undefined || before === up) return;
    this.#known.set(instance, up);
    this.#heard.add(instance);
    this.#hooks.changed(instance);
  }
}
