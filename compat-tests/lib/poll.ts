/**
 * Waiting for a condition instead of for a time. A test that sleeps is either slow or flaky; one that polls
 * is as fast as the daemon and fails with the name of what never came.
 */
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 10;

/** Polls until `probe` gives a truthy value and returns it; throws naming `what` after `timeoutMs`. */
export async function until<T>(
  probe: () => T | Promise<T>,
  timeoutMs: number,
  what: string,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value as Exclude<T, undefined | null | false>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await pause(STEP_MS);
  }
}

/** Thrown by a case that needs something this machine does not have; the runner skips it by that name. */
export class Unavailable extends Error {}
