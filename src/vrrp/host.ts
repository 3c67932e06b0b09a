/**
 * All virtual routers of a process over the ports: it feeds events to `step` and carries out the effects.
 * In: configurations, kernel events, packets, script results, timers. Out: writes through the ports, and
 * notifications and log ids to whoever runs it. The real VRRP child and the simulator run this same class.
 */
import type { EngineCounters, TakeoverRule } from '../engine/rules.ts';
import { SoftEngine } from '../engine/soft.ts';
import type { KernelEvent, Link } from '../ports/kernel.ts';
import type { Datagram, NetError, Received } from '../ports/net.ts';
import { type Us, us } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import { PROTOCOL_AH } from '../wire/ah.ts';
import { AddressKeeper } from './address-keeper.ts';
import { Announcer, type Pace } from './announcer.ts';
import { Breath } from './breath.ts';
import { advertInterface, type InstanceConfig } from './config.ts';
import { sameRouter } from './configure.ts';
import { DelayedKernel, limitDelays } from './delayed-kernel.ts';
import { Dispatcher } from './dispatcher.ts';
import { EffectRunner } from './effect-runner.ts';
import { type RouterEvent, START_STAGES, type StateName } from './events.ts';
import { FirewallKeeper } from './firewall-keeper.ts';
import { GroupKeeper, type GroupStatus } from './group-keeper.ts';
import { Holdings } from './holdings.ts';
import { incoming, payloadOf } from './incoming.ts';
import { InstanceSockets } from './instance-sockets.ts';
import { Interest } from './interest.ts';
import { KernelWatch } from './kernel-watch.ts';
import { LineBuffer } from './line-buffer.ts';
import { LocalIgmp } from './local-igmp.ts';
import { OwnLinks } from './own-links.ts';
import { pacesOf } from './paces.ts';
import { Possessions } from './possessions.ts';
import type { LinkReport, VrrpReport } from './report.ts';
import { step } from './router.ts';
import type {
  InstanceStatus,
  Log,
  Running,
  StartOptions,
  VrrpOutputs,
  VrrpPorts,
  VrrpSetup,
} from './running.ts';
import { sealRound } from './seal.ts';
import { SocketPool } from './socket-pool.ts';
import { initialState } from './state.ts';
import { NO_STATS } from './stats.ts';
import { SyncDaemonKeeper } from './sync-daemon.ts';
import { takeoverOf } from './takeover.ts';
import { type TrackedList, Trackers } from './trackers.ts';
import { conditionsOf, type SourceFacts, sameConditions, sourceFacts } from './tracking.ts';

const paceOf = ({ garpIntervalUs, gnaIntervalUs, garpGroups = [] }: VrrpSetup): Pace => ({
  intervals: { 4: garpIntervalUs, 6: gnaIntervalUs },
  groups: garpGroups,
});

export class VrrpHost {
  readonly #ports: VrrpPorts;
  readonly #instances = new Map<string, Running>();
  readonly #interest = new Interest();
  readonly #lines: LineBuffer;
  readonly #log: Log;
  readonly #pool: SocketPool;
  readonly #sourceFacts: SourceFacts;
  readonly #sockets: InstanceSockets;
  readonly #engine: SoftEngine;
  readonly #breath: Breath;
  readonly #announcer: Announcer;
  readonly #addresses: AddressKeeper;
  readonly #possessions: Possessions;
  readonly #holdings: Holdings;
  readonly #firewall: FirewallKeeper;
  readonly #igmp: LocalIgmp;
  readonly #ownLinks: OwnLinks;
  readonly #trackers: Trackers;
  readonly #delayed: DelayedKernel;
  readonly #groups: GroupKeeper;
  readonly #dispatcher: Dispatcher;
  readonly #syncDaemon: SyncDaemonKeeper;
  readonly #step: typeof step;
  #setup: VrrpSetup;
  #stopped = false;

