/**
 * Name, priority, real-time class, limits and affinity of a child. A refusal is one log line, never the end.
 */
import type { ProcessSettings } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import type { NetError } from '../ports/net.ts';
import type { Result } from '../result.ts';
import {
  setCpuAffinity,
  setLimit,
  setPriority,
  setProcessName,
  setRealtimePriority,
} from '../runtime/process.ts';

/** What ps and killall look for, whatever the executable is called. */
const DEFAULT_NAME = 'keepalived';
const DEFAULT_RTTIME_US = 10_000;

export function applyProcessSettings(settings: ProcessSettings, logger: Logger): void {
  const check = (result: Result<void, NetError>): void => {
    if (!result.ok) logger.log('process-setting-refused', result.error.call, result.error.errno);
  };
  check(setProcessName(settings.name ?? DEFAULT_NAME));
  if (settings.realtimePriority !== undefined && settings.realtimePriority > 0) {
    const limit = settings.rlimitRttimeUs ?? DEFAULT_RTTIME_US;
    // A garbage collection may take longer than upstream's 10 ms, and the kernel's answer would be SIGXCPU.
    if (limit > 0) check(setLimit('rttime', Math.max(limit, 1_000_000), Math.max(limit, 1_000_000)));
    check(setRealtimePriority(settings.realtimePriority));
  } else if (settings.nice !== undefined && settings.nice !== 0) check(setPriority(settings.nice));
  if (settings.cpus.length > 0) check(setCpuAffinity(settings.cpus));
}
