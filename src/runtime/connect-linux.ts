/** The Connector port: a socket that connects without waiting, watched by the loop, with a time limit. */
import type { Connecting, ConnectOutcome, Connector, ConnectSpec } from '../ports/connect.ts';
import type { NetError } from '../ports/net.ts';
import type { Result } from '../result.ts';
import { addUs, type Us } from '../units.ts';
import { familyOf } from '../wire/address.ts';
import {
  AF_INET,
  AF_INET6,
  EPOLLOUT,
  SO_BINDTODEVICE,
  SO_ERROR,
  SO_MARK,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts';
import { EINPROGRESS } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { sockaddrIp } from './sockaddr.ts';
import { openSocket, option, optionBytes, type SetupStep } from './socket-setup.ts';

function setup(spec: ConnectSpec): SetupStep[] {
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

function open(spec: ConnectSpec): Result<number, NetError> {
  const domain = familyOf(spec.address) === 4 ? AF_INET : AF_INET6;
  return openSocket(domain, SOCK_STREAM, 0, setup(spec));
}

/** What became of a connection that was in progress; 0 = it stands. */
function pendingError(fd: number): number {
  const bytes = new Uint8Array(4);
  const length = native.getsockoptBytes(fd, SOL_SOCKET, SO_ERROR, bytes);
  return length < 0 ? -length : new DataView(bytes.buffer).getInt32(0, true);
}

const verdictOf = (errno: number): ConnectOutcome =>
  errno === 0 ? { outcome: 'connected' } : { outcome: 'refused', errno };

export function createConnector(loop: Loop): Connector {
  let count = 0;

  function connect(spec: ConnectSpec, done: (outcome: ConnectOutcome) => void): Connecting {
    const timer = `connect ${count++}`;
    const opened = open(spec);
    let fd = opened.ok ? opened.value : -1;
    const close = (): void => {
      loop.cancel(timer);
      if (fd < 0) return;
      loop.unwatch(fd);
      native.close(fd);
      fd = -1;
    };
    const end = (outcome: ConnectOutcome): void => {
      close();
      done(outcome);
    };
    /** An answer that is known at once is told like one that is not. */
    const soon = (outcome: ConnectOutcome): Connecting => {
      loop.armAt(timer, loop.now(), () => end(outcome));
      return { cancel: close };
    };
    if (!opened.ok) return soon({ outcome: 'failed', ...opened.error });
    const { address, port } = spec;
    const result = native.connect(fd, sockaddrIp(familyOf(address), address, 0, port));
    if (result !== -EINPROGRESS) return soon(verdictOf(-result));
    const watched = loop.watch(fd, () => end(verdictOf(pendingError(fd))), EPOLLOUT);
    if (watched < 0) return soon({ outcome: 'failed', call: 'epoll_ctl', errno: -watched });
    const dueAtUs: Us = addUs(loop.now(), spec.timeoutUs);
    loop.armAt(timer, dueAtUs, () => end({ outcome: 'timeout' }));
    return { cancel: close };
  }

  return { connect };
}
