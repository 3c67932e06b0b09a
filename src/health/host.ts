/**
 * The checker process over the ports. In: configuration, reloads, outcomes of probes, tracked facts. Out: the
 * kernel's table through the pool, log lines, events that commands wait for. A reload is a difference: a
 * checker that asks the same of the same server keeps its verdict, so that what has failed stays failed.
 */
import { type Beginning, Pool, type PoolEvent, type QuorumChange } from '../lvs/pool.ts';
import type { BfdEvents } from '../ports/bfd-events.ts';
import type { WatchedFiles } from '../ports/files.ts';
import type { Ipvs } from '../ports/ipvs.ts';
import type { LocalAddresses } from '../ports/local-addresses.ts';
import { BfdTracker } from '../track/bfd-tracker.ts';
import { FileTracker } from '../track/file-tracker.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import { Checker, startVerdict } from './checker.ts';
import type { CheckedServer, CheckedVirtualServer, HealthConfig } from './config.ts';
import { type FactCheck, type Facts, FactWatcher } from './fact-watcher.ts';
import { type CheckConfig, checkIdentity } from './probes/index.ts';
import type { ProbePorts } from './probes/probe.ts';
import type { CheckReport, HealthReport } from './report.ts';
import { Schedule } from './schedule.ts';
import { firstDelayUs, type VerdictState } from './verdict.ts';
import type { Watcher, WatcherOutputs } from './watcher.ts';

export interface HealthPorts extends ProbePorts {
  readonly ipvs: Ipvs;
  readonly files: WatchedFiles;
  readonly bfd: BfdEvents;
  readonly addresses: LocalAddresses;
}

export interface HealthOutputs {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  /** Without a server it is about the virtual server. */
  readonly happened: (event: PoolEvent, virtual: CheckedVirtualServer, server?: CheckedServer) => void;
  readonly quorum: (virtual: CheckedVirtualServer, change: QuorumChange) => void;
  /** A check has changed its verdict on a server; `why` is for people. */
  readonly checked: (virtual: string, server: CheckedServer, news: ServerNews, why: string) => void;
}

/** What has become of a server, all its checks considered. */
export interface ServerNews {
  readonly up: boolean;
  /** It was the other before. */
  readonly changed: boolean;
}

export class HealthHost {
  readonly #ports: HealthPorts;
  readonly #outputs: HealthOutputs;
  readonly #watching: WatcherOutputs;
  readonly #schedule: Schedule;
  readonly #pool: Pool<CheckedServer, CheckedVirtualServer>;
  readonly #files: FileTracker;
  readonly #bfds: BfdTracker;
  readonly #facts: Facts;
  #checkers = new Map<string, Checker>();
  /** Of every real server that has some, in the order of its configuration. */
  #watchers = new Map<CheckedServer, Watcher[]>();
  /** Weights in place of those of the configuration. */
  readonly #ordered = new WeakMap<CheckedServer, number>();
  #factWatchers: FactWatcher[] = [];
  /** Virtual servers that are checked only while they are here, and the names of those that are not. */
  #suspending: readonly CheckedVirtualServer[] = [];
  #suspended = new Set<string>();
  #watchesAddresses = false;
  #fresh = true;
  /** Servers whose beginning is still to be told. */
  readonly #untold = new Map<CheckedServer, CheckedVirtualServer>();

