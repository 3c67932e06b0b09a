/**
 * The engine in JavaScript: rules carried out on the process's own event loop. In: rules of the core and
 * packets of the sockets. Out: datagrams, and events for what no rule covers. Where there is a rule process,
 * it gets every send rule whose rounds are all alike; what it does not take stays here.
 */
import type { Clock } from '../ports/clock.ts';
import type { Datagram, NetError, Received, VrrpSocket } from '../ports/net.ts';
import type { RuleProcess, SendCounts } from '../ports/rule-process.ts';
import type { Result } from '../result.ts';
import type { Us } from '../units.ts';
import { addUs } from '../units.ts';
import { sameAddress } from '../wire/address.ts';
import type {
  Engine,
  EngineCounters,
  EngineListener,
  EngineTiming,
  HoldPattern,
  HoldRule,
  SendRule,
} from './rules.ts';

/** The sockets as the engine needs them, by instance. */
export interface EngineSockets {
  send(instance: string, datagram: Datagram): Result<void, NetError>;
  /** Undefined while it has none. */
  socket(instance: string): VrrpSocket | undefined;
  /** The bytes of this round of a sealed rule. */
  seal(instance: string, datagrams: readonly Datagram[]): readonly Datagram[];
  /** Delivers what is waiting, through `SoftEngine.receive`. */
  drain(instance: string): void;
  /** Bytes after the IP header of a received packet; undefined when it has none. */
  payload(packet: Received): Uint8Array | undefined;
}

interface Slot {
  send: SendRule | undefined;
  hold: HoldRule | undefined;
  deadlineUs: Us;
  /** When the next round of the send rule is due. */
  nextSendUs: Us;
  sent: number;
  held: number;
  failing: boolean;
  lastSentUs: Us | undefined;
  /** When the running rules wrote last; absent while there is none. */
  lastRoundUs: Us | undefined;
  /** The rule process sends, first at `nextSendUs`; what it has sent is not in `sent`. */
  away: boolean;
  /** What it should have sent before it got the rule that it has, for when it can no longer say. */
  awaySent: number;
  /** The rule process did not take this rule. */
  refused: boolean;
}

export class SoftEngine implements Engine {
  readonly #clock: Clock;
  readonly #sockets: EngineSockets;
  readonly #listener: EngineListener;
  readonly #slots = new Map<string, Slot>();

  readonly #process: RuleProcess | undefined;

