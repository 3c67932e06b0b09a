/**
 * The virtual servers of the checker process. In: configuration, reloads, real servers that come and go. Out:
 * operations on the kernel's table, log lines, and what there are commands for. Order and wording of
 * keepalived 2.2.7; while the sorry server serves, real servers change in the books only.
 */
import type { Ipvs, IpvsOp, IpvsResult } from '../ports/ipvs.ts';
import type { IpvsGlobals, PoolServer, ServiceGroup, VirtualServerConfig } from './config.ts';
import {
  type DesiredTable,
  desiredTable,
  EMPTY_TABLE,
  effectiveWeight,
  serverChanges,
  tableChanges,
} from './desired.ts';
import { operationTarget } from './operation-target.ts';
import { SyncDaemons } from './sync-daemons.ts';

/** How a server is taken up before its first check. */
export interface Beginning {
  readonly alive: boolean;
  /** What its checks add to its weight. */
  readonly added: number;
}

export type PoolEvent = 'quorum_up' | 'quorum_down' | 'notify_up' | 'notify_down';

export interface PoolOutputs<Server extends PoolServer, Virtual extends VirtualServerConfig<Server>> {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  /** Without a server it is about the virtual server. */
  readonly happened: (event: PoolEvent, virtual: Virtual, server?: Server) => void;
  /** A virtual server has gained or lost its quorum with this weight, or starts with or without it. */
  readonly quorum: (virtual: Virtual, change: QuorumChange) => void;
}

export interface QuorumChange {
  readonly up: boolean;
  readonly weight: number;
  readonly starting: boolean;
}

export interface PoolReport<Server, Virtual> {
  readonly config: Virtual;
  readonly quorum: boolean;
  readonly reloaded: boolean;
  readonly servers: readonly {
    readonly server: Server;
    readonly effective: number;
    /** Before the last reload; undefined if it came with it. */
    readonly previous: number | undefined;
    readonly alive: boolean;
    readonly set: boolean;
  }[];
}

type Step = readonly IpvsOp[] | (() => void);

interface Entry<Virtual> {
  config: Virtual;
  alive: Set<string>;
  /** What checks add to the weights of servers, by their names. */
  readonly added: Map<string, number>;
  /** Of those that are alive. */
  weight: number;
  quorum: boolean;
  /** The sorry server serves. */
  sorry: boolean;
  /** It was there before the last reload. */
  reloaded: boolean;
  /** Weights of its servers before that; undefined = nothing was changed. */
  weights?: ReadonlyMap<string, number> | undefined;
  table: DesiredTable;
}

/** Weights of one pool may add up to more than the kernel's numbers hold. */
const WEIGHT_MAX = 0x7fff_ffff;

export class Pool<Server extends PoolServer, Virtual extends VirtualServerConfig<Server>> {
  readonly #ipvs: Ipvs;
  readonly #outputs: PoolOutputs<Server, Virtual>;
  readonly #entries = new Map<string, Entry<Virtual>>();
  readonly #syncDaemons: SyncDaemons;
  #globals: IpvsGlobals = { flush: false };
  #available = false;
  /** Operations that wait for each other, and what is told between them. */
  #collected: Step[] | undefined;

  constructor(ipvs: Ipvs, outputs: PoolOutputs<Server, Virtual>) {
    this.#ipvs = ipvs;
    this.#outputs = outputs;
    this.#syncDaemons = new SyncDaemons(ipvs, (id, ...args) => this.#log(id, ...args));
  }