  constructor(ports: HealthPorts, outputs: HealthOutputs) {
    const { log } = outputs;
    this.#ports = ports;
    this.#outputs = outputs;
    this.#schedule = new Schedule(ports.clock);
    this.#pool = new Pool(ports.ipvs, outputs);
    this.#files = new FileTracker(ports.files, { log, changed: () => this.#lookAtFacts('FILE_CHECK') });
    const look = (): void => this.#lookAtFacts('BFD_CHECK');
    this.#bfds = new BfdTracker(ports.clock, ports.bfd, { log, changed: look, heard: look });
    this.#facts = { file: (name) => this.#files.value(name), bfd: (name) => this.#bfds.known(name) };
    this.#watching = {
      log,
      mailed: ({ virtual, server }, why) => {
        const up = this.#isUp(server);
        outputs.checked(virtual, server, { up, changed: up !== this.#pool.isAlive(virtual, server) }, why);
      },
      judged: ({ virtual, server }) => {
        this.#tellFirstVerdict(virtual, server);
        this.#judge(virtual, server);
      },
      weighed: (one) => this.#weigh(one.virtual, one.server),
    };
  }

  configure({ virtualServers, ipvs, files, bfds, tellsBeginnings }: HealthConfig): void {
    const old = this.#checkers;
    this.#lookForAddresses(virtualServers);
    this.#files.configure(files, this.#fresh);
    this.#bfds.configure(bfds);
    this.#checkers = new Map();
    this.#watchers = new Map();
    this.#factWatchers = [];
    for (const virtual of virtualServers) {
      for (const server of virtual.realServers) this.#watch(virtual, server, old);
    }
    for (const checker of old.values()) checker.stop();
    const begins = (server: CheckedServer): Beginning => ({
      alive: this.#isUp(server),
      added: this.#addedTo(server),
    });
    if (this.#fresh) this.#pool.start(virtualServers, ipvs, begins);
    else {
      this.#freeUnchecked(virtualServers);
      this.#pool.reload(virtualServers, ipvs, begins);
    }
    if (this.#fresh && tellsBeginnings) this.#tellBeginnings(virtualServers);
    else this.#untold.clear();
    this.#fresh = false;
    this.#activate();
  }

  /** A reload that takes away all checks of a server takes away what kept it out. */
  #freeUnchecked(virtualServers: readonly CheckedVirtualServer[]): void {
    for (const virtual of virtualServers) {
      // The same object is what a reload has not touched.
      if (this.#pool.runs(virtual)) continue;
      const { name, realServers } = virtual;
      const unchecked = realServers.filter(({ checks }) => checks.length === 0);
      if (unchecked.length === 0) continue;
      const known = this.#pool.serversOf(name);
      for (const server of unchecked) if (known.has(server.name)) this.#judge(name, server);
    }
  }

  /** Those that wait for their first check are told of when it has failed (seen with 2.2.7). */
  #tellBeginnings(virtualServers: readonly CheckedVirtualServer[]): void {
    for (const virtual of virtualServers) {
      for (const server of virtual.realServers) {
        if (this.#isUp(server)) this.#outputs.happened('notify_up', virtual, server);
        else this.#untold.set(server, virtual);
      }
    }
  }

  #tellFirstVerdict(virtual: string, server: CheckedServer): void {
    const config = this.#untold.get(server);
    if (config?.name !== virtual) return;
    this.#untold.delete(server);
    if (!this.#isUp(server)) this.#outputs.happened('notify_down', config, server);
  }

  #watch(virtual: CheckedVirtualServer, server: CheckedServer, old: Map<string, Checker>): void {
    // There may be a hundred thousand that nobody checks.
    if (server.checks.length === 0) return;
    const own: Watcher[] = [];
    this.#watchers.set(server, own);
    for (const config of server.checks) {
      const made =
        config.type === 'FILE_CHECK' || config.type === 'BFD_CHECK'
          ? this.#follow(virtual, server, config)
          : this.#makeChecker(virtual, server, config, old);
      own.push(made);
    }
  }

  #follow({ name }: CheckedVirtualServer, server: CheckedServer, check: FactCheck): Watcher {
    const trusted = this.#pool.isAlive(name, server);
    const made = new FactWatcher(this.#facts, this.#watching, { virtual: name, server, check, trusted });
    this.#factWatchers.push(made);
    return made;
  }

  #makeChecker(
    virtual: CheckedVirtualServer,
    server: CheckedServer,
    config: CheckConfig,
    old: Map<string, Checker>,
  ): Watcher {
    const key = this.#freeKey(`${virtual.name} ${server.name} ${checkIdentity(config)}`);
    const before = old.get(key);
    const state =
      before?.state ?? startVerdict(config, this.#fresh, this.#pool.isAlive(virtual.name, server));
    const made = new Checker(this.#ports, this.#schedule, this.#watching, {
      id: `check ${key}`,
      virtual: virtual.name,
      server,
      config,
      state: within(config, state),
      weight: before?.weight ?? 0,
    });
    this.#checkers.set(key, made);
    return made;
  }

  /** Two checks of one server may be equal. */
  #freeKey(key: string): string {
    let free = key;
    for (let more = 2; this.#checkers.has(free); more++) free = `${key} ${more}`;
    return free;
  }

  #activate(): void {
    const { size } = this.#checkers;
    let index = 0;
    for (const checker of this.#checkers.values()) {
      this.#setGoing(checker, index++, size, 'deactivating-checker');
      // A reload may have taken away the one check that kept a server out, or brought one that has to pass.
      this.#judge(checker.virtual, checker.server);
    }
    this.#outputs.log('activating-bfd-checker', []);
    for (const one of this.#factWatchers) {
      this.#weigh(one.virtual, one.server);
      this.#judge(one.virtual, one.server);
    }
  }

