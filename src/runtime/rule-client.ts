/**
 * The RuleProcess port over the native engine. In: rules of this process and the control socket that it
 * inherited. Out: requests of engine/wire.ts. The engine sends only while it has a lease, which is renewed
 * here: a process that hangs for longer than LEASE_US stops advertising, and a peer takes over.
 */

import type { Heartbeat } from '../../native/index.d.ts';
import {
  decodeAnswer,
  ENGINE_VERSION,
  type EngineAnswer,
  encodeHold,
  encodeKeyed,
  encodeLease,
  encodePlain,
  encodeUnwatch,
  type RuleKey,
} from '../engine/wire.ts';
import type { VrrpSocket } from '../ports/net.ts';
import type {
  RuleCounts,
  RuleKind,
  RuleListener,
  RuleProcess,
  SteadyHold,
  SteadySend,
} from '../ports/rule-process.ts';
import { addUs, type Us, us } from '../units.ts';
import { type Claim, Claims } from './claims.ts';
import { controlBuffer } from './cmsg.ts';
import { EPOLLIN, EPOLLOUT, SCM_RIGHTS, SOL_SOCKET } from './constants.ts';
import { EAGAIN, EMSGSIZE } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { type Give, keyOf, type Named, PreparedTakeovers, type Request } from './prepared-takeovers.ts';
import { int32Bytes } from './raw-datagram.ts';
import type { Trains } from './trains.ts';
import { copyOf, Watches } from './watches.ts';

/** How long the engine goes on by itself: long enough for a killed process to have a successor. */
const LEASE_US = 6_000_000;
/** Renewed by native code: the process sleeps on. */
const RENEW_MS = 2000;
const ASK_AGAIN_US = us(1_000_000);
/** What an engine that answers at all needs even on a machine that is out of breath. */
const ANSWER_MS = 250;
/** At the start nobody waits for an engine that is not there yet; it says hello when it is. */
const GREETING_MS = 20;
/** Messages at a time. */
const PER_WAKE_UP = 256;
/** A deadline that is heard of later than this is looked at again: its master may have come back. */
const LATE_US = 2000;
/** Larger than any message of the engine: a packet of 4.5 KB with what the kernel says of it. */
const MESSAGE_ROOM = 8192;
/** Acknowledgements that nobody has read yet; the socket has room for twice as many. */
const MOST_GIVEN = 128;
const ASK = 'engine/ask';
const BACKLOG = 'engine/backlog';

export interface RuleClientLog {
  /** It sends, but not with real-time priority, or its memory may be swapped. */
  limited(what: 'real-time priority' | 'locked memory', errno: number): void;
  /** It does not answer: rules are carried out here until it does. */
  lost(): void;
  back(): void;
}

type Expired = Extract<EngineAnswer, { readonly type: 'expired' }>;
type Hello = Extract<EngineAnswer, { readonly type: 'hello' }>;

export class RuleClient implements RuleProcess {
  readonly #loop: Loop;
  readonly #fd: number;
  readonly #log: RuleClientLog;
  readonly #buffer = new Uint8Array(MESSAGE_ROOM);
  readonly #lengths = new Int32Array(3);
  /** Rules by the text of their key. */
  readonly #rules = new Map<string, Named>();
  /** Rules given but not acknowledged, by serial. */
  readonly #given = new Map<number, Named>();
  /** The request that set the hold rule of an instance last. */
  readonly #holdSerials = new Map<string, number>();
  readonly #prepared: PreparedTakeovers;
  readonly #claims = new Claims();
  /** Of an engine that is gone. */
  #orphans: readonly Claim[] = [];
  readonly #watches = new Watches();
  /** Sockets that are asked back, by serial. */
  readonly #unwatching = new Map<number, number>();
  /** Deadlines that passed: packets that have arrived meanwhile are delivered first. */
  #expired: Expired[] = [];
  /** Those that something still follows, by the serial of their rule, and what ends their waiting. */
  readonly #following = new Map<number, { readonly expired: Expired; readonly goOn: () => void }>();
  #reading = false;
  /** Answers that arrived while another one was waited for. */
  #backlog: EngineAnswer[] = [];
  #listener: RuleListener | undefined;
  #serial = 0;
  #up = false;
  /** Whether an answer to `ask` is to come. */
  #asked = false;
  #heartbeat: Heartbeat | undefined;
  #limitsTold = false;
  #lostTold = false;