  /** What the books say, for dumps. */
  report(): readonly PoolReport<Server, Virtual>[] {
    return [...this.#entries.values()].map((entry) => {
      const { config, quorum, alive, added } = entry;
      const servesItself = config.sorry === undefined || quorum;
      const servers = config.realServers.map((server) => ({
        server,
        effective: effectiveWeight(server, added),
        previous: previousWeight(entry, server),
        alive: alive.has(server.name),
        set: (servesItself && alive.has(server.name)) || server.inhibit,
      }));
      return { config, quorum, reloaded: entry.reloaded, servers };
    });
  }

  start(virtuals: readonly Virtual[], globals: IpvsGlobals, begins: (server: Server) => Beginning): void {
    this.#globals = globals;
    // Of a table that nobody wants anything in, nothing is said (seen with 2.2.7).
    const wanted = virtuals.length > 0 || globals.syncDaemon !== undefined;
    this.#open(wanted ? 'ipvs-initializing' : undefined);
    const { flush, timeouts } = globals;
    if (flush) this.#apply([{ op: 'flush' }]);
    if (timeouts !== undefined) this.#apply([{ op: 'setTimeouts', timeouts }]);
    if (this.#available) this.#syncDaemons.configure(globals.syncDaemon);
    this.#together(() => {
      for (const config of virtuals) this.#add(config, begins);
    });
  }

  #open(id: 'ipvs-initializing' | 'ipvs-reinitializing' | undefined): void {
    if (id !== undefined) this.#log(id);
    const info = this.#ipvs.info();
    this.#available = info.ok;
    if (!info.ok && id !== undefined) this.#log('ipvs-unavailable', info.error.errno);
  }

  #add(config: Virtual, begins: (server: Server) => Beginning): void {
    const alive = new Set<string>();
    const added = new Map<string, number>();
    for (const server of config.realServers) {
      const begin = begins(server);
      if (begin.alive) alive.add(server.name);
      if (begin.added !== 0) added.set(server.name, begin.added);
    }
    const entry: Entry<Virtual> = {
      config,
      alive,
      added,
      weight: 0,
      quorum: true,
      sorry: false,
      reloaded: false,
      table: EMPTY_TABLE,
    };
    this.#entries.set(config.name, entry);
    entry.weight = liveWeight(entry);
    const weight = Math.min(entry.weight, WEIGHT_MAX);
    const { quorum, hysteresis, sorry } = config;
    entry.quorum = weight >= quorum + hysteresis;
    this.#settle(entry);
    if (entry.quorum) this.#sayQuorumUp(entry, weight, true);
    else if (sorry !== undefined) this.#startDown(entry, weight);
  }

  /** What is there already keeps its state, and whoever uses it notices nothing. */
  reload(virtuals: readonly Virtual[], globals: IpvsGlobals, begins: (server: Server) => Beginning): void {
    const { timeouts } = globals;
    const timeoutsChanged = JSON.stringify(timeouts) !== JSON.stringify(this.#globals.timeouts);
    this.#globals = globals;
    this.#open('ipvs-reinitializing');
    if (timeouts !== undefined && timeoutsChanged) this.#apply([{ op: 'setTimeouts', timeouts }]);
    if (this.#available) this.#syncDaemons.configure(globals.syncDaemon);
    this.#together(() => this.#reloadAll(virtuals, begins));
  }

  #reloadAll(virtuals: readonly Virtual[], begins: (server: Server) => Beginning): void {
    const wanted = new Map(virtuals.map((config) => [config.name, config]));
    for (const entry of [...this.#entries.values()]) {
      const config = wanted.get(entry.config.name);
      if (config === undefined) this.#remove(entry);
      else if (config !== entry.config) this.#sayGone(entry, config);
    }
    for (const config of virtuals) {
      const entry = this.#entries.get(config.name);
      if (entry === undefined) this.#add(config, begins);
      else this.#change(entry, config, begins);
    }
  }

  #sayGone(entry: Entry<Virtual>, config: Virtual): void {
    this.#sayEntries('lvs-group-entry-gone', entry.config.group, config.group, String);
    const kept = new Set(config.realServers.map(({ name }) => name));
    for (const server of entry.config.realServers) {
      if (kept.has(server.name)) continue;
      this.#log('lvs-service-gone', server.name);
      this.#sayRemoved(entry, server);
    }
    const { sorry } = entry.config;
    if (sorry !== undefined && entry.sorry && config.sorry?.name !== sorry.name) {
      this.#log('lvs-removing-sorry', sorry.name, config.name);
      entry.sorry = false;
    }
  }

  /** What one of two groups has alone: addresses before marks, in whatever order they are (as 2.2.7). */
  #sayEntries(
    id: string,
    of: ServiceGroup | undefined,
    without: ServiceGroup | undefined,
    markName: (mark: number) => string,
  ): void {
    if (of === undefined || without === undefined) return;
    const marks = [...missing(of.marks, without.marks)].map(markName);
    for (const one of [...missing(of.addresses, without.addresses), ...marks]) this.#log(id, one, of.name);
  }

  /** A server for which the sorry server stands in is not in the pool, unless at weight 0. */
  #sayRemoved({ config, alive, sorry }: Entry<Virtual>, server: Server): void {
    const up = alive.has(server.name);
    if (up && !sorry) this.#log('lvs-removing-service', server.name, config.name);
    else if (server.inhibit) this.#log('lvs-removing-inhibited', server.name, config.name);
    if (up) this.#tell(() => this.#outputs.happened('notify_down', config, server));
  }

  #change(entry: Entry<Virtual>, config: Virtual, begins: (server: Server) => Beginning): void {
    entry.weights = undefined;
    entry.reloaded = true;
    // The same object means that the new file says the same of it.
    if (entry.config === config) return;
    const before = new Map(entry.config.realServers.map((server) => [server.name, server.weight]));
    const { added } = entry;
    entry.weights = new Map(entry.config.realServers.map((one) => [one.name, effectiveWeight(one, added)]));
    const alive = config.realServers.filter((server) =>
      before.has(server.name) ? entry.alive.has(server.name) : begins(server).alive,
    );
    for (const server of config.realServers) {
      const { added } = begins(server);
      if (!before.has(server.name) && added !== 0) entry.added.set(server.name, added);
    }
    for (const { name, weight } of config.realServers) {
      const old = before.get(name) ?? weight;
      if (old === weight) continue;
      const added = entry.added.get(name) ?? 0;
      const [from = 0, to = 0] = [old, weight].map((one) => Math.max(0, one + added));
      if (from === to) continue;
      const state = entry.alive.has(name) ? 'active' : 'inactive';
      this.#log('lvs-changing-weight', from, to, state, name, config.name);
    }
    const standIn = entry.sorry ? entry.config.sorry?.name : undefined;
    const wasUp = entry.quorum;
    this.#sayEntries('lvs-group-entry-added', config.group, entry.config.group, (mark) => `FWM ${mark}`);
    entry.config = config;
    entry.alive = new Set(alive.map(({ name }) => name));
    entry.weight = liveWeight(entry);
    this.#settle(entry);
    this.#judgeQuorum(entry, true);
    // A sorry server that is new has to take over as well.
    const late = !wasUp && !entry.quorum && config.sorry !== undefined && config.sorry.name !== standIn;
    if (late) this.#startDown(entry, Math.min(entry.weight, WEIGHT_MAX));
  }

  #startDown(entry: Entry<Virtual>, weight: number): void {
    const { name, quorum, hysteresis } = entry.config;
    // The sum behind the minus sign is what 2.2.7 prints.
    this.#log('lvs-starting-quorum-down', quorum, hysteresis, quorum + hysteresis, weight, name);
    this.#sayQuorumDown(entry, weight, true);
  }

  #remove(entry: Entry<Virtual>): void {
    const { config, quorum } = entry;
    if (config.group === undefined) this.#log('lvs-removing-virtual', config.name);
    else this.#log('lvs-removing-group', config.group.name);
    for (const server of this.#told(config)) this.#sayRemoved(entry, server);
    if (quorum) this.#tell(() => this.#outputs.happened('quorum_down', config));
    this.#entries.delete(config.name);
    this.#apply(tableChanges(entry.table, EMPTY_TABLE));
  }

  /** Servers of which something is said when all of it goes: with lvs_flush_on_stop, VS or not, of none. */
  #told({ realServers }: Virtual): readonly Server[] {
    return this.#globals.flushOnStop === undefined ? realServers : [];
  }

  isAlive(virtual: string, server: Server): boolean {
    return this.#entries.get(virtual)?.alive.has(server.name) ?? false;
  }

  /** How many of its servers are up. */
  aliveOf(virtual: string): number {
    const entry = this.#entries.get(virtual);
    return entry?.config.realServers.filter(({ name }) => entry.alive.has(name)).length ?? 0;
  }

  /** Whether it is this very configuration of a virtual server that is in force. */
  runs(config: Virtual): boolean {
    return this.#entries.get(config.name)?.config === config;
  }

  /** Names of the real servers that a virtual server has now. */
  serversOf(virtual: string): ReadonlySet<string> {
    return new Set(this.#entries.get(virtual)?.config.realServers.map(({ name }) => name));
  }

  setAlive(virtual: string, server: Server, up: boolean): void {
    const entry = this.#entries.get(virtual);
    if (entry === undefined || entry.alive.has(server.name) === up) return;
    const weight = effectiveWeight(server, entry.added);
    if (up) entry.alive.add(server.name);
    else entry.alive.delete(server.name);
    entry.weight += up ? weight : -weight;
    const kind = server.inhibit ? (up ? 'enabling' : 'disabling') : up ? 'adding' : 'removing';
    this.#log(`lvs-${kind}-service`, server.name, virtual);
    this.#settleServer(entry, server);
    this.#tell(() => this.#outputs.happened(up ? 'notify_up' : 'notify_down', entry.config, server));
    this.#judgeQuorum(entry);
  }

  /** `added`: what the checks of a server add to its configured weight. */
  setWeight(virtual: string, server: Server, added: number): void {
    const entry = this.#entries.get(virtual);
    const before = entry?.added.get(server.name) ?? 0;
    if (entry === undefined || before === added) return;
    const from = effectiveWeight(server, entry.added);
    if (added === 0) entry.added.delete(server.name);
    else entry.added.set(server.name, added);
    const to = effectiveWeight(server, entry.added);
    if (from === to) return;
    const state = entry.alive.has(server.name) ? 'active' : 'inactive';
    this.#log('lvs-changing-weight', from, to, state, server.name, virtual);
    if (entry.alive.has(server.name)) entry.weight += to - from;
    this.#settleServer(entry, server);
    this.#judgeQuorum(entry);
  }

  /** After a reload it is said like at a start. */
  #judgeQuorum(entry: Entry<Virtual>, starting = false): void {
    const weight = Math.min(entry.weight, WEIGHT_MAX);
    const { name, quorum, hysteresis } = entry.config;
    if (!entry.quorum && weight >= quorum + hysteresis) {
      entry.quorum = true;
      this.#settle(entry);
      this.#sayQuorumUp(entry, weight, starting);
    } else if (entry.quorum && isLost(entry, weight)) {
      entry.quorum = false;
      this.#settle(entry);
      if (starting) this.#startDown(entry, weight);
      else {
        this.#log('lvs-quorum-lost', quorum, hysteresis, lowest(entry.config), weight, name);
        this.#sayQuorumDown(entry, weight);
      }
    }
  }

  #sayQuorumUp(entry: Entry<Virtual>, weight: number, starting = false): void {
    const { config } = entry;
    const { name, quorum, hysteresis, sorry } = config;
    this.#log('lvs-quorum-gained', quorum, hysteresis, quorum + hysteresis, weight, name);
    if (sorry !== undefined && entry.sorry) {
      this.#log(`lvs-${sorry.inhibit ? 'disabling' : 'removing'}-sorry`, sorry.name, name);
      this.#log('lvs-adding-alive', name);
    }
    entry.sorry = false;
    this.#tell(() => this.#outputs.quorum(config, { up: true, weight, starting }));
    this.#tell(() => this.#outputs.happened('quorum_up', config));
  }

  #sayQuorumDown(entry: Entry<Virtual>, weight: number, starting = false): void {
    const { config } = entry;
    const { name, sorry } = config;
    entry.sorry = sorry !== undefined;
    if (sorry !== undefined) {
      this.#log(`lvs-${sorry.inhibit ? 'enabling' : 'adding'}-sorry`, sorry.name, name);
      this.#log('lvs-removing-alive', name);
    }
    this.#tell(() => this.#outputs.quorum(config, { up: false, weight, starting }));
    this.#tell(() => this.#outputs.happened('quorum_down', config));
  }

  /** Like `settle`, when it is about one server. */
  #settleServer(entry: Entry<Virtual>, server: Server): void {
    const ops = serverChanges(entry.config, entry, entry.table, server);
    if (ops === undefined) this.#settle(entry);
    else this.#apply(ops);
  }

  /** Brings the kernel to where the books are. */
  #settle(entry: Entry<Virtual>): void {
    const table = desiredTable(entry.config, entry);
    this.#apply(tableChanges(entry.table, table));
    entry.table = table;
  }

  /**
   * What `act` wants of the kernel goes there together: thousands of services come and go like this. What it
   * tells is told afterwards, in its order.
   */
  #together(act: () => void): void {
    const steps: Step[] = [];
    this.#collected = steps;
    act();
    this.#collected = undefined;
    const ops = steps.flatMap((step) => (typeof step === 'function' ? [] : step));
    const answers = ops.length === 0 ? [] : this.#ipvs.apply(ops);
    let at = 0;
    for (const step of steps) {
      if (typeof step === 'function') step();
      else {
        this.#complain(answers.slice(at, at + step.length));
        at += step.length;
      }
    }
  }

  /** Now, or after the operations that are being collected. */
  #tell(what: () => void): void {
    if (this.#collected === undefined) what();
    else this.#collected.push(what);
  }

  #apply(ops: readonly IpvsOp[]): void {
    if (!this.#available || ops.length === 0) return;
    if (this.#collected === undefined) this.#complain(this.#ipvs.apply(ops));
    else this.#collected.push(ops);
  }

  #complain(answers: readonly IpvsResult[]): void {
    for (const { op, errno } of answers) {
      if (errno === 0) continue;
      const target = operationTarget(op);
      this.#log('ipvs-refused', op.op, errno, ...(target === undefined ? [] : [target]));
    }
  }

  /** `farewell`: who says that it is down, by omega. `release`: what is in the kernel goes. */
  stop(farewell: (virtual: Virtual) => boolean, release: boolean): void {
    // First what matters to clients: telling of a hundred thousand servers takes its time.
    if (release) this.#empty();
    this.#syncDaemons.stop();
    for (const { config, alive, quorum } of this.#entries.values()) {
      for (const server of release ? this.#told(config) : config.realServers) {
        const inhibited = server.inhibit && !alive.has(server.name);
        this.#log(inhibited ? 'lvs-shutting-down-inhibited' : 'lvs-shutting-down', server.name, config.name);
        if (farewell(config) && alive.has(server.name)) {
          this.#tell(() => this.#outputs.happened('notify_down', config, server));
        }
      }
      if (farewell(config) && quorum) this.#tell(() => this.#outputs.happened('quorum_down', config));
    }
  }

  #empty(): void {
    if (this.#globals.flushOnStop === 'all') {
      this.#apply([{ op: 'flush' }]);
      return;
    }
    this.#together(() => {
      for (const { table } of this.#entries.values()) this.#apply(tableChanges(table, EMPTY_TABLE));
    });
  }

  #log(id: string, ...args: (string | number)[]): void {
    this.#tell(() => this.#outputs.log(id, args));
  }
}

function previousWeight(entry: Entry<VirtualServerConfig>, server: PoolServer): number | undefined {
  if (!entry.reloaded) return undefined;
  return entry.weights === undefined ? effectiveWeight(server, entry.added) : entry.weights.get(server.name);
}

function liveWeight({
  config,
  alive,
  added,
}: Pick<Entry<VirtualServerConfig>, 'config' | 'alive' | 'added'>): number {
  let total = 0;
  for (const server of config.realServers) {
    if (alive.has(server.name)) total += effectiveWeight(server, added);
  }
  return total;
}

const isLost = ({ config }: Pick<Entry<VirtualServerConfig>, 'config'>, weight: number): boolean =>
  weight === 0 || weight < lowest(config);

/** In 32 bits: without any weight in the pool the hysteresis is above the quorum. */
const lowest = ({ quorum, hysteresis }: VirtualServerConfig): number => (quorum - hysteresis) >>> 0;

function missing<T>(from: readonly T[], among: readonly T[]): ReadonlySet<T> {
  return new Set(from).difference(new Set(among));
}
