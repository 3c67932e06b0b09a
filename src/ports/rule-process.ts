/**
 * Rules that a process of its own carries out (native/engine), so that nothing which happens in this one
 * costs an advert. Whoever gives a rule can always carry it out itself, and does so when it is not taken.
 */
import type { Us } from '../units.ts';
import type { AddressSpec } from './kernel.ts';
import type { Announcement, Datagram, VrrpSocket } from './net.ts';

/** The same datagrams on a grid of moments. */
export interface SteadySend {
  /** Not in the past. It may move forward by up to 5 ms, so that many rules leave together. */
  readonly firstAtUs: Us;
  readonly periodUs: Us;
  readonly datagrams: readonly Datagram[];
}

export interface HeldPacket {
  readonly source: Uint8Array;
  /** Bytes after the IP header. */
  readonly payload: Uint8Array;
  readonly hopLimit: number;
}

/** What makes a master of whoever sends adverts: addresses, and one round that announces them. */
export interface Possession {
  readonly addresses: readonly AddressSpec[];
  readonly announcements: readonly Announcement[];
}

/** What is sent when a deadline passes: at once, then every period. */
export interface Takeover extends Pick<SteadySend, 'periodUs' | 'datagrams'> {
  /**
   * A packet with this byte in its payload may be from whoever is waited for: while one is on its way to be
   * judged, nothing begins.
   */
  readonly kin: { readonly at: number; readonly value: number };
  /** Once, after the first round. */
  readonly possession?: Possession;
}

/** A deadline that passed. */
export interface Expiry {
  readonly dueAtUs: Us;
  readonly nowUs: Us;
  /** Packets until then. */
  readonly held: number;
  /** What was to be sent is, as the send rule of the instance. */
  readonly began: boolean;
  /** The possession that followed, or was to. */
  readonly possession?: Possession;
  /** All of it has left. What the kernel thinks of the addresses nobody has heard. */
  readonly followed: boolean;
}

/** A deadline that moves on with every packet of one kind. */
export interface SteadyHold {
  readonly deadlineUs: Us | 'unchanged';
  /** A later deadline that the rule has already stays. */
  readonly atLeast?: true;
  /** A packet moves it to its arrival plus this. */
  readonly windowUs: Us;
  /** Absent: no packet is held. */
  readonly pattern?: HeldPacket;
  readonly takeover?: Takeover;
}

export type RuleKind = 'send' | 'hold';

export interface RuleCounts {
  /** Rounds that have left whole, or packets held, since the rule was given first, replacements included. */
  readonly count: number;
  /** Of the last round or packet; absent = never. */
  readonly lastUs?: Us;
  /** The next round, or the deadline. */
  readonly nextUs?: Us;
}

export interface RuleListener {
  /** The first write that failed since one succeeded. */
  sendFailed(instance: string, datagram: number, errno: number): void;
  /**
   * The deadline passed and the socket was empty when it did. Packets that came before have been delivered.
   * The rule is gone.
   */
  expired(instance: string, expiry: Expiry): void;
  /** A takeover had begun when its rule was replaced or ended: this may be in the kernel. */
  vain(instance: string, possession: Possession): void;
  /** The rule was not taken after all; `errno` says why. */
  refused(kind: RuleKind, instance: string, errno: number): void;
  /** No rule is known to be carried out any more: all have to be given again. */
  restate(): void;
}

export interface RuleProcess {
  listen(listener: RuleListener): void;
  /** Replaces what the instance had, at once. False: the caller has to send by itself. */
  setSend(instance: string, socket: VrrpSocket, send: SteadySend): boolean;
  /**
   * Replaces what the instance had, at once. From now on the socket is read there, and what no rule holds is
   * delivered through it. False: the caller has to wait by itself.
   */
  setHold(instance: string, socket: VrrpSocket, hold: SteadyHold): boolean;
  /** Nothing of the rule happens after this returns. Undefined when it cannot say what did. */
  cancel(kind: RuleKind, instance: string): RuleCounts | undefined;
  counts(kind: RuleKind, instance: string): RuleCounts | undefined;
  /** Delivers everything that has arrived on the sockets that are read there. */
  drain(): void;
  /** Rules of a predecessor of this process end, unless they have been given again. */
  retain(): void;
}