  /** `stepFunction` is another one only where a test plants a bug to see it caught. */
  constructor(given: VrrpPorts, out: VrrpOutputs, setup: VrrpSetup, stepFunction: typeof step = step) {
    this.#step = stepFunction;
    this.#lines = new LineBuffer((id, args) => out.log(id, args));
    this.#log = this.#lines.log;
    this.#delayed = new DelayedKernel(given.kernel, given.clock, this.#log);
    const ports = { ...given, kernel: this.#delayed };
    this.#ports = ports;
    this.#setup = setup;
    this.#groups = new GroupKeeper((name) => this.#instances.get(name), stepFunction);
    this.#pool = this.#createPool();
    const moved = (name: string): void => this.#engine.moved(name);
    this.#sourceFacts = sourceFacts(ports.kernel, (address) => this.#interest.isVirtual(address));
    const hooks = { log: this.#log, moved };
    this.#sockets = new InstanceSockets(this.#sourceFacts, this.#pool, this.#instances, hooks);
    this.#engine = this.#createEngine();
    this.#breath = new Breath(ports.clock, () => this.#engine.sendOverdue());
    this.#addresses = new AddressKeeper(ports.kernel, this.#log, this.#breath.inLots);
    const routeLost = (name: string): void =>
      this.#dispatch(name, { event: 'routeLost', nowUs: this.#now() });
    const told = { log: this.#log, routeLost };
    this.#holdings = new Holdings(ports, this.#addresses, told, this.#breath.inLots);
    this.#igmp = new LocalIgmp(ports.sysctl, this.#log);
    this.#firewall = new FirewallKeeper(ports.firewall, this.#log);
    this.#ownLinks = new OwnLinks(ports.kernel, ports.sysctl, this.#log);
    this.#announcer = this.#createAnnouncer(setup, out);
    this.#possessions = new Possessions(this.#addresses, this.#announcer);
    this.#syncDaemon = this.#createSyncDaemon();
    this.#trackers = new Trackers(ports, {
      changed: (list, name) => this.#trackedChanged(list, name),
      log: this.#log,
    });
    const effects = new EffectRunner({
      instances: this.#instances,
      clock: ports.clock,
      pool: this.#pool,
      engine: this.#engine,
      announcer: this.#announcer,
      addresses: this.#addresses,
      holdings: this.#holdings,
      firewall: this.#firewall,
      out,
      log: this.#log,
      seal: (name, datagrams) => this.#seal(name, datagrams),
      dispatch: (name, event) => this.#dispatch(name, event),
    });
    this.#dispatcher = new Dispatcher({
      instances: this.#instances,
      groups: this.#groups,
      lines: this.#lines,
      out,
      step: stepFunction,
      settled: () => this.#syncDaemon.settle(),
      carryOut: (running, effect, decidedAtUs) => effects.carryOut(running, effect, decidedAtUs),
    });
    this.#watchKernel();
  }

  #createPool(): SocketPool {
    const packet = (instance: string, received: Received): void => this.#engine.receive(instance, received);
    const unknownVrid = (vrid: number, received: Received): void =>
      this.#log('unknown-vrid', [vrid, formatAddress(received.source)]);
    const runt = ({ bytes, source }: Received, protocol: number): void => {
      const kind = protocol === PROTOCOL_AH ? ' with AH' : '';
      this.#log('rx-runt', [source.length === 4 ? 4 : 6, bytes.length, formatAddress(source), kind]);
    };
    return new SocketPool(this.#ports.net, { packet, unknownVrid, runt });
  }

  #createEngine(): SoftEngine {
    return new SoftEngine(
      this.#ports.clock,
      {
        send: (instance, datagram) => this.#pool.send(instance, datagram),
        seal: (instance, datagrams) => this.#seal(instance, datagrams),
        socket: (instance) => this.#pool.socket(instance),
        alone: (instance) => this.#pool.sharing(instance).length === 0,
        drain: (instance) => this.#pool.drain(instance),
        payload: payloadOf,
      },
      {
        deadline: (instance, dueAtUs, nowUs) =>
          this.#dispatch(instance, { event: 'masterDown', dueAtUs, nowUs }),
        vain: (instance, { addresses }) => {
          if (this.stateOf(instance) !== 'MASTER') this.#addresses.withdraw(addresses);
        },
        late: (instance, nowUs) => this.#dispatch(instance, { event: 'advertLate', nowUs }),
        packet: (instance, packet) => this.#packet(instance, packet),
        sendFailed: (instance, { errno }, destination) => {
          const unicast = (this.#instances.get(instance)?.config.unicastPeers.length ?? 0) > 0;
          if (unicast) this.#log('unicast-advert-error', [instance, formatAddress(destination), errno]);
          else this.#log('send-advert-error', [instance, errno]);
        },
      },
      this.#ports.rules,
    );
  }

  #createAnnouncer(setup: VrrpSetup, out: VrrpOutputs): Announcer {
    return new Announcer(
      this.#ports.clock,
      this.#ports.net,
      {
        link: (address, instance) => this.#addresses.linkOf(address, this.#instances.get(instance)?.config),
        forwards: (link) => out.forwardsIpv6(link.name),
        log: this.#log,
        failed: (error, link) => this.#log('announce-failed', [link.name, error.call, error.errno]),
      },
      paceOf(setup),
    );
  }

  #watchKernel(): void {
    const watch = new KernelWatch({
      instances: this.#instances,
      interest: this.#interest,
      groups: this.#groups,
      sockets: this.#sockets,
      addresses: this.#addresses,
      holdings: this.#holdings,
      ownLinks: this.#ownLinks,
      firewall: this.#firewall,
      links: this.#ports.kernel.links(),
      log: this.#log,
      reportsAddresses: this.#setup.reportsAddresses === true,
      now: () => this.#now(),
      dispatch: (name, event) => this.#dispatch(name, event),
      refresh: (name) => this.#refresh(name),
    });
    this.#ports.kernel.subscribe((event) => {
      if (this.#stopped) return;
      if (event.event !== 'forwarding') {
        watch.take(event);
        this.#syncDaemon.take(event);
      }
      this.#prepareAnew(event);
    });
  }

  #createSyncDaemon(): SyncDaemonKeeper {
    const { ipvs, kernel } = this.#ports;
    const state = (instance: string) => this.#instances.get(instance)?.state.name;
    const linkName = (index: number) => kernel.linkByIndex(index)?.name;
    return new SyncDaemonKeeper(ipvs, { state, linkName }, this.#log);
  }

  /** Chooses the interfaces of our own, before anything is done, and looks whether there is IPVS. */
  prepare(): void {
    this.#syncDaemon.configure(this.#setup.syncDaemon, this.#setup.instances);
    this.#ownLinks.plan(this.#setup);
  }

  /**
   * Makes interfaces and opens the sockets. The errors that were met: with them the instances concerned would
   * start in FAULT.
   */
  open(): readonly NetError[] {
    // Those that are there, and then those of our own: neither is news.
    this.#addresses.learnLinks();
    const plan = this.#ownLinks.plan(this.#setup);
    this.#ownLinks.begin(plan);
    this.#ownLinks.proceed([]);
    this.#addresses.learnLinks();
    this.#delay(this.#setup);
    this.#igmp.start(this.#setup.disableLocalIgmp ?? false);
    this.#firewall.configure(this.#setup.firewall);
    this.#firewall.setVmacs(this.#ownLinks.vmacs());
    this.#trackers.configure(this.#setup, true);
    this.#groups.configure(this.#setup.groups);
    for (const config of plan.instances) this.#add(config);
    this.#logOwnAddresses();
    return this.#sockets.errors();
  }

  /** Interfaces of our own that adverts come from and that are there. */
  advertLinks(): string[] {
    const own = [...this.#ownLinks.links].flatMap(({ name }) => this.#ports.kernel.linkByName(name) ?? []);
    const used = new Set(this.#ownLinks.instances.map(advertInterface));
    return own.flatMap(({ name }) => (used.has(name) ? name : []));
  }

  /** The kernel told of them before anybody ran on them. */
  #logOwnAddresses(): void {
    for (const name of this.advertLinks()) {
      const index = this.#ports.kernel.linkByName(name)?.index;
      const found =
        index === undefined || !this.#ownLinks.isNew(name) ? [] : this.#ports.kernel.addresses(index);
      for (const { address } of found) this.#log('assigned-address', [formatAddress(address), name]);
    }
  }

  /** What counts for an interface counts for those of ours on top of it (seen with 2.2.7). */
  #delay({ interfaceDelays = [], instances }: VrrpSetup): void {
    const limited = limitDelays(interfaceDelays, instances, this.#log);
    const above = limited.flatMap((delays) =>
      this.#ownLinks.links.flatMap(({ name, base }) =>
        base === delays.interface ? { ...delays, interface: name } : [],
      ),
    );
    this.#delayed.configure([...limited, ...above]);
  }

  start(options: StartOptions = {}): void {
    const adopt = this.#groups.adoptable(options.adopt ?? new Set());
    const { startupDelayUs } = this.#setup;
    const delay = startupDelayUs > 0 ? { delayUs: startupDelayUs } : {};
    const names = [...this.#instances.keys()];
    for (const name of names) this.#refresh(name);
    for (const stage of START_STAGES) {
      if (stage === 'begin') {
        this.#holdings.install(this.#setup.statics);
        this.#syncDaemon.begin();
        for (const name of names) this.#admit(name);
      }
      for (const name of names) {
        if (stage === 'clear' && this.#leftNothing(name)) continue;
        const event = { event: 'start', stage, adopt: adopt.has(name), nowUs: this.#now() } as const;
        this.#dispatch(name, { ...event, ...delay });
      }
      this.#dispatcher.toGroups({ event: 'started', stage, nowUs: this.#now() });
      if (stage === 'faults') options.judged?.();
    }
    this.#firewall.settle();
    this.#engine.retain();
    if (startupDelayUs === 0) return;
    this.#ports.clock.armAt('startup-delay', us(this.#now() + startupDelayUs), () =>
      this.#log('startup-delay-over', []),
    );
  }

  /** The socket was opened early, for a successor of a MASTER; what is wrong with it counts from here. */
  #admit(name: string): void {
    if (this.#sockets.admit(name)) this.#refresh(name);
  }

  /** No predecessor can have left an address on an interface that is new. */
  #leftNothing(name: string): boolean {
    const running = this.#instances.get(name);
    return running !== undefined && this.#ownLinks.isFresh(running.config);
  }

  /** The sockpool lines, which upstream prints once all instances have been started. */
  logSockets(): void {
    this.#sockets.log();
  }

  #dispatch(name: string, event: RouterEvent): void {
    this.#dispatcher.dispatch(name, event);
    this.#prepareTakeover(name);
    this.#breath.take();
  }

  #prepareTakeover(name: string): void {
    if (this.#ports.rules !== undefined) this.#engine.prepare(name, this.#takeoverOf(name));
  }

  /** Interfaces have a say in what a takeover is, also where no state depends on them. */
  #prepareAnew(event: KernelEvent): void {
    if (event.event === 'address' || event.event === 'addressGone') return;
    const forwards = event.event === 'forwarding';
    const link =
      'link' in event ? event.link : forwards ? this.#addresses.linkByIndex(event.ifindex) : undefined;
    const concerned = link === undefined ? [] : this.#interest.usersOf(link.name);
    for (const name of event.event === 'resync' ? this.#instances.keys() : concerned) {
      if (forwards) this.#possessions.delete(name);
      this.#prepareTakeover(name);
    }
  }

  /** Members of a group take over together, which the engine does not know of. */
  #takeoverOf(name: string): TakeoverRule | undefined {
    const running = this.#instances.get(name);
    if (running === undefined || this.#groups.groupOf(name) !== undefined) return undefined;
    const possession = (config: InstanceConfig) => this.#possessions.of(config);
    return takeoverOf(running.config, running.state, this.#now(), this.#step, possession);
  }

  #now(): Us {
    return this.#ports.clock.now();
  }

  #add(config: InstanceConfig): void {
    const running: Running = { config, state: initialState(config), socketError: undefined };
    this.#instances.set(config.name, running);
    this.#interest.set(config);
    this.#sockets.open(running);
    this.#refresh(config.name);
  }

  /** Recomputes the conditions of one instance from the facts as they are now. */
  #refresh(name: string): void {
    const running = this.#instances.get(name);
    if (running === undefined) return;
    const conditions = conditionsOf(running.config, {
      ...this.#sourceFacts,
      ...this.#trackers.facts,
      socketError: this.#sockets.errorOf(name),
    });
    if (sameConditions(running.state.conditions, conditions)) return;
    this.#dispatch(name, { event: 'conditions', conditions, nowUs: this.#now() });
  }

  #packet(instance: string, packet: Received): void {
    const running = this.#instances.get(instance);
    if (running === undefined) return;
    const { clock, digests } = this.#ports;
    const judged = incoming(running.config, packet, digests, () => clock.wallUs());
    if (judged !== undefined)
      this.#dispatch(instance, { event: 'packet', packet: judged, nowUs: packet.atUs });
  }

  #seal(instance: string, datagrams: readonly Datagram[]): readonly Datagram[] {
    const running = this.#instances.get(instance);
    if (running === undefined) return datagrams;
    const { clock, digests } = this.#ports;
    const { config, state } = running;
    const sealed = sealRound(config, state.auth, datagrams, digests, clock.wallUs());
    running.state = { ...state, auth: sealed.state };
    return sealed.datagrams;
  }

  #trackedChanged(list: TrackedList, object: string): void {
    const tracking = [...this.#instances.values()].filter(({ config }) =>
      config[list].some((tracked) => tracked.name === object),
    );
    const names = tracking.map(({ config }) => config.name);
    for (const name of this.#groups.inTurn(names, list, object)) {
      if (list === 'trackBfds') {
        this.#log('bfd-tracked', [name, object, this.#trackers.facts.bfd(object) ? 'UP' : 'DOWN']);
      }
      this.#refresh(name);
    }
  }

  /**
   * The first step of a reload: the choice of interfaces, and what is not wanted any more of static entries
   * and of the daemon of IPVS.
   */
  retire(setup: VrrpSetup): void {
    this.#trackers.tellInherited(setup);
    this.#syncDaemon.configure(setup.syncDaemon, setup.instances);
    this.#ownLinks.plan(setup);
    this.#holdings.retire(setup.statics);
  }

  /** Applies a new configuration as a difference: an instance that did not change is not touched. */
  reload(setup: VrrpSetup): void {
    this.#setup = setup;
    this.#announcer.setPace(paceOf(setup));
    this.#possessions.clear();
    const plan = this.#ownLinks.plan(setup);
    this.#ownLinks.begin(plan);
    const replaced = new Set<string>();
    const wanted = new Map(plan.instances.map((config) => [config.name, config]));
    for (const [name, running] of [...this.#instances]) {
      const config = wanted.get(name);
      if (config !== undefined && sameRouter(running.config, config)) continue;
      if (config !== undefined) replaced.add(name);
      // With another interface of its own it is taken for an instance that has gone (seen with 2.2.7).
      const moved = config !== undefined && running.config.ownLinks?.main !== config.ownLinks?.main;
      this.#remove(name, config === undefined || moved);
    }
    this.#ownLinks.proceed(this.#instances.values());
    this.#holdings.install(setup.statics);
    this.#delay(setup);
    this.#igmp.reload(setup.disableLocalIgmp ?? false);
    this.#firewall.configure(setup.firewall);
    this.#firewall.setVmacs(this.#ownLinks.vmacs());
    this.#trackers.configure(setup, false);
    this.#groups.configure(setup.groups);
    const fresh = new Set<string>();
    for (const config of plan.instances) {
      const running = this.#instances.get(config.name);
      if (running === undefined) {
        this.#add(config);
        fresh.add(config.name);
        this.#startNow(config.name, replaced.has(config.name));
        continue;
      }
      this.#dispatch(config.name, { event: 'configure', config, nowUs: this.#now() });
      this.#interest.set(config);
      this.#sockets.reopen(running);
      this.#refresh(config.name);
    }
    this.#ownLinks.finish();
    this.#firewall.setVmacs(this.#ownLinks.vmacs());
    this.#regroup(fresh);
    this.#syncDaemon.settle();
  }

  /** One that a reload added. Whoever ran under the name before has taken its addresses off. */
  #startNow(name: string, replaced: boolean): void {
    for (const stage of START_STAGES) {
      if (stage === 'begin') this.#admit(name);
      if (stage === 'clear' && (replaced || this.#leftNothing(name))) continue;
      this.#dispatch(name, { event: 'start', stage, adopt: false, nowUs: this.#now() });
    }
  }

  /** Members settle on one state; whoever is no longer held back by a group looks at its own facts again. */
  #regroup(fresh: ReadonlySet<string>): void {
    for (const name of this.#groups.names) {
      const some = this.#groups.membersOf(name).some((member) => fresh.has(member));
      this.#dispatcher.toGroup(name, { event: 'regroup', fresh: some, nowUs: this.#now() });
    }
    for (const [name, { state }] of this.#instances) {
      if (this.#groups.groupOf(name) !== undefined) continue;
      if (state.name !== 'FAULT' && state.name !== 'INIT') continue;
      this.#dispatch(name, { event: 'conditions', conditions: state.conditions, nowUs: this.#now() });
    }
  }

  #remove(name: string, deleted: boolean): void {
    const reason = deleted ? 'deleted' : 'replaced';
    this.#dispatch(name, { event: 'stop', reason, nowUs: this.#now() });
    this.#engine.remove(name);
    this.#sockets.close(name);
    this.#instances.delete(name);
    this.#interest.delete(name);
    this.#possessions.delete(name);
  }

  /** Prio 0, addresses off, STOP told. Without release only the synchronisation daemon goes, as 2.2.7's. */
  stop(releases = true): void {
    if (!releases) {
      this.#syncDaemon.end();
      return;
    }
    for (const name of this.#instances.keys()) {
      this.#dispatch(name, { event: 'stop', reason: 'shutdown', nowUs: this.#now() });
    }
    this.#dispatcher.toGroups({ event: 'stop', nowUs: this.#now() });
    this.#stopped = true;
    this.#holdings.end();
    this.#firewall.end();
    this.#igmp.end();
    this.#ownLinks.end();
    this.#trackers.stop();
    for (const name of this.#instances.keys()) this.#sockets.close(name);
  }

  /** In its place among the lines of a running step. */
  log(id: string, ...args: readonly (string | number)[]): void {
    this.#log(id, args);
  }

  clearStats(): void {
    for (const running of this.#instances.values()) running.state = { ...running.state, stats: NO_STATS };
    this.#engine.clearCounters();
  }

  report(): VrrpReport {
    const { clock, kernel } = this.#ports;
    const instances = this.status();
    const timings = instances.map(({ config }) => [config.name, this.#engine.timing(config.name)] as const);
    return {
      nowUs: clock.now(),
      wallUs: clock.wallUs(),
      instances,
      deadlines: new Map(timings.flatMap(([name, { nextUs }]) => (nextUs ? [[name, nextUs]] : []))),
      lastAdverts: new Map(
        timings.flatMap(([name, { lastSentUs }]) => (lastSentUs ? [[name, lastSentUs]] : [])),
      ),
      groups: this.groups(),
      sockets: this.#pool.report(),
      trackers: this.#trackers.report(),
      links: kernel.links().map((link) => this.#linkReport(link)),
      statics: this.#setup.statics,
      paces: pacesOf(paceOf(this.#setup), instances, {
        owns: (name) => this.#ownLinks.owns(name),
        link: (name) => kernel.linkByName(name),
        nextAt: (link, family) => this.#announcer.nextAt(link, family),
      }),
    };
  }

  #linkReport(link: Link): LinkReport {
    const { upUs, downUs, running } = this.#delayed.delaysOf(link.name);
    return {
      link,
      addresses: this.#ports.kernel.addresses(link.index),
      upDelayUs: upUs,
      downDelayUs: downUs,
      delayed: running,
      ours: this.#ownLinks.owns(link.name),
      arpResets: this.#ownLinks.arpResets(link.name),
    };
  }

  stateOf(instance: string): StateName | undefined {
    return this.#instances.get(instance)?.state.name;
  }

  /** Announces what it has once. */
  announce(instance: string): void {
    this.#dispatch(instance, { event: 'announce', nowUs: this.#now() });
  }

  groups(): GroupStatus[] {
    return this.#groups.status();
  }

  status(): InstanceStatus[] {
    return [...this.#instances.values()].map(({ config, state }) => {
      const { sent, held }: EngineCounters = this.#engine.counters(config.name);
      const { stats } = state;
      return {
        config,
        state,
        stats: { ...stats, advertSent: stats.advertSent + sent, advertRcvd: stats.advertRcvd + held },
      };
    });
  }
}
