/**
 * The engine in JavaScript: rules carried out on the process's own event loop. In: rules of the core and
 * packets of the sockets. Out: datagrams, and events for what no rule covers.
 */
import type { Clock } from '../ports/clock.ts';
import type { Datagram, NetError, Received } from '../ports/net.ts';
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
}

export class SoftEngine implements Engine {
  readonly #clock: Clock;
  readonly #sockets: EngineSockets;
  readonly #listener: EngineListener;
  readonly #slots = new Map<string, Slot>();

  constructor(clock: Clock, sockets: EngineSockets, listener: EngineListener) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#listener = listener;
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
      };
      this.#slots.set(instance, slot);
    }
    return slot;
  }

  setSend(instance: string, rule: SendRule | undefined): void {
    this.#slot(instance).send = rule;
    this.#clock.cancel(sendTimer(instance));
    if (rule === undefined) {
      this.#slot(instance).lastRoundUs = undefined;
      return;
    }
    if (rule.firstAtUs <= this.#clock.now()) this.#sendDue(instance, rule, rule.firstAtUs);
    else this.#armSend(instance, rule, rule.firstAtUs);
  }

  #armSend(instance: string, rule: SendRule, dueAtUs: Us): void {
    this.#slot(instance).nextSendUs = dueAtUs;
    this.#clock.armAt(sendTimer(instance), dueAtUs, () => this.#sendDue(instance, rule, dueAtUs));
  }

  /**
   * Sends what has become due while somebody keeps the loop busy with long work. A rule that would give up
   * is left to its timer: whoever works must not meet another decision on the way.
   */
  sendOverdue(): void {
    const now = this.#clock.now();
    for (const [instance, { send, nextSendUs }] of this.#slots) {
      if (send === undefined || nextSendUs > now || send.giveUpAfterUs !== undefined) continue;
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

  counters(instance: string): EngineCounters {
    const slot = this.#slots.get(instance);
    return { sent: slot?.sent ?? 0, held: slot?.held ?? 0 };
  }

  timing(instance: string): EngineTiming {
    const slot = this.#slots.get(instance);
    const nextUs = slot?.send ? slot.nextSendUs : slot?.hold ? slot.deadlineUs : undefined;
    const lastSentUs = slot?.lastSentUs;
    return {
      ...(nextUs === undefined ? {} : { nextUs }),
      ...(lastSentUs === undefined ? {} : { lastSentUs }),
    };
  }

  clearCounters(): void {
    for (const slot of this.#slots.values()) {
      slot.sent = 0;
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