  constructor(loop: Loop, fd: number, trains: Trains, log: RuleClientLog) {
    this.#loop = loop;
    this.#fd = fd;
    const give: Give = (rule, key, given, request) => this.#give(rule, key, given, request) !== undefined;
    this.#prepared = new PreparedTakeovers(trains, give, (key) => this.#drop(key));
    this.#log = log;
    // Answers to a predecessor.
    while (this.#receive() !== undefined);
    const hello = this.#ask(GREETING_MS);
    if (hello?.type === 'hello') this.#greeted(hello);
    loop.watch(fd, () => this.#read());
    if (!this.#up) this.#askLater();
  }

  listen(listener: RuleListener): void {
    this.#listener = listener;
  }

  #askLater(): void {
    this.#loop.armAt(ASK, addUs(this.#loop.now(), ASK_AGAIN_US), () => {
      if (this.#up) return;
      this.#ask(0);
      this.#askLater();
    });
  }

  #lease(): void {
    this.#heartbeat?.close();
    const head = encodeLease(0, us(0)).subarray(0, 8);
    this.#heartbeat = new native.Heartbeat(this.#fd, head, RENEW_MS, LEASE_US, () => this.#lose());
  }

  /** One question at a time: nobody may be there to take it. */
  #ask(waitMs: number): EngineAnswer | undefined {
    if (this.#asked) return undefined;
    const serial = this.#nextSerial();
    this.#asked = native.sendmsg(this.#fd, encodePlain('ask', serial), null, null, 0) >= 0;
    return this.#asked && waitMs > 0 ? this.#answerTo(serial, waitMs) : undefined;
  }

  #greeted({ version, realtime, locked }: Hello): void {
    this.#asked = false;
    if (version !== ENGINE_VERSION) {
      // Of another release: its parent has been replaced on disk while it ran.
      if (!this.#lostTold) this.#log.lost();
      this.#lostTold = true;
      return;
    }
    this.#up = true;
    this.#forget();
    if (!this.#limitsTold) {
      if (realtime !== 0) this.#log.limited('real-time priority', realtime);
      if (locked !== 0) this.#log.limited('locked memory', locked);
      this.#limitsTold = true;
    }
    if (this.#lostTold) this.#log.back();
    this.#lostTold = false;
    this.#post((serial) => encodePlain('begin', serial));
    this.#lease();
    if (this.#listener === undefined) return;
    this.#restate();
    this.retain();
  }

  #restate(): void {
    const orphans = this.#orphans;
    this.#orphans = [];
    for (const { instance, possession } of orphans) this.#listener?.vain(instance, possession);
    this.#listener?.restate();
  }

  /** Whatever was given to an engine is not known to be there any more. */
  #forget(): void {
    this.#given.clear();
    this.#holdSerials.clear();
    this.#prepared.clear();
    this.#orphans = [...this.#orphans, ...this.#claims.takeAll()];
    this.#unwatching.clear();
    this.#expired = [];
    this.#following.clear();
    this.#watches.clear();
  }

