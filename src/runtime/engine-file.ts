/** Where the engine's executable is. scripts/package.js takes embedded-engine-file.ts instead. */
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../result.ts';

const path = fileURLToPath(new URL('../../build/Release/alived-engine', import.meta.url));

/** Its path, or why there is none. */
export function engineFile(): Result<string, string> {
  try {
    accessSync(path, constants.X_OK);
    return ok(path);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
