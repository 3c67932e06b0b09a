/**
 * interface_up_down_delays: the Kernel port as instances see it. In: the real one and delays by interface.
 * Out: the same, but an interface that went down or up does so only when its delay is over, and not at all
 * when it has come back by then. A deleted interface is gone at once.
 */
import type { Clock } from '../ports/clock.ts';
import type { Kernel, KernelEvent, Link } from '../ports/kernel.ts';
import { addUs, type Us, us } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import { KernelView } from './kernel-view.ts';

export interface InterfaceDelays {
  readonly interface: string;
  readonly downUs: Us;
  readonly upUs: Us;
}

type Log = (id: string, args: readonly (string | number)[]) => void;

interface Entry {
  delays: InterfaceDelays;
  /** What instances see; undefined until the interface exists. */
  seen: Link | undefined;
  pending: boolean;
}

const timerOf = (name: string): string => `link-delay/${name}`;
const hex = (flags: number): string => `0x${(flags >>> 0).toString(16)}`;

/**
 * A delay ends before a master that is gone would be missed: the longest is one 256th of an advert interval
 * less than all intervals but one (seen with 2.2.7). Returns the delays in force, with a line for each cut.
 */
export function limitDelays(
  delays: readonly InterfaceDelays[],
  instances: readonly InstanceConfig[],
  log: Log,
): InterfaceDelays[] {
  return delays.map((given) => {
    let { downUs, upUs } = given;
    for (const config of instances) {
      const { name, downTimerAdverts, advertIntervalUs } = config;
      const tracked = config.trackInterfaces.some((track) => track.name === given.interface);
      if (config.interface !== given.interface && !tracked) continue;
      const most = us(Math.max(0, (downTimerAdverts - 1) * advertIntervalUs - advertIntervalUs / 256));
      if (downUs <= most && upUs <= most) continue;
      log('interface-delay-too-long', [name, given.interface, downTimerAdverts - 1]);
      downUs = us(Math.min(downUs, most));
      upUs = us(Math.min(upUs, most));
    }
    return { interface: given.interface, downUs, upUs };
  });
}

export class DelayedKernel extends KernelView {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  #listener: (event: KernelEvent) => void = () => {};

  constructor(kernel: Kernel, clock: Clock, log: Log) {
    super(kernel);
    this.#clock = clock;
    this.#log = log;
  }

  configure(delays: readonly InterfaceDelays[]): void {
    const wanted = new Map(delays.map((entry) => [entry.interface, entry]));
    for (const [name, entry] of [...this.#entries]) {
      if (wanted.has(name)) continue;
      if (entry.pending) this.#settle(name);
      this.#entries.delete(name);
    }
    for (const [name, one] of wanted) {
      const entry = this.#entries.get(name);
      if (entry !== undefined) entry.delays = one;
      else {
        const seen = this.kernel.linkByName(name);
        this.#entries.set(name, { delays: one, seen, pending: false });
      }
    }
  }

  /** The delays of an interface, and whether one is running. */
  delaysOf(name: string): { readonly upUs: Us; readonly downUs: Us; readonly running: boolean } {
    const entry = this.#entries.get(name);
    const { upUs, downUs } = entry?.delays ?? { upUs: us(0), downUs: us(0) };
    return { upUs, downUs, running: entry?.pending ?? false };
  }

  protected get plain(): boolean {
    return this.#entries.size === 0;
  }

  protected seen<T extends Link | undefined>(link: T): T {
    const up = link === undefined ? undefined : this.#entries.get(link.name)?.seen?.up;
    return link === undefined || up === undefined || up === link.up ? link : { ...link, up };
  }

  subscribe(listener: (event: KernelEvent) => void): void {
    this.#listener = listener;
    this.kernel.subscribe((event) => {
      for (const entry of this.#entries.values()) this.#look(entry);
      listener(event.event === 'link' ? { ...event, link: this.seen(event.link) } : event);
    });
  }

  /** The mirror is ahead of its events, so every event is an occasion to compare. */
  #look(entry: Entry): void {
    const { delays, seen } = entry;
    const { interface: name } = delays;
    const link = this.kernel.linkByName(name);
    if (seen === undefined || link === undefined || link.up === seen.up) {
      if (entry.pending) this.#clock.cancel(timerOf(name));
      entry.pending = false;
      entry.seen = link;
      return;
    }
    if (entry.pending) return;
    const delayUs = link.up ? delays.upUs : delays.downUs;
    if (delayUs === 0) {
      entry.seen = link;
      return;
    }
    entry.pending = true;
    this.#log('interface-delay', [name, hex(seen.flags), hex(link.flags), delayUs]);
    this.#clock.armAt(timerOf(name), addUs(this.#clock.now(), delayUs), () => this.#settle(name));
  }

  #settle(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#clock.cancel(timerOf(name));
    entry.pending = false;
    entry.seen = this.kernel.linkByName(name);
    if (entry.seen !== undefined) this.#listener({ event: 'link', link: entry.seen });
  }
}
