/**
 * Rules that a process of its own carries out (native/engine), so that nothing which happens in this one
 * costs an advert. Whoever gives a rule can always carry it out itself, and does so when it is not taken.
 */
import type { Us } from '../units.ts';
import type { Datagram, VrrpSocket } from './net.ts';

export interface SteadySend {
  /** Not in the past. It may move forward by up to 5 ms, so that many rules leave together. */
  readonly firstAtUs: Us;
  readonly periodUs: Us;
  readonly datagrams: readonly Datagram[];
}

export interface SendCounts {
  /** Rounds that have left whole since the rule was given first, replacements included. */
  readonly sent: number;
  /** Absent = never. */
  readonly lastUs?: Us;
  readonly nextUs?: Us;
}

export interface RuleListener {
  /** The first write that failed since one succeeded. */
  sendFailed(instance: string, datagram: number, errno: number): void;
  /** The rule was not taken after all; `errno` says why. */
  refused(instance: string, errno: number): void;
  /** No rule is known to be carried out any more: all have to be given again. */
  restate(): void;
}

export interface RuleProcess {
  listen(listener: RuleListener): void;
  /** Replaces what the instance had, at once. False: the caller has to send by itself. */
  setSend(instance: string, socket: VrrpSocket, send: SteadySend): boolean;
  /** Nothing of the rule is sent after this returns. Undefined when it cannot say what was sent. */
  cancelSend(instance: string): SendCounts | undefined;
  counts(instance: string): SendCounts | undefined;
  /** Rules of a predecessor of this process end, unless they have been given again. */
  retain(): void;
}
