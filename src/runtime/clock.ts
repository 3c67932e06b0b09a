/** The Clock port on the loop's timers. */
import type { Clock } from '../ports/clock.ts';
import { CLOCK_REALTIME } from './constants.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

export function createClock(loop: Loop): Clock {
  return {
    now: loop.now,
    wallUs: () => native.clockGettime(CLOCK_REALTIME),
    armAt: loop.armAt,
    cancel: loop.cancel,
  };
}
