/**
 * AgentX (RFC 2741): how a program has the SNMP agent of the machine answer for it. In: bytes of the stream.
 * Out: requests; and the bytes of what the program says. Numbers leave in network byte order and are read in
 * either.
 */
import { fail, ok, type Result } from '../result.ts';

export type Oid = readonly number[];

/** What an object may hold (RFC 2741 section 5.4). Strings are octets; ticks are hundredths of a second. */
export type SnmpValue =
  | { readonly type: 'integer' | 'counter32' | 'gauge32' | 'ticks'; readonly value: number }
  | { readonly type: 'counter64'; readonly value: bigint }
  | { readonly type: 'string' | 'address'; readonly value: Uint8Array }
  | { readonly type: 'oid'; readonly value: Oid };

/** In place of a value: none by that name, or nothing after it. */
export type Absence = { readonly type: 'null' | 'noSuchObject' | 'noSuchInstance' | 'endOfMibView' };

export interface VarBind {
  readonly oid: Oid;
  readonly value: SnmpValue | Absence;
}

/** From `start`, which counts with `include`, to before `end`; an empty `end` is none. */
export interface SearchRange {
  readonly start: Oid;
  readonly include: boolean;
  readonly end: Oid;
}

export interface AgentxHeader {
  readonly sessionId: number;
  readonly transactionId: number;
  readonly packetId: number;
}

export type AgentxRequest =
  | { readonly type: 'get'; readonly ranges: readonly SearchRange[] }
  | { readonly type: 'getNext'; readonly ranges: readonly SearchRange[] }
  | {
      readonly type: 'getBulk';
      readonly nonRepeaters: number;
      readonly maxRepetitions: number;
      readonly ranges: readonly SearchRange[];
    }
  | { readonly type: 'testSet'; readonly binds: readonly VarBind[] }
  | { readonly type: 'commitSet' | 'undoSet' | 'cleanupSet' | 'close' }
  | { readonly type: 'response'; readonly error: number; readonly index: number }
  | { readonly type: 'other'; readonly code: number };

/** Error numbers of responses (RFC 3416 section 3 and RFC 2741 section 6.2.16). */
export const SNMP_ERRORS = {
  none: 0,
  genErr: 5,
  noAccess: 6,
  wrongType: 7,
  wrongValue: 10,
  notWritable: 17,
  parseError: 266,
} as const;

export type SnmpError = keyof typeof SNMP_ERRORS;

const PDU = {
  open: 1,
  close: 2,
  register: 3,
  get: 5,
  getNext: 6,
  getBulk: 7,
  testSet: 8,
  commitSet: 9,
  undoSet: 10,
  cleanupSet: 11,
  notify: 12,
  ping: 13,
  response: 18,
} as const;

const VALUE_TYPES = {
  integer: 2,
  string: 4,
  null: 5,
  oid: 6,
  address: 64,
  counter32: 65,
  gauge32: 66,
  ticks: 67,
  counter64: 70,
  noSuchObject: 128,
  noSuchInstance: 129,
  endOfMibView: 130,
} as const;
/** Opaque, which nothing here uses. */
const OPAQUE = 68;

const VERSION = 1;
const HEADER = 20;
const FLAG_CONTEXT = 0x08;
const FLAG_NETWORK_ORDER = 0x10;
/** 1.3.6.1, which an object identifier may leave out together with the number after it. */
const INTERNET: Oid = [1, 3, 6, 1];
const MAX_SUBIDS = 128;
/** More than any agent sends: what claims to be longer is not AgentX. */
export const MAX_PAYLOAD = 1 << 20;

