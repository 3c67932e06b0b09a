/**
 * Gratuitous ARPs and unsolicited NAs on their way out. In: rounds of addresses to announce. Out: frames, at
 * once or spaced by vrrp_garp_interval / vrrp_gna_interval. Rounds are the outer loop, addresses the inner
 * one, and spacing delays repeats instead of losing them (keepalived 2.3.2 and later).
 */
import type { Clock } from '../ports/clock.ts';
import type { Link } from '../ports/kernel.ts';
import type { Announcement, Net, NetError } from '../ports/net.ts';
import { addUs, type Family, ms, type Us } from '../units.ts';
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

/** How far apart announcements leave: by interface, or by group of interfaces that share one budget. */
export interface Pace {
  readonly intervals: Readonly<Record<Family, Us>>;
  readonly groups: readonly PaceGroup[];
}

/** `garp_group`. */
export interface PaceGroup {
  readonly interfaces: readonly string[];
  readonly garpIntervalUs: Us;
  readonly gnaIntervalUs: Us;
}

interface Queue {
  readonly key: string;
  readonly intervalUs: Us;
}

interface Pending {
  readonly instance: string;
  readonly address: VirtualAddress;
  /** An instance that left MASTER meanwhile must not announce any more. */
  readonly stillWanted: () => boolean;
}

/** So many frames leave in one go; adverts and packets of others come between this and the next lot. */
const BURST = 250;
const BURST_TIMER = 'garp/burst';
/** Frames that leave further apart do not add up to a burst. */
const BURST_SPACING: Us = ms(5);

export class Announcer {
  readonly #clock: Clock;
  readonly #net: Net;
  readonly #hooks: AnnouncerHooks;
  #pace: Pace;
  readonly #queues = new Map<string, Pending[]>();
  /** When a queue may send again, or might have, by its key. */
  readonly #nextUs = new Map<string, Us>();
  /** What waits for the next lot. */
  readonly #waiting: Pending[] = [];
  /** The forwarding setting of interfaces, read once for each lot. */
  readonly #forwards = new Map<string, boolean>();
  #inBurst = 0;
  #lastUs: Us | undefined;

  constructor(clock: Clock, net: Net, hooks: AnnouncerHooks, pace: Pace) {
    this.#clock = clock;
    this.#net = net;
    this.#hooks = hooks;
    this.#pace = pace;
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  #queueOf({ name: ifname }: Link, family: Family): Queue {
    const { groups, intervals } = this.#pace;
    const at = groups.findIndex(({ interfaces }) => interfaces.includes(ifname));
    const group = groups[at];
    if (group === undefined) return { key: `garp/${ifname}/${family}`, intervalUs: intervals[family] };
    const intervalUs = family === 4 ? group.garpIntervalUs : group.gnaIntervalUs;
    // No interface has a slash in its name.
    return { key: `garp/group/${at}/${family}`, intervalUs };
  }

  /** The end of the last distance kept on this interface; absent = none has been. */
  nextAt(link: Link, family: Family): Us | undefined {
    return this.#nextUs.get(this.#queueOf(link, family).key);
  }

  /** `first`: somebody has sent the first of the rounds. */
  announce(
    instance: string,
    addresses: readonly VirtualAddress[],
    repeat: number,
    stillWanted: () => boolean,
    first: 'sent' | 'to be sent' = 'to be sent',
  ): void {
    this.#forwards.clear();
    for (let round = 0; round < repeat; round++) {
      for (const address of addresses) {
        if (round === 0) this.#logQueued(instance, address);
        if (round === 0 && first === 'sent')
          this.#logSending(address.address, this.#hooks.link(address, instance));
        else this.#enqueue({ instance, address, stillWanted });
      }
    }
  }

