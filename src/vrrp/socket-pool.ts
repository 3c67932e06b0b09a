/**
 * The VRRP sockets of a process: one for each interface, family and kind, shared by the instances on it
 * (upstream's "sockpool"). In: which instance needs what. Out: packets, by instance.
 */
import type { Link } from '../ports/kernel.ts';
import type { Datagram, Net, NetError, Received, VrrpSocket, VrrpSocketSpec } from '../ports/net.ts';
import { fail, type Result } from '../result.ts';
import { decodeIpv4 } from '../wire/ip.ts';
import { PROTOCOL_VRRP } from '../wire/vrrp.ts';
import type { InstanceConfig } from './config.ts';

const ENODEV = 19;

interface Entry {
  readonly socket: VrrpSocket;
  readonly users: Map<string, number>;
}

export interface PoolHooks {
  readonly packet: (instance: string, packet: Received) => void;
  readonly unknownVrid: (vrid: number, packet: Received) => void;
}

/** Bytes after the IP header; undefined when an IPv4 packet does not hold the header it claims. */
export function payloadOf(packet: Received): Uint8Array | undefined {
  return packet.source.length === 4 ? decodeIpv4(packet.bytes)?.payload : packet.bytes;
}

export class SocketPool {
  readonly #net: Net;
  readonly #hooks: PoolHooks;
  readonly #receiveBuffer: number | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Map<string, string>();

  constructor(net: Net, hooks: PoolHooks, receiveBuffer?: number) {
    this.#net = net;
    this.#hooks = hooks;
    this.#receiveBuffer = receiveBuffer;
  }

  /** Gives the instance a socket on this link, or says which system call refused. */
  join(config: InstanceConfig, link: Link): Result<void, NetError> {
    const unicast = config.unicastPeers.length > 0;
    const group = unicast ? undefined : config.multicastGroup;
    const key = `${link.index}/${config.family}/${group?.join('.') ?? 'unicast'}`;
    if (this.#keys.get(config.name) === key) return { ok: true, value: undefined };
    this.leave(config.name);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const spec: VrrpSocketSpec = {
        family: config.family,
        ifindex: link.index,
        ifname: link.name,
        protocol: PROTOCOL_VRRP,
        ...(group === undefined ? {} : { group }),
        ...(this.#receiveBuffer === undefined ? {} : { receiveBuffer: this.#receiveBuffer }),
      };
      const users = new Map<string, number>();
      const opened = this.#net.openVrrp(spec, (packet) => this.#dispatch(users, packet));
      if (!opened.ok) return opened;
      entry = { socket: opened.value, users };
      this.#entries.set(key, entry);
    }
    entry.users.set(config.name, config.vrid);
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
    this.#entries.delete(key);
  }

  socket(instance: string): VrrpSocket | undefined {
    const key = this.#keys.get(instance);
    return key === undefined ? undefined : this.#entries.get(key)?.socket;
  }

  sockets(): VrrpSocket[] {
    return [...this.#entries.values()].map((entry) => entry.socket);
  }

  send(instance: string, datagram: Datagram): Result<void, NetError> {
    return this.socket(instance)?.send(datagram) ?? fail({ call: 'send', errno: ENODEV });
  }

  drain(instance: string): void {
    this.socket(instance)?.drain();
  }

  #dispatch(users: ReadonlyMap<string, number>, packet: Received): void {
    const payload = payloadOf(packet);
    if (payload === undefined || payload.length < 2) return;
    const vrid = payload[1] ?? 0;
    let known = false;
    for (const [instance, wanted] of users) {
      if (wanted !== vrid) continue;
      known = true;
      this.#hooks.packet(instance, packet);
    }
    if (!known) this.#hooks.unknownVrid(vrid, packet);
  }
}
