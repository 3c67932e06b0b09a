/**
 * The engine of the single executable, which carries it as an asset: `scripts/package.js` puts this module in
 * the place of engine-file.ts.
 */
import { accessSync, closeSync, constants, openSync } from 'node:fs';
import { fail, type Result } from '../result.ts';
import { fromAsset } from './asset-file.ts';

/** The kernel does not execute what somebody could still write to, so it is opened again for reading. */
function readable(file: string): string {
  const reader = openSync(file, constants.O_RDONLY);
  const path = `/proc/self/fd/${reader}`;
  try {
    // Also says whether the file system lets anything be executed.
    accessSync(path, constants.X_OK);
    return path;
  } catch (error) {
    closeSync(reader);
    throw error;
  }
}

/** The file stays open in this process, whose children are started from it. */
export function engineFile(): Result<string, string> {
  const found = fromAsset('alived-engine', readable);
  return found.ok ? found : fail(found.error.join(', '));
}
