/** -M: the kernel core_pattern while the daemon runs. In: the pattern. Out: a function that puts it back. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Logger } from '../out/logger.ts';
import { codeOf } from '../runtime/files.ts';

const FILE = '/proc/sys/kernel/core_pattern';

export function setCorePattern(pattern: string, logger: Logger): () => void {
  try {
    const before = readFileSync(FILE, 'utf8');
    writeFileSync(FILE, pattern);
    return () => {
      try {
        writeFileSync(FILE, before);
      } catch {
        // It was ours to write a moment ago; the process ends now all the same.
      }
    };
  } catch (error) {
    logger.log('core-pattern-refused', pattern, codeOf(error));
    return () => undefined;
  }
}
