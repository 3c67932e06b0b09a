/**
 * config_save_dir: a flattened copy of every configuration that was read, as `keepalived.conf.PID.NUMBER`
 * (names seen with 2.2.7). The folder is made when it is missing. In: what was read. Out: a file, or a line
 * in the log that says why there is none.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expandTree } from '../../grammar/expand.ts';
import type { ParseResult } from '../../grammar/index.ts';
import type { Logger } from '../out/logger.ts';
import { codeOf, writeFileAtomically } from '../runtime/files.ts';

const FOLDER_MODE = 0o700;

export class SavedConfigs {
  readonly #logger: Logger;
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  save({ tree, model }: ParseResult): void {
    const { config_save_dir: folder } = model.globals.values;
    if (folder === undefined) return;
    const why = makeFolder(folder);
    if (why !== undefined) {
      this.#logger.log('config-not-saved', folder, why);
      return;
    }
    const file = join(folder, `keepalived.conf.${process.pid}.${this.#count}`);
    this.#count += 1;
    const written = writeFileAtomically(file, expandTree(tree, { origin: true }));
    if (!written.ok) this.#logger.log('config-not-saved', file, written.error.code);
  }
}

/** Why it cannot be had. */
function makeFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