  #nextSerial(): number {
    this.#serial = (this.#serial + 1) >>> 0 || 1;
    return this.#serial;
  }

  /** Hands a request over; undefined when nobody takes it, after which the engine counts as lost. */
  #post(request: Request, control: Uint8Array | null = null): number | undefined {
    if (!this.#up) return undefined;
    const serial = this.#nextSerial();
    const bytes = request(serial);
    let sent = native.sendmsg(this.#fd, bytes, null, control, 0);
    if (sent === -EAGAIN && native.waitReady(this.#fd, EPOLLOUT, ANSWER_MS) > 0) {
      sent = native.sendmsg(this.#fd, bytes, null, control, 0);
    }
    if (sent >= 0) return serial;
    if (sent !== -EMSGSIZE) this.#lose();
    return undefined;
  }

  #receive(): EngineAnswer | undefined | 'unsound' {
    const length = native.recvmsg(this.#fd, this.#buffer, null, null, 0, this.#lengths);
    if (length <= 0) return undefined;
    return decodeAnswer(this.#buffer.subarray(0, length)) ?? 'unsound';
  }

  /** Waits; what else arrives meanwhile is looked at later, so that nobody is called back in between. */
  #answerTo(serial: number, waitMs: number): EngineAnswer | undefined {
    const untilUs = this.#loop.now() + waitMs * 1000;
    for (;;) {
      const answer = this.#receive();
      if (answer === 'unsound') continue;
      if (answer !== undefined) {
        if (
          (answer.type === 'ack' || answer.type === 'report' || answer.type === 'hello') &&
          answer.serial === serial
        )
          return answer;
        this.#keep(answer);
        continue;
      }
      const leftMs = Math.ceil((untilUs - this.#loop.now()) / 1000);
      if (leftMs <= 0 || native.waitReady(this.#fd, EPOLLIN, leftMs) <= 0) return undefined;
    }
  }

  /** Makes room in the socket; what arrived is looked at later. */
  #collect(): void {
    for (let answer = this.#receive(); answer !== undefined; answer = this.#receive()) {
      if (answer === 'unsound') continue;
      if (answer.type === 'ack' && answer.value >= 0 && this.#given.has(answer.serial)) {
        this.#taken(answer);
        continue;
      }
      this.#keep(answer);
    }
    if (this.#backlog.length > 0) this.#later();
  }

  #keep(answer: EngineAnswer): void {
    this.#backlog.push(answer.type === 'packet' ? copyOf(answer) : answer);
  }

  #demand(request: Request): EngineAnswer | undefined {
    const serial = this.#post(request);
    const answer = serial === undefined ? undefined : this.#answerTo(serial, ANSWER_MS);
    if (serial !== undefined && answer === undefined) this.#lose();
    if (this.#backlog.length > 0) this.#later();
    return answer;
  }

  #later(): void {
    this.#loop.armAt(BACKLOG, this.#loop.now(), () => {
      if (!this.#up) this.#restate();
      this.#read();
    });
  }

  #lose(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#heartbeat?.close();
    this.#heartbeat = undefined;
    this.#forget();
    if (!this.#lostTold) this.#log.lost();
    this.#lostTold = true;
    this.#askLater();
    // Whoever is in the middle of a rule goes on first.
    this.#later();
  }

  #read(): void {
    // Whoever is called from here may ask something; what it meets on the way is read here.
    if (this.#reading) return;
    this.#reading = true;
    try {
      this.#readSome();
      const late = this.#expired.some(({ nowUs }) => this.#loop.now() - nowUs > LATE_US);
      if (late) {
        this.#demand((serial) => encodePlain('drain', serial));
        this.#readSome();
      }
      const expired = this.#expired;
      this.#expired = [];
      for (const one of expired) this.#expire(one, false);
      // A flood may not keep everything else waiting.
      if (this.#readSome() === PER_WAKE_UP) this.#later();
    } finally {
      this.#reading = false;
    }
  }

  /** Returns how many were there. */
  #readSome(): number {
    for (let count = 0; count < PER_WAKE_UP; count++) {
      const answer = this.#backlog.shift() ?? this.#receive();
      if (answer === undefined) return count;
      if (answer !== 'unsound') this.#take(answer);
    }
    return PER_WAKE_UP;
  }

  #take(answer: EngineAnswer): void {
    if (answer.type === 'hello') {
      // Serial 0: another engine than before, which has no rules yet.
      if (answer.serial === 0 || !this.#up) this.#greeted(answer);
    } else if (answer.type === 'failed') {
      const rule = this.#rules.get(textOf(answer.key));
      if (rule !== undefined) this.#listener?.sendFailed(rule.instance, answer.datagram, answer.errno);
    } else if (answer.type === 'ack') {
      const watch = this.#unwatching.get(answer.serial);
      if (watch !== undefined) this.#watches.release(watch);
      this.#unwatching.delete(answer.serial);
      this.#taken(answer);
    } else if (answer.type === 'expired') {
      // What has begun on the wire cannot wait for second thoughts.
      if (answer.begunUs === 0) this.#expired.push(answer);
      else if (answer.follows) this.#awaitRest(answer);
      else this.#expire(answer, false);
    } else if (answer.type === 'followed') this.#followed(answer);
    else if (answer.type === 'packet') this.#watches.deliver(answer);
  }

  #taken({ serial, value }: Extract<EngineAnswer, { readonly type: 'ack' }>): void {
    const rule = this.#given.get(serial);
    this.#given.delete(serial);
    if (rule === undefined) return;
    if (value < 0) this.#refused(rule, -value);
    else if (value === 0 && rule.kind === 'hold' && this.#holdSerials.get(rule.instance) === serial) {
      this.#claims.keepLast(textOf(keyOf('hold', rule.instance)));
    }
  }

  #refused({ kind, instance }: Named, errno: number): void {
    if (kind === 'train') {
      this.#prepared.incomplete(instance);
      return;
    }
    if (kind === 'hold') this.#unwatch(instance);
    this.#listener?.refused(kind, instance, errno);
  }

  #isCurrent({ key, serial }: Expired): boolean {
    const instance = this.#rules.get(textOf(key))?.instance;
    return instance !== undefined && this.#holdSerials.get(instance) === serial;
  }

  /** Packets that came later are to find what the deadline led to. */
  #awaitRest(expired: Expired): void {
    if (!this.#isCurrent(expired)) return;
    const instance = this.#rules.get(textOf(expired.key))?.instance ?? '';
    const goOn = this.#watches.block(instance) ?? (() => undefined);
    this.#following.set(expired.serial, { expired, goOn });
  }

  #followed({ serial, key, whole }: Extract<EngineAnswer, { readonly type: 'followed' }>): void {
    const waiting = this.#following.get(serial);
    this.#following.delete(serial);
    if (waiting !== undefined && this.#isCurrent(waiting.expired)) this.#expire(waiting.expired, whole);
    else this.#inVain(textOf(key));
    waiting?.goOn();
  }

  #expire(expired: Expired, followed: boolean): void {
    // The rule has been replaced since, and its deadline with it.
    if (!this.#isCurrent(expired)) return;
    const { key, dueUs, nowUs, held, begunUs } = expired;
    const text = textOf(key);
    const instance = this.#rules.get(text)?.instance ?? '';
    this.#post((number) => encodeKeyed('cancel', number, key));
    this.#holdSerials.delete(instance);
    this.#rules.delete(text);
    const began = begunUs !== 0;
    const prepared = began ? this.#prepared.forget(instance) : undefined;
    if (!began) this.#prepared.drop(instance);
    const possession = prepared?.takeover.possession;
    this.#claims.take(text);
    this.#unwatch(instance);
    this.#listener?.expired(instance, {
      dueAtUs: dueUs,
      nowUs: begunUs || nowUs,
      held,
      began,
      ...(possession === undefined ? {} : { possession }),
      followed: followed && prepared?.whole === true,
    });
  }

  /** What came of a rule that is not wanted any more. */
  #inVain(rule: string): void {
    for (const { instance, possession } of this.#claims.take(rule, this.#rules.has(rule))) {
      this.#listener?.vain(instance, possession);
    }
  }

  /** Its socket is read here again, unless others wait on it, once everything from there is delivered. */
  #unwatch(instance: string): void {
    const watch = this.#watches.leave(instance);
    if (watch === undefined) return;
    const serial = this.#post((number) => encodeUnwatch(number, watch));
    if (serial !== undefined) this.#unwatching.set(serial, watch);
  }

  /** Hands a rule over, with its socket. Two names of one key: the second one stays here. */
  #give(rule: Named, key: RuleKey, fd: number, request: Request): number | undefined {
    const text = textOf(key);
    if (!this.#up || (this.#rules.get(text)?.instance ?? rule.instance) !== rule.instance) return undefined;
    if (this.#given.size >= MOST_GIVEN) this.#collect();
    const descriptor = controlBuffer([{ level: SOL_SOCKET, type: SCM_RIGHTS, data: int32Bytes(fd) }]);
    const serial = this.#post(request, descriptor);
    if (serial === undefined) return undefined;
    this.#rules.set(text, rule);
    this.#given.set(serial, rule);
    return serial;
  }

  setSend(instance: string, socket: VrrpSocket, { firstAtUs, periodUs, datagrams }: SteadySend): boolean {
    this.#prepared.forget(instance);
    return this.#prepared.giveSend(instance, socket, { firstUs: firstAtUs, periodUs }, datagrams);
  }

  #drop(key: RuleKey): void {
    this.#rules.delete(textOf(key));
    this.#post((serial) => encodeKeyed('cancel', serial, key));
  }

  setHold(instance: string, socket: VrrpSocket, hold: SteadyHold): boolean {
    if (!this.#up) return false;
    const key = keyOf('hold', instance);
    const { deadlineUs, windowUs, atLeast = false, pattern = NO_PACKET } = hold;
    const takeover = this.#prepared.set(instance, socket, hold.takeover);
    const watch = this.#watches.join(instance, socket);
    const given = deadlineUs === 'unchanged' ? us(0) : deadlineUs;
    const request: Request = (serial) =>
      encodeHold(serial, key, {
        ...pattern,
        windowUs,
        takeover,
        watch,
        deadlineUs: given,
        atLeast,
        kin: hold.takeover?.kin ?? NO_KIN,
        judged: this.#watches.judged,
      });
    const serial = this.#give({ kind: 'hold', instance }, key, socket.fdIn, request);
    if (serial === undefined) {
      this.#unwatch(instance);
      return false;
    }
    this.#holdSerials.set(instance, serial);
    this.#claims.give(textOf(key), instance, hold.takeover?.possession);
    return true;
  }

  cancel(kind: RuleKind, instance: string): RuleCounts | undefined {
    const key = keyOf(kind, instance);
    for (const [serial, given] of this.#given) {
      if (given.instance === instance && given.kind === kind) this.#given.delete(serial);
    }
    this.#rules.delete(textOf(key));
    const answer = this.#demand((serial) => encodeKeyed('cancel', serial, key));
    if (kind === 'hold') {
      // What has begun is heard of later.
      if (answer?.type !== 'report' || !answer.begun) this.#claims.take(textOf(key));
      this.#holdSerials.delete(instance);
      this.#prepared.drop(instance);
      this.#unwatch(instance);
    }
    return countsOf(answer);
  }

  counts(kind: RuleKind, instance: string): RuleCounts | undefined {
    return countsOf(this.#demand((serial) => encodeKeyed('read', serial, keyOf(kind, instance))));
  }

  drain(): void {
    if (this.#watches.empty) return;
    this.#demand((serial) => encodePlain('drain', serial));
    this.#read();
  }

  retain(): void {
    this.#post((serial) => encodePlain('retain', serial));
  }
}

const textOf = ({ low, high }: RuleKey): string => `${high}:${low}`;

const NOTHING = new Uint8Array(0);
/** Where nothing begins by itself nothing has to be kept from it. */
const NO_KIN = { at: 0, value: 0 };
const NO_PACKET = { source: NOTHING, payload: NOTHING, hopLimit: 0 };

function countsOf(answer: EngineAnswer | undefined): RuleCounts | undefined {
  if (answer?.type !== 'report' || !answer.found) return undefined;
  const { count, lastUs, nextUs } = answer;
  return { count, ...present('lastUs', lastUs), ...present('nextUs', nextUs) };
}

const present = <Name extends string>(name: Name, valueUs: Us): Partial<Record<Name, Us>> =>
  valueUs === 0 ? {} : ({ [name]: valueUs } as Record<Name, Us>);
