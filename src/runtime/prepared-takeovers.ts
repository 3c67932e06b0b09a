/**
 * Takeovers as rules of the engine: a send rule that waits for the deadline of a hold rule, and a train of
 * rules behind it that leave once. In: what each instance would do. Out: rules given and dropped.
 */
import { encodeSend, NO_KEY, type RuleKey, ruleKey, type SendTimes } from '../engine/wire.ts';
import type { Datagram, VrrpSocket } from '../ports/net.ts';
import type { Possession, RuleKind, Takeover } from '../ports/rule-process.ts';
import { us } from '../units.ts';
import { rawDatagram } from './raw-datagram.ts';
import type { Train, Trains } from './trains.ts';

export interface Named {
  /** `train`: one of those that leave once. */
  readonly kind: RuleKind | 'train';
  readonly instance: string;
}

export type Request = (serial: number) => Uint8Array;

/** Hands a rule over with its socket; false when it was not taken. */
export type Give = (rule: Named, key: RuleKey, fd: number, request: Request) => boolean;

export interface PreparedTakeover {
  readonly takeover: Takeover;
  readonly socket: VrrpSocket;
  readonly train: readonly RuleKey[];
  /** All of the possession is in the engine. */
  whole: boolean;
}

export const keyOf = (kind: RuleKind, instance: string): RuleKey => ruleKey(`${kind} ${instance}`);

export class PreparedTakeovers {
  readonly #trains: Trains;
  readonly #give: Give;
  readonly #drop: (key: RuleKey) => void;
  readonly #prepared = new Map<string, PreparedTakeover>();

  constructor(trains: Trains, give: Give, drop: (key: RuleKey) => void) {
    this.#trains = trains;
    this.#give = give;
    this.#drop = drop;
  }

  giveSend(
    instance: string,
    { spec, fdOut }: VrrpSocket,
    times: SendTimes,
    datagrams: readonly Datagram[],
  ): boolean {
    const key = keyOf('send', instance);
    const raw = datagrams.map((datagram) => rawDatagram(spec, datagram));
    return this.#give({ kind: 'send', instance }, key, fdOut, (serial) =>
      encodeSend(serial, key, times, raw),
    );
  }

  /** The key of the send rule that waits, or none where there is none or it was not taken. */
  set(instance: string, socket: VrrpSocket, takeover: Takeover | undefined): RuleKey | undefined {
    if (takeover === undefined) {
      this.drop(instance);
      return undefined;
    }
    const known = this.#prepared.get(instance);
    if (known?.takeover === takeover && known.socket === socket) return keyOf('send', instance);
    const { train, whole } = this.#setTrain(instance, known, takeover.possession);
    const [next] = train;
    const times = { firstUs: us(0), periodUs: takeover.periodUs, ...(next === undefined ? {} : { next }) };
    if (!this.giveSend(instance, socket, times, takeover.datagrams)) return undefined;
    this.#prepared.set(instance, { takeover, socket, train, whole });
    return keyOf('send', instance);
  }

  /** Only the first advert may be another one than before. */
  #setTrain(
    instance: string,
    known: PreparedTakeover | undefined,
    possession: Possession | undefined,
  ): Pick<PreparedTakeover, 'train' | 'whole'> {
    if (known !== undefined && known.takeover.possession === possession) return known;
    for (const key of known?.train ?? []) this.#drop(key);
    const train = possession === undefined ? undefined : this.#trains(possession);
    const keys = train === undefined ? [] : this.#giveTrain(instance, train);
    return { train: keys, whole: train?.whole === true && keys.length === train.bursts.length };
  }

  /** The rules that leave once: their keys, or none where one was not taken. */
  #giveTrain(instance: string, { bursts }: Train): RuleKey[] {
    const keys = bursts.map((_, at) => ruleKey(`train ${at} ${instance}`));
    for (const [at, { fd, step, datagrams }] of bursts.entries()) {
      const [key, next] = [keys[at] ?? NO_KEY, keys[at + 1]];
      const times = { firstUs: us(0), periodUs: us(0), step, ...(next === undefined ? {} : { next }) };
      const request: Request = (serial) => encodeSend(serial, key, times, datagrams);
      if (this.#give({ kind: 'train', instance }, key, fd, request)) continue;
      for (const given of keys.slice(0, at)) this.#drop(given);
      return [];
    }
    return keys;
  }

  /** A rule of the train was refused. */
  incomplete(instance: string): void {
    const prepared = this.#prepared.get(instance);
    if (prepared !== undefined) prepared.whole = false;
  }

  /** The send rule is to stay what it is. Returns what it was prepared for. */
  forget(instance: string): PreparedTakeover | undefined {
    const prepared = this.#prepared.get(instance);
    this.#prepared.delete(instance);
    for (const key of prepared?.train ?? []) this.#drop(key);
    return prepared;
  }

  drop(instance: string): void {
    if (this.forget(instance) !== undefined) this.#drop(keyOf('send', instance));
  }

  clear(): void {
    this.#prepared.clear();
  }
}
