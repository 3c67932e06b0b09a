/**
 * Real-time signals (34 .. 64), which Node cannot deliver and keepalived's control interface needs. The
 * others stay with Node. In: numbers to listen to. Out: a call per signal, on the loop.
 */
import type { NetError } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';
import { asResult } from './errno.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

export interface RealtimeSignals {
  /** Replaces the listener of a signal. */
  on(signal: number, listener: () => void): Result<number, NetError>;
  /** Back to the default action, which ends the process. */
  off(signal: number): void;
  close(): void;
}

export function createRealtimeSignals(loop: Loop): Result<RealtimeSignals, NetError> {
  // The pipe belongs to the process, as signal handlers do, and is never closed.
  const fd = native.signalPipe();
  if (fd < 0) return fail({ call: 'pipe2', errno: -fd });
  const listeners = new Map<number, () => void>();
  const numbers = new Uint8Array(64);

  const watched = loop.watch(fd, () => {
    const count = native.read(fd, numbers);
    for (const number of numbers.slice(0, Math.max(count, 0))) listeners.get(number)?.();
  });
  if (watched < 0) return fail({ call: 'epoll_ctl', errno: -watched });

  function off(signal: number): void {
    if (listeners.delete(signal)) native.signalWatch(signal, false);
  }

  return ok({
    on(signal, listener) {
      const result = asResult('sigaction', native.signalWatch(signal, true));
      if (result.ok) listeners.set(signal, listener);
      return result;
    },
    off,
    close() {
      for (const signal of [...listeners.keys()]) off(signal);
      loop.unwatch(fd);
    },
  });
}
