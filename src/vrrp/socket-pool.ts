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
  readonly spec: VrrpSocketSpec;
  readonly users: SocketUsers;
  socket: VrrpSocket | undefined;
  /** Why there is no socket. */
  error: NetError | undefined;
  /** Size of the receive buffer that was asked for last. */
  bytes: number | undefined;
}

/** A socket, or the lack of one, and the instance that has been on it for longest. */
export interface PooledSocket {
  readonly spec: VrrpSocketSpec;
  /** -1 where it could not be opened. */
  readonly fdIn: number;
  readonly fdOut: number;
  readonly user: string | undefined;
}

/** `known`: somebody else was refused the same socket for the same reason. */
export type JoinError = NetError & { readonly known: boolean };

export type SocketLink = Pick<Link, 'index' | 'name' | 'mtu'> & Pick<VrrpSocketSpec, 'vrf'>;

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

  /**
   * Gives the instance a socket on this link, or says which system call refused. `source`: the address that
   * unicast comes from.
   */
  join(config: InstanceConfig, link: SocketLink, source?: Uint8Array): Result<void, JoinError> {
    const spec = specOf(config, link, source);
    const key = keyOf(spec);
    if (this.#keys.get(config.name) !== key) this.leave(config.name);
    const entry = this.#entries.get(key) ?? newEntry(spec);
    this.#entries.set(key, entry);
    this.#keys.set(config.name, key);
    entry.users.set(config.name, { vrid: config.vrid, bytes: wishedBytes(config, link) });
    const refused = entry.socket === undefined ? this.#open(entry) : undefined;
    if (refused !== undefined) return fail(refused);
    this.#resize(entry);
    return { ok: true, value: undefined };
  }

  #open(entry: Entry): JoinError | undefined {
    const { spec, users, error: before } = entry;
    const opened = this.#net.openVrrp(spec, (packet) => this.#dispatch(users, spec.protocol, packet));
    if (!opened.ok) {
      const { call, errno } = opened.error;
      entry.error = opened.error;
      return { call, errno, known: before?.call === call && before.errno === errno };
    }
    entry.socket = opened.value;
    entry.error = undefined;
    entry.bytes = undefined;
    return undefined;
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
    entry.socket?.close();
    this.#runts.delete(entry.users);
    this.#entries.delete(key);
  }

  #resize(entry: Entry): void {
    const size = entry.users.bufferBytes;
    if (entry.socket === undefined || size === undefined || size.bytes === entry.bytes) return;
    entry.bytes = size.bytes;
    entry.socket.setReceiveBuffer(size);
  }

  /** Closes the socket of the instance and of those that share it; whoever joins next opens another one. */
  shut(instance: string): void {
    const entry = this.#entries.get(this.#keys.get(instance) ?? '');
    entry?.socket?.close();
    if (entry !== undefined) entry.socket = undefined;
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
    return [...this.#entries.values()].map((entry) => {
      const { spec, users } = entry;
      return { spec, ...fdsOf(entry), receiveBuffer: users.wishedBytes, users: users.names };
    });
  }

  sockets(): PooledSocket[] {
    return [...this.#entries.values()].map((entry) => {
      const { spec, users } = entry;
      return { spec, ...fdsOf(entry), user: users.first };
    });
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

const newEntry = (spec: VrrpSocketSpec): Entry => ({
  spec,
  users: new SocketUsers(),
  socket: undefined,
  error: undefined,
  bytes: undefined,
});

const fdsOf = ({ socket }: Entry): { fdIn: number; fdOut: number } => ({
  fdIn: socket?.fdIn ?? -1,
  fdOut: socket?.fdOut ?? -1,
});

function specOf(config: InstanceConfig, link: SocketLink, source: Uint8Array | undefined): VrrpSocketSpec {
  const unicast = config.unicastPeers.length > 0;
  return {
    family: config.family,
    ifindex: link.index,
    ifname: link.name,
    protocol: config.auth.type === 'ah' ? PROTOCOL_AH : PROTOCOL_VRRP,
    ...(unicast ? {} : { group: config.multicastGroup }),
    ...(unicast && source !== undefined ? { source } : {}),
    ...(unicast && link.vrf !== undefined ? { vrf: link.vrf } : {}),
  };
}

/** Unicast from another address is another socket (seen with 2.2.7). */
const keyOf = ({ ifindex, family, protocol, group, source, vrf }: VrrpSocketSpec): string =>
  [ifindex, vrf?.index ?? 0, family, protocol, group?.join('.') ?? `unicast ${source?.join('.') ?? ''}`].join(
    '/',
  );

function wishedBytes({ receiveBuffer }: InstanceConfig, { mtu }: SocketLink): number | undefined {
  if (receiveBuffer === undefined) return undefined;
  return 'bytes' in receiveBuffer ? receiveBuffer.bytes : receiveBuffer.mtus * mtu;
}
