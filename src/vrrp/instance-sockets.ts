/** Which socket an instance sends and listens on, and the lines that tell of sockets. */
import { BIND, type NetError } from '../ports/net.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import { type InstanceConfig, socketDevice } from './config.ts';
import type { Instances, Log, Running } from './running.ts';
import type { JoinError, PooledSocket, SocketLink, SocketPool } from './socket-pool.ts';
import { type SourceFacts, unicastSource } from './tracking.ts';

const EPERM = 1;
/** Unicast without an interface: the kernel finds the way. */
const NO_LINK = { index: 0, name: '', mtu: 65_535 };

export interface SocketHooks {
  readonly log: Log;
  /** The instance has another socket than before, or none, or shares its packets with another one. */
  readonly moved: (name: string) => void;
}

export class InstanceSockets {
  readonly #facts: SourceFacts;
  readonly #pool: SocketPool;
  readonly #instances: Instances;
  readonly #log: Log;
  readonly #moved: (name: string) => void;
  /** Instances whose source address nobody has. */
  readonly #unbound = new Set<string>();
  /** Those of them that do not count as broken yet. */
  readonly #untold = new Map<string, JoinError>();

  constructor(facts: SourceFacts, pool: SocketPool, instances: Instances, hooks: SocketHooks) {
    this.#facts = facts;
    this.#pool = pool;
    this.#instances = instances;
    this.#log = hooks.log;
    this.#moved = hooks.moved;
  }

  /**
   * After a reload. A socket outlives the source address that it is bound to, but hears nobody from then on:
   * one whose address nobody has any more is bound anew, or refused as it is at a start (seen with 2.2.7).
   */
  reopen(running: Running): void {
    const { unicastPeers, sourceAddress } = running.config;
    const lost =
      unicastPeers.length > 0 && sourceAddress !== undefined && !this.#facts.isPresent(sourceAddress);
    this.open(running, lost);
  }

  /** Gives the instance the socket that its interface asks for as it is now; none without an interface. */
  open(running: Running, anew = false): void {
    const { name } = running.config;
    const link = this.#placeOf(running.config);
    const before = this.#pool.socket(name);
    if (anew) this.#pool.shut(name);
    this.#unbound.delete(name);
    this.#untold.delete(name);
    if (link === undefined) {
      this.#pool.leave(name);
      running.socketError = undefined;
      if (before !== undefined) this.#moved(name);
      return;
    }
    const joined = this.#pool.join(
      running.config,
      link,
      unicastSource(running.config, this.#facts, before?.spec.source),
    );
    running.socketError = joined.ok ? undefined : joined.error;
    const after = this.#pool.socket(name);
    if (before !== undefined && after !== before) this.#moved(name);
    if (after !== before) for (const other of this.#pool.sharing(name)) this.#moved(other);
    if (!joined.ok) this.#failed(running, joined.error);
    else if (after !== undefined && before !== undefined && after !== before) {
      this.#logOne({ ...after, user: name });
    }
  }

  /** Undefined while what the socket belongs to is missing. */
  #placeOf(config: InstanceConfig): SocketLink | undefined {
    const device = socketDevice(config);
    if (device === '') return NO_LINK;
    const link = this.#facts.link(device);
    if (link === undefined) return undefined;
    if (config.interface === '') return { ...NO_LINK, vrf: link };
    const vrf = this.#facts.vrf(link);
    return vrf === undefined ? link : { ...link, vrf };
  }

  /** The addresses of the interface have changed, and unicast may have to come from another one. */
  follow(running: Running): void {
    const { unicastPeers, sourceAddress } = running.config;
    if (unicastPeers.length > 0 && sourceAddress === undefined) this.open(running);
  }

  close(name: string): void {
    this.#pool.leave(name);
    this.#unbound.delete(name);
    this.#untold.delete(name);
  }

  #failed({ config, state }: Running, error: JoinError): void {
    const { name } = config;
    if (error.call !== BIND) {
      if (error.errno !== EPERM) this.#log('socket-failed', [name, error.call, error.errno]);
      return;
    }
    this.#unbound.add(name);
    if (state.started) this.#tellUnbound(name, error);
    else this.#untold.set(name, error);
  }

  /** Whoever is about to begin learns that nobody has its source address (seen with 2.2.7), if so. */
  admit(name: string): boolean {
    const error = this.#untold.get(name);
    if (error === undefined) return false;
    this.#untold.delete(name);
    this.#tellUnbound(name, error);
    return true;
  }

  #tellUnbound(name: string, { errno, known }: JoinError): void {
    const source = this.#instances.get(name)?.config.sourceAddress;
    if (!known && source !== undefined) this.#log('bind-source-failed', [formatAddress(source), errno]);
  }

  /** Why the instance has no socket, once it is to be judged by that. */
  errorOf(name: string): NetError | undefined {
    return this.#untold.has(name) ? undefined : this.#instances.get(name)?.socketError;
  }

  /** Instances whose source address nobody had, and which this is. */
  waitingFor(address: Uint8Array): readonly Running[] {
    if (this.#unbound.size === 0) return [];
    return [...this.#instances.values()].filter(({ config }) => {
      const { name, sourceAddress } = config;
      return this.#unbound.has(name) && sourceAddress !== undefined && sameAddress(sourceAddress, address);
    });
  }

  errors(): readonly NetError[] {
    return [...this.#instances.values()].flatMap(({ socketError }) => socketError ?? []);
  }

  /** The sockpool lines, which upstream prints once all instances have been started. */
  log(): void {
    for (const socket of this.#pool.sockets()) this.#logOne(socket);
  }

  #logOne({ spec, fdIn, fdOut, user }: PooledSocket): void {
    const group = spec.group === undefined ? '' : formatAddress(spec.group);
    const running = user === undefined ? undefined : this.#instances.get(user);
    const from = spec.source ?? running?.state.conditions.sourceAddress;
    const source = from === undefined ? '' : formatAddress(from);
    this.#log('sockpool', [spec.ifindex, spec.family, spec.protocol, fdIn, fdOut, group, source]);
  }
}
