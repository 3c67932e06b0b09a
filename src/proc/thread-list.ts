/** What a process waits for, for its log: upstream's list of threads (SIGRTMAX) in terms of this program. */
import type { Logger } from '../out/logger.ts';
import type { Loop } from '../runtime/loop.ts';

const US_PER_S = 1e6;

export function logThreads(title: string, loop: Loop, logger: Logger): void {
  const { timers, descriptors } = loop.waitsFor();
  const nowUs = loop.now();
  logger.log('threads', title, process.pid, timers.length, descriptors.length);
  for (const { name, dueAtUs } of timers) {
    logger.log('thread-timer', name, ((dueAtUs - nowUs) / US_PER_S).toFixed(6));
  }
  if (descriptors.length > 0) logger.log('thread-descriptors', descriptors.join(' '));
}
