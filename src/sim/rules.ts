/**
 * The rule process of a simulated host: it sends and waits on time whatever the VRRP process does, and it can
 * die. In: rules, and the packets of sockets on which it waits. Out: datagrams through the sockets that came
 * with the rules, deadlines that passed, and the packets that no rule holds.
 */
import { holds } from '../engine/hold-rules.ts';
import type { Received, VrrpSocket } from '../ports/net.ts';
import type {
  HeldPacket,
  Possession,
  RuleCounts,
  RuleKind,
  RuleListener,
  RuleProcess,
  SteadyHold,
  SteadySend,
} from '../ports/rule-process.ts';
import { addUs, type Us, us } from '../units.ts';
import { payloadOf } from '../vrrp/incoming.ts';
import { sameAddress } from '../wire/address.ts';
import type { Process, World } from './world.ts';

interface Sending {
  readonly socket: VrrpSocket;
  readonly send: SteadySend;
  nextUs: Us;
  count: number;
  lastUs: Us | undefined;
}

interface Holding {
  readonly socket: VrrpSocket;
  readonly hold: SteadyHold;
  deadlineUs: Us;
  count: number;
  lastUs: Us | undefined;
  told: boolean;
  /** When a packet arrived that it would have held before that. */
  missedUs: Us | undefined;
  /** Numbers of the last packet of kin that was handed up, and of the last one that has been judged. */
  doubted: number;
  readonly judged: number;
  /** What was to follow the deadline has begun. */
  began: boolean;
  /** What was to follow that: on its way, all of it has happened, or some has not. */
  train: 'none' | 'under way' | 'arrived' | 'stopped';
}

/** What follows a takeover, and how long it takes. */
interface Train {
  readonly take: (possession: Possession) => void;
  readonly announce: (possession: Possession) => void;
  readonly us: Us;
}

interface Expired {
  readonly instance: string;
  readonly rule: Holding;
  readonly nowUs: Us;
}

type Told = { readonly socket: VrrpSocket; readonly packet: Received; readonly number: number } | Expired;

export class SimRules implements RuleProcess {
  readonly #world: World;
  readonly #process: Process;
  readonly #sends = new Map<string, Sending>();
  readonly #holds = new Map<string, Holding>();
  /** What the VRRP process has not looked at yet. */
  #told: Told[] = [];
  /** Of the packet that was handed up last, and of the one that was delivered last. */
  #number = 0;
  #judged = 0;
  #listener: RuleListener | undefined;
  #alive = true;
  readonly #train: Train;
  /** What a predecessor may have done that nobody heard of. */
  #orphans: { readonly instance: string; readonly possession: Possession }[] = [];

  /** `process`: whose rules these are. */
  constructor(world: World, process: Process, train: Train) {
    this.#world = world;
    this.#process = process;
    this.#train = train;
  }

  listen(listener: RuleListener): void {
    this.#listener = listener;
  }

