/**
 * Messages of D-Bus (D-Bus Specification 0.43, "Marshaling (Wire Format)" and "Message Format"). In: typed
 * values. Out: bytes, and back; bytes of others may be of either endianness and are never trusted.
 */
import { fail, ok, type Result } from '../result.ts';

/** `variant` carries its own type; a dictionary is a list of pairs. */
export type DbusValue =
  | number
  | bigint
  | string
  | boolean
  | readonly DbusValue[]
  | { readonly signature: string; readonly value: DbusValue };

export type DbusKind = 'call' | 'return' | 'error' | 'signal';

export interface DbusMessage {
  readonly kind: DbusKind;
  readonly serial: number;
  /** The caller wants none. */
  readonly noReply?: boolean;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

/** Far more than anybody has to say to us; the specification allows 128 MiB. */
export const MAX_DBUS_MESSAGE = 1024 * 1024;
const MAX_DEPTH = 32;
const FIXED_HEAD = 16;
const NO_REPLY_EXPECTED = 1;
const KINDS: readonly DbusKind[] = ['call', 'return', 'error', 'signal'];

const FIELDS = {
  path: [1, 'o'],
  interface: [2, 's'],
  member: [3, 's'],
  errorName: [4, 's'],
  replySerial: [5, 'u'],
  destination: [6, 's'],
  sender: [7, 's'],
  signature: [8, 'g'],
} as const;

type Fields = { -readonly [Name in keyof typeof FIELDS]?: string | number };

const ALIGNMENT: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1, n: 2, q: 2, b: 4, i: 4, u: 4, s: 4, o: 4, a: 4, h: 4 },
  ...{ x: 8, t: 8, d: 8, '(': 8, '{': 8 },
};

/** The complete types of a signature, one after the other; undefined where it is none. */
export function completeTypes(signature: string): string[] | undefined {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = typeEnd(signature, at, 0);
    if (end === undefined) return undefined;
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function typeEnd(signature: string, at: number, depth: number): number | undefined {
  const code = signature[at];
  if (code === undefined || ALIGNMENT[code] === undefined || depth > MAX_DEPTH) return undefined;
  if (code === 'a') return typeEnd(signature, at + 1, depth + 1);
  if (code !== '(' && code !== '{') return at + 1;
  const close = code === '(' ? ')' : '}';
  let next: number | undefined = at + 1;
  let count = 0;
  while (signature[next] !== close) {
    next = typeEnd(signature, next, depth + 1);
    if (next === undefined) return undefined;
    count += 1;
  }
  const sound = code === '(' ? count > 0 : count === 2 && signature[at - 1] === 'a';
  return sound ? next + 1 : undefined;
}

const utf8 = new TextEncoder();
const text = new TextDecoder('utf-8', { fatal: true });

/** Little endian, as everything that is written here. */
class Writer {
  readonly bytes: number[] = [];

  align(to: number): void {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
  }

  number(size: number, value: number | bigint): void {
    this.align(size);
    let left = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < size; i++, left >>= 8n) this.bytes.push(Number(left & 255n));
  }

  double(value: number): void {
    this.align(8);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.bytes.push(...bytes);
  }

  string(value: string, lengthSize: number): void {
    const bytes = utf8.encode(value);
    this.number(lengthSize, bytes.length);
    for (const byte of bytes) this.bytes.push(byte);
    this.bytes.push(0);
  }

  list(type: string, items: readonly DbusValue[]): void {
    this.number(4, 0);
    const lengthAt = this.bytes.length - 4;
    this.align(ALIGNMENT[type[0] ?? ''] ?? 1);
    const start = this.bytes.length;
    for (const item of items) this.value(type, item);
    const length = this.bytes.length - start;
    for (let i = 0; i < 4; i++) this.bytes[lengthAt + i] = (length >>> (8 * i)) & 255;
  }

  value(type: string, value: DbusValue): void {
    const code = type[0] ?? '';
    if (code === 's' || code === 'o') this.string(String(value), 4);
    else if (code === 'g') this.string(String(value), 1);
    else if (code === 'd') this.double(Number(value));
    else if (code === 'a') this.list(type.slice(1), value as readonly DbusValue[]);
    else if (code === 'v') {
      const variant = value as { readonly signature: string; readonly value: DbusValue };
      this.string(variant.signature, 1);
      this.value(variant.signature, variant.value);
    } else if (code === '(' || code === '{') {
      this.align(8);
      this.values(type.slice(1, -1), value as readonly DbusValue[]);
    } else this.number(ALIGNMENT[code] ?? 1, typeof value === 'bigint' ? value : Number(value));
  }

  values(signature: string, values: readonly DbusValue[]): void {
    for (const [index, type] of (completeTypes(signature) ?? []).entries()) {
      const value = values[index];
      if (value === undefined) throw new Error(`no value for ${type} of ${signature}`);
      this.value(type, value);
    }
  }
}

export function encodeDbus(message: DbusMessage): Uint8Array {
  const body = new Writer();
  if (message.signature !== undefined) body.values(message.signature, message.body ?? []);
  const head = new Writer();
  head.bytes.push('l'.charCodeAt(0), KINDS.indexOf(message.kind) + 1);
  head.bytes.push(message.noReply === true ? NO_REPLY_EXPECTED : 0, 1);
  head.number(4, body.bytes.length);
  head.number(4, message.serial);
  const fields: DbusValue[] = [];
  for (const [name, [code, signature]] of Object.entries(FIELDS)) {
    const value = message[name as keyof typeof FIELDS];
    if (value !== undefined) fields.push([code, { signature, value }]);
  }
  head.list('(yv)', fields);
  head.align(8);
  return Uint8Array.from([...head.bytes, ...body.bytes]);
}

