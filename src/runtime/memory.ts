/**
 * Memory that a process needs for its start alone. Most of what is resident then is code of the run time that
 * never runs again; it can be had from its file at any time.
 */
import { native } from './native.ts';

/** Long enough for what follows a start or a reload. */
const AFTER_MS = 2_000;

let timer: NodeJS.Timeout | undefined;

/** Once, some time after the last call. */
export function releaseMemoryLater(): void {
  clearTimeout(timer);
  timer = setTimeout(() => native.releaseFilePages(), AFTER_MS);
  timer.unref();
}