export function compareOids(left: Oid, right: Oid): number {
  const common = Math.min(left.length, right.length);
  for (let at = 0; at < common; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const padded = (length: number): number => (length + 3) & ~3;

class Writer {
  readonly #parts: Uint8Array[] = [];

  u32(value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value >>> 0);
    this.#parts.push(bytes);
    return this;
  }

  u64(value: bigint): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    this.#parts.push(bytes);
    return this;
  }

  bytes(...values: readonly number[]): this {
    this.#parts.push(Uint8Array.from(values));
    return this;
  }

  oid(oid: Oid, include = false): this {
    this.bytes(oid.length, 0, include ? 1 : 0, 0);
    for (const subid of oid) this.u32(subid);
    return this;
  }

  octets(value: Uint8Array): this {
    this.u32(value.length);
    const room = new Uint8Array(padded(value.length));
    room.set(value);
    this.#parts.push(room);
    return this;
  }

  bind({ oid, value }: VarBind): this {
    const type = VALUE_TYPES[value.type];
    this.bytes(0, type, 0, 0).oid(oid);
    if (!('value' in value)) return this;
    if (value.type === 'counter64') return this.u64(value.value);
    if (value.type === 'oid') return this.oid(value.value);
    return typeof value.value === 'number' ? this.u32(value.value) : this.octets(value.value);
  }

  binds(list: readonly VarBind[]): this {
    for (const bind of list) this.bind(bind);
    return this;
  }

  packet(type: number, { sessionId, transactionId, packetId }: AgentxHeader): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const packet = new Uint8Array(HEADER + length);
    packet.set([VERSION, type, FLAG_NETWORK_ORDER, 0]);
    const view = new DataView(packet.buffer);
    view.setUint32(4, sessionId);
    view.setUint32(8, transactionId);
    view.setUint32(12, packetId);
    view.setUint32(16, length);
    let at = HEADER;
    for (const part of this.#parts) {
      packet.set(part, at);
      at += part.length;
    }
    return packet;
  }
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const NO_SESSION = { sessionId: 0, transactionId: 0 };

/** `timeoutS`: how long the agent waits for an answer; 0 = as it likes. */
export const openPdu = (packetId: number, id: Oid, description: string, timeoutS: number): Uint8Array =>
  new Writer()
    .bytes(timeoutS, 0, 0, 0)
    .oid(id)
    .octets(text(description))
    .packet(PDU.open, { ...NO_SESSION, packetId });

const REASON_SHUTDOWN = 5;
export const closePdu = (header: AgentxHeader): Uint8Array =>
  new Writer().bytes(REASON_SHUTDOWN, 0, 0, 0).packet(PDU.close, header);

/** Of two that register the same part of the tree the one with the lower `priority` answers. */
export const registerPdu = (header: AgentxHeader, subtree: Oid, priority: number): Uint8Array =>
  new Writer().bytes(0, priority, 0, 0).oid(subtree).packet(PDU.register, header);

export const pingPdu = (header: AgentxHeader): Uint8Array => new Writer().packet(PDU.ping, header);

export const notifyPdu = (header: AgentxHeader, binds: readonly VarBind[]): Uint8Array =>
  new Writer().binds(binds).packet(PDU.notify, header);

/** `index` counts the bindings of the request from one; 0 where the error is of none of them. */
export const responsePdu = (
  header: AgentxHeader,
  binds: readonly VarBind[],
  error: SnmpError = 'none',
  index = 0,
): Uint8Array =>
  new Writer()
    .u32(0)
    .bytes(0, 0, index >> 8, index & 0xff)
    .binds(binds)
    .packet(PDU.response, header)
    .fill(SNMP_ERRORS[error] >> 8, HEADER + 4, HEADER + 5)
    .fill(SNMP_ERRORS[error] & 0xff, HEADER + 5, HEADER + 6);

/** Reads what is there; past the end `short` is set and zeros come out. */
class Reader {
  readonly #view: DataView;
  readonly #little: boolean;
  #at = 0;
  short = false;

