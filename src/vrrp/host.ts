/**
 * All virtual routers of a process over the ports: it feeds events to `step` and carries out the effects.
 * In: configurations, kernel events, packets, script results, timers. Out: writes through the ports, and
 * notifications and log ids to whoever runs it. The real VRRP child and the simulator run this same class.
 */
import type { EngineCounters } from '../engine/rules.ts';
import { SoftEngine } from '../engine/soft.ts';
import type { Kernel, KernelAddress, KernelEvent, Link } from '../ports/kernel.ts';
import type { Net, NetError, Received, VrrpSocket } from '../ports/net.ts';
import type { Routing } from '../ports/routing.ts';
import { assertNever, type Us, us } from '../units.ts';
import { formatAddress, isLinkLocal6 } from '../wire/address.ts';
import { AddressKeeper } from './address-keeper.ts';
import { Announcer } from './announcer.ts';
import type { InstanceConfig, StaticConfig } from './config.ts';
import { sameRouter } from './configure.ts';
import { DelayedKernel, type InterfaceDelays, limitDelays } from './delayed-kernel.ts';
import {
  type NotifyState,
  type RouterEffect,
  type RouterEvent,
  START_STAGES,
  type StateName,
} from './events.ts';
import { GroupKeeper, type GroupStatus } from './group-keeper.ts';
import { Holdings } from './holdings.ts';
import { step } from './router.ts';
import { payloadOf, SocketPool } from './socket-pool.ts';
import { initialState, type RouterState } from './state.ts';
import { NO_STATS, type VrrpStats } from './stats.ts';
import type { SyncGroupConfig, SyncGroupEvent } from './sync-group.ts';
import { type TrackedList, type TrackerPorts, type TrackerSetup, Trackers } from './trackers.ts';
import { conditionsOf, sameConditions } from './tracking.ts';

export interface VrrpPorts extends TrackerPorts {
  readonly net: Net;
  readonly kernel: Kernel;
  readonly routing: Routing;
}

/** What a configuration file asks of the VRRP process. */
export interface VrrpSetup extends TrackerSetup {
  /** interface_up_down_delays; absent = none. */
  readonly interfaceDelays?: readonly InterfaceDelays[];
  readonly instances: readonly InstanceConfig[];
  readonly groups: readonly SyncGroupConfig[];
  readonly statics: StaticConfig;
  readonly garpIntervalUs: Us;
  readonly gnaIntervalUs: Us;
  /** vrrp_startup_delay; 0 = none. */
  readonly startupDelayUs: Us;
  readonly receiveBuffer?: number;
}

export interface VrrpOutputs {
  log(id: string, args: readonly (string | number)[]): void;
  notify(instance: string, state: NotifyState, priority: number): void;
  notifyLowerPriority(instance: string, priority: number): void;
  notifyGroup(group: string, state: NotifyState): void;
  state(instance: string, from: StateName, to: StateName): void;
  priority(instance: string, from: number, to: number): void;
  /** IPv6 forwarding of an interface, which the Kernel port does not carry. */
  forwardsIpv6(ifname: string): boolean;
}

export interface InstanceStatus {
  readonly config: InstanceConfig;
  readonly state: RouterState;
  /** Including what the engine counted by itself. */
  readonly stats: VrrpStats;
}

const EPERM = 1;
const ENETDOWN = 100;
const ENETUNREACH = 101;
const IFA_F_SECONDARY = 0x01;

interface Running {
  config: InstanceConfig;
  state: RouterState;
  socketError: NetError | undefined;
}

export interface StartOptions {
  /** Instances that a predecessor of this process ran as MASTER. */
  readonly adopt?: ReadonlySet<string>;
  /** Called when every instance knows whether it can run, before any of them acts. */
  readonly judged?: () => void;
}

export class VrrpHost {
  readonly #ports: VrrpPorts;
  readonly #out: VrrpOutputs;
  readonly #instances = new Map<string, Running>();
  readonly #pool: SocketPool;
  readonly #engine: SoftEngine;
  readonly #announcer: Announcer;
  readonly #addresses: AddressKeeper;
  readonly #holdings: Holdings;
  readonly #trackers: Trackers;
  readonly #delayed: DelayedKernel;
  readonly #groups: GroupKeeper;
  #setup: VrrpSetup;
  #stopped = false;
  #depth = 0;
  readonly #lines: [string, readonly (string | number)[]][] = [];

  readonly #step: typeof step;

