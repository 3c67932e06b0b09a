/**
 * The Streams port. A plain connection is an exchange of the addon; TLS runs in Node, on a socket that was
 * set up and connected here because Node's cannot be bound to an interface or given a mark.
 */
import { Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { ConnectSpec } from '../ports/connect.ts';
import type { Stream, StreamEvents, StreamFailure, Streams, TlsSpec } from '../ports/stream.ts';
import { familyOf } from '../wire/address.ts';
import { prepareSocket, targetOf } from './connect-linux.ts';
import { AF_INET, AF_INET6, EPOLLOUT, SO_ERROR, SOCK_STREAM, SOL_SOCKET } from './constants.ts';
import { ECONNRESET, EINPROGRESS, ENETUNREACH } from './errno.ts';
import type { Exchange, ExchangeEvents, Exchanger } from './exchanger.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

/** Certificates are not verified, as upstream does not: a check asks whether a server answers. */
export interface TlsSettings {
  readonly context: SecureContext;
}

/** A failure that is known at once is told like one that is not. */
function soon(events: StreamEvents, failure: StreamFailure): Stream {
  let open = true;
  queueMicrotask(() => {
    if (open) events.failed(failure);
  });
  return {
    send: () => undefined,
    close: () => {
      open = false;
    },
  };
}

/** What was said before anything was sent. */
const refusal = (errno: number): StreamFailure =>
  errno === ENETUNREACH ? { kind: 'unreachable' } : { kind: 'broken', errno };

class PlainStream implements Stream, ExchangeEvents {
  readonly #events: StreamEvents;
  #connected = false;
  exchange: Exchange | undefined;

  constructor(events: StreamEvents) {
    this.#events = events;
  }

  connected(): void {
    this.#connected = true;
    this.#events.connected();
  }

  data(bytes: Uint8Array): void {
    this.#events.data(bytes);
  }

  ended(): void {
    this.#events.ended();
  }

  failed(errno: number): void {
    // Only what stood can be reset, however soon it was.
    if (!this.#connected && errno === ECONNRESET) this.#events.connected();
    this.#events.failed({ kind: 'broken', errno });
  }

  send(bytes: Uint8Array): void {
    this.exchange?.send(bytes);
  }

  close(): void {
    this.exchange?.cancel();
  }
}

function openPlain(
  exchanger: Exchanger,
  socket: number,
  spec: ConnectSpec,
  request: Uint8Array,
  events: StreamEvents,
): Stream {
  const stream = new PlainStream(events);
  const begun = exchanger.begin(socket, targetOf(spec), request, stream);
  if (typeof begun === 'number') return soon(events, refusal(-begun));
  stream.exchange = begun;
  return stream;
}

/** A connection in the making, then TLS on it. */
class TlsStream implements Stream {
  readonly #loop: Loop;
  readonly #events: StreamEvents;
  readonly #settings: TlsSettings;
  readonly #tls: TlsSpec;
  #fd: number;
  #socket: TLSSocket | undefined;
  #secure = false;
  #open = true;

  constructor(loop: Loop, fd: number, settings: TlsSettings, tls: TlsSpec, events: StreamEvents) {
    this.#loop = loop;
    this.#fd = fd;
    this.#settings = settings;
    this.#tls = tls;
    this.#events = events;
  }

  begin(spec: ConnectSpec, request: Uint8Array): Stream {
    const result = native.connect(this.#fd, targetOf(spec));
    if (result !== 0 && result !== -EINPROGRESS) return this.#soon(refusal(-result));
    const watched = this.#loop.watch(this.#fd, () => this.#connected(request), EPOLLOUT);
    return watched < 0 ? this.#soon({ kind: 'unable', call: 'epoll_ctl', errno: -watched }) : this;
  }

  #soon(failure: StreamFailure): Stream {
    native.close(this.#fd);
    this.#fd = -1;
    return soon(this.#events, failure);
  }

  #connected(request: Uint8Array): void {
    const bytes = new Uint8Array(4);
    const length = native.getsockoptBytes(this.#fd, SOL_SOCKET, SO_ERROR, bytes);
    const errno = length < 0 ? -length : new DataView(bytes.buffer).getInt32(0, true);
    this.#loop.unwatch(this.#fd);
    if (errno !== 0) {
      this.#fail({ kind: 'broken', errno });
      return;
    }
    const plain = new Socket({ fd: this.#fd, readable: true, writable: true });
    // The descriptor is closed with the socket from now on.
    this.#fd = -1;
    const { serverName } = this.#tls;
    const socket = connectTls({
      socket: plain,
      secureContext: this.#settings.context,
      rejectUnauthorized: false,
      ...(serverName === undefined ? {} : { servername: serverName }),
    });
    this.#socket = socket;
    socket.on('secureConnect', () => {
      this.#secure = true;
      if (!this.#open) return;
      this.#events.connected();
      socket.write(request);
    });
    socket.on('data', (chunk: Uint8Array) => {
      if (this.#open) this.#events.data(chunk);
    });
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#ended());
    socket.on('error', (error) => this.#broken(error));
    plain.on('error', (error) => this.#broken(error));
  }

  #ended(): void {
    if (!this.#open) return;
    if (!this.#secure) {
      this.#fail({ kind: 'tls', reason: 'the peer closed the connection' });
      return;
    }
    this.close();
    this.#events.ended();
  }

  #broken(error: Error): void {
    const errno = 'errno' in error ? Math.abs(Number(error.errno)) : 0;
    // Node gives the same code to a peer that closes, but then no call of the system has failed.
    const reset = errno === ECONNRESET && 'syscall' in error && error.syscall === 'read';
    if ((this.#secure && errno > 0) || reset) this.#fail({ kind: 'broken', errno });
    else this.#fail({ kind: 'tls', reason: error.message });
  }

  #fail(failure: StreamFailure): void {
    if (!this.#open) return;
    this.close();
    this.#events.failed(failure);
  }

  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const socket = this.#socket;
    if (this.#fd >= 0) {
      this.#loop.unwatch(this.#fd);
      native.close(this.#fd);
      this.#fd = -1;
    }
    if (socket === undefined) return;
    if (!this.#secure) {
      socket.destroy();
      return;
    }
    // The peer is told, and then nothing is waited for.
    socket.end(() => socket.destroy());
    socket.resume();
  }
}

/** `settings`: what TLS connections have in common at the time one is opened. */
export function createStreams(loop: Loop, exchanger: Exchanger, settings: () => TlsSettings): Streams {
  return {
    open(spec, request, events, tls) {
      const prepared = prepareSocket(spec);
      if (!prepared.ok) return soon(events, { kind: 'unable', ...prepared.error });
      if (tls === undefined) return openPlain(exchanger, prepared.value, spec, request, events);
      const domain = familyOf(spec.address) === 4 ? AF_INET : AF_INET6;
      const fd = prepared.value >= 0 ? prepared.value : native.socket(domain, SOCK_STREAM, 0);
      if (fd < 0) return soon(events, { kind: 'unable', call: 'socket', errno: -fd });
      return new TlsStream(loop, fd, settings(), tls, events).begin(spec, request);
    },
  };
}
