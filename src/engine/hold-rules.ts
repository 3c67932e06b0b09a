/**
 * Hold rules. In: rules of the core, packets. Out: deadlines that passed, and the packets that no rule holds.
 * Where there is a rule process, it gets every rule that it can hold or end by itself, and with it the
 * reading of the socket.
 */
import type { Clock } from '../ports/clock.ts';
import type { Received, VrrpSocket } from '../ports/net.ts';
import type { RuleProcess } from '../ports/rule-process.ts';
import type { Us } from '../units.ts';
import { addUs } from '../units.ts';
import { sameAddress } from '../wire/address.ts';
import type { EngineListener, HoldPattern, HoldRule, TakeoverRule } from './rules.ts';
import { sameDatagrams } from './same-datagrams.ts';
import { Slots } from './slots.ts';

export interface HoldSockets {
  /** Undefined while it has none. */
  socket(instance: string): VrrpSocket | undefined;
  /** Whether no other instance gets the packets of this one. */
  alone(instance: string): boolean;
  /** Delivers what is waiting, through `HoldRules.receive`. */
  drain(instance: string): void;
  /** Bytes after the IP header of a received packet; undefined when it has none. */
  payload(packet: Received): Uint8Array | undefined;
}

const JUDGED = 'hold-judged';

interface Slot {
  hold: HoldRule | undefined;
  /** Of a rule that is away, what it began with. */
  deadlineUs: Us;
  held: number;
  /** The rule process waits; what it has held is not in `held`. */
  away: boolean;
  /** The rule process did not take this rule. */
  refused: boolean;
  /** What follows the deadline. */
  takeover: TakeoverRule | undefined;
}

const emptySlot = (): Slot => ({
  hold: undefined,
  deadlineUs: 0 as Us,
  held: 0,
  away: false,
  refused: false,
  takeover: undefined,
});

export class HoldRules {
  readonly #clock: Clock;
  readonly #sockets: HoldSockets;
  readonly #listener: EngineListener;
  readonly #process: RuleProcess | undefined;
  readonly #slots: Slots<Slot>;
  /** Whose packets have been judged, which the rule process has yet to hear. */
  readonly #judged = new Set<string>();

  constructor(
    clock: Clock,
    sockets: HoldSockets,
    listener: EngineListener,
    process: RuleProcess | undefined,
  ) {
    this.#clock = clock;
    this.#sockets = sockets;
    this.#listener = listener;
    this.#process = process;
    this.#slots = new Slots('hold', process, emptySlot);
  }

  set(instance: string, rule: HoldRule | undefined): void {
    const slot = this.#slots.of(instance);
    const running = slot.hold !== undefined;
    slot.refused = false;
    if (rule === undefined) {
      this.#recall(instance, slot);
      slot.hold = undefined;
      this.#clock.cancel(holdTimer(instance));
      return;
    }
    slot.hold = rule;
    if (rule.deadlineUs !== 'unchanged') slot.deadlineUs = rule.deadlineUs;
    else if (!running) slot.deadlineUs = addUs(this.#clock.now(), rule.windowUs);
    this.#start(instance, slot, rule.deadlineUs === 'unchanged' && slot.away ? 'unchanged' : slot.deadlineUs);
  }

  #start(instance: string, slot: Slot, deadlineUs: Us | 'unchanged'): void {
    if (this.#giveAway(instance, slot, deadlineUs)) {
      this.#clock.cancel(holdTimer(instance));
      return;
    }
    const recalledUs = this.#recall(instance, slot);
    if (deadlineUs === 'unchanged' && recalledUs !== undefined) slot.deadlineUs = recalledUs;
    this.#arm(instance, slot.deadlineUs);
  }

