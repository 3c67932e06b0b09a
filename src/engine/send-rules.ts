/**
 * Send rules. In: rules of the core. Out: datagrams on their grid of moments. Where there is a rule process,
 * it gets every rule whose rounds are all alike; what it does not take is sent from here.
 */
import type { Clock } from '../ports/clock.ts';
import type { Datagram, NetError, VrrpSocket } from '../ports/net.ts';
import type { RuleProcess } from '../ports/rule-process.ts';
import type { Result } from '../result.ts';
import type { Us } from '../units.ts';
import { addUs } from '../units.ts';
import {
  type EngineListener,
  type EngineTiming,
  roundsAlike,
  type SendRule,
  type TakeoverRule,
} from './rules.ts';
import { sameDatagrams } from './same-datagrams.ts';
import { Slots } from './slots.ts';

export interface SendSockets {
  send(instance: string, datagram: Datagram): Result<void, NetError>;
  /** Undefined while it has none. */
  socket(instance: string): VrrpSocket | undefined;
  /** The bytes of this round of a sealed rule. */
  seal(instance: string, datagrams: readonly Datagram[]): readonly Datagram[];
}

interface Slot {
  send: SendRule | undefined;
  /** When the next round is due; of a rule that is away, when its first one was. */
  nextSendUs: Us;
  sent: number;
  failing: boolean;
  lastSentUs: Us | undefined;
  /** When the running rules wrote last; absent while there is none. */
  lastRoundUs: Us | undefined;
  /** The rule process sends; what it has sent is not in `sent`. */
  away: boolean;
  /** What it should have sent before it got the rule that it has, for when it can no longer say. */
  awaySent: number;
  /** The rule process did not take this rule. */
  refused: boolean;
  /** The rule process has begun by itself, and nobody has said yet that it was right. */
  begun: boolean;
}

const emptySlot = (): Slot => ({
  send: undefined,
  nextSendUs: 0 as Us,
  sent: 0,
  failing: false,
  lastSentUs: undefined,
  lastRoundUs: undefined,
  away: false,
  awaySent: 0,
  refused: false,
  begun: false,
});

export class SendRules {
  readonly #clock: Clock;
  readonly #sockets: SendSockets;
  readonly #listener: EngineListener;
  readonly #process: RuleProcess | undefined;
  readonly #slots: Slots<Slot>;

  constructor(
    clock: Clock,
    sockets: SendSockets,
    listener: EngineListener,
    process: RuleProcess | undefined,
  ) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#listener = listener;
    this.#process = process;
    this.#slots = new Slots('send', process, emptySlot);
  }

  set(instance: string, rule: SendRule | undefined): void {
    const slot = this.#slots.of(instance);
    const goesOn = slot.begun && rule !== undefined && sameRound(slot.send, rule);
    slot.begun = false;
    if (goesOn) {
      slot.send = rule;
      return;
    }
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
    const slot = this.#slots.of(instance);
    slot.nextSendUs = dueAtUs;
    if (this.#sendAway(instance, slot, rule)) {
      this.#clock.cancel(sendTimer(instance));
      return;
    }
    this.#clock.armAt(sendTimer(instance), dueAtUs, () => this.#sendDue(instance, rule, dueAtUs));
  }

  /** The rule process has sent a first round at this moment, and goes on. */
  begun(
    instance: string,
    { periodUs, datagrams }: Pick<TakeoverRule, 'periodUs' | 'datagrams'>,
    atUs: Us,
  ): void {
    const slot = this.#slots.of(instance);
    slot.send = { firstAtUs: atUs, periodUs, datagrams };
    slot.nextSendUs = addUs(atUs, periodUs);
    slot.away = true;
    slot.awaySent = 1;
    slot.begun = true;
    slot.refused = false;
    this.#clock.cancel(sendTimer(instance));
  }

  /** Whoever had to say whether it was right has been asked: silence is a no. Whether something is sent. */
  settle(instance: string): boolean {
    if (this.#slots.get(instance)?.begun === true) this.set(instance, undefined);
    return this.#slots.get(instance)?.send !== undefined;
  }

  /** Whether another process can carry it out. */
  #mayLeave({ refused }: Slot, rule: SendRule): boolean {
    return this.#process !== undefined && !refused && roundsAlike(rule);
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
    if (taken === true) slot.away = true;
    else this.#recall(instance, slot);
    return slot.away;
  }

  /** Nothing more is sent elsewhere, and what was is counted here. */
  #recall(instance: string, slot: Slot): void {
    if (!slot.away) return;
    slot.away = false;
    const counts = this.#process?.cancel('send', instance);
    slot.sent += counts?.count ?? slot.awaySent;
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

  failedAway(instance: string, index: number, errno: number): void {
    const datagram = this.#slots.get(instance)?.send?.datagrams[index];
    if (datagram === undefined) return;
    this.#listener.sendFailed(instance, { call: 'sendmmsg', errno }, datagram.destination);
  }

  refused(instance: string): void {
    const slot = this.#slots.get(instance);
    if (slot?.send === undefined || !slot.away) return;
    // The rule that this one was to replace goes on there.
    this.#recall(instance, slot);
    slot.refused = true;
    this.#clock.cancel(sendTimer(instance));
    this.#armSend(instance, slot.send, slot.nextSendUs);
  }

  restate(): void {
    for (const [instance, slot] of this.#slots) {
      if (slot.away) {
        slot.away = false;
        slot.sent += slot.awaySent + this.#roundsDue(slot);
        slot.awaySent = 0;
        // One advert too many is better than one too few.
        if (slot.send !== undefined) this.set(instance, { ...slot.send, firstAtUs: this.#clock.now() });
      } else if (slot.send !== undefined) this.#armSend(instance, slot.send, slot.nextSendUs);
    }
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
    const slot = this.#slots.of(instance);
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
    this.set(instance, undefined);
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

  /** Rounds that have left. */
  sent(instance: string): number {
    return (this.#slots.get(instance)?.sent ?? 0) + (this.#slots.countsAway(instance)?.count ?? 0);
  }

  timing(instance: string): EngineTiming {
    const slot = this.#slots.get(instance);
    const away = this.#slots.countsAway(instance);
    const nextUs = away?.nextUs ?? (slot?.send === undefined ? undefined : slot.nextSendUs);
    const lastSentUs = away?.lastUs ?? slot?.lastSentUs;
    return {
      ...(nextUs === undefined ? {} : { nextUs }),
      ...(lastSentUs === undefined ? {} : { lastSentUs }),
    };
  }

  clearCounters(): void {
    // What is counted elsewhere goes on from where it is.
    for (const [instance, slot] of this.#slots) slot.sent = -(this.#slots.countsAway(instance)?.count ?? 0);
  }

  /** Forgets an instance that a reload removed. */
  remove(instance: string): void {
    this.set(instance, undefined);
    this.#slots.delete(instance);
  }
}

/** Every round of both is the same. */
function sameRound(begun: SendRule | undefined, rule: SendRule): boolean {
  if (begun === undefined || !roundsAlike(rule)) return false;
  return begun.periodUs === rule.periodUs && sameDatagrams(begun.datagrams, rule.datagrams);
}

const sendTimer = (instance: string): string => `${instance}/advert`;
