/**
 * Memory that a process needs for its start alone. Most of what is resident then is code of the run time that
 * never runs again, which can be had from its file at any time, and what the heap has grown to.
 */
import { native } from './native.ts';

/** Long enough for what follows a start or a reload. */
const AFTER_MS = 2_000;
/** A collection of more would be a pause that shows: this takes some 25 ms. */
const LARGEST_HEAP = 32 * 1024 * 1024;

interface Collection {
  readonly type: string;
  readonly execution: string;
  readonly flavor: string;
}

let timer: NodeJS.Timeout | undefined;

/** V8 gives pages of its heap back when memory is said to be short, which only a new context can say. */
function shrinkHeap(): void {
  // A start does not wait for what is needed later.
  const { getHeapStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  if (getHeapStatistics().used_heap_size > LARGEST_HEAP) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: Collection) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Once, some time after the last call. `mayPause`: nobody here has to be on time to 25 ms. */
export function releaseMemoryLater(mayPause: boolean): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (mayPause) shrinkHeap();
    native.releaseFilePages();
  }, AFTER_MS);
  timer.unref();
}