  /** `idle`: what the log says of one whose virtual server is elsewhere. */
  #setGoing(checker: Checker, index: number, count: number, idle: string): void {
    const { server, virtual, spec } = checker;
    const going = !this.#suspended.has(virtual);
    this.#outputs.log(going ? 'activating-checker' : idle, [server.name, virtual]);
    if (!going) checker.stop();
    else {
      const { warmupUs } = spec.config.timing;
      checker.begin(firstDelayUs(warmupUs, index, count, this.#ports.chance.next()));
    }
  }

  /** Which virtual servers are elsewhere now. */
  #lookForAddresses(virtualServers: readonly CheckedVirtualServer[]): void {
    const { addresses } = this.#ports;
    this.#suspending = virtualServers.filter(({ suspends }) => suspends);
    if (this.#suspending.length > 0 && !this.#watchesAddresses) {
      this.#outputs.log('registering-reflector', []);
      this.#outputs.log('registering-command', []);
      this.#watchesAddresses = addresses.watch((address, here) => this.#moved(address, here));
    }
    // What nobody tells of must not keep checks from running.
    const elsewhere = this.#suspending.filter((one) => this.#watchesAddresses && !this.#isHere(one));
    this.#suspended = new Set(elsewhere.map(({ name }) => name));
  }

  #isHere({ services }: CheckedVirtualServer): boolean {
    return services.some(({ id }) => id.by === 'address' && this.#ports.addresses.has(id.address));
  }

  #moved(address: Uint8Array, here: boolean): void {
    const concerned = this.#suspending.filter(({ services }) =>
      services.some(({ id }) => id.by === 'address' && sameAddress(id.address, address)),
    );
    if (concerned.length === 0) return;
    this.#outputs.log(here ? 'reflector-added' : 'reflector-lost', [formatAddress(address)]);
    const changed = new Set<string>();
    for (const one of concerned) {
      const suspended = !this.#isHere(one);
      if (suspended === this.#suspended.has(one.name)) continue;
      changed.add(one.name);
      if (suspended) this.#suspended.add(one.name);
      else this.#suspended.delete(one.name);
    }
    const checkers = [...this.#checkers.values()].filter(({ virtual }) => changed.has(virtual));
    for (const [index, checker] of checkers.entries()) {
      this.#setGoing(checker, index, checkers.length, 'suspending-checker');
    }
  }

  #lookAtFacts(type: FactCheck['type']): void {
    for (const one of this.#factWatchers) if (one.check.type === type) one.look();
  }

  /** A real server is up while all of its checks say so. */
  #isUp(server: CheckedServer): boolean {
    if (server.lostChecks !== undefined) return false;
    return (this.#watchers.get(server) ?? []).every(({ up }) => up);
  }

  #judge(virtual: string, server: CheckedServer): void {
    this.#pool.setAlive(virtual, server, this.#isUp(server));
  }

  #addedTo(server: CheckedServer): number {
    const ordered = this.#weightOf(server) - server.weight;
    return (this.#watchers.get(server) ?? []).reduce((sum, { weight }) => sum + weight, ordered);
  }

  #weightOf(server: CheckedServer): number {
    return this.#ordered.get(server) ?? server.weight;
  }

  /** Another weight than that of the configuration, until a reload brings the server anew. */
  orderWeight(virtual: string, server: CheckedServer, weight: number): void {
    this.#ordered.set(server, weight);
    this.#weigh(virtual, server);
  }

  #weigh(virtual: string, server: CheckedServer): void {
    this.#pool.setWeight(virtual, server, this.#addedTo(server));
  }

  aliveOf(virtual: string): number {
    return this.#pool.aliveOf(virtual);
  }

  report(): HealthReport {
    const info = this.#ports.ipvs.info();
    return {
      virtuals: this.#pool.report().map(({ config, quorum, reloaded, servers }) => ({
        config,
        quorum,
        reloaded,
        servers: servers.map(({ server, ...books }) => ({
          config: server,
          ...books,
          weight: this.#weightOf(server),
          failed:
            (server.lostChecks ?? 0) + (this.#watchers.get(server) ?? []).filter(({ up }) => !up).length,
        })),
      })),
      checks: [...this.#watchers.values()].flat().map((watcher) => this.#reportCheck(watcher)),
      files: this.#files.report(),
      bfds: this.#bfds.report().map(({ name }) => name),
      ...(info.ok ? { ipvsVersion: info.value.version } : {}),
    };
  }

  #reportCheck(watcher: Watcher): CheckReport {
    const { virtual, server, up, weight } = watcher;
    const watched = { virtual, server: server.name, up, weight };
    if (watcher instanceof FactWatcher) return { ...watched, config: watcher.check };
    const { spec, state, lastRanUs, lastStatus } = watcher as Checker;
    const run = { enabled: !this.#suspended.has(virtual), state, lastRanUs, lastStatus };
    return { ...watched, config: spec.config, run };
  }

  /** `release`: what this process put into the kernel goes. */
  stop(release: boolean): void {
    for (const checker of this.#checkers.values()) checker.stop();
    this.#files.stop();
    this.#pool.stop(({ omega }) => omega, release);
  }
}

/** No more retries are left than there are now. */
const within = ({ timing }: CheckConfig, state: VerdictState): VerdictState => ({
  ...state,
  retriesLeft: Math.min(state.retriesLeft, timing.retry),
});