  constructor(bytes: Uint8Array, little: boolean) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = little;
  }

  get done(): boolean {
    return this.short || this.#at >= this.#view.byteLength;
  }

  #take(length: number): number {
    const at = this.#at;
    if (length > this.#view.byteLength - at) {
      this.short = true;
      return -1;
    }
    this.#at = at + length;
    return at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at, this.#little);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, this.#little);
  }

  u64(): bigint {
    const at = this.#take(8);
    return at < 0 ? 0n : this.#view.getBigUint64(at, this.#little);
  }

  octets(): Uint8Array {
    const length = this.u32();
    const at = this.#take(length > MAX_PAYLOAD ? length : padded(length));
    if (at < 0) return new Uint8Array();
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, length).slice();
  }

  oid(): { readonly oid: Oid; readonly include: boolean } {
    const count = this.u8();
    const prefix = this.u8();
    const include = this.u8() !== 0;
    this.u8();
    const oid = prefix === 0 ? [] : [...INTERNET, prefix];
    if (oid.length + count > MAX_SUBIDS) this.short = true;
    for (let left = count; left > 0 && !this.short; left -= 1) oid.push(this.u32());
    return { oid, include };
  }

  value(type: number): SnmpValue | Absence | undefined {
    switch (type) {
      case VALUE_TYPES.integer:
        return { type: 'integer', value: this.u32() | 0 };
      case VALUE_TYPES.counter32:
        return { type: 'counter32', value: this.u32() };
      case VALUE_TYPES.gauge32:
        return { type: 'gauge32', value: this.u32() };
      case VALUE_TYPES.ticks:
        return { type: 'ticks', value: this.u32() };
      case VALUE_TYPES.counter64:
        return { type: 'counter64', value: this.u64() };
      case VALUE_TYPES.oid:
        return { type: 'oid', value: this.oid().oid };
      case VALUE_TYPES.address:
        return { type: 'address', value: this.octets() };
      case VALUE_TYPES.string:
      case OPAQUE:
        return { type: 'string', value: this.octets() };
      case VALUE_TYPES.null:
      case VALUE_TYPES.noSuchObject:
      case VALUE_TYPES.noSuchInstance:
      case VALUE_TYPES.endOfMibView:
        return { type: 'null' };
      default:
        return undefined;
    }
  }

  bind(): VarBind {
    const type = this.u16();
    this.u16();
    const { oid } = this.oid();
    const value = this.value(type);
    if (value === undefined) this.short = true;
    return { oid, value: value ?? { type: 'null' } };
  }

  ranges(): SearchRange[] {
    const list: SearchRange[] = [];
    while (!this.done) {
      const { oid: start, include } = this.oid();
      list.push({ start, include, end: this.oid().oid });
    }
    return list;
  }

  binds(): VarBind[] {
    const list: VarBind[] = [];
    while (!this.done) list.push(this.bind());
    return list;
  }
}

function readRequest(type: number, reader: Reader): AgentxRequest {
  switch (type) {
    case PDU.get:
      return { type: 'get', ranges: reader.ranges() };
    case PDU.getNext:
      return { type: 'getNext', ranges: reader.ranges() };
    case PDU.getBulk: {
      const nonRepeaters = reader.u16();
      const maxRepetitions = reader.u16();
      return { type: 'getBulk', nonRepeaters, maxRepetitions, ranges: reader.ranges() };
    }
    case PDU.testSet:
      return { type: 'testSet', binds: reader.binds() };
    case PDU.commitSet:
      return { type: 'commitSet' };
    case PDU.undoSet:
      return { type: 'undoSet' };
    case PDU.cleanupSet:
      return { type: 'cleanupSet' };
    case PDU.close:
      return { type: 'close' };
    case PDU.response: {
      reader.u32();
      return { type: 'response', error: reader.u16(), index: reader.u16() };
    }
    default:
      return { type: 'other', code: type };
  }
}

export interface AgentxPacket {
  readonly header: AgentxHeader;
  /** Undefined where the payload is not what its type asks for. */
  readonly request: AgentxRequest | undefined;
  /** Bytes of the stream that it took. */
  readonly size: number;
}

/**
 * The first packet of a stream; undefined = more bytes are needed. The error is for a stream that is not
 * AgentX, after which nothing in it can be found again.
 */
export function readAgentx(stream: Uint8Array): Result<AgentxPacket | undefined, string> {
  if (stream.length < HEADER) return ok(undefined);
  const [version, type = 0, flags = 0] = stream;
  if (version !== VERSION) return fail(`version ${version}`);
  const little = (flags & FLAG_NETWORK_ORDER) === 0;
  const fields = new Reader(stream.subarray(4, HEADER), little);
  const header = { sessionId: fields.u32(), transactionId: fields.u32(), packetId: fields.u32() };
  const length = fields.u32();
  if (length > MAX_PAYLOAD) return fail(`a packet of ${length} bytes`);
  const size = HEADER + length;
  if (stream.length < size) return ok(undefined);
  const reader = new Reader(stream.subarray(HEADER, size), little);
  // Of contexts there is one only.
  if ((flags & FLAG_CONTEXT) !== 0) reader.octets();
  const request = readRequest(type, reader);
  return ok({ header, request: reader.short ? undefined : request, size });
}
