/**
 * A LogSink on stderr: `Mon Nov 23 09:05:31 2026: text`, as keepalived -l -n writes it. It never blocks and
 * never fails: a reader who stopped reading loses lines, and the virtual routers go on.
 */
import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { LogSink } from '../ports/log.ts';
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
  write(line: Uint8Array): void;
  close(): void;
}

/**
 * O_NONBLOCK belongs to the open file, which other processes share, so a pipe or terminal is opened once
 * more. A socket (the journal) takes the flag per call. A file does not block, and opened again it would
 * have its own position.
 */
function writerFor(fd: number): Writer {
  const kind = fstatSync(fd);
  if (kind.isSocket()) {
    return { write: (line) => void native.sendmsg(fd, line, null, null, 0), close: () => undefined };
  }
  if (!kind.isFIFO() && !kind.isCharacterDevice()) {
    return { write: (line) => void writeSync(fd, line), close: () => undefined };
  }
  const again = openSync(
    `/proc/self/fd/${fd}`,
    constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY,
  );
  return { write: (line) => void writeSync(again, line), close: () => closeSync(again) };
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
  return {
    write(_level, text) {
      try {
        writer?.write(encoder.encode(`${consoleTime(time())}: ${text}\n`));
      } catch {
        // EAGAIN: the pipe is full. EPIPE, EIO: nobody is there any more. There is no better place to say so.
      }
    },
    close() {
      writer?.close();
    },
  };
}
