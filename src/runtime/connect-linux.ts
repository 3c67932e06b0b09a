/** The Connector port: an exchange without a request, with a time limit. */
import type { Connecting, ConnectOutcome, Connector, ConnectSpec } from '../ports/connect.ts';
import type { NetError } from '../ports/net.ts';
import { ok, type Result } from '../result.ts';
import { us } from '../units.ts';
import { familyOf } from '../wire/address.ts';
import {
  AF_INET,
  AF_INET6,
  SO_BINDTODEVICE,
  SO_MARK,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts';
import { createDeadlines, type Deadline, type Deadlines } from './deadlines.ts';
import { ENETUNREACH } from './errno.ts';
import type { Exchange, ExchangeEvents, Exchanger } from './exchanger.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { sockaddrIp } from './sockaddr.ts';
import { openSocket, option, optionBytes, type SetupStep } from './socket-setup.ts';

/** Options of a socket, and where it is bound to. */
export function connectSteps(spec: ConnectSpec): SetupStep[] {
  const { address, source, sourcePort, interface: ifname, mark } = spec;
  const steps: SetupStep[] = [];
  if (mark !== 0) steps.push(option('SO_MARK', SOL_SOCKET, SO_MARK, mark | 0));
  if (ifname !== undefined) {
    const name = new TextEncoder().encode(`${ifname}\0`);
    steps.push(optionBytes('SO_BINDTODEVICE', SOL_SOCKET, SO_BINDTODEVICE, name));
  }
  if (source !== undefined || sourcePort !== undefined) {
    const local = sockaddrIp(familyOf(address), source ?? new Uint8Array(address.length), 0, sourcePort ?? 0);
    // With a fixed port the connection before this one may still be on its way out.
    if (sourcePort !== undefined) steps.push(option('SO_REUSEADDR', SOL_SOCKET, SO_REUSEADDR, 1));
    steps.push({ call: 'bind', run: (fd) => native.bind(fd, local) });
  }
  return steps;
}

/** A socket with what the check asks for; -1 when it asks for nothing. */
export function prepareSocket(spec: ConnectSpec): Result<number, NetError> {
  const steps = connectSteps(spec);
  if (steps.length === 0) return ok(-1);
  return openSocket(familyOf(spec.address) === 4 ? AF_INET : AF_INET6, SOCK_STREAM, 0, steps);
}

export const targetOf = ({ address, port }: ConnectSpec): Uint8Array =>
  sockaddrIp(familyOf(address), address, 0, port);

/** What was said before anything was sent. */
const refusal = (errno: number): ConnectOutcome =>
  errno === ENETUNREACH ? { outcome: 'unreachable' } : { outcome: 'refused', errno };

const CONNECTED: ConnectOutcome = { outcome: 'connected' };

/** One connection in the making. A load balancer makes thousands a second: hence no closures. */
class Connection implements Connecting, ExchangeEvents {
  readonly #done: (outcome: ConnectOutcome) => void;
  #exchange: Exchange | undefined;
  #limit: Deadline | undefined;

  constructor(done: (outcome: ConnectOutcome) => void) {
    this.#done = done;
  }

  begin(spec: ConnectSpec, exchanger: Exchanger, deadlines: Deadlines): void {
    const socket = prepareSocket(spec);
    if (!socket.ok) {
      this.#soon({ outcome: 'failed', ...socket.error }, deadlines);
      return;
    }
    const begun = exchanger.begin(socket.value, targetOf(spec), null, this);
    if (typeof begun === 'number') {
      this.#soon(refusal(-begun), deadlines);
      return;
    }
    this.#exchange = begun;
    this.#limit = deadlines.add(spec.timeoutUs, () => this.#end({ outcome: 'timeout' }));
  }

  /** An answer that is known at once is told like one that is not. */
  #soon(outcome: ConnectOutcome, deadlines: Deadlines): void {
    this.#limit = deadlines.add(us(0), () => this.#end(outcome));
  }

  #end(outcome: ConnectOutcome): void {
    this.cancel();
    this.#done(outcome);
  }

  cancel(): void {
    this.#limit?.cancel();
    this.#exchange?.cancel();
  }

  connected(): void {
    this.#end(CONNECTED);
  }

  failed(errno: number): void {
    this.#end({ outcome: 'refused', errno });
  }

  data(): void {}

  ended(): void {}
}

export function createConnector(loop: Loop, exchanger: Exchanger): Connector {
  const deadlines = createDeadlines(loop, 'connect');
  return {
    connect(spec, done) {
      const connection = new Connection(done);
      connection.begin(spec, exchanger, deadlines);
      return connection;
    },
  };
}
