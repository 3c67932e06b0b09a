/**
 * The service manager that started this process is told over the socket of NOTIFY_SOCKET (sd_notify(3)) when
 * the daemon is up, reloads and stops, and that it is alive where the unit has a watchdog. In: the state.
 * Out: a datagram; a manager that does not listen costs nothing.
 */
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { native } from './native.ts';
import { sockaddrUn } from './sockaddr.ts';
import { openSocket } from './socket-setup.ts';

export interface ServiceManager {
  /** Up, or again up after a reload; `status` is for people. */
  ready(status: string): void;
  reloading(): void;
  stopping(): void;
  close(): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

const US_PER_MS = 1000;

const SILENT: ServiceManager = {
  ready: () => undefined,
  reloading: () => undefined,
  stopping: () => undefined,
  close: () => undefined,
};

/** A name that begins with @ is an abstract one, whose first byte is 0. */
const addressOf = (path: string): Uint8Array | undefined =>
  path.startsWith('/') || path.startsWith('@') ? sockaddrUn(path.replace(/^@/, '\0')) : undefined;

/** How often a watchdog wants to hear of this process: twice in its time; undefined = there is none. */
function watchdogMs({ WATCHDOG_USEC: time, WATCHDOG_PID: pid }: Environment): number | undefined {
  if (time === undefined || !/^[1-9]\d*$/.test(time)) return undefined;
  if (pid !== undefined && pid !== String(process.pid)) return undefined;
  return Number(time) / US_PER_MS / 2;
}

export function createServiceManager(env: Environment): ServiceManager {
  const address = addressOf(env.NOTIFY_SOCKET ?? '');
  if (address === undefined) return SILENT;

  function tell(...lines: string[]): void {
    const opened = openSocket(AF_UNIX, SOCK_DGRAM, 0, []);
    if (!opened.ok) return;
    native.sendmsg(opened.value, new TextEncoder().encode(lines.join('\n')), address ?? null, null, 0);
    native.close(opened.value);
  }

  const everyMs = watchdogMs(env);
  const watchdog = everyMs === undefined ? undefined : setInterval(() => tell('WATCHDOG=1'), everyMs);
  watchdog?.unref();
  return {
    ready: (status) => tell('READY=1', `MAINPID=${process.pid}`, `STATUS=${status}`),
    reloading: () => {
      const us = process.hrtime.bigint() / BigInt(US_PER_MS);
      tell('RELOADING=1', `MONOTONIC_USEC=${us}`);
    },
    stopping: () => tell('STOPPING=1'),
    close: () => clearInterval(watchdog),
  };
}
