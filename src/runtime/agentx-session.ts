/**
 * A AgentX client of the machine's SNMP agent. In: requests over its socket. Out: answers from the tree, and
 * notifications. An agent that is not there, goes away or hangs costs nothing but what it was to be told:
 * nothing here waits for it.
 */
import type { Socket } from 'node:net';
import type { Change, SnmpObjects } from '../ports/snmp.ts';
import {
  type AgentxHeader,
  type AgentxRequest,
  closePdu,
  MAX_PAYLOAD,
  notifyPdu,
  type Oid,
  openPdu,
  readAgentx,
  registerPdu,
  responsePdu,
  type SnmpError,
  type VarBind,
} from '../wire/agentx.ts';
import { type StreamAddress, tryConnection } from './try-connection.ts';

export interface Registration {
  readonly subtree: Oid;
  /** The lower one of two for the same subtree answers. */
  readonly priority: number;
}

export interface AgentxSetup {
  readonly socket: string;
  readonly description: string;
  readonly registrations: readonly Registration[];
}

export interface AgentxEvents {
  readonly connected: () => void;
  /** The first attempt failed; later ones are silent. */
  readonly failed: () => void;
  readonly lost: (againInSeconds: number) => void;
  readonly refused: (error: number) => void;
}

/** As net-snmp's own AgentX clients, between two attempts. */
export const RETRY_SECONDS = 15;
const ANSWER_SECONDS = 5;
const DEFAULT_PORT = 705;
/** What waits to be read by an agent that does not read. */
const ROOM = 4 * MAX_PAYLOAD;
const EARLY = 1_000;
/** An agent may ask for 65 535 rounds, and gets fewer, as RFC 3416 section 4.2.3 allows. */
const MOST_REPETITIONS = 500;

/** As net-snmp reads it: a path, `unix:PATH`, or a host and port of TCP with or without `tcp:`. */
export function agentAddress(text: string): StreamAddress {
  if (text.startsWith('unix:')) return { path: text.slice('unix:'.length) };
  if (text.startsWith('/')) return { path: text };
  const rest = text.replace(/^tcp6?:/, '');
  const found = /^(?:(?:\[(?<six>[^\]]+)\]|(?<host>[^:]+)):)?(?<port>\d+)$/.exec(rest);
  if (found === null) return { host: rest.replace(/^\[(.*)\]$/, '$1'), port: DEFAULT_PORT };
  const { six, host, port } = found.groups ?? {};
  return { host: six ?? host ?? 'localhost', port: Number(port) };
}

interface Pending {
  readonly changes: readonly Change[];
  /** What was there before. */
  readonly before: readonly VarBind[];
}

export class AgentxSession {
  readonly #setup: AgentxSetup;
  readonly #tree: SnmpObjects;
  readonly #events: AgentxEvents;
  readonly #sets = new Map<number, Pending>();
  #socket: Socket | undefined;
  #sessionId: number | undefined;
  #packetId = 0;
  #openId = 0;
  #unread: Buffer = Buffer.alloc(0);
  #retry: NodeJS.Timeout | undefined;
  #attempts = 0;
  /** Notifications of the first moments, which an agent that is there gets as well. */
  #early: (readonly VarBind[])[] = [];

  constructor(setup: AgentxSetup, tree: SnmpObjects, events: AgentxEvents) {
    this.#setup = setup;
    this.#tree = tree;
    this.#events = events;
    this.#connect();
  }