  setSend(instance: string, socket: VrrpSocket, send: SteadySend): boolean {
    if (!this.#alive) return false;
    const { count, lastUs } = this.#sends.get(instance) ?? { count: 0, lastUs: undefined };
    const rule: Sending = { socket, send, nextUs: send.firstAtUs, count, lastUs };
    this.#sends.set(instance, rule);
    this.#armSend(instance, rule);
    return true;
  }

  #armSend(instance: string, rule: Sending): void {
    this.#world.at(rule.nextUs, () => {
      if (this.#sends.get(instance) === rule) this.#round(instance, rule);
    });
  }

  #round(instance: string, rule: Sending): void {
    for (const datagram of rule.send.datagrams) rule.socket.send(datagram);
    rule.count += 1;
    rule.lastUs = this.#world.nowUs;
    rule.nextUs = addUs(rule.nextUs, rule.send.periodUs);
    this.#armSend(instance, rule);
  }

  setHold(instance: string, socket: VrrpSocket, hold: SteadyHold): boolean {
    if (!this.#alive) return false;
    const before = this.#holds.get(instance);
    const { count, lastUs } = before ?? { count: 0, lastUs: undefined };
    const knownUs = before?.deadlineUs ?? addUs(this.#world.nowUs, hold.windowUs);
    const givenUs = hold.deadlineUs === 'unchanged' ? knownUs : hold.deadlineUs;
    const missedUs = before?.missedUs;
    const again = missedUs !== undefined && samePattern(before?.hold.pattern, hold.pattern);
    const heardUs = again ? addUs(missedUs, hold.windowUs) : knownUs;
    const latestUs = us(Math.max(knownUs, heardUs, givenUs));
    const deadlineUs = hold.atLeast === true ? latestUs : givenUs;
    // Whoever waits on has decided otherwise, before word of the end could reach it.
    if (before?.began === true && deadlineUs > this.#world.nowUs) this.#sends.delete(instance);
    const judged = this.#judged;
    const doubted = before?.doubted ?? 0;
    const rule: Holding = {
      socket,
      hold,
      deadlineUs,
      count,
      lastUs,
      told: false,
      missedUs: undefined,
      doubted,
      judged,
      began: false,
      train: 'none',
    };
    this.#holds.set(instance, rule);
    socket.reading(false);
    this.#armHold(instance, rule);
    return true;
  }

  #armHold(instance: string, rule: Holding): void {
    const dueUs = rule.deadlineUs;
    this.#world.at(dueUs, () => {
      if (this.#holds.get(instance) !== rule) return;
      if (rule.deadlineUs !== dueUs) {
        this.#armHold(instance, rule);
        return;
      }
      rule.told = true;
      this.#begin(instance, rule);
      this.#depart(instance, rule);
      this.#tell({ instance, rule, nowUs: this.#world.nowUs });
    });
  }

  #depart(instance: string, rule: Holding): void {
    const possession = rule.began ? rule.hold.takeover?.possession : undefined;
    if (possession === undefined) return;
    rule.train = 'under way';
    this.#train.take(possession);
    const arrive = (): void => {
      if (!this.#alive) return;
      rule.train = this.#holds.get(instance) === rule ? 'arrived' : 'stopped';
      if (rule.train === 'arrived') this.#train.announce(possession);
      this.#process.wake(() => this.drain());
    };
    if (this.#train.us === 0) arrive();
    else this.#world.at(addUs(this.#world.nowUs, this.#train.us), arrive);
  }

  #tell(told: Told): void {
    this.#told.push(told);
    this.#process.wake(() => this.drain());
  }

  /** What is to follow a deadline follows before anybody is asked, unless a packet waits to be judged. */
  #begin(instance: string, rule: Holding): void {
    const { socket, hold, judged, doubted } = rule;
    if (hold.takeover === undefined || judged < doubted) return;
    rule.began = true;
    if (this.#sends.has(instance)) return;
    const send = { ...hold.takeover, firstAtUs: this.#world.nowUs };
    const begun: Sending = { socket, send, nextUs: send.firstAtUs, count: 0, lastUs: undefined };
    this.#sends.set(instance, begun);
    this.#round(instance, begun);
  }

  /** From the network: held, or handed up. */
  receive(socket: VrrpSocket, packet: Received): void {
    const payload = payloadOf(packet);
    for (const rule of this.#holds.values()) {
      const { pattern } = rule.hold;
      if (rule.socket !== socket) continue;
      if (pattern === undefined || !holds(pattern, packet, payload)) continue;
      if (rule.told) {
        rule.missedUs = packet.atUs;
        continue;
      }
      rule.count += 1;
      rule.lastUs = packet.atUs;
      rule.deadlineUs = addUs(packet.atUs, rule.hold.windowUs);
      return;
    }
    this.#number += 1;
    for (const rule of this.#holds.values()) {
      const kin = rule.hold.takeover?.kin;
      if (rule.socket === socket && kin !== undefined && payload?.[kin.at] === kin.value) {
        rule.doubted = this.#number;
      }
    }
    this.#tell({ socket, packet, number: this.#number });
  }

  /** Packets before deadlines, unless these had consequences: they may be from a master that came back. */
  drain(): void {
    const later: Expired[] = [];
    for (let next = this.#told[0]; next !== undefined; next = this.#told[0]) {
      // What came after it is to find what it led to.
      if ('rule' in next && next.rule.train === 'under way') break;
      this.#told.shift();
      if ('packet' in next) {
        this.#judged = next.number;
        next.socket.deliver(next.packet);
      } else if (!next.rule.began) later.push(next);
      else this.#expire(next);
    }
    for (const expired of later) this.#expire(expired);
  }

  #expire({ instance, rule, nowUs }: Expired): void {
    const { began, train, count: held, deadlineUs: dueAtUs } = rule;
    const followed = train === 'arrived';
    const possession = began ? rule.hold.takeover?.possession : undefined;
    if (this.#holds.get(instance) !== rule) {
      if (possession !== undefined) this.#listener?.vain(instance, possession);
      return;
    }
    this.#endHold(instance, rule);
    const expiry = { dueAtUs, nowUs, held, began, followed };
    this.#listener?.expired(instance, possession === undefined ? expiry : { ...expiry, possession });
  }

  #endHold(instance: string, { socket }: Holding): void {
    this.#holds.delete(instance);
    if (![...this.#holds.values()].some((other) => other.socket === socket)) socket.reading(true);
  }

  cancel(kind: RuleKind, instance: string): RuleCounts | undefined {
    const counts = this.counts(kind, instance);
    const hold = this.#holds.get(instance);
    if (kind === 'send') this.#sends.delete(instance);
    else if (hold !== undefined) this.#endHold(instance, hold);
    return counts;
  }

  counts(kind: RuleKind, instance: string): RuleCounts | undefined {
    const [send, hold] = [this.#sends.get(instance), this.#holds.get(instance)];
    const nextUs = kind === 'send' ? send?.nextUs : hold?.deadlineUs;
    const rule = kind === 'send' ? send : hold;
    if (rule === undefined || nextUs === undefined) return undefined;
    const { count, lastUs } = rule;
    return { count, nextUs, ...(lastUs === undefined ? {} : { lastUs }) };
  }

  retain(): void {}

  /** The rules are lost with it, and nobody knows yet. */
  die(): void {
    this.#alive = false;
    for (const [instance, { hold }] of this.#holds) {
      const possession = hold.takeover?.possession;
      if (possession !== undefined) this.#orphans.push({ instance, possession });
    }
    this.#sends.clear();
    for (const { socket } of this.#holds.values()) socket.reading(true);
    this.#holds.clear();
    this.#told = [];
  }

  /** Its successor, which the VRRP process hears of when it looks. */
  begin(): void {
    this.#alive = true;
    for (const { instance, possession } of this.#orphans.splice(0))
      this.#listener?.vain(instance, possession);
    this.#listener?.restate();
  }
}

function samePattern(a: HeldPacket | undefined, b: HeldPacket | undefined): boolean {
  if (a === undefined || b === undefined || a.hopLimit !== b.hopLimit) return false;
  return sameAddress(a.source, b.source) && sameAddress(a.payload, b.payload);
}