  /** One round as somebody else may send it at once; undefined where it has to keep a distance. */
  round(instance: string, addresses: readonly VirtualAddress[]): Announcement[] | undefined {
    this.#forwards.clear();
    const round: Announcement[] = [];
    for (const address of addresses) {
      const link = this.#hooks.link(address, instance);
      if (link === undefined) continue;
      if (this.#queueOf(link, address.family).intervalUs > 0) return undefined;
      round.push(this.#announcement(address.address, link));
    }
    return round;
  }

  /** Says once, and now, where an address is that is no virtual one. */
  announceOwn(address: Uint8Array, link: Link): void {
    this.#forwards.clear();
    this.#logSending(address, link);
    this.#emit(this.#announcement(address, link), link);
  }

  #announcement(address: Uint8Array, link: Link): Announcement {
    const { index: ifindex, mac } = link;
    if (address.length === 4) return { ifindex, frame: encodeGratuitousArp(mac, address) };
    return { ifindex, source: address, icmp: encodeUnsolicitedNa(mac, address, this.#isForwarding(link)) };
  }

  #logSending(address: Uint8Array, link: Link | undefined): void {
    if (link === undefined) return;
    this.#hooks.log(address.length === 4 ? 'sending-garp' : 'sending-na', [
      link.name,
      formatAddress(address),
    ]);
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
    const { key, intervalUs } = this.#queueOf(link, pending.address.family);
    if (intervalUs === 0) {
      this.#sendInLots(pending);
      return;
    }
    const queue = this.#queues.get(key);
    if (queue !== undefined) {
      queue.push(pending);
      return;
    }
    // The first one leaves at once; the queue exists for as long as the next one has to keep its distance.
    this.#queues.set(key, []);
    this.#send(pending);
    this.#armNext(key, link, pending.address.family);
  }

  #sendInLots(pending: Pending): void {
    const now = this.#clock.now();
    if (this.#lastUs === undefined || now - this.#lastUs > BURST_SPACING) this.#inBurst = 0;
    this.#lastUs = now;
    if (this.#waiting.length === 0 && this.#inBurst < BURST) {
      this.#inBurst += 1;
      this.#send(pending);
      return;
    }
    this.#waiting.push(pending);
    if (this.#waiting.length === 1) this.#armLot(0);
  }

  /** `from`: how much of what waits has left. Taking it off the front each time would be quadratic. */
  #armLot(from: number): void {
    this.#clock.armAt(BURST_TIMER, this.#clock.now(), () => {
      this.#forwards.clear();
      const to = Math.min(from + BURST, this.#waiting.length);
      for (const pending of this.#waiting.slice(from, to)) this.#send(pending);
      this.#lastUs = this.#clock.now();
      if (to < this.#waiting.length) this.#armLot(to);
      else {
        this.#waiting.length = 0;
        this.#inBurst = to - from;
      }
    });
  }

  /** The distance after what has just left of this link, as it is configured by now. */
  #armNext(key: string, link: Link, family: Family): void {
    const { intervalUs } = this.#queueOf(link, family);
    const dueAtUs = addUs(this.#clock.now(), intervalUs);
    this.#nextUs.set(key, dueAtUs);
    this.#clock.armAt(key, dueAtUs, () => {
      this.#forwards.clear();
      const queue = this.#queues.get(key);
      let next = queue?.shift();
      while (next !== undefined && !next.stillWanted()) next = queue?.shift();
      if (next === undefined) {
        this.#queues.delete(key);
        return;
      }
      this.#send(next);
      this.#armNext(key, link, family);
    });
  }

  #isForwarding(link: Link): boolean {
    const known = this.#forwards.get(link.name) ?? this.#hooks.forwards(link);
    this.#forwards.set(link.name, known);
    return known;
  }

  #send(pending: Pending): void {
    const { address } = pending;
    const link = this.#hooks.link(address, pending.instance);
    if (link === undefined || !pending.stillWanted()) return;
    this.#logSending(address.address, link);
    this.#emit(this.#announcement(address.address, link), link);
  }

  #emit(announcement: Announcement, link: Link): void {
    const { ifindex } = announcement;
    const result =
      'frame' in announcement
        ? this.#net.sendFrame(ifindex, announcement.frame)
        : this.#net.sendNeighbourAdvert(ifindex, announcement.source, announcement.icmp);
    if (!result.ok) this.#hooks.failed(result.error, link);
  }
}
