/**
 * The processes of this machine. In: the process events connector and /proc. Out: ProcessEvent, names and
 * command lines. The kernel refuses the connector outside its first network namespace.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { u32, u32Bytes } from '../netlink/bytes.ts';
import { messages } from '../netlink/message.ts';
import { listenRequest, parseProcessEvent } from '../netlink/proc-event.ts';
import type { NetError } from '../ports/net.ts';
import type { ProcessEvent, Processes, ProcessIdentity, ProcessMonitorOptions } from '../ports/processes.ts';
import { fail, ok, type Result } from '../result.ts';
import {
  AF_NETLINK,
  CN_IDX_PROC,
  CN_VAL_PROC,
  NETLINK_CONNECTOR,
  PROC_CN_MCAST_IGNORE,
  PROC_CN_MCAST_LISTEN,
  SOCK_DGRAM,
} from './constants.ts';
import { EAGAIN } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';
import { openSocket, receiveBuffer, type SetupStep } from './socket-setup.ts';

const sockaddrLength = 12;
/** A message of the connector is 76 bytes. */
const datagramRoom = 1024;

const sockaddr = (groups: number): Uint8Array => u32Bytes(AF_NETLINK, 0, groups);

/** The confirmation follows; without privilege nothing does, so the request itself must not fail. */
const listenStep: SetupStep = {
  call: 'sendmsg',
  run: (fd) =>
    native.sendmsg(fd, listenRequest(PROC_CN_MCAST_LISTEN, CN_IDX_PROC, CN_VAL_PROC), sockaddr(0), null, 0),
};

function subscribe(
  loop: Loop,
  listener: (event: ProcessEvent) => void,
  { receiveBuffer: size }: ProcessMonitorOptions,
): Result<() => void, NetError> {
  const opened = openSocket(AF_NETLINK, SOCK_DGRAM, NETLINK_CONNECTOR, [
    ...(size === undefined ? [] : [receiveBuffer(size)]),
    { call: 'bind', run: (fd) => native.bind(fd, sockaddr(CN_IDX_PROC)) },
    listenStep,
  ]);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const watched = loop.watch(fd, () => receiveAll(fd, listener));
  if (watched < 0) {
    native.close(fd);
    return fail({ call: 'epoll_ctl', errno: -watched });
  }
  return ok(() => {
    loop.unwatch(fd);
    const request = listenRequest(PROC_CN_MCAST_IGNORE, CN_IDX_PROC, CN_VAL_PROC);
    native.sendmsg(fd, request, sockaddr(0), null, 0);
    native.close(fd);
  });
}

function receiveAll(fd: number, listener: (event: ProcessEvent) => void): void {
  const buffer = new Uint8Array(datagramRoom);
  const sender = new Uint8Array(sockaddrLength);
  const lengths = new Int32Array(3);
  for (;;) {
    const received = native.recvmsg(fd, buffer, sender, null, 0, lengths);
    if (received === -EAGAIN) return;
    if (received < 0) {
      listener({ event: 'lost' });
      return;
    }
    // Only port 0 is the kernel.
    if (u32(sender, 4) !== 0) continue;
    for (const message of messages(buffer.subarray(0, received))) {
      const event = parseProcessEvent(message);
      if (event !== undefined) listener(event);
    }
  }
}

function list(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function look(pid: number, withArgv: boolean): ProcessIdentity | undefined {
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').replace(/\n$/, '');
    const words = withArgv ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    return { name, argv: words === '' ? [] : words.replace(/\0$/, '').split('\0') };
  } catch {
    return undefined;
  }
}

export const createProcesses = (loop: Loop): Processes => ({
  list,
  look,
  subscribe: (listener, options = {}) => subscribe(loop, listener, options),
});