  #connect(): void {
    this.#attempts += 1;
    const socket = tryConnection(agentAddress(this.#setup.socket));
    if (socket === undefined) {
      this.#events.failed();
      return;
    }
    this.#socket = socket;
    this.#unread = Buffer.alloc(0);
    socket.on('connect', () => {
      this.#openId = this.#nextId();
      socket.write(openPdu(this.#openId, [], this.#setup.description, ANSWER_SECONDS));
    });
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    // What happened is told by 'close', which follows.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#ended(socket));
  }

  #ended(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#sets.clear();
    if (this.#sessionId !== undefined) this.#events.lost(RETRY_SECONDS);
    else if (this.#attempts === 1) this.#events.failed();
    this.#early = [];
    this.#sessionId = undefined;
    this.#retry = setTimeout(() => this.#connect(), RETRY_SECONDS * 1_000);
    this.#retry.unref();
  }

  #nextId(): number {
    this.#packetId = (this.#packetId + 1) >>> 0;
    return this.#packetId;
  }

  #header(): AgentxHeader {
    return { sessionId: this.#sessionId ?? 0, transactionId: 0, packetId: this.#nextId() };
  }

  #send(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.writableLength > ROOM) socket.destroy();
    else socket.write(bytes);
  }

  #received(chunk: Buffer): void {
    this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    for (;;) {
      const packet = readAgentx(this.#unread);
      if (!packet.ok) {
        this.#socket?.destroy();
        return;
      }
      if (packet.value === undefined) return;
      const { header, request, size } = packet.value;
      this.#unread = this.#unread.subarray(size);
      if (request === undefined) this.#send(responsePdu(header, [], 'parseError'));
      else this.#handle(header, request);
    }
  }

  #handle(header: AgentxHeader, request: AgentxRequest): void {
    switch (request.type) {
      case 'response':
        this.#answered(header, request.error);
        return;
      case 'close':
        this.#socket?.destroy();
        return;
      case 'cleanupSet':
        this.#sets.delete(header.transactionId);
        return;
      case 'testSet':
        this.#test(header, request.binds);
        return;
      case 'commitSet':
      case 'undoSet':
        this.#finish(header, request.type);
        return;
      case 'other':
        this.#send(responsePdu(header, [], 'genErr'));
        return;
      default:
        this.#send(responsePdu(header, this.#found(request)));
    }
  }

  #answered({ sessionId, packetId }: AgentxHeader, error: number): void {
    if (error !== 0) this.#events.refused(error);
    if (this.#sessionId !== undefined || packetId !== this.#openId) return;
    if (error !== 0) {
      this.#socket?.destroy();
      return;
    }
    this.#sessionId = sessionId;
    for (const { subtree, priority } of this.#setup.registrations) {
      this.#send(registerPdu(this.#header(), subtree, priority));
    }
    this.#events.connected();
    for (const binds of this.#early) this.notify(binds);
    this.#early = [];
  }

  #found(request: Extract<AgentxRequest, { readonly ranges: unknown }>): VarBind[] {
    const { ranges } = request;
    if (request.type === 'get') return ranges.map(({ start }) => this.#tree.get(start));
    if (request.type === 'getNext') {
      return ranges.map(({ start, include, end }) => this.#tree.next(start, include, end));
    }
    const once = ranges.slice(0, request.nonRepeaters);
    const binds = once.map(({ start, include, end }) => this.#tree.next(start, include, end));
    let repeaters = ranges.slice(request.nonRepeaters);
    for (
      let left = Math.min(request.maxRepetitions, MOST_REPETITIONS);
      left > 0 && repeaters.length > 0;
      left -= 1
    ) {
      const round = repeaters.map(({ start, include, end }) => this.#tree.next(start, include, end));
      binds.push(...round);
      repeaters = repeaters.map(({ end }, at) => ({ start: round[at]?.oid ?? [], include: false, end }));
      if (round.every(({ value }) => value.type === 'endOfMibView')) break;
    }
    return binds;
  }

  /** Whether all could be done; nothing is done yet. */
  #test(header: AgentxHeader, binds: readonly VarBind[]): void {
    const changes = binds.map((bind) => this.#tree.change(bind));
    const at = changes.findIndex((change) => 'error' in change);
    const bad = changes[at];
    if (bad !== undefined && 'error' in bad) {
      this.#send(responsePdu(header, [], bad.error, at + 1));
      return;
    }
    this.#sets.set(header.transactionId, { changes, before: binds.map(({ oid }) => this.#tree.get(oid)) });
    this.#send(responsePdu(header, []));
  }

  #finish(header: AgentxHeader, what: 'commitSet' | 'undoSet'): void {
    const pending = this.#sets.get(header.transactionId);
    const changes =
      what === 'commitSet' ? pending?.changes : pending?.before.map((bind) => this.#tree.change(bind));
    for (const change of changes ?? []) if ('commit' in change) change.commit();
    const error: SnmpError = pending === undefined ? 'genErr' : 'none';
    this.#send(responsePdu(header, [], error));
  }

  /** Lost without an agent. */
  notify(binds: readonly VarBind[]): void {
    const connects = this.#sessionId === undefined && this.#attempts === 1 && this.#socket !== undefined;
    if (connects && this.#early.length < EARLY) {
      this.#early.push(binds);
    }
    if (this.#sessionId !== undefined) this.#send(notifyPdu(this.#header(), binds));
  }

  close(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined) return;
    if (this.#sessionId !== undefined) this.#send(closePdu(this.#header()));
    this.#socket = undefined;
    socket.end();
  }
}
