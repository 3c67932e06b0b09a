/**
 * linkbeat_interfaces: the Kernel port with interfaces whose link is asked for instead of told. In: the real
 * one, names, and what their drivers answer once a second. Out: the same, but one of these interfaces goes
 * down and up when its driver says so, whatever the kernel's news are. A deleted interface is gone at once.
 */
import type { Clock } from '../ports/clock.ts';
import type { Kernel, KernelEvent, Link } from '../ports/kernel.ts';
import type { BeatMethod, LinkBeat } from '../ports/link-beat.ts';
import { addUs, seconds } from '../units.ts';
import { KernelView } from './kernel-view.ts';

export interface PolledLink {
  readonly interface: string;
  /** Tried first; absent = the order of the manual. */
  readonly method?: BeatMethod;
}

const METHODS: readonly BeatMethod[] = ['MII', 'ETHTOOL', 'IOCTL'];
/** Seen with 2.2.7. */
const INTERVAL_US = seconds(1);
const TIMER = 'linkbeat';

interface Entry {
  readonly wanted: PolledLink;
  /** The first that the interface knew. */
  method: BeatMethod | undefined;
  up: boolean;
}

export class PolledKernel extends KernelView {
  readonly #clock: Clock;
  readonly #beat: LinkBeat;
  #entries = new Map<string, Entry>();
  #listener: (event: KernelEvent) => void = () => {};

  constructor(kernel: Kernel, clock: Clock, beat: LinkBeat) {
    super(kernel);
    this.#clock = clock;
    this.#beat = beat;
  }

  configure(polled: readonly PolledLink[]): void {
    const before = this.#entries;
    this.#entries = new Map();
    for (const wanted of polled) {
      const kept = before.get(wanted.interface);
      const same = kept !== undefined && kept.wanted.method === wanted.method;
      const entry: Entry = same ? kept : { wanted, method: undefined, up: false };
      if (!same) entry.up = this.#ask(entry);
      this.#entries.set(wanted.interface, entry);
    }
    if (this.#entries.size === 0) this.#clock.cancel(TIMER);
    else this.#pollLater();
  }

  #pollLater(): void {
    this.#clock.armAt(TIMER, addUs(this.#clock.now(), INTERVAL_US), () => this.#poll());
  }

  #poll(): void {
    for (const [name, entry] of this.#entries) {
      const up = this.#ask(entry);
      if (up === entry.up) continue;
      entry.up = up;
      const link = this.linkByName(name);
      if (link !== undefined) this.#listener({ event: 'link', link });
    }
    if (this.#entries.size > 0) this.#pollLater();
  }

  #ask(entry: Entry): boolean {
    const { interface: name, method } = entry.wanted;
    const known = entry.method === undefined ? undefined : this.#beat.beats(name, entry.method);
    if (known !== undefined) return known;
    // An interface that has come back may be of another driver.
    entry.method = undefined;
    const order = method === undefined ? METHODS : [method, ...METHODS];
    for (const candidate of order) {
      const up = this.#beat.beats(name, candidate);
      if (up === undefined) continue;
      entry.method = candidate;
      return up;
    }
    return false;
  }

  protected get plain(): boolean {
    return this.#entries.size === 0;
  }

  protected seen<T extends Link | undefined>(link: T): T {
    const entry = link === undefined ? undefined : this.#entries.get(link.name);
    return link === undefined || entry === undefined ? link : { ...link, up: entry.up, polled: true };
  }

  subscribe(listener: (event: KernelEvent) => void): void {
    this.#listener = listener;
    this.kernel.subscribe((event) =>
      listener(event.event === 'link' ? { ...event, link: this.seen(event.link) } : event),
    );
  }
}
