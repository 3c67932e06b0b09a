/**
 * Tracked files on inotify. In: paths. Out: a call whenever a write to one is finished, or another file has
 * taken its name. One watch per folder; the folder must exist, the file need not.
 */
import { closeSync, constants, lstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { cString, i32, u32 } from '../netlink/bytes.ts';
import type { FileError, WatchedFiles } from '../ports/files.ts';
import { fail, ok, type Result } from '../result.ts';
import {
  IN_CLOSE_WRITE,
  IN_CREATE,
  IN_DELETE,
  IN_IGNORED,
  IN_MOVED_FROM,
  IN_MOVED_TO,
  IN_Q_OVERFLOW,
} from './constants.ts';
import type { Loop } from './loop.ts';
import { native } from './native.ts';

/** IN_CREATE is for links, which nobody writes to; a file just created is empty and counts as absent. */
const MASK = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
const EVENT_HEADER = 16;
const PRIVATE_MODE = 0o600;
/** More than a number ever needs: a huge file must not be read on every change. */
const READ_LIMIT = 128;

interface Watch {
  readonly folder: number;
  readonly name: string;
  readonly changed: () => void;
}

const errorOf = (errno: number): FileError => ({ errno, text: getSystemErrorMessage(-errno) });

function caught(error: unknown): FileError {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  return errno === 0 ? { errno, text: String(error) } : errorOf(-errno);
}

function read(path: string): string | undefined {
  let fd = -1;
  try {
    // Without waiting for a writer, should the path be a pipe.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const text = new Uint8Array(READ_LIMIT);
    return cString(text.subarray(0, readSync(fd, text)));
  } catch {
    return undefined;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

function initialise(
  path: string,
  text: string,
  overwrite: boolean,
): Result<undefined, FileError | 'not-regular'> {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined) {
      if (!there.isFile() && !there.isSymbolicLink()) return fail('not-regular');
      if (!overwrite) return ok(undefined);
      // A new file, so that a link cannot lead the write elsewhere (seen with 2.2.7).
      unlinkSync(path);
    }
    const fd = openSync(path, 'wx', PRIVATE_MODE);
    writeSync(fd, text);
    closeSync(fd);
    return ok(undefined);
  } catch (error) {
    return fail(caught(error));
  }
}

export function createWatchedFiles(loop: Loop): WatchedFiles {
  let fd = -1;
  const watches = new Set<Watch>();
  const buffer = new Uint8Array(8192);

  function dispatch(folder: number, mask: number, name: string): void {
    const overflow = (mask & IN_Q_OVERFLOW) !== 0;
    const gone = (mask & IN_IGNORED) !== 0;
    for (const watch of [...watches]) {
      const here = watch.folder === folder && (gone || watch.name === name);
      if (overflow || here) watch.changed();
    }
  }

  function readEvents(): void {
    for (let length = native.read(fd, buffer); length > 0; length = native.read(fd, buffer)) {
      for (let at = 0; at + EVENT_HEADER <= length; ) {
        const nameLength = u32(buffer, at + 12);
        const name = cString(buffer.subarray(at + EVENT_HEADER, at + EVENT_HEADER + nameLength));
        dispatch(i32(buffer, at), u32(buffer, at + 4), name);
        at += EVENT_HEADER + nameLength;
      }
    }
  }

  function open(): number {
    if (fd >= 0) return fd;
    fd = native.inotifyInit();
    if (fd < 0) return fd;
    const watched = loop.watch(fd, readEvents);
    if (watched >= 0) return fd;
    native.close(fd);
    fd = -1;
    return watched;
  }

  function end(watch: Watch): void {
    watches.delete(watch);
    if ([...watches].some(({ folder }) => folder === watch.folder)) return;
    native.inotifyRmWatch(fd, watch.folder);
    if (watches.size > 0) return;
    loop.unwatch(fd);
    native.close(fd);
    fd = -1;
  }

  return {
    watch(path, changed) {
      const opened = open();
      if (opened < 0) return fail(errorOf(-opened));
      const folder = native.inotifyAddWatch(fd, dirname(path), MASK);
      if (folder < 0) return fail(errorOf(-folder));
      const watch = { folder, name: basename(path), changed };
      watches.add(watch);
      return ok(() => end(watch));
    },
    read,
    initialise,
  };
}
