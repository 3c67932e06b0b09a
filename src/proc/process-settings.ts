/**
 * Name, umask, priority, real-time class, limits and affinity of a process. In: what the configuration wants,
 * and what it wanted before a reload: a priority that nobody asks for any more goes back to normal, an
 * affinity stays (both seen with 2.2.7). A refusal is one log line, never the end.
 */
import type { ProcessSettings } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import type { NetError } from '../ports/net.ts';
import type { Result } from '../result.ts';
import {
  clearRealtimePriority,
  setCpuAffinity,
  setLimit,
  setPriority,
  setProcessName,
  setRealtimePriority,
} from '../runtime/process.ts';

/** What ps and killall look for, whatever the executable is called. */
const DEFAULT_NAME = 'keepalived';
const DEFAULT_RTTIME_US = 10_000;
/** A garbage collection may take longer than upstream's 10 ms, and the kernel's answer would be SIGXCPU. */
const LEAST_RTTIME_US = 1_000_000;

type Check = (result: Result<void, NetError>) => void;

const checkInto =
  (logger: Logger): Check =>
  (result) => {
    if (!result.ok) logger.log('process-setting-refused', result.error.call, result.error.errno);
  };

/** The parent has no other settings of its own. */
export function applyParentSettings(
  name: string | undefined,
  umask: number | undefined,
  logger: Logger,
): void {
  if (umask !== undefined) process.umask(umask);
  checkInto(logger)(setProcessName(name ?? DEFAULT_NAME));
}

export function applyProcessSettings(
  settings: ProcessSettings,
  logger: Logger,
  before?: ProcessSettings,
): void {
  const check = checkInto(logger);
  if (settings.umask !== undefined) process.umask(settings.umask);
  check(setProcessName(settings.name ?? DEFAULT_NAME));
  applyPriority(settings, before, check);
  if (settings.cpus.length > 0) check(setCpuAffinity(settings.cpus));
  // V8 reserves far more memory than it uses, and ends the process where locked pages cannot be given back.
  if (settings.noSwap && before?.noSwap !== true) logger.log('no-swap-unsupported');
}

function applyPriority(
  { realtimePriority = 0, nice = 0, rlimitRttimeUs }: ProcessSettings,
  before: ProcessSettings | undefined,
  check: Check,
): void {
  const wasRealtime = (before?.realtimePriority ?? 0) > 0;
  // A real-time process has no other priority (seen with 2.2.7).
  const wanted = realtimePriority > 0 ? 0 : nice;
  const had = wasRealtime ? 0 : (before?.nice ?? 0);
  if (realtimePriority > 0) {
    const limit = rlimitRttimeUs ?? DEFAULT_RTTIME_US;
    // The hard limit stays, since a reload that wants more could not raise it without a capability.
    if (limit > 0) check(setLimit('rttime', Math.max(limit, LEAST_RTTIME_US), Number.POSITIVE_INFINITY));
    check(setRealtimePriority(realtimePriority));
  } else if (wasRealtime) check(clearRealtimePriority());
  if (wanted !== had) check(setPriority(wanted));
}
