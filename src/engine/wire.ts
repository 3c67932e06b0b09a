/**
 * The messages between this process and the native engine (native/engine/protocol.h is the other side): one
 * message is one packet, fields in the order of the host, which is little-endian wherever alived runs. In and
 * out: numbers and bytes. A message that is not sound is undefined.
 */
import type { Us } from '../units.ts';

export const ENGINE_VERSION = 5;

const REQUEST = {
  send: 1,
  cancel: 2,
  lease: 3,
  read: 4,
  begin: 5,
  retain: 6,
  ask: 7,
  hold: 8,
  unwatch: 9,
  drain: 10,
} as const;
const ANSWER = {
  ack: 101,
  report: 102,
  hello: 201,
  failed: 202,
  expired: 203,
  packet: 204,
  followed: 205,
} as const;

const HEAD = 8;
const KEY = 8;
const SEND_HEAD = HEAD + KEY + 8 + 8 + KEY + 4 + 4;
const DATAGRAM_HEAD = 8;
const HOLD_HEAD = HEAD + KEY + 8 + 8 + KEY + 28;
const PACKET_HEAD = 28;
const TWO_32 = 0x1_0000_0000;
/** In the higher half of a deadline. */
const AT_LEAST = 0x8000_0000;

/** A rule by name: 64 bits as two halves. */
export interface RuleKey {
  readonly low: number;
  readonly high: number;
}

export const NO_KEY: RuleKey = { low: 0, high: 0 };

/** FNV-1a, twice with different numbers: a successor of this process has to come to the same. */
export function ruleKey(name: string): RuleKey {
  let low = 0x811c9dc5;
  let high = 0x1b873593;
  for (let at = 0; at < name.length; at++) {
    const unit = name.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) ^ (high >>> 15);
  }
  return { low: low >>> 0, high: high >>> 0 };
}

/** One datagram as sendmsg(2) takes it. */
export interface RawDatagram {
  readonly address: Uint8Array;
  readonly control: Uint8Array;
  readonly data: Uint8Array;
}

