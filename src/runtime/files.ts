/**
 * Pid files and whole-file writes. Both live in folders that others may write to (TMPDIR), so no symbolic
 * link is followed and no half-written file is ever visible (the CVE-2018-19044 class).
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { fail, ok, type Result } from '../result.ts';
import { EAGAIN } from './errno.ts';
import { native } from './native.ts';

export interface FileError {
  readonly call: string;
  /** `ENOENT` and the like. */
  readonly code: string;
  /** Only for a pid file that another process has locked: the pid it wrote, 0 when unreadable. */
  readonly heldBy?: number;
}

export interface PidFile {
  readonly path: string;
  /** Removes the file, unless somebody has put another one in its place, and gives up the lock. */
  remove(): void;
}

/** `ENOENT` and the like of what a call of node:fs threw. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** Runs one call of node:fs as a Result. */
function attempt<T>(call: string, act: () => T): Result<T, FileError> {
  try {
    return ok(act());
  } catch (error) {
    return fail({ call, code: codeOf(error) });
  }
}

function readPid(fd: number): number {
  const buffer = Buffer.alloc(32);
  const length = readSync(fd, buffer, 0, buffer.length, 0);
  const text = buffer.toString('latin1', 0, length).trim();
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : 0;
}

/** The pid that a pid file names; 0 when there is no such file or no number in it. */
export function readPidFile(path: string): number {
  const opened = attempt('open', () => openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW));
  if (!opened.ok) return 0;
  const pid = attempt('read', () => readPid(opened.value));
  closeSync(opened.value);
  return pid.ok ? pid.value : 0;
}

/** Whether the path still leads to the open file: its last owner may have removed it after our open(). */
function isStillAt(path: string, fd: number): boolean {
  const there = lstatSync(path, { throwIfNoEntry: false });
  const open = fstatSync(fd);
  return there !== undefined && there.ino === open.ino && there.dev === open.dev;
}

function lockedDescriptor(path: string): Result<number, FileError> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  for (;;) {
    const opened = attempt('open', () => openSync(path, flags, 0o644));
    if (!opened.ok) return opened;
    const fd = opened.value;
    const locked = native.ofdLock(fd);
    if (locked < 0) {
      const heldBy = readPid(fd);
      closeSync(fd);
      if (locked === -EAGAIN) return fail({ call: 'fcntl(F_OFD_SETLK)', code: 'EAGAIN', heldBy });
      return fail({ call: 'fcntl(F_OFD_SETLK)', code: `errno ${-locked}` });
    }
    if (isStillAt(path, fd)) return ok(fd);
    closeSync(fd);
  }
}

/**
 * Creates or takes over a pid file and holds a lock on it as long as the process lives. The lock, not the
 * text, says that the owner is alive, so a file left behind by a crash stops nobody.
 */
export function createPidFile(path: string, pid: number): Result<PidFile, FileError> {
  const locked = lockedDescriptor(path);
  if (!locked.ok) return locked;
  const fd = locked.value;
  const written = attempt('write', () => {
    ftruncateSync(fd, 0);
    writeSync(fd, `${pid}\n`, 0);
    // Whatever the umask is for: others look for the number.
    fchmodSync(fd, 0o644);
  });
  if (!written.ok) {
    closeSync(fd);
    return written;
  }
  let held = true;
  return ok({
    path,
    remove() {
      if (!held) return;
      held = false;
      attempt('unlink', () => {
        if (isStillAt(path, fd)) unlinkSync(path);
      });
      closeSync(fd);
    },
  });
}

/** Writes beside the target and renames, so that a reader sees the old content or the new. */
export function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode = 0o600,
): Result<void, FileError> {
  const temporary = `${path}.${process.pid}.tmp`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  // A file of this name is left over from a crash of a process with the same pid.
  attempt('unlink', () => unlinkSync(temporary));
  const opened = attempt('open', () => openSync(temporary, flags, mode));
  if (!opened.ok) return opened;
  const fd = opened.value;
  const written = attempt('write', () => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  });
  const renamed = written.ok ? attempt('rename', () => renameSync(temporary, path)) : written;
  // Last, because tools wait for the end of a write to a file of this name (VyOS).
  closeSync(fd);
  if (!renamed.ok) attempt('unlink', () => unlinkSync(temporary));
  return renamed;
}