  #giveAway(instance: string, slot: Slot, deadlineUs: Us | 'unchanged', atLeast = false): boolean {
    const { hold, refused, takeover } = slot;
    if (this.#process === undefined || refused || hold === undefined) return false;
    if (hold.pattern === undefined && takeover === undefined) return false;
    const socket = this.#sockets.socket(instance);
    if (socket === undefined || !this.#sockets.alone(instance)) return false;
    const { windowUs, pattern } = hold;
    const taken = this.#process.setHold(instance, socket, {
      deadlineUs,
      windowUs,
      ...(atLeast ? { atLeast } : {}),
      ...(pattern === undefined ? {} : { pattern }),
      ...(takeover === undefined ? {} : { takeover }),
    });
    slot.away = taken || slot.away;
    // The rule says it with everything else.
    if (taken) this.#judged.delete(instance);
    return taken;
  }

  /** One word for all packets that are read now: a flood of them would cost a switch of processes each. */
  #sayJudged(instance: string): void {
    if (this.#judged.size === 0) this.#clock.armAt(JUDGED, this.#clock.now(), () => this.#sayAllJudged());
    this.#judged.add(instance);
  }

  #sayAllJudged(): void {
    const judged = [...this.#judged];
    this.#judged.clear();
    for (const instance of judged) {
      const slot = this.#slots.get(instance);
      if (slot?.away && slot.takeover !== undefined) this.#giveAway(instance, slot, 'unchanged');
    }
  }

  /** What follows the deadline is another thing than before. */
  prepare(instance: string, takeover: TakeoverRule | undefined): void {
    const slot = this.#slots.get(instance);
    if (slot === undefined || sameTakeover(slot.takeover, takeover)) return;
    slot.takeover = takeover;
    if (slot.hold !== undefined) this.#start(instance, slot, slot.away ? 'unchanged' : slot.deadlineUs);
  }

  /** Waits here from now on: until when. Undefined when it was here already, or nobody can say. */
  #recall(instance: string, slot: Slot): Us | undefined {
    if (!slot.away) return undefined;
    slot.away = false;
    const counts = this.#process?.cancel('hold', instance);
    slot.held += counts?.count ?? 0;
    return counts?.nextUs;
  }

  #arm(instance: string, deadlineUs: Us): void {
    this.#clock.armAt(holdTimer(instance), deadlineUs, (dueAtUs, nowUs) => {
      const slot = this.#slots.of(instance);
      const before = slot.deadlineUs;
      // This process may be late while the master was not: what it sent is in the socket and counts first.
      this.#sockets.drain(instance);
      this.#process?.drain();
      if (slot.hold === undefined || slot.away || slot.deadlineUs !== before) return;
      this.#clock.cancel(holdTimer(instance));
      slot.hold = undefined;
      this.#listener.deadline(instance, dueAtUs, nowUs);
    });
  }

  /** Every packet of an instance comes through here that the rule process has not held. */
  receive(instance: string, packet: Received): void {
    const slot = this.#slots.of(instance);
    const rule = slot.hold;
    if (rule?.pattern === undefined || !holds(rule.pattern, packet, this.#sockets.payload(packet))) {
      const before = slot.hold;
      this.#listener.packet(instance, packet);
      // It has been judged, and changed nothing.
      if (slot.away && slot.hold === before && slot.takeover !== undefined) this.#sayJudged(instance);
      return;
    }
    slot.held += 1;
    const deadlineUs = addUs(packet.atUs, rule.windowUs);
    // It was on the way when the rule was given away, which may have held later ones since.
    if (slot.away && this.#giveAway(instance, slot, deadlineUs, true)) return;
    slot.deadlineUs = deadlineUs;
    this.#start(instance, slot, deadlineUs);
  }

  /** What was to follow, for whoever sends. Undefined when nobody waits for it any more. */
  expired(instance: string, held: number): { readonly takeover: TakeoverRule | undefined } | undefined {
    const slot = this.#slots.get(instance);
    if (slot?.hold === undefined || !slot.away) return undefined;
    slot.away = false;
    slot.held += held;
    slot.hold = undefined;
    return { takeover: slot.takeover };
  }

  /** The socket of an instance is another one than before, or gone, or no longer its own. */
  moved(instance: string): void {
    const slot = this.#slots.get(instance);
    if (slot?.hold === undefined || !slot.away) return;
    slot.deadlineUs = this.#recall(instance, slot) ?? this.#fromNow(slot.hold);
    this.#start(instance, slot, slot.deadlineUs);
  }

  refused(instance: string): void {
    const slot = this.#slots.get(instance);
    if (slot?.hold === undefined || !slot.away) return;
    // The rule that this one was to replace goes on there, and packets have moved its deadline.
    const knownUs = this.#recall(instance, slot);
    const stated = slot.deadlineUs > this.#clock.now() ? slot.deadlineUs : this.#fromNow(slot.hold);
    slot.deadlineUs = knownUs ?? stated;
    slot.refused = true;
    this.#arm(instance, slot.deadlineUs);
  }

  restate(): void {
    for (const [instance, slot] of this.#slots) {
      if (slot.hold === undefined) continue;
      // Nobody knows when the master was heard last: as long as somebody did, not long ago.
      if (slot.away) slot.deadlineUs = this.#fromNow(slot.hold);
      slot.away = false;
      this.#start(instance, slot, slot.deadlineUs);
    }
  }

  #fromNow({ windowUs }: HoldRule): Us {
    return addUs(this.#clock.now(), windowUs);
  }

  /** Packets that woke nobody. */
  held(instance: string): number {
    return (this.#slots.get(instance)?.held ?? 0) + (this.#slots.countsAway(instance)?.count ?? 0);
  }

  deadline(instance: string): Us | undefined {
    const slot = this.#slots.get(instance);
    return slot?.hold === undefined
      ? undefined
      : (this.#slots.countsAway(instance)?.nextUs ?? slot.deadlineUs);
  }

  clearCounters(): void {
    // What is counted elsewhere goes on from where it is.
    for (const [instance, slot] of this.#slots) slot.held = -(this.#slots.countsAway(instance)?.count ?? 0);
  }

  /** Forgets an instance that a reload removed. */
  remove(instance: string): void {
    this.set(instance, undefined);
    this.#slots.delete(instance);
  }
}

/** `payload`: the bytes after the IP header of the packet. */
export function holds(pattern: HoldPattern, packet: Received, payload: Uint8Array | undefined): boolean {
  if (packet.hopLimit !== pattern.hopLimit || !sameAddress(packet.source, pattern.source)) return false;
  if (payload === undefined || payload.length !== pattern.payload.length) return false;
  return payload.every((byte, index) => byte === pattern.payload[index]);
}

function sameTakeover(a: TakeoverRule | undefined, b: TakeoverRule | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.possession !== b.possession) return false;
  return a.periodUs === b.periodUs && sameDatagrams(a.datagrams, b.datagrams);
}

const holdTimer = (instance: string): string => `${instance}/masterDown`;
