/**
 * What the daemon asks of its own process. Every function is one request with a Result: the caller decides
 * whether a refusal (a container without CAP_SYS_NICE, say) is worth a log line.
 */
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import type { NetError } from '../ports/net.ts';
import { fail, ok, type Result } from '../result.ts';
import {
  CLONE_NEWNET,
  PR_SET_NO_NEW_PRIVS,
  PR_SET_PDEATHSIG,
  RLIMIT_CORE,
  RLIMIT_MEMLOCK,
  RLIMIT_NOFILE,
  RLIMIT_RTPRIO,
  RLIMIT_RTTIME,
  SCHED_OTHER,
  SCHED_RESET_ON_FORK,
  SCHED_RR,
} from './constants.ts';
import { native } from './native.ts';

export type Limit = 'core' | 'nofile' | 'memlock' | 'rtprio' | 'rttime';

const resourceOf: Readonly<Record<Limit, number>> = {
  core: RLIMIT_CORE,
  nofile: RLIMIT_NOFILE,
  memlock: RLIMIT_MEMLOCK,
  rtprio: RLIMIT_RTPRIO,
  rttime: RLIMIT_RTTIME,
};

const done = (call: string, result: number): Result<void, NetError> =>
  result < 0 ? fail({ call, errno: -result }) : ok(undefined);

/** The name that ps and killall use, cut to 15 bytes. process.title would overwrite the arguments too. */
export const setProcessName = (name: string): Result<void, NetError> =>
  done('prctl(PR_SET_NAME)', native.setName(name));

/** The signal (15 for SIGTERM, 0 for none) that this process gets when its parent dies. */
export const setParentDeathSignal = (signal: number): Result<void, NetError> =>
  done('prctl(PR_SET_PDEATHSIG)', native.prctl(PR_SET_PDEATHSIG, signal));

export const setNoNewPrivileges = (): Result<void, NetError> =>
  done('prctl(PR_SET_NO_NEW_PRIVS)', native.prctl(PR_SET_NO_NEW_PRIVS, 1));

/** Nice value, -20 to 19. */
export const setPriority = (nice: number): Result<void, NetError> =>
  done('setpriority', native.setpriority(0, nice));

/** SCHED_RR for the thread that runs JavaScript. Children start with the normal policy. */
export const setRealtimePriority = (priority: number): Result<void, NetError> =>
  done('sched_setscheduler', native.schedSetscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, priority));

export const clearRealtimePriority = (): Result<void, NetError> =>
  done('sched_setscheduler', native.schedSetscheduler(0, SCHED_OTHER, 0));

/** Infinity for no limit. `rttime` is in microseconds, the others as setrlimit(2) has them. */
export const setLimit = (limit: Limit, soft: number, hard: number): Result<void, NetError> =>
  done('setrlimit', native.setrlimit(resourceOf[limit], soft, hard));

export function getLimit(limit: Limit): Result<{ readonly soft: number; readonly hard: number }, NetError> {
  const out = new Float64Array(2);
  const result = native.getrlimit(resourceOf[limit], out);
  return result < 0
    ? fail({ call: 'getrlimit', errno: -result })
    : ok({ soft: out[0] ?? 0, hard: out[1] ?? 0 });
}

/** All threads, the helpers of Node included: affinity is a property of each thread. */
export function setCpuAffinity(cpus: readonly number[]): Result<void, NetError> {
  const mask = new Uint8Array(128);
  for (const cpu of cpus) {
    const byte = cpu >> 3;
    if (cpu < 0 || byte >= mask.length) return fail({ call: 'sched_setaffinity', errno: 22 });
    mask[byte] = (mask[byte] ?? 0) | (1 << (cpu & 7));
  }
  // The thread that started the process has the number of the process; its refusal is the one that counts.
  const main = done('sched_setaffinity', native.schedSetaffinity(0, mask));
  if (!main.ok) return main;
  // Another thread may have ended meanwhile.
  for (const thread of readdirSync('/proc/self/task')) native.schedSetaffinity(Number(thread), mask);
  return main;
}

export function getCpuAffinity(): number[] {
  const mask = new Uint8Array(128);
  const length = native.schedGetaffinity(0, mask);
  const cpus: number[] = [];
  for (let cpu = 0; cpu < Math.max(length, 0) * 8; cpu++) {
    if (((mask[cpu >> 3] ?? 0) & (1 << (cpu & 7))) !== 0) cpus.push(cpu);
  }
  return cpus;
}

/** The name as the kernel has it. */
export const getProcessName = (): string => readFileSync('/proc/self/comm', 'utf8').trimEnd();

/**
 * Moves this thread to a network namespace, `/run/netns/NAME` or another path of one (keyword
 * `net_namespace`). Sockets opened and children started afterwards are in it; older descriptors stay.
 */
export function enterNetworkNamespace(path: string): Result<void, NetError> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
    return fail({ call: 'open', errno: Math.abs(errno) });
  }
  const result = done('setns', native.setns(fd, CLONE_NEWNET));
  closeSync(fd);
  return result;
}

/** A descriptor of the network namespace that this thread is in, to come back to. It is the caller's. */
export const ownNetworkNamespace = (): number => openSync('/proc/thread-self/ns/net', 'r');

/** Runs `act`, which must be synchronous, with this thread in another network namespace. */
export function inNetworkNamespace<T>(path: string, act: () => T): Result<T, NetError> {
  const home = ownNetworkNamespace();
  try {
    const entered = enterNetworkNamespace(path);
    if (!entered.ok) return entered;
    let back = 0;
    let value: T;
    try {
      value = act();
    } finally {
      back = native.setns(home, CLONE_NEWNET);
    }
    // Whatever came next would run in the wrong place.
    if (back < 0) throw new Error(`no way back from ${path}`);
    return ok(value);
  } finally {
    closeSync(home);
  }
}
