/**
 * A LogSink on the local syslog socket: `<PRI>Mon DD HH:MM:SS IDENT[PID]: text` (RFC 3164) in one datagram.
 * It never blocks: lines wait for a daemon that is slow, and one that does not read costs its own lines. A
 * missing or restarted one is looked for again with the next line.
 */
import type { LogLevel, LogSink } from '../ports/log.ts';
import { AF_UNIX, SOCK_DGRAM } from './constants.ts';
import { EAGAIN, ENOBUFS } from './errno.ts';
import { createLineQueue, linesLost, type Written } from './line-queue.ts';
import { native } from './native.ts';
import { sockaddrUn } from './sockaddr.ts';
import { openSocket } from './socket-setup.ts';
import { syslogTime } from './timestamp.ts';

export interface SyslogOptions {
  /** Such as `Keepalived_vrrp`. */
  readonly ident: string;
  /** RFC 3164 facility number: 3 is daemon, 16 to 23 are local0 to local7. */
  readonly facility: number;
  readonly path?: string;
  readonly pid?: number;
  readonly time?: () => Date;
  /** Lines that may wait for a slow reader. */
  readonly room?: number;
}

export interface SyslogSink extends LogSink {
  /** Lines that could not be delivered. */
  lost(): number;
  close(): void;
}

const severity: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, notice: 5, info: 6, debug: 7 };

/** So many lines in a row look for a missing daemon at once, those behind them only after this time. */
const EAGER_MISSES = 16;
const LOOK_AGAIN_MS = 100;

/** One line must stay one line: control characters become octal, as rsyslog writes them. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject.
  return text.replace(/[\u0000-\u001f\u007f]/g, (c) => `#${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

export function createSyslog(options: SyslogOptions): SyslogSink {
  const { ident, facility, path = '/dev/log', pid = process.pid, time = () => new Date(), room } = options;
  const address = sockaddrUn(path);
  const encoder = new TextEncoder();
  let fd: number | undefined;
  let lost = 0;
  /** Lines in a row that found nobody. */
  let misses = 0;
  /** Nobody is looked for until a moment has passed. */
  let resting = false;
  let timer: NodeJS.Timeout | undefined;

  /** A stream of lines for a daemon that is not there looks for it now and then, not once for each. */
  function tooSoon(): boolean {
    if (fd !== undefined || misses < EAGER_MISSES) return false;
    if (resting) return true;
    // No look at the clock for every line: under some hypervisors it costs more than the line.
    resting = true;
    timer = setTimeout(() => {
      resting = false;
    }, LOOK_AGAIN_MS);
    timer.unref();
    return false;
  }

  function close(): void {
    if (fd !== undefined) native.close(fd);
    fd = undefined;
  }

  function connected(): number | undefined {
    if (fd !== undefined || address === undefined) return fd;
    const opened = openSocket(AF_UNIX, SOCK_DGRAM, 0, [
      { call: 'connect', run: (socket) => native.connect(socket, address) },
    ]);
    fd = opened.ok ? opened.value : undefined;
    return fd;
  }

  function sent(line: Uint8Array): Written {
    const socket = connected();
    if (socket === undefined) return 'gone';
    const result = native.sendmsg(socket, line, null, null, 0);
    if (result >= 0) return 'done';
    if (result === -EAGAIN || result === -ENOBUFS) return 'full';
    close();
    return 'gone';
  }

  function lineOf(level: LogLevel, text: string): Uint8Array {
    const priority = facility * 8 + severity[level];
    return encoder.encode(`<${priority}>${syslogTime(time())} ${ident}[${pid}]: ${printable(text)}`);
  }

  const queue = createLineQueue({
    tryWrite(line) {
      const wasConnected = fd !== undefined;
      const first = sent(line);
      // The second try is for a daemon that was restarted: the old connection is dead, the path is not.
      const written = first === 'gone' && wasConnected ? sent(line) : first;
      misses = written === 'gone' ? misses + 1 : 0;
      if (written === 'gone') lost += 1;
      return written;
    },
    lostLine(count) {
      lost += count;
      return lineOf('warning', linesLost(count));
    },
    ...(room === undefined ? {} : { room }),
  });

  return {
    write(level, text) {
      if (tooSoon()) lost += 1;
      else queue.write(lineOf(level, text));
    },
    lost: () => lost,
    close() {
      queue.close();
      clearTimeout(timer);
      close();
    },
  };
}