class Writer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  time(valueUs: number, flag = 0): this {
    return this.u32(valueUs % TWO_32).u32(Math.floor(valueUs / TWO_32) + flag);
  }

  key({ low, high }: RuleKey): this {
    return this.u32(low).u32(high);
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

/** When the rounds of a send rule leave. */
export interface SendTimes {
  /** 0: another rule says when. */
  readonly firstUs: Us;
  /** 0: once. */
  readonly periodUs: Us;
  /** The rule that leaves once, after the first round of this one. */
  readonly next?: RuleKey;
  /** So many datagrams leave at a time; absent: all. */
  readonly step?: number;
}

/** A descriptor of the socket has to travel along. */
export function encodeSend(
  serial: number,
  key: RuleKey,
  { firstUs, periodUs, next = NO_KEY, step = 0 }: SendTimes,
  datagrams: readonly RawDatagram[],
): Uint8Array {
  const size = datagrams.reduce(
    (sum, { address, control, data }) => sum + DATAGRAM_HEAD + address.length + control.length + data.length,
    SEND_HEAD,
  );
  const writer = new Writer(size).u32(REQUEST.send).u32(serial).key(key);
  writer.time(firstUs).time(periodUs).key(next).u32(step).u32(datagrams.length);
  for (const { address, control, data } of datagrams) {
    writer.u16(address.length).u16(control.length).u32(data.length).raw(address).raw(control).raw(data);
  }
  return writer.bytes;
}

export const encodeKeyed = (type: 'cancel' | 'read', serial: number, key: RuleKey): Uint8Array =>
  new Writer(HEAD + KEY).u32(REQUEST[type]).u32(serial).key(key).bytes;

export const encodeLease = (serial: number, untilUs: Us): Uint8Array =>
  new Writer(HEAD + 8).u32(REQUEST.lease).u32(serial).time(untilUs).bytes;

/** What keeps a deadline moving. */
export interface HoldFields {
  /** 0 = as it is. */
  readonly deadlineUs: Us;
  /** A later one that the rule has already stays. */
  readonly atLeast: boolean;
  readonly windowUs: Us;
  /** The send rule that begins when the deadline passes. */
  readonly takeover: RuleKey | undefined;
  readonly watch: number;
  readonly hopLimit: number;
  /** A packet with this byte in its payload may be from whoever is waited for. */
  readonly kin: { readonly at: number; readonly value: number };
  /** Number of the last packet that was handed up and has been looked at. */
  readonly judged: number;
  readonly source: Uint8Array;
  readonly payload: Uint8Array;
}

/** A descriptor of the socket has to travel along. */
export function encodeHold(serial: number, key: RuleKey, hold: HoldFields): Uint8Array {
  const { windowUs, takeover = NO_KEY, watch, hopLimit, kin, judged, source, payload } = hold;
  const writer = new Writer(HOLD_HEAD + source.length + payload.length);
  writer.u32(REQUEST.hold).u32(serial).key(key);
  writer
    .time(hold.deadlineUs, hold.atLeast ? AT_LEAST : 0)
    .time(windowUs)
    .key(takeover);
  writer.u32(watch).u32(hopLimit).u32(kin.at).u32(kin.value).u32(judged);
  return writer.u32(source.length).u32(payload.length).raw(source).raw(payload).bytes;
}

export const encodeUnwatch = (serial: number, watch: number): Uint8Array =>
  new Writer(HEAD + 4).u32(REQUEST.unwatch).u32(serial).u32(watch).bytes;

export const encodePlain = (type: 'begin' | 'retain' | 'ask' | 'drain', serial: number): Uint8Array =>
  new Writer(HEAD).u32(REQUEST[type]).u32(serial).bytes;

export type EngineAnswer =
  /** Below zero: minus errno. 1: it replaces a hold rule of which `begun` is true. */
  | { readonly type: 'ack'; readonly serial: number; readonly value: number }
  | {
      readonly type: 'report';
      readonly serial: number;
      readonly found: boolean;
      /** The deadline of the hold rule has passed, something has begun, and `expired` says so. */
      readonly begun: boolean;
      /** Of a send rule its rounds, of a hold rule the packets it held. */
      readonly count: number;
      /** 0 = never. */
      readonly lastUs: Us;
      readonly nextUs: Us;
    }
  /** `realtime` and `locked`: the errno that keeps it from being so, 0 when it is. */
  | {
      readonly type: 'hello';
      readonly serial: number;
      readonly version: number;
      readonly realtime: number;
      readonly locked: number;
    }
  | { readonly type: 'failed'; readonly key: RuleKey; readonly datagram: number; readonly errno: number }
  /** `serial` is that of the request which set the rule. */
  | {
      readonly type: 'expired';
      readonly serial: number;
      readonly key: RuleKey;
      readonly dueUs: Us;
      readonly nowUs: Us;
      readonly held: number;
      /** When the send rule began; 0 = it did not. */
      readonly begunUs: Us;
      /** What was to follow its first round is on its way, and `followed` will come. */
      readonly follows: boolean;
    }
  /**
   * Nothing more follows. `serial` as above; the rule may have been replaced or cancelled since. `whole`:
   * everything has left.
   */
  | { readonly type: 'followed'; readonly serial: number; readonly key: RuleKey; readonly whole: boolean }
  /** As recvmsg(2) gave it. The bytes belong to the message: they are to be copied. */
  | {
      readonly type: 'packet';
      readonly watch: number;
      readonly atUs: Us;
      readonly number: number;
      readonly name: Uint8Array;
      readonly control: Uint8Array;
      readonly data: Uint8Array;
    };

const LENGTHS: Readonly<Record<number, number>> = {
  [ANSWER.ack]: 12,
  [ANSWER.report]: 40,
  [ANSWER.hello]: 20,
  [ANSWER.failed]: 20,
  [ANSWER.expired]: 52,
  [ANSWER.followed]: 20,
};

function decodePacket(bytes: Uint8Array, view: DataView): EngineAnswer | undefined {
  if (bytes.length < PACKET_HEAD) return undefined;
  const u32 = (at: number): number => view.getUint32(at, true);
  const [nameEnd, controlEnd] = [view.getUint16(16, true), view.getUint16(18, true)];
  const name = bytes.subarray(PACKET_HEAD, PACKET_HEAD + nameEnd);
  const control = bytes.subarray(PACKET_HEAD + nameEnd, PACKET_HEAD + nameEnd + controlEnd);
  const data = bytes.subarray(PACKET_HEAD + nameEnd + controlEnd);
  if (data.length !== u32(20) || control.length !== controlEnd) return undefined;
  const atUs = (u32(8) + u32(12) * TWO_32) as Us;
  return { type: 'packet', watch: u32(4), atUs, number: u32(24), name, control, data };
}

export function decodeAnswer(bytes: Uint8Array): EngineAnswer | undefined {
  if (bytes.length < HEAD) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u32 = (at: number): number => view.getUint32(at, true);
  const u64 = (at: number): number => u32(at) + u32(at + 4) * TWO_32;
  const type = u32(0);
  if (type === ANSWER.packet) return decodePacket(bytes, view);
  if (LENGTHS[type] !== bytes.length) return undefined;
  const serial = u32(4);
  switch (type) {
    case ANSWER.ack:
      return { type: 'ack', serial, value: view.getInt32(8, true) };
    case ANSWER.report: {
      const [found, begun] = [u32(8) !== 0, u32(12) !== 0];
      const [count, lastUs, nextUs] = [u64(16), u64(24) as Us, u64(32) as Us];
      return { type: 'report', serial, found, begun, count, lastUs, nextUs };
    }
    case ANSWER.hello:
      return { type: 'hello', serial, version: u32(8), realtime: u32(12), locked: u32(16) };
    case ANSWER.failed:
      return { type: 'failed', datagram: serial, errno: u32(8), key: { low: u32(12), high: u32(16) } };
    case ANSWER.expired:
      return {
        type: 'expired',
        serial,
        key: { low: u32(8), high: u32(12) },
        dueUs: u64(16) as Us,
        nowUs: u64(24) as Us,
        held: u64(32),
        begunUs: u64(40) as Us,
        follows: u32(48) !== 0,
      };
    case ANSWER.followed:
      return { type: 'followed', serial, key: { low: u32(8), high: u32(12) }, whole: u32(16) !== 0 };
    default:
      return undefined;
  }
}