  constructor(clock: Clock, sockets: EngineSockets, listener: EngineListener, process?: RuleProcess) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#listener = listener;
    this.#process = process;
    process?.listen({
      sendFailed: (instance, index, errno) => this.#failedAway(instance, index, errno),
      refused: (instance) => this.#refused(instance),
      restate: () => this.#restate(),
    });
  }

  #slot(instance: string): Slot {
    let slot = this.#slots.get(instance);
    if (slot === undefined) {
      slot = {
        send: undefined,
        hold: undefined,
        deadlineUs: 0 as Us,
        nextSendUs: 0 as Us,
        sent: 0,
        held: 0,
        failing: false,
        lastSentUs: undefined,
        lastRoundUs: undefined,
        away: false,
        awaySent: 0,
        refused: false,
      };
      this.#slots.set(instance, slot);
    }
    return slot;
  }

  setSend(instance: string, rule: SendRule | undefined): void {
    const slot = this.#slot(instance);
    const due = rule !== undefined && rule.firstAtUs <= this.#clock.now();
    if (slot.away) slot.awaySent += this.#roundsDue(slot);
    // What is sent from here must not be followed by a round of the rule before.
    if (rule === undefined || due || !this.#mayLeave(slot, rule)) this.#recall(instance, slot);
    slot.send = rule;
    slot.refused = false;
    this.#clock.cancel(sendTimer(instance));
    if (rule === undefined) slot.lastRoundUs = undefined;
    else if (due) this.#sendDue(instance, rule, rule.firstAtUs);
    else this.#armSend(instance, rule, rule.firstAtUs);
  }

  #armSend(instance: string, rule: SendRule, dueAtUs: Us): void {
    const slot = this.#slot(instance);
    slot.nextSendUs = dueAtUs;
    if (this.#sendAway(instance, slot, rule)) {
      this.#clock.cancel(sendTimer(instance));
      return;
    }
    this.#clock.armAt(sendTimer(instance), dueAtUs, () => this.#sendDue(instance, rule, dueAtUs));
  }

  /** Whether another process can carry it out: each round alike, and whenever it is due. */
  #mayLeave({ refused }: Slot, { sealed, giveUpAfterUs }: SendRule): boolean {
    return this.#process !== undefined && !refused && sealed !== true && giveUpAfterUs === undefined;
  }

  #sendAway(instance: string, slot: Slot, rule: SendRule): boolean {
    if (!this.#mayLeave(slot, rule)) return false;
    const socket = this.#sockets.socket(instance);
    if (socket === undefined) return false;
    const { periodUs, datagrams } = rule;
    const taken = this.#process?.setSend(instance, socket, {
      firstAtUs: slot.nextSendUs,
      periodUs,
      datagrams,
    });
    slot.away = taken === true;
    return slot.away;
  }

  /** Nothing more is sent elsewhere, and what was is counted here. */
  #recall(instance: string, slot: Slot): void {
    if (!slot.away) return;
    slot.away = false;
    const counts = this.#process?.cancelSend(instance);
    slot.sent += counts?.sent ?? slot.awaySent;
    slot.awaySent = 0;
    slot.lastSentUs = counts?.lastUs ?? slot.lastSentUs;
  }

  /** Since the rule was given away: what a process has sent that cannot tell any more. */
  #roundsDue({ send, nextSendUs }: Slot): number {
    const sinceUs = this.#clock.now() - nextSendUs;
    return send === undefined || sinceUs < 0 ? 0 : 1 + Math.floor(sinceUs / send.periodUs);
  }

  /** The socket of an instance is another one than before, or gone. */
  moved(instance: string): void {
    const slot = this.#slots.get(instance);
    if (slot?.send === undefined || !slot.away) return;
    const { periodUs } = slot.send;
    const due = this.#roundsDue(slot);
    slot.awaySent += due;
    const next = addUs(slot.nextSendUs, (due * periodUs) as Us);
    this.#recall(instance, slot);
    this.#armSend(instance, slot.send, next);
  }

  #failedAway(instance: string, index: number, errno: number): void {
    const datagram = this.#slots.get(instance)?.send?.datagrams[index];
    if (datagram === undefined) return;
    this.#listener.sendFailed(instance, { call: 'sendmmsg', errno }, datagram.destination);
  }

  #refused(instance: string): void {
    const slot = this.#slots.get(instance);
    if (slot?.send === undefined || !slot.away) return;
    slot.away = false;
    slot.awaySent = 0;
    slot.refused = true;
    this.#clock.cancel(sendTimer(instance));
    this.#armSend(instance, slot.send, slot.nextSendUs);
  }

  #restate(): void {
    for (const [instance, slot] of this.#slots) {
      if (slot.away) {
        slot.away = false;
        slot.sent += slot.awaySent + this.#roundsDue(slot);
        slot.awaySent = 0;
        // One advert too many is better than one too few.
        if (slot.send !== undefined) this.setSend(instance, { ...slot.send, firstAtUs: this.#clock.now() });
      } else if (slot.send !== undefined) this.#armSend(instance, slot.send, slot.nextSendUs);
    }
  }

  /** Rules that a predecessor of this process left, and that nobody wants any more, end. */
  retain(): void {
    this.#process?.retain();
  }

  /**
   * Sends what has become due while somebody keeps the loop busy with long work. A rule that would give up
   * is left to its timer: whoever works must not meet another decision on the way.
   */
  sendOverdue(): void {
    const now = this.#clock.now();
    for (const [instance, { send, nextSendUs, away }] of this.#slots) {
      if (away || send === undefined || nextSendUs > now || send.giveUpAfterUs !== undefined) continue;
      this.#sendDue(instance, send, nextSendUs);
    }
  }

  #sendDue(instance: string, rule: SendRule, dueAtUs: Us): void {
    const slot = this.#slot(instance);
    if (this.#gaveUp(instance, slot, rule)) return;
    this.#write(instance, slot, rule.sealed ? this.#sockets.seal(instance, rule.datagrams) : rule.datagrams);
    // The next deadline stays on the grid of the first one. After a pause longer than a period the missed
    // adverts are not made up for: they would reach the peers as a burst that says nothing new.
    const now = this.#clock.now();
    const behind = Math.max(0, Math.floor((now - dueAtUs) / rule.periodUs));
    if (slot.send !== rule) return;
    this.#armSend(instance, rule, addUs(dueAtUs, ((behind + 1) * rule.periodUs) as Us));
  }

  /** Only a round of the same rule says when the last advert left; a new rule starts from its first one. */
  #gaveUp(instance: string, slot: Slot, rule: SendRule): boolean {
    const now = this.#clock.now();
    const since = slot.lastRoundUs === undefined ? 0 : now - slot.lastRoundUs;
    slot.lastRoundUs = now;
    if (rule.giveUpAfterUs === undefined || since <= rule.giveUpAfterUs) return false;
    this.setSend(instance, undefined);
    this.#listener.late(instance, now);
    return true;
  }

  #write(instance: string, slot: Slot, datagrams: readonly Datagram[]): void {
    let failure: { readonly error: NetError; readonly destination: Uint8Array } | undefined;
    for (const datagram of datagrams) {
      const result = this.#sockets.send(instance, datagram);
      if (!result.ok) failure = { error: result.error, destination: datagram.destination };
    }
    if (failure === undefined) {
      slot.sent += 1;
      slot.lastSentUs = this.#clock.now();
      slot.failing = false;
      return;
    }
    if (slot.failing) return;
    slot.failing = true;
    this.#listener.sendFailed(instance, failure.error, failure.destination);
  }

  setHold(instance: string, rule: HoldRule | undefined): void {
    const slot = this.#slot(instance);
    const running = slot.hold !== undefined;
    slot.hold = rule;
    if (rule === undefined) {
      this.#clock.cancel(holdTimer(instance));
      return;
    }
    if (rule.deadlineUs !== 'unchanged') slot.deadlineUs = rule.deadlineUs;
    else if (!running) slot.deadlineUs = addUs(this.#clock.now(), rule.windowUs);
    this.#armHold(instance, slot.deadlineUs);
  }

  #armHold(instance: string, deadlineUs: Us): void {
    this.#clock.armAt(holdTimer(instance), deadlineUs, (dueAtUs, nowUs) => {
      const slot = this.#slot(instance);
      const before = slot.deadlineUs;
      // This process may be late while the master was not: what it sent is in the socket and counts first.
      this.#sockets.drain(instance);
      if (slot.hold === undefined || slot.deadlineUs !== before) return;
      this.#clock.cancel(holdTimer(instance));
      slot.hold = undefined;
      this.#listener.deadline(instance, dueAtUs, nowUs);
    });
  }

  /** Every packet of an instance comes through here. */
  receive(instance: string, packet: Received): void {
    const slot = this.#slot(instance);
    const rule = slot.hold;
    if (rule?.pattern !== undefined && this.#matches(rule.pattern, packet)) {
      slot.held += 1;
      slot.deadlineUs = addUs(packet.atUs, rule.windowUs);
      this.#armHold(instance, slot.deadlineUs);
      return;
    }
    this.#listener.packet(instance, packet);
  }

  #matches(pattern: HoldPattern, packet: Received): boolean {
    if (packet.hopLimit !== pattern.hopLimit || !sameAddress(packet.source, pattern.source)) return false;
    const payload = this.#sockets.payload(packet);
    if (payload === undefined || payload.length !== pattern.payload.length) return false;
    return payload.every((byte, index) => byte === pattern.payload[index]);
  }

  #countsAway(instance: string): SendCounts | undefined {
    return this.#slots.get(instance)?.away === true ? this.#process?.counts(instance) : undefined;
  }

  counters(instance: string): EngineCounters {
    const slot = this.#slots.get(instance);
    return { sent: (slot?.sent ?? 0) + (this.#countsAway(instance)?.sent ?? 0), held: slot?.held ?? 0 };
  }

  timing(instance: string): EngineTiming {
    const slot = this.#slots.get(instance);
    const away = this.#countsAway(instance);
    const ownUs = slot?.send ? slot.nextSendUs : slot?.hold ? slot.deadlineUs : undefined;
    const nextUs = away?.nextUs ?? ownUs;
    const lastSentUs = away?.lastUs ?? slot?.lastSentUs;
    return {
      ...(nextUs === undefined ? {} : { nextUs }),
      ...(lastSentUs === undefined ? {} : { lastSentUs }),
    };
  }

  clearCounters(): void {
    for (const [instance, slot] of this.#slots) {
      // What is counted elsewhere goes on from where it is.
      slot.sent = -(this.#countsAway(instance)?.sent ?? 0);
      slot.held = 0;
    }
  }

  /** Forgets an instance that a reload removed. */
  remove(instance: string): void {
    this.setSend(instance, undefined);
    this.setHold(instance, undefined);
    this.#slots.delete(instance);
  }
}

const sendTimer = (instance: string): string => `${instance}/advert`;
const holdTimer = (instance: string): string => `${instance}/masterDown`;
