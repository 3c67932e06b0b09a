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
import { SocketUsers } from './socket-users.ts';

const ENODEV = 19;

interface Entry {
  readonly socket: VrrpSocket;
  readonly users: SocketUsers;
  /** Size asked for last. */
  bytes?: number;
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
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Map<string, string>();
  /** Sockets whose last packet was a runt. */
  readonly #runts = new Set<SocketUsers>();

  constructor(net: Net, hooks: PoolHooks) {
    this.#net = net;
    this.#hooks = hooks;
  }

  /** Gives the instance a socket on this link, or says which system call refused. */
  join(config: InstanceConfig, link: Pick<Link, 'index' | 'name' | 'mtu'>): Result<void, NetError> {
    const unicast = config.unicastPeers.length > 0;
    const group = unicast ? undefined : config.multicastGroup;
    const protocol = config.auth.type === 'ah' ? PROTOCOL_AH : PROTOCOL_VRRP;
    const key = `${link.index}/${config.family}/${protocol}/${group?.join('.') ?? 'unicast'}`;
    if (this.#keys.get(config.name) !== key) this.leave(config.name);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const spec: VrrpSocketSpec = {
        family: config.family,
        ifindex: link.index,
        ifname: link.name,
        protocol,
        ...(group === undefined ? {} : { group }),
      };
      const users = new SocketUsers();
      const opened = this.#net.openVrrp(spec, (packet) => this.#dispatch(users, protocol, packet));
      if (!opened.ok) return opened;
      entry = { socket: opened.value, users };
      this.#entries.set(key, entry);
    }
    entry.users.set(config.name, { vrid: config.vrid, bytes: wishedBytes(config, link) });
    this.#resize(entry);
    this.#keys.set(config.name, key);
    return { ok: true, value: undefined };
  }

  leave(instance: string): void {
    const key = this.#keys.get(instance);
    if (key === undefined) return;
    this.#keys.delete(instance);
    const entry = this.#entries.get(key);
    entry?.users.delete(instance);
    if (entry === undefined) return;
    if (entry.users.size > 0) {
      this.#resize(entry);
      return;
    }
    entry.socket.close();
    this.#runts.delete(entry.users);
    this.#entries.delete(key);
  }

  #resize(entry: Entry): void {
    const size = entry.users.bufferBytes;
    if (size === undefined || size.bytes === entry.bytes) return;
    entry.bytes = size.bytes;
    entry.socket.setReceiveBuffer(size);
  }

  socket(instance: string): VrrpSocket | undefined {
    const key = this.#keys.get(instance);
    return key === undefined ? undefined : this.#entries.get(key)?.socket;
  }

  /** Other instances that get the packets of this one. */
  sharing(instance: string): readonly string[] {
    const entry = this.#entries.get(this.#keys.get(instance) ?? '');
    return entry?.users.beside(instance) ?? [];
  }

  report(): SocketReport[] {
    return [...this.#entries.values()].map(({ socket, users }) => {
      const { spec, fdIn, fdOut } = socket;
      return { spec, fdIn, fdOut, receiveBuffer: users.wishedBytes, users: users.names };
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

  #dispatch(users: SocketUsers, protocol: number, packet: Received): void {
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

function wishedBytes({ receiveBuffer }: InstanceConfig, { mtu }: Pick<Link, 'mtu'>): number | undefined {
  if (receiveBuffer === undefined) return undefined;
  return 'bytes' in receiveBuffer ? receiveBuffer.bytes : receiveBuffer.mtus * mtu;
}
