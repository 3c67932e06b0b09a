/**
 * The boundary between the VRRP core and whatever keeps the steady state going. The core states two kinds
 * of rule, the engine carries them out without asking again: *send* writes the same bytes on a fixed grid of
 * deadlines, *hold* pushes a deadline for as long as the expected packet keeps arriving. An engine may be
 * JavaScript over the Clock and Net ports (soft.ts) or a separate real-time process; the core cannot tell.
 */
import type { Datagram, NetError, Received } from '../ports/net.ts';
import type { HeldPacket, Possession, Takeover } from '../ports/rule-process.ts';
import type { Us } from '../units.ts';

/** At `firstAtUs` and every `periodUs` after it, write every datagram. Deadlines are absolute: no drift. */
export interface SendRule {
  readonly firstAtUs: Us;
  readonly periodUs: Us;
  readonly datagrams: readonly Datagram[];
  /** Each round needs bytes of its own, a sequence number and a digest: the engine has to ask for them. */
  readonly sealed?: true;
  /** A round this long after the one before is not sent any more; the rule ends, and the core is told. */
  readonly giveUpAfterUs?: Us;
}

/** Whether a round leaves whenever it is due, with the bytes of the one before: anybody can send it. */
export const roundsAlike = ({ sealed, giveUpAfterUs }: SendRule): boolean =>
  sealed !== true && giveUpAfterUs === undefined;

/** The packet that keeps a hold rule quiet: same VRRP bytes from the same sender at the same hop limit. */
export type HoldPattern = HeldPacket;

export interface HoldRule {
  /** `unchanged` keeps the deadline that held packets have moved to, which only the engine knows. */
  readonly deadlineUs: Us | 'unchanged';
  /** A matching packet moves the deadline to its arrival plus this. */
  readonly windowUs: Us;
  /** Absent: every packet goes to the core. */
  readonly pattern?: HoldPattern;
}

/** Counts that the engine keeps because nobody is woken: cumulative for the life of an instance. */
export interface EngineCounters {
  readonly sent: number;
  readonly held: number;
}

export interface EngineListener {
  /** A hold deadline passed, and the socket was empty when it did. */
  deadline(instance: string, dueAtUs: Us, nowUs: Us): void;
  /** A send rule gave up: see `giveUpAfterUs`. */
  late(instance: string, nowUs: Us): void;
  /** A packet that no hold rule absorbed. */
  packet(instance: string, packet: Received): void;
  /** A takeover that the engine began is not wanted: this may be in the kernel. */
  vain(instance: string, possession: Possession): void;
  /** A write of a send rule failed; reported once until a write succeeds again. */
  sendFailed(instance: string, error: NetError, destination: Uint8Array): void;
}

export interface EngineTiming {
  /** When the next advert leaves or the hold rule ends; absent while neither rule runs. */
  readonly nextUs?: Us;
  /** When a rule last sent an advert; absent = never. */
  readonly lastSentUs?: Us;
}

/** What follows when a hold deadline passes, so that it can follow at once. */
export type TakeoverRule = Takeover;

export interface Engine {
  setSend(instance: string, rule: SendRule | undefined): void;
  setHold(instance: string, rule: HoldRule | undefined): void;
  /**
   * What the listener would send if the deadline of the hold rule passed now. The engine may do so before the
   * listener hears of it, who then states the same rule. Undefined: it has to ask first.
   */
  prepare(instance: string, takeover: TakeoverRule | undefined): void;
  /** While the listener hears of a deadline: whether the addresses have been announced once since. */
  announced(instance: string): boolean;
  counters(instance: string): EngineCounters;
  timing(instance: string): EngineTiming;
  clearCounters(): void;
}
