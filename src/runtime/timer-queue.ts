/**
 * Named one-shot timers in a binary heap ordered by deadline, then by the order of arming.
 * A pass runs the timers that were due and armed before it began, so that a timer which arms itself again
 * for a deadline already past cannot keep descriptors waiting.
 */
import type { Us } from '../units.ts';

type Fire = (dueAtUs: Us, nowUs: Us) => void;

interface Timer {
  readonly name: string;
  readonly dueAtUs: Us;
  readonly sequence: number;
  readonly fire: Fire;
  /** Position in the heap, kept for removal from the middle. */
  at: number;
}

export interface TimerQueue {
  arm(name: string, dueAtUs: Us, fire: Fire): void;
  cancel(name: string): void;
  nextDueAtUs(): Us | undefined;
  runDue(now: () => Us): void;
  /** What is armed, the earliest first. */
  list(): { readonly name: string; readonly dueAtUs: Us }[];
}

const before = (a: Timer, b: Timer): boolean =>
  a.dueAtUs < b.dueAtUs || (a.dueAtUs === b.dueAtUs && a.sequence < b.sequence);

export function createTimerQueue(): TimerQueue {
  const heap: Timer[] = [];
  const byName = new Map<string, Timer>();
  let sequence = 0;

  function place(timer: Timer, at: number): void {
    heap[at] = timer;
    timer.at = at;
  }

  function siftUp(timer: Timer): void {
    let at = timer.at;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !before(timer, parent)) break;
      place(parent, at);
      at = parentAt;
    }
    place(timer, at);
  }

  function siftDown(timer: Timer): void {
    let at = timer.at;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const least = left !== undefined && right !== undefined && before(right, left) ? right : left;
      if (least === undefined || !before(least, timer)) break;
      const freed = least.at;
      place(least, at);
      at = freed;
    }
    place(timer, at);
  }

  function remove(timer: Timer): void {
    byName.delete(timer.name);
    const last = heap.pop();
    if (last === undefined || last === timer) return;
    place(last, timer.at);
    siftUp(last);
    siftDown(last);
  }

  return {
    list: () => heap.toSorted((a, b) => (before(a, b) ? -1 : 1)),
    arm(name, dueAtUs, fire) {
      const pending = byName.get(name);
      if (pending !== undefined) remove(pending);
      const timer: Timer = { name, dueAtUs, sequence, fire, at: heap.length };
      sequence += 1;
      byName.set(name, timer);
      heap.push(timer);
      siftUp(timer);
    },
    cancel(name) {
      const timer = byName.get(name);
      if (timer !== undefined) remove(timer);
    },
    nextDueAtUs: () => heap[0]?.dueAtUs,
    runDue(now) {
      const passStartUs = now();
      const passStart = sequence;
      for (;;) {
        const timer = heap[0];
        if (timer === undefined || timer.dueAtUs > passStartUs || timer.sequence >= passStart) return;
        remove(timer);
        timer.fire(timer.dueAtUs, now());
      }
    },
  };
}
