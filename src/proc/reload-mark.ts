/** reload_file: a file that is there while configuration files are being read. */
import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs';

const MODE = 0o644;

/** Acts with the file in place. One that cannot be made costs no reload. */
export function marked<T>(path: string | undefined, act: () => T): T {
  if (path === undefined) return act();
  try {
    const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
    closeSync(openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, MODE));
  } catch {
    return act();
  }
  try {
    return act();
  } finally {
    rmSync(path, { force: true });
  }
}

/** Messages of a check for whoever looks into it later; a file that cannot be written loses them. */
export function appendLines(path: string, lines: readonly string[]): void {
  try {
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
    const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, MODE);
    writeSync(fd, lines.map((line) => `${line}\n`).join(''));
    closeSync(fd);
  } catch {
    // The log says that there were some.
  }
}
