/**
 * The process's one loop: descriptors and named timers behind a single poll (native/poll.cc).
 *
 * In: descriptors to watch, timers with absolute deadlines in microseconds of CLOCK_MONOTONIC. Out: calls.
 * In a pass descriptors come before timers: an advert that is waiting pushes the masterDown timer away
 * before that timer can fire. Nothing polls; the process sleeps until a descriptor or the next deadline.
 *
 * How this folder fits together:
 *   createLoop() -> Loop; createClock(loop), createKernel(loop), createNet(loop), createScripts(loop, env),
 *   createRealtimeSignals(loop) implement the ports on it. Only runtime/ knows the addon and node:*.
 */
import type { Us } from '../units.ts';
import { CLOCK_MONOTONIC, EPOLLIN } from './constants.ts';
import { native } from './native.ts';
import { createTimerQueue } from './timer-queue.ts';

export interface Loop {
  now(): Us;
  /** Calls `onReady` with the EPOLL* bits whenever `fd` is ready. Returns 0 or minus errno. */
  watch(fd: number, onReady: (events: number) => void, events?: number): number;
  /** Before the descriptor is closed. A descriptor that is not watched is ignored. */
  unwatch(fd: number): void;
  armAt(name: string, dueAtUs: Us, fire: (dueAtUs: Us, nowUs: Us) => void): void;
  cancel(name: string): void;
  /** Whether the loop alone keeps the process running; true after creation. */
  keepAlive(keep: boolean): void;
  /** What it waits for: timers, the next one first, then descriptors. */
  waitsFor(): LoopWaits;
  close(): void;
}

export interface LoopWaits {
  readonly timers: readonly { readonly name: string; readonly dueAtUs: Us }[];
  readonly descriptors: readonly number[];
}

const timerToken = 0xffffffff;
const batchSize = 128;

interface Watch {
  readonly fd: number;
  readonly token: number;
  readonly onReady: (events: number) => void;
}

export function createLoop(): Loop {
  const byFd = new Map<number, Watch>();
  // Tokens are never used twice, so a stale event cannot reach a descriptor that got the same number.
  const byToken = new Map<number, Watch>();
  const timers = createTimerQueue();
  const ready = new Uint32Array(2 * batchSize);
  let nextToken = 0;
  let inPass = false;
  let armedFor = 0;

  const now = (): Us => native.clockGettime(CLOCK_MONOTONIC) as Us;

  /** Sets the timerfd to the earliest deadline, once per pass and only when that changed. */
  function syncDeadline(): void {
    if (inPass) return;
    const due = timers.nextDueAtUs();
    const wanted = due === undefined ? 0 : Math.max(1, due);
    if (wanted === armedFor) return;
    poller.arm(wanted);
    armedFor = wanted;
  }

  function pass(count: number): void {
    inPass = true;
    let timerFired = false;
    let finished = false;
    try {
      for (let i = 0; i < count; i++) {
        const token = ready[2 * i] ?? 0;
        if (token === timerToken) timerFired = true;
        else byToken.get(token)?.onReady(ready[2 * i + 1] ?? 0);
      }
      // Also without a timer event: reading descriptors took time, and a deadline may have come meanwhile.
      timers.runDue(now);
      finished = true;
    } finally {
      inPass = false;
      // After an exception nobody looked whether the timer was among the events.
      if (timerFired || !finished) armedFor = 0;
      syncDeadline();
    }
  }

  const poller = new native.Poller(ready, pass);

  return {
    now,
    watch(fd, onReady, events = EPOLLIN) {
      const watch: Watch = { fd, token: nextToken, onReady };
      const result = poller.add(fd, watch.token, events);
      if (result < 0) return result;
      nextToken = (nextToken + 1) % timerToken;
      byFd.set(fd, watch);
      byToken.set(watch.token, watch);
      return 0;
    },
    unwatch(fd) {
      const watch = byFd.get(fd);
      if (watch === undefined) return;
      poller.remove(fd);
      byFd.delete(fd);
      byToken.delete(watch.token);
    },
    armAt(name, dueAtUs, fire) {
      timers.arm(name, dueAtUs, fire);
      syncDeadline();
    },
    cancel(name) {
      timers.cancel(name);
      syncDeadline();
    },
    keepAlive(keep) {
      poller.keepAlive(keep);
    },
    waitsFor: () => ({ timers: timers.list(), descriptors: [...byFd.keys()] }),
    close() {
      poller.close();
      byFd.clear();
      byToken.clear();
    },
  };
}
