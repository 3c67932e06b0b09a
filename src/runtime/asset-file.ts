/**
 * An asset of the single executable as a file without a name, which nobody else can open: for what the system
 * only takes from files.
 */
import { closeSync, constants, fchmodSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { getRawAsset } from 'node:sea';
import { fail, ok, type Result } from '../result.ts';

/** Linux: an inode without a name in the folder. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
/** Some of these may be mounted without the right to execute, or read-only. */
const FOLDERS = ['/dev/shm', '/run', '/tmp', '/var/tmp', dirname(process.execPath)];

function inFolder<T>(folder: string, bytes: Uint8Array, use: (path: string) => T): T {
  const fd = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o700);
  try {
    writeSync(fd, bytes);
    // The umask of the daemon leaves nothing executable.
    fchmodSync(fd, 0o700);
    return use(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

/** What `use` makes of its path in the first folder where it succeeds, or why there is none. */
export function fromAsset<T>(name: string, use: (path: string) => T): Result<T, readonly string[]> {
  const bytes = new Uint8Array(getRawAsset(name));
  const reasons: string[] = [];
  for (const folder of FOLDERS) {
    try {
      return ok(inFolder(folder, bytes, use));
    } catch (error) {
      reasons.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return fail(reasons);
}