class Unsound extends Error {}

class Reader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #little: boolean;
  at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, little: boolean, at: number, end: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
    this.at = at;
    this.#end = end;
  }

  #take(size: number): number {
    const at = this.at;
    if (size > this.#end - at) throw new Unsound();
    this.at += size;
    return at;
  }

  align(to: number): void {
    this.#take((to - (this.at % to)) % to);
  }

  uint(size: 1 | 2 | 4): number {
    this.align(size);
    const at = this.#take(size);
    if (size === 1) return this.#view.getUint8(at);
    return size === 2 ? this.#view.getUint16(at, this.#little) : this.#view.getUint32(at, this.#little);
  }

  string(lengthSize: 1 | 4): string {
    const length = this.uint(lengthSize);
    const at = this.#take(length);
    if (this.uint(1) !== 0) throw new Unsound();
    try {
      return text.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw new Unsound();
    }
  }

  #eight(code: string): number | bigint {
    this.align(8);
    const at = this.#take(8);
    if (code === 'd') return this.#view.getFloat64(at, this.#little);
    return code === 'x'
      ? this.#view.getBigInt64(at, this.#little)
      : this.#view.getBigUint64(at, this.#little);
  }

  value(type: string, depth: number): DbusValue {
    if (depth > MAX_DEPTH) throw new Unsound();
    const code = type[0] ?? '';
    if (code === 's' || code === 'o') return this.string(4);
    if (code === 'g') return this.string(1);
    if (code === 'b') return this.uint(4) !== 0;
    if (code === 'n') return (this.uint(2) << 16) >> 16;
    if (code === 'i') return this.uint(4) | 0;
    if (code === 'a') return this.#list(type.slice(1), depth);
    if (code === 'v') return this.#variant(depth);
    if (code === '(' || code === '{') {
      this.align(8);
      return this.values(type.slice(1, -1), depth + 1);
    }
    const size = ALIGNMENT[code];
    return size === 8 ? this.#eight(code) : this.uint(size as 1 | 2 | 4);
  }

  #variant(depth: number): DbusValue {
    const signature = this.string(1);
    const types = completeTypes(signature);
    if (types?.length !== 1) throw new Unsound();
    return { signature, value: this.value(signature, depth + 1) };
  }

  #list(type: string, depth: number): DbusValue[] {
    const length = this.uint(4);
    this.align(ALIGNMENT[type[0] ?? ''] ?? 1);
    const end = this.at + length;
    if (end > this.#end) throw new Unsound();
    const items: DbusValue[] = [];
    while (this.at < end) items.push(this.value(type, depth + 1));
    if (this.at !== end) throw new Unsound();
    return items;
  }

  values(signature: string, depth: number): DbusValue[] {
    const types = completeTypes(signature);
    if (types === undefined) throw new Unsound();
    return types.map((type) => this.value(type, depth));
  }
}

export interface ReadDbus {
  readonly message: DbusMessage;
  /** Bytes it took. */
  readonly size: number;
}

/** Undefined while there is less than a message; fails where what follows can be no message. */
export function readDbus(bytes: Uint8Array): Result<ReadDbus | undefined, 'unsound'> {
  if (bytes.length < FIXED_HEAD) return ok(undefined);
  const [order, kind, flags, version] = bytes;
  const little = order === 'l'.charCodeAt(0);
  if ((!little && order !== 'B'.charCodeAt(0)) || version !== 1) return fail('unsound');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodyLength = view.getUint32(4, little);
  const serial = view.getUint32(8, little);
  const fieldsLength = view.getUint32(12, little);
  const bodyAt = Math.ceil((FIXED_HEAD + fieldsLength) / 8) * 8;
  const size = bodyAt + bodyLength;
  if (size > MAX_DBUS_MESSAGE || serial === 0) return fail('unsound');
  if (bytes.length < size) return ok(undefined);
  try {
    const fields = readFields(new Reader(bytes, little, 12, bodyAt));
    const { signature } = fields;
    const inBody = new Reader(bytes.subarray(bodyAt, size), little, 0, bodyLength);
    const body = inBody.values(typeof signature === 'string' ? signature : '', 0);
    if (inBody.at !== bodyLength) return fail('unsound');
    // A kind that a later specification has is passed over by whoever gets it.
    const named = KINDS[(kind ?? 0) - 1] ?? 'signal';
    const noReply = ((flags ?? 0) & NO_REPLY_EXPECTED) !== 0;
    const message = { kind: named, serial, noReply, ...fields, body } as DbusMessage;
    return ok({ message, size });
  } catch (error) {
    if (error instanceof Unsound) return fail('unsound');
    throw error;
  }
}

function readFields(reader: Reader): Fields {
  const fields: Fields = {};
  for (const entry of reader.value('a(yv)', 0) as readonly (readonly DbusValue[])[]) {
    const [code, variant] = entry as readonly [number, { readonly signature: string; value: DbusValue }];
    const known = Object.entries(FIELDS).find(([, [number]]) => number === code);
    if (known === undefined) continue;
    const [name, [, signature]] = known;
    if (variant.signature !== signature) throw new Unsound();
    fields[name as keyof Fields] = variant.value as string | number;
  }
  return fields;
}
