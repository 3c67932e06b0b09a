/**
 * Named pipes that state changes are written to. A pipe belongs to this process: made at the start, private
 * to its owner, removed at the end. Writing never waits; without a reader it keeps what there is room for.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { fail, ok, type Result } from '../result.ts';
import { native } from './native.ts';

export interface Fifo {
  /** False when there was no room. */
  write(line: string): boolean;
  remove(): void;
}

export interface FifoError {
  /** What could not be done, such as `mkfifo`. */
  readonly call: string;
  readonly text: string;
}

const EEXIST = 17;
const MODE = 0o600;

function attempt<T>(call: string, work: () => T): Result<T, FifoError> {
  try {
    return ok(work());
  } catch (error) {
    return fail({ call, text: error instanceof Error ? error.message : String(error) });
  }
}

/** A file of another kind or owner under this name was put there by somebody else: it is left alone. */
function openOwn(path: string): Result<number, FifoError> {
  // For reading too, so that the pipe opens and keeps its content without a reader.
  const flags = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const opened = attempt('open', () => openSync(path, flags));
  if (!opened.ok) return opened;
  const stats = fstatSync(opened.value);
  if (stats.isFIFO() && stats.uid === process.geteuid?.()) return opened;
  closeSync(opened.value);
  return fail({ call: 'open', text: 'it is no pipe of this user' });
}

export function createFifo(
  path: string,
  owner: { readonly uid: number; readonly gid: number },
): Result<Fifo, FifoError> {
  const made = native.mkfifo(path, MODE);
  if (made < 0 && made !== -EEXIST) {
    return fail({ call: 'mkfifo', text: getSystemErrorMessage(made) });
  }
  const opened = openOwn(path);
  if (!opened.ok) return opened;
  const fd = opened.value;
  const given = attempt('chown', () => {
    fchmodSync(fd, MODE);
    fchownSync(fd, owner.uid, owner.gid);
  });
  if (!given.ok) {
    closeSync(fd);
    attempt('unlink', () => unlinkSync(path));
    return given;
  }
  return ok({
    write: (line) => attempt('write', () => writeSync(fd, line)).ok,
    remove: () => {
      closeSync(fd);
      attempt('unlink', () => unlinkSync(path));
    },
  });
}
