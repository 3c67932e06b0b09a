/**
 * Opens a socket and carries out a list of named set-up calls; the first that fails closes the socket and
 * becomes the error. So every socket in this folder is a table of options instead of a ladder of tests.
 */
import type { BufferSize, NetError } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';
import { SO_RCVBUF, SO_RCVBUFFORCE, SOL_SOCKET } from './constants.ts';
import { native } from './native.ts';

export interface SetupStep {
  /** Name for the error, such as `setsockopt(SO_BINDTODEVICE)`. */
  readonly call: string;
  /** True when an old kernel or a missing privilege may refuse this without harm. */
  readonly optional?: boolean;
  readonly run: (fd: number) => number;
}

export const option = (name: string, level: number, number: number, value: number): SetupStep => ({
  call: `setsockopt(${name})`,
  run: (fd) => native.setsockoptInt(fd, level, number, value),
});

export const optionBytes = (name: string, level: number, number: number, value: Uint8Array): SetupStep => ({
  call: `setsockopt(${name})`,
  run: (fd) => native.setsockoptBytes(fd, level, number, value),
});

export const optional = (step: SetupStep): SetupStep => ({ ...step, optional: true });

/** SO_RCVBUFFORCE goes beyond the system's limit but needs CAP_NET_ADMIN; SO_RCVBUF does what is allowed. */
export function setReceiveBuffer(fd: number, { bytes, force }: BufferSize): number {
  const forced = force ? native.setsockoptInt(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) : -1;
  return forced < 0 ? native.setsockoptInt(fd, SOL_SOCKET, SO_RCVBUF, bytes) : forced;
}

export const receiveBuffer = (size: BufferSize): SetupStep => ({
  call: 'setsockopt(SO_RCVBUF)',
  run: (fd) => setReceiveBuffer(fd, size),
});

export function openSocket(
  domain: number,
  type: number,
  protocol: number,
  steps: readonly SetupStep[],
): Result<number, NetError> {
  const fd = native.socket(domain, type, protocol);
  if (fd < 0) return fail({ call: 'socket', errno: -fd });
  for (const step of steps) {
    const result = step.run(fd);
    if (result < 0 && step.optional !== true) {
      native.close(fd);
      return fail({ call: step.call, errno: -result });
    }
  }
  return ok(fd);
}
