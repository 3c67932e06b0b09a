/**
 * Exchanges over TCP on the loop (native/exchange.cc): connect, perhaps send a request, hand up the answer.
 * In: a socket address and a request. Out: calls, all exchanges that are ready in one go.
 */
import type { Loop } from './loop.ts';
import { type Exchanger as NativeExchanger, native } from './native.ts';

const BATCH = 64;
const REPORTS = 3;
const FIELDS = 3;
const CHUNK = 16_384;
/** Drains of one pass; what is left then waits for timers and other descriptors. */
const DRAINS = 8;

const CONNECTED = 0;
const DATA = 1;
const END = 2;

export interface ExchangeEvents {
  connected(): void;
  /** The bytes are only valid during the call. */
  data(bytes: Uint8Array): void;
  /** The peer closed: the exchange is over. */
  ended(): void;
  /** The connection was refused or broken: the exchange is over. */
  failed(errno: number): void;
}

export interface Exchange {
  /** After the request, once the connection stands. */
  send(bytes: Uint8Array): void;
  /** Nothing more is told. */
  cancel(): void;
}

export interface Exchanger {
  /**
   * `socket` is prepared, or -1 for one without options. Without a request it is over once the connection
   * stands. A number is minus the errno of a connection that could not be begun; the socket is closed then.
   */
  begin(
    socket: number,
    address: Uint8Array,
    request: Uint8Array | null,
    events: ExchangeEvents,
  ): Exchange | number;
}

interface Table {
  readonly own: NativeExchanger;
  readonly active: (Active | undefined)[];
  readonly free: number[];
}

class Active implements Exchange {
  readonly slot: number;
  readonly events: ExchangeEvents;
  /** It has no request, and is over once the connection stands. */
  readonly brief: boolean;
  readonly #table: Table;

  constructor(table: Table, slot: number, events: ExchangeEvents, brief: boolean) {
    this.#table = table;
    this.slot = slot;
    this.events = events;
    this.brief = brief;
  }

  send(bytes: Uint8Array): void {
    if (this.#table.active[this.slot] === this) this.#table.own.send(this.slot, bytes);
  }

  cancel(): void {
    if (this.#table.active[this.slot] !== this) return;
    this.#table.own.cancel(this.slot);
    this.forget();
  }

  forget(): void {
    this.#table.active[this.slot] = undefined;
    this.#table.free.push(this.slot);
  }
}

export function createExchanger(loop: Loop): Exchanger {
  const own = new native.Exchanger();
  const results = new Int32Array(BATCH * REPORTS * FIELDS);
  const answers = new Uint8Array(BATCH * CHUNK);
  const table: Table = { own, active: [], free: [] };
  const { active, free } = table;
  let watched = false;

  /** `who` was active when the kernel was asked: what a call of this round began is told in the next. */
  function tell(who: readonly (Active | undefined)[]): void {
    let at = 0;
    for (const [index, one] of who.entries()) {
      const kind = results[index * FIELDS + 1] ?? 0;
      const value = results[index * FIELDS + 2] ?? 0;
      const bytes = kind === DATA ? answers.subarray(at, at + value) : undefined;
      at += bytes?.length ?? 0;
      // Somebody told before may have cancelled it.
      if (one === undefined || active[one.slot] !== one) continue;
      if (kind > DATA || one.brief) one.forget();
      if (bytes !== undefined) one.events.data(bytes);
      else if (kind === CONNECTED) one.events.connected();
      else if (kind === END) one.events.ended();
      else one.events.failed(value);
    }
  }

  function drain(): void {
    for (let round = 0; round < DRAINS; round++) {
      const count = own.drain(results, answers);
      if (count <= 0) return;
      const who = Array.from({ length: count }, (_, index) => active[results[index * FIELDS] ?? -1]);
      tell(who);
    }
    // Exchanges with more to read than a chunk have no event to come.
    loop.armAt('exchanges', loop.now(), drain);
  }

  /** The loop knows of it from the first exchange on. Returns 0 or minus errno. */
  function watch(): number {
    if (watched) return 0;
    const fd = own.fd();
    const result = fd < 0 ? fd : loop.watch(fd, drain);
    watched = result >= 0;
    return Math.min(result, 0);
  }

  function begin(
    socket: number,
    address: Uint8Array,
    request: Uint8Array | null,
    events: ExchangeEvents,
  ): Exchange | number {
    const ready = watch();
    if (ready < 0) {
      if (socket >= 0) native.close(socket);
      return ready;
    }
    const slot = free.pop() ?? active.length;
    const result = own.begin(slot, socket, address, request);
    if (result < 0) {
      active[slot] = undefined;
      free.push(slot);
      return result;
    }
    const one = new Active(table, slot, events, request === null);
    active[slot] = one;
    return one;
  }

  return { begin };
}
