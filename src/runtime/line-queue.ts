/**
 * Lines for a reader that may be slow. In: lines, and a way to write one that says when there is no room.
 * Out: the same lines in order, without ever waiting: what finds no room waits in memory. A reader who
 * stopped reading for good costs the lines beyond a limit, and is told how many.
 */

/** `full`: there may be room later. `gone`: there never will be. */
export type Written = 'done' | 'full' | 'gone';

export interface LineQueueOptions {
  readonly tryWrite: (line: Uint8Array) => Written;
  /** What to say of lines that were lost. */
  readonly lostLine: (count: number) => Uint8Array;
  /** Lines that may wait. */
  readonly room?: number;
}

export interface LineQueue {
  write(line: Uint8Array): void;
  /** Writes what there is room for. */
  drain(): void;
  close(): void;
}

/** For the log itself. */
export const linesLost = (count: number): string => `${count} log lines were lost: nobody read them in time`;

const RETRY_MS = 5;
/** A thousand instances that change their state twenty times. */
const ROOM = 20_000;
/** The last lines of a process matter most, but its end matters more. */
const LAST_MS = 200;

export function createLineQueue({ tryWrite, lostLine, room = ROOM }: LineQueueOptions): LineQueue {
  let waiting: Uint8Array[] = [];
  let next = 0;
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;

  const isEmpty = (): boolean => next === waiting.length;

  function drain(): void {
    for (let line = waiting[next]; line !== undefined; line = waiting[next]) {
      const written = tryWrite(line);
      if (written === 'full') return;
      next += 1;
      if (isEmpty() && lost > 0) {
        waiting.push(lostLine(lost));
        lost = 0;
      }
    }
    waiting = [];
    next = 0;
  }

  function later(): void {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      drain();
      if (!isEmpty()) later();
    }, RETRY_MS);
    timer.unref();
  }

  function atEnd(): void {
    const untilMs = performance.now() + LAST_MS;
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (drain(); !isEmpty() && performance.now() < untilMs; drain()) Atomics.wait(cell, 0, 0, 1);
  }
  process.once('exit', atEnd);

  return {
    write(line) {
      if (isEmpty() && tryWrite(line) !== 'full') return;
      if (waiting.length - next < room) waiting.push(line);
      else lost += 1;
      later();
    },
    drain,
    close() {
      process.off('exit', atEnd);
      clearTimeout(timer);
      drain();
    },
  };
}
