/**
 * The tracked processes. In: definitions, the Clock and Processes ports. Out: whether each has its quorum, as
 * a fact. The count is the size of a set of process ids, so no lost event can make it drift for good. Where
 * the kernel sends no events (its connector is deaf in a network namespace), /proc is read every second.
 */
import type { Clock } from '../ports/clock.ts';
import type { BufferSize } from '../ports/net.ts';
import type { ProcessEvent, Processes } from '../ports/processes.ts';
import type { TrackerHooks } from '../track/tracker-hooks.ts';
import { addUs, assertNever, seconds } from '../units.ts';
import { hasQuorum, isMeant, meansTheSame, type TrackedProcessConfig } from './process-match.ts';
import type { ProcessReport } from './report.ts';

interface Entry {
  config: TrackedProcessConfig;
  readonly pids: Set<number>;
  /** What the instances are told. */
  quorum: boolean;
  /** The delay that still holds a change back. */
  pending: 'fork' | 'terminate' | undefined;
}

const RESCAN_TIMER = 'process-rescan';
const RESCAN_US = seconds(1);
const timerOf = (name: string): string => `process/${name}`;

export class ProcessTracker {
  readonly #clock: Clock;
  readonly #processes: Processes;
  readonly #hooks: TrackerHooks;
  readonly #entries = new Map<string, Entry>();
  #end: (() => void) | undefined;
  #confirmed = false;

  constructor(clock: Clock, processes: Processes, hooks: TrackerHooks) {
    this.#clock = clock;
    this.#processes = processes;
    this.#hooks = hooks;
  }

  /** Undefined when it is not tracked. */
  hasQuorum(name: string): boolean | undefined {
    return this.#entries.get(name)?.quorum;
  }

  report(): ProcessReport[] {
    return [...this.#entries.values()].map(({ config, pids, quorum, pending }) => ({
      config,
      count: pids.size,
      quorum,
      waits: pending,
    }));
  }

  configure(configs: readonly TrackedProcessConfig[], receiveBuffer?: BufferSize): void {
    const wanted = new Set(configs.map(({ name }) => name));
    for (const [name, entry] of this.#entries) {
      if (!wanted.has(name)) this.#forget(name, entry);
    }
    const fresh: Entry[] = [];
    for (const config of configs) {
      const entry = this.#entries.get(config.name);
      if (entry !== undefined && meansTheSame(entry.config, config)) {
        entry.config = config;
        this.#weigh(entry, false);
        continue;
      }
      if (entry !== undefined) this.#forget(config.name, entry);
      const added = { config, pids: new Set<number>(), quorum: false, pending: undefined };
      this.#entries.set(config.name, added);
      fresh.push(added);
    }
    if (this.#entries.size === 0) this.stop();
    // Listening comes before looking, so that no process can start unseen between the two.
    else this.#listen(receiveBuffer);
    if (fresh.length > 0) this.#scan(fresh);
    for (const entry of fresh) entry.quorum = hasQuorum(entry.config, entry.pids.size);
  }

  #listen(receiveBuffer: BufferSize | undefined): void {
    if (this.#end !== undefined) return;
    const options = receiveBuffer === undefined ? {} : { receiveBuffer };
    const listening = this.#processes.subscribe((event) => this.#take(event), options);
    if (listening.ok) this.#end = listening.value;
    else {
      this.#hooks.log('process-events-refused', [listening.error.errno]);
      this.#end = () => this.#clock.cancel(RESCAN_TIMER);
      this.#armRescan();
    }
  }

  #armRescan(): void {
    this.#clock.armAt(RESCAN_TIMER, addUs(this.#clock.now(), RESCAN_US), () => {
      this.#rescan();
      this.#armRescan();
    });
  }

  #rescan(): void {
    const entries = [...this.#entries.values()];
    const before = entries.map(({ pids }) => pids.size);
    for (const { pids } of entries) pids.clear();
    this.#scan(entries);
    entries.forEach((entry, at) => {
      this.#weigh(entry, entry.pids.size > (before[at] ?? 0));
    });
  }

  #scan(entries: readonly Entry[]): void {
    const withArgv = entries.some(({ config }) => config.fullCommand);
    for (const pid of this.#processes.list()) {
      const found = this.#processes.look(pid, withArgv);
      if (found === undefined) continue;
      for (const { config, pids } of entries) {
        if (isMeant(config, found)) pids.add(pid);
      }
    }
  }

  #take(event: ProcessEvent): void {
    switch (event.event) {
      case 'fork':
        // The child is called what its parent is called.
        for (const entry of this.#entries.values()) {
          if (entry.pids.has(event.parent)) this.#set(entry, event.pid, true);
        }
        break;
      case 'renamed':
        this.#look(event.pid);
        break;
      case 'exit':
        for (const entry of this.#entries.values()) this.#set(entry, event.pid, false);
        break;
      case 'listening':
        // Every listener of the machine makes the kernel confirm it to all of them.
        if (!this.#confirmed) this.#hooks.log('process-events-confirmed', []);
        this.#confirmed = true;
        break;
      case 'lost':
        this.#rescan();
        break;
      default:
        assertNever(event);
    }
  }

  #look(pid: number): void {
    const entries = [...this.#entries.values()];
    const found = this.#processes.look(
      pid,
      entries.some(({ config }) => config.fullCommand),
    );
    for (const entry of entries) {
      this.#set(entry, pid, found !== undefined && isMeant(entry.config, found));
    }
  }

  #set(entry: Entry, pid: number, meant: boolean): void {
    if (entry.pids.has(pid) === meant) return;
    if (meant) entry.pids.add(pid);
    else entry.pids.delete(pid);
    this.#weigh(entry, meant);
  }

  /** A change counts after the delay of what caused it, unless it has been undone by then. */
  #weigh(entry: Entry, more: boolean): void {
    const { config } = entry;
    const now = hasQuorum(config, entry.pids.size);
    if (now === entry.quorum) {
      if (entry.pending) this.#clock.cancel(timerOf(config.name));
      entry.pending = undefined;
      return;
    }
    if (entry.pending) return;
    const delayUs = more ? config.forkDelayUs : config.terminateDelayUs;
    if (delayUs === 0) {
      this.#settle(entry);
      return;
    }
    entry.pending = more ? 'fork' : 'terminate';
    this.#clock.armAt(timerOf(config.name), addUs(this.#clock.now(), delayUs), () => this.#settle(entry));
  }

  #settle(entry: Entry): void {
    const { name } = entry.config;
    entry.pending = undefined;
    entry.quorum = hasQuorum(entry.config, entry.pids.size);
    this.#hooks.log(entry.quorum ? 'process-quorum-gained' : 'process-quorum-lost', [name]);
    this.#hooks.changed(name);
  }

  #forget(name: string, entry: Entry): void {
    if (entry.pending) this.#clock.cancel(timerOf(name));
    this.#entries.delete(name);
  }

  stop(): void {
    for (const [name, entry] of [...this.#entries]) this.#forget(name, entry);
    this.#end?.();
    this.#end = undefined;
  }
}
