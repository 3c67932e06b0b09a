/**
 * The VRRP sockets of a process: one for each interface, family and kind, shared by the instances on it
 * (upstream's "sockpool"). In: which instance needs what. Out: packets, by instance.
 */
import type { Link } from '../ports/kernel.ts';
import type { Datagram, Net, NetError, Received, VrrpSocket, VrrpSocketSpec } from '../ports/net.ts';
import { fail, type Result } from '../result.ts';
import { PROTOCOL_AH } from '../wire/ah.ts';
import { PROTOCOL_VRRP } from '../wire/vrrp.ts';
import type { InstanceConfig } from './config.ts';
import { unwrap } from './incoming.ts';
import type { SocketReport } from './report.ts';

const ENODEV = 19;

interface Entry {
  readonly socket: VrrpSocket;
  readonly users: Users;
}

/** The instances on a socket by VRID: a packet finds its own without asking a thousand. */
class Users {
  readonly #vrids = new Map<string, number>();
  readonly #byVrid = new Map<number, Set<string>>();

  get size(): number {
    return this.#vrids.size;
  }

  get names(): string[] {
    return [...this.#vrids.keys()];
  }

  get first(): string | undefined {
    return this.#vrids.keys().next().value;
  }

  add(instance: string, vrid: number): void {
    this.#vrids.set(instance, vrid);
    this.#byVrid.set(vrid, (this.#byVrid.get(vrid) ?? new Set()).add(instance));
  }

  delete(instance: string): void {
    const vrid = this.#vrids.get(instance);
    if (vrid === undefined) return;
    this.#vrids.delete(instance);
    const others = this.#byVrid.get(vrid);
    others?.delete(instance);
    if (others?.size === 0) this.#byVrid.delete(vrid);
  }

  /** As they were when the question was asked: a packet may make one leave. */
  of(vrid: number): readonly string[] {
    return [...(this.#byVrid.get(vrid) ?? [])];
  }
}

/** A socket and the instance that has been on it for longest. */
export interface PooledSocket {
  readonly socket: VrrpSocket;
  readonly user: string | undefined;
}

export interface PoolHooks {
  readonly packet: (instance: string, packet: Received) => void;
  readonly unknownVrid: (vrid: number, packet: Received) => void;
  /** Too short to say for whom it is. Once, until a longer one arrives on the same socket. */
  readonly runt: (packet: Received, protocol: number) => void;
}

export class SocketPool {
  readonly #net: Net;
  readonly #hooks: PoolHooks;
  readonly #receiveBuffer: number | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Map<string, string>();
  /** Sockets whose last packet was a runt. */
  readonly #runts = new Set<Users>();

  constructor(net: Net, hooks: PoolHooks, receiveBuffer?: number) {
    this.#net = net;
    this.#hooks = hooks;
    this.#receiveBuffer = receiveBuffer;
  }

  /** Gives the instance a socket on this link, or says which system call refused. */
  join(config: InstanceConfig, link: Link): Result<void, NetError> {
    const unicast = config.unicastPeers.length > 0;
    const group = unicast ? undefined : config.multicastGroup;
    const protocol = config.auth.type === 'ah' ? PROTOCOL_AH : PROTOCOL_VRRP;
    const key = `${link.index}/${config.family}/${protocol}/${group?.join('.') ?? 'unicast'}`;
    if (this.#keys.get(config.name) === key) return { ok: true, value: undefined };
    this.leave(config.name);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const spec: VrrpSocketSpec = {
        family: config.family,
        ifindex: link.index,
        ifname: link.name,
        protocol,
        ...(group === undefined ? {} : { group }),
        ...(this.#receiveBuffer === undefined ? {} : { receiveBuffer: this.#receiveBuffer }),
      };
      const users = new Users();
      const opened = this.#net.openVrrp(spec, (packet) => this.#dispatch(users, protocol, packet));
      if (!opened.ok) return opened;
      entry = { socket: opened.value, users };
      this.#entries.set(key, entry);
    }
    entry.users.add(config.name, config.vrid);
    this.#keys.set(config.name, key);
    return { ok: true, value: undefined };
  }

  leave(instance: string): void {
    const key = this.#keys.get(instance);
    if (key === undefined) return;
    this.#keys.delete(instance);
    const entry = this.#entries.get(key);
    entry?.users.delete(instance);
    if (entry === undefined || entry.users.size > 0) return;
    entry.socket.close();
    this.#runts.delete(entry.users);
    this.#entries.delete(key);
  }

  socket(instance: string): VrrpSocket | undefined {
    const key = this.#keys.get(instance);
    return key === undefined ? undefined : this.#entries.get(key)?.socket;
  }

  report(): SocketReport[] {
    return [...this.#entries.values()].map(({ socket, users }) => {
      const { spec, fdIn, fdOut } = socket;
      return { spec, fdIn, fdOut, users: users.names };
    });
  }

  sockets(): PooledSocket[] {
    return [...this.#entries.values()].map(({ socket, users }) => ({ socket, user: users.first }));
  }

  send(instance: string, datagram: Datagram): Result<void, NetError> {
    return this.socket(instance)?.send(datagram) ?? fail({ call: 'send', errno: ENODEV });
  }

  drain(instance: string): void {
    this.socket(instance)?.drain();
  }

  #dispatch(users: Users, protocol: number, packet: Received): void {
    const unwrapped = unwrap(packet);
    if (unwrapped === 'foreign') return;
    if (unwrapped === 'short') {
      if (!this.#runts.has(users)) this.#hooks.runt(packet, protocol);
      this.#runts.add(users);
      return;
    }
    this.#runts.delete(users);
    const vrid = unwrapped.payload[1] ?? 0;
    const receivers = users.of(vrid);
    for (const instance of receivers) this.#hooks.packet(instance, packet);
    if (receivers.length === 0) this.#hooks.unknownVrid(vrid, packet);
  }
}
