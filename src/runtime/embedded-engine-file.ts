/**
 * The engine of the single executable, which carries it as an asset: it gets a file without a name that can
 * be executed. `scripts/package.js` puts this module in the place of engine-file.ts.
 */
import { accessSync, closeSync, constants, fchmodSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { getRawAsset } from 'node:sea';
import { fail, ok, type Result } from '../result.ts';

const ASSET = 'alived-engine';
/** Linux: an inode without a name in the folder. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;
const FOLDERS = ['/dev/shm', '/run', '/tmp', '/var/tmp', dirname(process.execPath)];

/** The kernel does not execute what somebody could still write to, so it is opened again for reading. */
function executableIn(folder: string, bytes: Uint8Array): string {
  const writer = openSync(folder, O_TMPFILE | constants.O_RDWR, 0o500);
  try {
    writeSync(writer, bytes);
    // The umask of the daemon leaves nothing executable.
    fchmodSync(writer, 0o500);
    const reader = openSync(`/proc/self/fd/${writer}`, constants.O_RDONLY);
    const path = `/proc/self/fd/${reader}`;
    try {
      // Also says whether the file system lets anything be executed.
      accessSync(path, constants.X_OK);
      return path;
    } catch (error) {
      closeSync(reader);
      throw error;
    }
  } finally {
    closeSync(writer);
  }
}

/** The file stays open in this process, whose children are started from it. */
export function engineFile(): Result<string, string> {
  const bytes = new Uint8Array(getRawAsset(ASSET));
  const reasons: string[] = [];
  for (const folder of FOLDERS) {
    try {
      return ok(executableIn(folder, bytes));
    } catch (error) {
      reasons.push(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return fail(reasons.join(', '));
}
