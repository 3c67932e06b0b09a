/**
 * Gratuitous ARPs and unsolicited NAs on their way out. In: rounds of addresses to announce. Out: frames, at
 * once or spaced by vrrp_garp_interval / vrrp_gna_interval. Rounds are the outer loop, addresses the inner
 * one, and spacing delays repeats instead of losing them (keepalived 2.3.2 and later).
 */
import type { Clock } from '../ports/clock.ts';
import type { Link } from '../ports/kernel.ts';
import type { Net, NetError } from '../ports/net.ts';
import { addUs, type Family, type Us } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import { encodeGratuitousArp } from '../wire/arp.ts';
import { encodeUnsolicitedNa } from '../wire/ndp.ts';
import type { VirtualAddress } from './config.ts';

export interface AnnouncerHooks {
  /** The interface that carries the address; undefined when it is gone. */
  readonly link: (address: VirtualAddress, instance: string) => Link | undefined;
  /** Whether the interface forwards IPv6, which sets the router flag of an NA. */
  readonly forwards: (link: Link) => boolean;
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  readonly failed: (error: NetError, link: Link) => void;
}

interface Pending {
  readonly instance: string;
  readonly address: VirtualAddress;
  /** An instance that left MASTER meanwhile must not announce any more. */
  readonly stillWanted: () => boolean;
}

export class Announcer {
  readonly #clock: Clock;
  readonly #net: Net;
  readonly #hooks: AnnouncerHooks;
  #intervals: Readonly<Record<Family, Us>>;
  readonly #queues = new Map<string, Pending[]>();

  constructor(clock: Clock, net: Net, hooks: AnnouncerHooks, intervals: Readonly<Record<Family, Us>>) {
    this.#clock = clock;
    this.#net = net;
    this.#hooks = hooks;
    this.#intervals = intervals;
  }

  setIntervals(intervals: Readonly<Record<Family, Us>>): void {
    this.#intervals = intervals;
  }

  announce(
    instance: string,
    addresses: readonly VirtualAddress[],
    repeat: number,
    stillWanted: () => boolean,
  ): void {
    for (let round = 0; round < repeat; round++) {
      for (const address of addresses) {
        if (round === 0) this.#logQueued(instance, address);
        this.#enqueue({ instance, address, stillWanted });
      }
    }
  }

  #logQueued(instance: string, address: VirtualAddress): void {
    const link = this.#hooks.link(address, instance);
    if (link === undefined) return;
    const id = address.family === 4 ? 'queueing-garp' : 'queueing-na';
    this.#hooks.log(id, [instance, link.name, formatAddress(address.address)]);
  }

  #enqueue(pending: Pending): void {
    const link = this.#hooks.link(pending.address, pending.instance);
    if (link === undefined) return;
    const { family } = pending.address;
    if (this.#intervals[family] === 0) {
      this.#send(pending);
      return;
    }
    const key = `garp/${link.name}/${family}`;
    const queue = this.#queues.get(key);
    if (queue !== undefined) {
      queue.push(pending);
      return;
    }
    // The first one leaves at once; the queue exists for as long as the next one has to keep its distance.
    this.#queues.set(key, []);
    this.#send(pending);
    this.#armNext(key, family);
  }

  #armNext(key: string, family: Family): void {
    this.#clock.armAt(key, addUs(this.#clock.now(), this.#intervals[family]), () => {
      const queue = this.#queues.get(key);
      let next = queue?.shift();
      while (next !== undefined && !next.stillWanted()) next = queue?.shift();
      if (next === undefined) {
        this.#queues.delete(key);
        return;
      }
      this.#send(next);
      this.#armNext(key, family);
    });
  }

  #send(pending: Pending): void {
    const { address } = pending;
    const link = this.#hooks.link(address, pending.instance);
    if (link === undefined || !pending.stillWanted()) return;
    this.#hooks.log(address.family === 4 ? 'sending-garp' : 'sending-na', [
      link.name,
      formatAddress(address.address),
    ]);
    const result =
      address.family === 4
        ? this.#net.sendFrame(link.index, encodeGratuitousArp(link.mac, address.address))
        : this.#net.sendNeighbourAdvert(
            link.index,
            address.address,
            encodeUnsolicitedNa(link.mac, address.address, this.#hooks.forwards(link)),
          );
    if (!result.ok) this.#hooks.failed(result.error, link);
  }
}
