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
  encodeKeyed,
  encodeLease,
  encodePlain,
  encodeSet,
  type RuleKey,
  ruleKey,
} from '../engine/wire.ts';
import type { VrrpSocket } from '../ports/net.ts';
import type { RuleListener, RuleProcess, SendCounts, SteadySend } from '../ports/rule-process.ts';
import { addUs, type Us, us } from '../units.ts';
import { controlBuffer } from './cmsg.ts';
import { EPOLLIN, EPOLLOUT, SCM_RIGHTS, SOL_SOCKET } from './constants.ts';
import { EAGAIN, EMSGSIZE } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { int32Bytes, rawDatagram } from './raw-datagram.ts';

/** How long the engine goes on by itself: long enough for a killed process to have a successor. */
const LEASE_US = 6_000_000;
/** Renewed by native code: the process sleeps on. */
const RENEW_MS = 2000;
const ASK_AGAIN_US = us(1_000_000);
/** What an engine that answers at all needs even on a machine that is out of breath. */
const ANSWER_MS = 250;
/** At the start nobody waits for an engine that is not there yet; it says hello when it is. */
const GREETING_MS = 20;
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

type Hello = Extract<EngineAnswer, { readonly type: 'hello' }>;
type Request = (serial: number) => Uint8Array;

export class RuleClient implements RuleProcess {
  readonly #loop: Loop;
  readonly #fd: number;
  readonly #log: RuleClientLog;
  readonly #buffer = new Uint8Array(4096);
  readonly #lengths = new Int32Array(3);
  /** Instances by the text of their key. */
  readonly #instances = new Map<string, string>();
  /** Rules given but not acknowledged, by serial. */
  readonly #given = new Map<number, string>();
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

  constructor(loop: Loop, fd: number, log: RuleClientLog) {
    this.#loop = loop;
    this.#fd = fd;
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
    if (version !== ENGINE_VERSION) return;
    this.#up = true;
    this.#given.clear();
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
    this.#listener.restate();
    this.retain();
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
        if (answer.type !== 'failed' && answer.serial === serial) return answer;
        this.#backlog.push(answer);
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
      if (answer.type === 'ack' && answer.value >= 0) this.#acknowledged(answer.serial);
      else this.#backlog.push(answer);
    }
    if (this.#backlog.length > 0) this.#later();
  }

  #acknowledged(serial: number): string | undefined {
    const instance = this.#given.get(serial);
    this.#given.delete(serial);
    return instance;
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
      if (!this.#up) this.#listener?.restate();
      this.#read();
    });
  }

  #lose(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#heartbeat?.close();
    this.#heartbeat = undefined;
    this.#given.clear();
    if (!this.#lostTold) this.#log.lost();
    this.#lostTold = true;
    this.#askLater();
    // Whoever is in the middle of a rule goes on first.
    this.#later();
  }

  #read(): void {
    const waiting = this.#backlog;
    this.#backlog = [];
    for (const answer of waiting) this.#take(answer);
    for (let answer = this.#receive(); answer !== undefined; answer = this.#receive()) {
      if (answer !== 'unsound') this.#take(answer);
    }
  }

  #take(answer: EngineAnswer): void {
    if (answer.type === 'hello') {
      // Serial 0: another engine than before, which has no rules yet.
      if (answer.serial === 0 || !this.#up) this.#greeted(answer);
    } else if (answer.type === 'failed') {
      const instance = this.#instances.get(textOf(answer.key));
      if (instance !== undefined) this.#listener?.sendFailed(instance, answer.datagram, answer.errno);
    } else if (answer.type === 'ack') {
      const instance = this.#acknowledged(answer.serial);
      if (instance !== undefined && answer.value < 0) this.#listener?.refused(instance, -answer.value);
    }
  }

  setSend(instance: string, { spec, fdOut }: VrrpSocket, send: SteadySend): boolean {
    if (!this.#up) return false;
    const key = ruleKey(instance);
    // Two names of one key: the second one is sent by this process.
    if ((this.#instances.get(textOf(key)) ?? instance) !== instance) return false;
    if (this.#given.size >= MOST_GIVEN) this.#collect();
    const datagrams = send.datagrams.map((datagram) => rawDatagram(spec, datagram));
    const descriptor = controlBuffer([{ level: SOL_SOCKET, type: SCM_RIGHTS, data: int32Bytes(fdOut) }]);
    const request: Request = (number) => encodeSet(number, key, send.firstAtUs, send.periodUs, datagrams);
    const serial = this.#post(request, descriptor);
    if (serial === undefined) return false;
    this.#instances.set(textOf(key), instance);
    this.#given.set(serial, instance);
    return true;
  }

  cancelSend(instance: string): SendCounts | undefined {
    const key = ruleKey(instance);
    for (const [serial, given] of this.#given) if (given === instance) this.#given.delete(serial);
    this.#instances.delete(textOf(key));
    return countsOf(this.#demand((serial) => encodeKeyed('cancel', serial, key)));
  }

  counts(instance: string): SendCounts | undefined {
    return countsOf(this.#demand((serial) => encodeKeyed('read', serial, ruleKey(instance))));
  }

  retain(): void {
    this.#post((serial) => encodePlain('retain', serial));
  }

  /** The rules stay until the lease ends or somebody begins anew. */
  close(): void {
    this.#loop.cancel(ASK);
    this.#heartbeat?.close();
    this.#loop.cancel(BACKLOG);
    this.#loop.unwatch(this.#fd);
    native.close(this.#fd);
    this.#up = false;
  }
}

const textOf = ({ low, high }: RuleKey): string => `${high}:${low}`;

function countsOf(answer: EngineAnswer | undefined): SendCounts | undefined {
  if (answer?.type !== 'report' || !answer.found) return undefined;
  const { sent, lastUs, nextUs } = answer;
  return { sent, ...present('lastUs', lastUs), ...present('nextUs', nextUs) };
}

const present = <Name extends string>(name: Name, valueUs: Us): Partial<Record<Name, Us>> =>
  valueUs === 0 ? {} : ({ [name]: valueUs } as Record<Name, Us>);