  /** `stepFunction` is another one only where a test plants a bug to see it caught. */
  constructor(given: VrrpPorts, out: VrrpOutputs, setup: VrrpSetup, stepFunction: typeof step = step) {
    this.#step = stepFunction;
    this.#delayed = new DelayedKernel(given.kernel, given.clock, (id, args) => this.#log(id, args));
    const ports = { ...given, kernel: this.#delayed };
    this.#ports = ports;
    this.#out = out;
    this.#setup = setup;
    this.#groups = new GroupKeeper((name) => this.#instances.get(name), stepFunction);
    this.#pool = new SocketPool(
      ports.net,
      {
        packet: (instance, packet) => this.#engine.receive(instance, packet),
        unknownVrid: (vrid, packet) => this.#log('unknown-vrid', [vrid, formatAddress(packet.source)]),
      },
      setup.receiveBuffer,
    );
    this.#engine = new SoftEngine(
      ports.clock,
      {
        send: (instance, datagram) => this.#pool.send(instance, datagram),
        drain: (instance) => this.#pool.drain(instance),
        payload: payloadOf,
      },
      {
        deadline: (instance, dueAtUs, nowUs) =>
          this.#dispatch(instance, { event: 'masterDown', dueAtUs, nowUs }),
        packet: (instance, packet) => this.#packet(instance, packet),
        sendFailed: (instance, errno) => this.#log('send-advert-error', [instance, errno]),
      },
    );
    this.#addresses = new AddressKeeper(ports.kernel, (id, args) => this.#log(id, args));
    this.#holdings = new Holdings(ports, this.#addresses, {
      log: (id, args) => this.#log(id, args),
      routeLost: (name) => this.#dispatch(name, { event: 'routeLost', nowUs: this.#now() }),
    });
    this.#announcer = new Announcer(
      ports.clock,
      ports.net,
      {
        link: (address, instance) => this.#addresses.linkOf(address, this.#instances.get(instance)?.config),
        forwards: (link) => out.forwardsIpv6(link.name),
        log: (id, args) => this.#log(id, args),
        failed: (error, link) => this.#log('announce-failed', [link.name, error.call, error.errno]),
      },
      { 4: setup.garpIntervalUs, 6: setup.gnaIntervalUs },
    );
    this.#trackers = new Trackers(ports, {
      changed: (list, name) => this.#trackedChanged(list, name),
      log: (id, args) => this.#log(id, args),
    });
    ports.kernel.subscribe((event) => this.#kernelEvent(event));
  }

  /** Opens the sockets. The errors that were met: with them the instances concerned would start in FAULT. */
  open(): readonly NetError[] {
    this.#addresses.learnLinks();
    this.#delay(this.#setup);
    this.#trackers.configure(this.#setup, true);
    this.#groups.configure(this.#setup.groups);
    for (const config of this.#setup.instances) this.#add(config);
    return [...this.#instances.values()].flatMap(({ socketError }) => socketError ?? []);
  }

  #delay({ interfaceDelays = [], instances }: VrrpSetup): void {
    this.#delayed.configure(limitDelays(interfaceDelays, instances, (id, args) => this.#log(id, args)));
  }

  start(options: StartOptions = {}): void {
    const adopt = this.#groups.adoptable(options.adopt ?? new Set());
    const begin = (): void => {
      const names = [...this.#instances.keys()];
      for (const name of names) this.#refresh(name);
      for (const stage of START_STAGES) {
        if (stage === 'begin') this.#holdings.install(this.#setup.statics);
        for (const name of names) {
          this.#dispatch(name, { event: 'start', stage, adopt: adopt.has(name), nowUs: this.#now() });
        }
        this.#groupsTake({ event: 'started', stage, nowUs: this.#now() });
        if (stage === 'faults') options.judged?.();
      }
    };
    if (this.#setup.startupDelayUs === 0) begin();
    else {
      const due = us(this.#now() + this.#setup.startupDelayUs);
      this.#ports.clock.armAt('startup-delay', due, () => {
        this.#log('startup-delay-over', []);
        begin();
      });
    }
  }

  #now(): Us {
    return this.#ports.clock.now();
  }

  #add(config: InstanceConfig): void {
    const running: Running = { config, state: initialState(config), socketError: undefined };
    this.#instances.set(config.name, running);
    this.#openSocket(running);
    this.#refresh(config.name);
  }

  #openSocket(running: Running): void {
    const link = this.#ports.kernel.linkByName(running.config.interface);
    if (link === undefined) {
      this.#pool.leave(running.config.name);
      running.socketError = undefined;
      return;
    }
    const before = this.#pool.socket(running.config.name);
    const joined = this.#pool.join(running.config, link);
    running.socketError = joined.ok ? undefined : joined.error;
    const after = this.#pool.socket(running.config.name);
    if (!joined.ok) {
      const { call, errno } = joined.error;
      if (errno !== EPERM) this.#log('socket-failed', [running.config.name, call, errno]);
    } else if (after !== undefined && before !== undefined && after !== before) this.#logSocket(after);
  }

  /** The sockpool lines, which upstream prints once all instances have been started. */
  logSockets(): void {
    for (const socket of this.#pool.sockets()) this.#logSocket(socket);
  }

  #logSocket(socket: VrrpSocket): void {
    const { spec } = socket;
    const group = spec.group === undefined ? '' : formatAddress(spec.group);
    const user = [...this.#instances.values()].find(
      ({ config }) => this.#pool.socket(config.name) === socket,
    );
    const from = user?.state.conditions.sourceAddress;
    const source = from === undefined ? '' : formatAddress(from);
    const { fdIn, fdOut } = socket;
    this.#log('sockpool', [spec.ifindex, spec.family, spec.protocol, fdIn, fdOut, group, source]);
  }

  /** Recomputes the conditions of one instance from the facts as they are now. */
  #refresh(name: string): void {
    const running = this.#instances.get(name);
    if (running === undefined) return;
    const { kernel } = this.#ports;
    const conditions = conditionsOf(running.config, {
      link: (ifname) => kernel.linkByName(ifname),
      addresses: (ifindex) => kernel.addresses(ifindex),
      ...this.#trackers.facts,
      socketError: running.socketError,
    });
    if (sameConditions(running.state.conditions, conditions)) return;
    this.#dispatch(name, { event: 'conditions', conditions, nowUs: this.#now() });
  }

  #packet(instance: string, packet: Received): void {
    const payload = payloadOf(packet);
    if (payload === undefined) return;
    const { source, destination, hopLimit, atUs } = packet;
    this.#dispatch(instance, {
      event: 'packet',
      packet: { payload, source, destination, hopLimit, atUs },
      nowUs: atUs,
    });
  }

  #trackedChanged(list: TrackedList, object: string): void {
    const tracking = [...this.#instances.values()].filter(({ config }) =>
      config[list].some((tracked) => tracked.name === object),
    );
    const names = tracking.map(({ config }) => config.name);
    for (const name of this.#groups.inTurn(names, list, object)) this.#refresh(name);
  }

  /** Lines of a running step are written when its packets have left: a slow console costs no failover. */
  #log(id: string, args: readonly (string | number)[]): void {
    if (this.#depth === 0) this.#out.log(id, args);
    else this.#lines.push([id, args]);
  }

  #dispatch(name: string, event: RouterEvent): void {
    const running = this.#instances.get(name);
    if (running === undefined) return;
    const group = this.#groups.groupOf(name);
    this.#together(() => {
      if (group === undefined) this.#take(running, event);
      else this.#groupTakes(group, { event: 'member', member: name, of: event });
    });
  }

  #groupsTake(event: SyncGroupEvent): void {
    for (const group of this.#groups.names) this.#together(() => this.#groupTakes(group, event));
  }

  #together(work: () => void): void {
    this.#depth += 1;
    try {
      work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) {
        for (const [id, args] of this.#lines.splice(0)) this.#out.log(id, args);
      }
    }
  }

  #take(running: Running, event: RouterEvent): void {
    const { state, effects } = this.#step(running.config, running.state, event);
    running.state = state;
    if (event.event === 'configure') running.config = event.config;
    for (const effect of effects) this.#carryOut(running, effect, event.nowUs);
  }

  #groupTakes(group: string, event: SyncGroupEvent): void {
    const { members, effects } = this.#groups.step(group, event);
    const nowUs = event.event === 'member' ? event.of.nowUs : event.nowUs;
    for (const [name, state] of members) {
      const running = this.#instances.get(name);
      if (running !== undefined) running.state = state;
    }
    if (event.event === 'member' && event.of.event === 'configure') {
      const running = this.#instances.get(event.member);
      if (running !== undefined) running.config = event.of.config;
    }
    for (const effect of effects) {
      if (effect.effect === 'log') this.#log(effect.id, effect.args);
      else if (effect.effect === 'notify') this.#out.notifyGroup(group, effect.state);
      else {
        const running = this.#instances.get(effect.member);
        if (running !== undefined) this.#carryOut(running, effect.of, nowUs);
      }
    }
  }

  #carryOut(running: Running, effect: RouterEffect, decidedAtUs: Us): void {
    const { name } = running.config;
    const { clock } = this.#ports;
    switch (effect.effect) {
      case 'log':
        this.#log(effect.id, effect.args);
        break;
      case 'advertise':
        this.#engine.setSend(name, effect.rule);
        break;
      case 'sendAdvert':
        this.#sendAdvert(running, effect);
        break;
      case 'hold':
        this.#engine.setHold(name, effect.rule);
        break;
      case 'arm':
        // A delay counts from the moment the effects before it are done: a burst of announcements takes time.
        clock.armAt(
          `${name}/${effect.timer}`,
          us(effect.dueAtUs + clock.now() - decidedAtUs),
          (dueAtUs, nowUs) => this.#dispatch(name, { event: 'timer', timer: effect.timer, dueAtUs, nowUs }),
        );
        break;
      case 'cancel':
        clock.cancel(`${name}/${effect.timer}`);
        break;
      case 'addresses':
        this.#addresses.apply(effect.action, effect.addresses, running.config);
        break;
      case 'routing':
        this.#holdings.carryOut(name, effect);
        break;
      case 'announce':
        this.#announcer.announce(name, effect.addresses, effect.repeat, () => this.#isMaster(name));
        break;
      case 'state':
        this.#out.state(name, effect.from, effect.to);
        break;
      case 'notify':
        this.#out.notify(name, effect.state, effect.priority);
        break;
      case 'notifyLowerPriority':
        this.#out.notifyLowerPriority(name, effect.priority);
        break;
      case 'priority':
        this.#out.priority(name, effect.from, effect.to);
        break;
      default:
        assertNever(effect);
    }
  }

  #isMaster(name: string): boolean {
    return this.#instances.get(name)?.state.name === 'MASTER';
  }

  #sendAdvert(running: Running, effect: Extract<RouterEffect, { effect: 'sendAdvert' }>): void {
    const { name } = running.config;
    let sent = 0;
    for (let copy = 0; copy < effect.copies; copy++) {
      for (const datagram of effect.datagrams) {
        const result = this.#pool.send(name, datagram);
        // Nothing leaves an interface that is down, which the log has said already.
        const silent = !result.ok && (result.error.errno === ENETDOWN || result.error.errno === ENETUNREACH);
        if (!result.ok && !silent) this.#log('send-advert-error', [name, result.error.errno]);
      }
      sent += 1;
    }
    const { stats } = running.state;
    running.state = {
      ...running.state,
      stats: {
        ...stats,
        advertSent: stats.advertSent + sent,
        priZeroSent: stats.priZeroSent + (effect.priority === 0 ? sent : 0),
      },
    };
  }

  #kernelEvent(event: KernelEvent): void {
    if (this.#stopped) return;
    const raised = this.#logLinkChanges();
    switch (event.event) {
      case 'link':
      case 'linkGone':
        this.#linkEvent(event);
        break;
      case 'address':
      case 'addressGone':
        this.#addressEvent(event);
        break;
      case 'resync':
        this.#resync();
        break;
      default:
        assertNever(event);
    }
    for (const name of raised) this.#holdings.linkUp(name);
  }

  #linkEvent(event: Extract<KernelEvent, { event: 'link' | 'linkGone' }>): void {
    const { link } = event;
    if (!this.#uses(link)) return;
    if (event.event === 'linkGone') this.#log('interface-deleted', [link.name]);
    for (const running of this.#instances.values()) {
      if (running.config.interface === link.name) this.#openSocket(running);
    }
    const names = [...this.#instances.keys()];
    for (const name of this.#groups.inTurn(names, 'trackInterfaces', link.name)) this.#refresh(name);
  }

  /**
   * The mirror is always ahead of the events: what follows from a link that went up or down may come out of
   * another event before its own, and the log should tell the cause first.
   * Returns the names of those that came up.
   */
  #logLinkChanges(): string[] {
    const changes = this.#addresses.linkChanges();
    for (const { id, args, link } of changes) if (this.#uses(link)) this.#log(id, args);
    return changes.flatMap(({ id, link }) => (id === 'netlink-reports-up' ? link.name : []));
  }

  #uses(link: Link): boolean {
    return [...this.#instances.values()].some(
      ({ config }) =>
        config.interface === link.name ||
        config.trackInterfaces.some((tracked) => tracked.name === link.name) ||
        [...config.vips, ...config.excludedVips].some((vip) => vip.dev === link.name),
    );
  }

  #addressEvent(event: Extract<KernelEvent, { event: 'address' | 'addressGone' }>): void {
    const { address } = event;
    const link = this.#addresses.linkByIndex(address.ifindex);
    const ours = event.event === 'addressGone' && this.#addresses.wasOurDoing(address);
    let virtual = this.#holdings.isStatic(address, event.event === 'addressGone' && !ours);
    for (const [name, running] of [...this.#instances]) {
      const vip = this.#addresses.find(address, running.config);
      if (vip === undefined) {
        this.#refresh(name);
        continue;
      }
      virtual = true;
      const lost = event.event === 'addressGone' && !ours && running.state.name === 'MASTER' && vip.track;
      if (!lost) continue;
      this.#log('reflector-removed', [formatAddress(address.address), link?.name ?? '']);
      this.#dispatch(name, { event: 'addressLost', address: vip, nowUs: this.#now() });
    }
    if (virtual || link === undefined || !this.#uses(link) || !couldBeSource(address)) return;
    const id = event.event === 'address' ? 'assigned-address' : 'deassigned-address';
    this.#log(id, [formatAddress(address.address), link.name]);
  }

  /** After lost notifications every fact may have changed, also the presence of our own addresses. */
  #resync(): void {
    this.#log('netlink-resync', []);
    this.#addresses.forgetExpected();
    for (const [name, running] of [...this.#instances]) {
      this.#openSocket(running);
      this.#refresh(name);
      const lost = this.#isMaster(name) ? this.#addresses.firstMissing(running.config) : undefined;
      if (lost !== undefined)
        this.#dispatch(name, { event: 'addressLost', address: lost, nowUs: this.#now() });
    }
  }

  /** The first step of a reload: static entries that the new configuration does not have. */
  retire({ statics }: VrrpSetup): void {
    this.#holdings.retire(statics);
  }

  /** Applies a new configuration as a difference: an instance that did not change is not touched. */
  reload(setup: VrrpSetup): void {
    this.#setup = setup;
    this.#announcer.setIntervals({ 4: setup.garpIntervalUs, 6: setup.gnaIntervalUs });
    const wanted = new Map(setup.instances.map((config) => [config.name, config]));
    for (const [name, running] of [...this.#instances]) {
      const config = wanted.get(name);
      if (config === undefined || !sameRouter(running.config, config))
        this.#remove(name, config === undefined);
    }
    this.#holdings.install(setup.statics);
    this.#delay(setup);
    this.#trackers.configure(setup, false);
    this.#groups.configure(setup.groups);
    const fresh = new Set<string>();
    for (const config of setup.instances) {
      const running = this.#instances.get(config.name);
      if (running === undefined) {
        this.#add(config);
        fresh.add(config.name);
        this.#dispatch(config.name, { event: 'start', adopt: false, nowUs: this.#now() });
        continue;
      }
      this.#dispatch(config.name, { event: 'configure', config, nowUs: this.#now() });
      this.#openSocket(running);
      this.#refresh(config.name);
    }
    this.#regroup(fresh);
  }

  /** Members settle on one state; whoever is no longer held back by a group looks at its own facts again. */
  #regroup(fresh: ReadonlySet<string>): void {
    for (const name of this.#groups.names) {
      const some = this.#groups.membersOf(name).some((member) => fresh.has(member));
      this.#together(() => this.#groupTakes(name, { event: 'regroup', fresh: some, nowUs: this.#now() }));
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
    this.#pool.leave(name);
    this.#instances.delete(name);
  }

  /** Prio 0 for every MASTER, addresses off, STOP notifications; nothing is carried out afterwards. */
  stop(): void {
    for (const name of this.#instances.keys()) {
      this.#dispatch(name, { event: 'stop', reason: 'shutdown', nowUs: this.#now() });
    }
    this.#groupsTake({ event: 'stop', nowUs: this.#now() });
    this.#stopped = true;
    this.#holdings.end();
    this.#trackers.stop();
    for (const name of this.#instances.keys()) this.#pool.leave(name);
  }

  clearStats(): void {
    for (const running of this.#instances.values()) running.state = { ...running.state, stats: NO_STATS };
    this.#engine.clearCounters();
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

/** Upstream only speaks of addresses that an advert could come from: primary IPv4, link-local IPv6. */
export const couldBeSource = ({ family, address, flags }: KernelAddress): boolean =>
  family === 4 ? (flags & IFA_F_SECONDARY) === 0 : isLinkLocal6(address);
