/**
 * A LogSink on stderr: `Mon Nov 23 09:05:31 2026: text`, as keepalived -l -n writes it. It never blocks and
 * never fails: lines wait for a slow reader, one who stopped reading loses some, and the routers go on.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { LogSink } from '../ports/log.ts';
import { EAGAIN } from './errno.ts';
import { createLineQueue, linesLost, type Written } from './line-queue.ts';
import { native } from './native.ts';
import { consoleTime } from './timestamp.ts';

export interface ConsoleOptions {
  /** Descriptor to write to; 2 by default. */
  readonly fd?: number;
  readonly time?: () => Date;
}

export interface ConsoleSink extends LogSink {
  close(): void;
}

interface Writer {
  write(line: Uint8Array): Written;
  close(): void;
}

/** EPIPE, EIO: nobody is there any more, and there is no better place to say so. */
const outcome = (errno: number): Written => (errno === EAGAIN ? 'full' : 'gone');

function writeTo(fd: number, line: Uint8Array): Written {
  try {
    writeSync(fd, line);
    return 'done';
  } catch (error) {
    return outcome(error instanceof Error && 'errno' in error ? Math.abs(Number(error.errno)) : 0);
  }
}

/**
 * O_NONBLOCK belongs to the open file, which other processes share, so a pipe or terminal is opened once
 * more. A socket (the journal) takes the flag per call. A file does not block, and opened again it would
 * have its own position.
 */
function writerFor(fd: number): Writer {
  const kind = fstatSync(fd);
  if (kind.isSocket()) {
    const send = (line: Uint8Array): Written => {
      const sent = native.sendmsg(fd, line, null, null, 0);
      return sent < 0 ? outcome(-sent) : 'done';
    };
    return { write: send, close: () => undefined };
  }
  if (!kind.isFIFO() && !kind.isCharacterDevice()) {
    return { write: (line) => writeTo(fd, line), close: () => undefined };
  }
  const again = openSync(
    `/proc/self/fd/${fd}`,
    constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
  );
  return { write: (line) => writeTo(again, line), close: () => closeSync(again) };
}

/** Undefined when there is nothing that could be written to without blocking. */
function openWriter(fd: number): Writer | undefined {
  try {
    return writerFor(fd);
  } catch {
    // Closed, or a pipe that this user may not open again.
    return undefined;
  }
}

export function createConsole(options: ConsoleOptions = {}): ConsoleSink {
  const { fd = 2, time = () => new Date() } = options;
  const writer = openWriter(fd);
  const encoder = new TextEncoder();
  const lineOf = (text: string): Uint8Array => encoder.encode(`${consoleTime(time())}: ${text}\n`);
  const queue = createLineQueue({
    tryWrite: (line) => writer?.write(line) ?? 'gone',
    lostLine: (count) => lineOf(linesLost(count)),
  });
  return {
    write(_level, text) {
      queue.write(lineOf(text));
    },
    close() {
      queue.close();
      writer?.close();
    },
  };
}
