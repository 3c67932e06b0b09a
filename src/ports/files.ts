/** Files that trackers read: their text, and the moments at which somebody has finished changing them. */
import type { Result } from '../result.ts';

export interface FileError {
  readonly errno: number;
  readonly text: string;
}

export interface WatchedFiles {
  /**
   * Calls `changed` after every finished write, removal or renaming of the path. Fails when the folder of the
   * path cannot be watched. Returns what ends the watch.
   */
  watch(path: string, changed: () => void): Result<() => void, FileError>;
  /** Undefined when there is no such file or it cannot be read. */
  read(path: string): string | undefined;
  /** Creates the file with this text; replaces one that is there only with `overwrite`. */
  initialise(path: string, text: string, overwrite: boolean): Result<undefined, FileError | 'not-regular'>;
}
