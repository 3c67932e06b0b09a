/** A start-up snapshot serves as long as none of the sources it was made from has changed. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** This is build/snapshot when it runs. */
const root = join(import.meta.dirname, '../..');
const blob = join(import.meta.dirname, 'config-test.blob');
const inputs: readonly string[] = JSON.parse(readFileSync(join(import.meta.dirname, 'inputs.json'), 'utf8'));

export function isFresh(): boolean {
  try {
    const madeAt = statSync(blob).mtimeMs;
    return inputs.every((input) => statSync(`${root}/${input}`).mtimeMs <= madeAt);
  } catch {
    return false;
  }
}

/**
 * Starts over without the snapshot, with the script that bin/alived named. The process keeps its number and
 * its descriptors.
 */
export function beginAgain(): never {
  const { execve, execPath, argv, env } = process;
  if (!execve) throw new Error('this Node has no process.execve');
  execve(execPath, [execPath, '--disable-warning=ExperimentalWarning', ...argv.slice(1)], env);
  throw new Error(`${execPath} could not be started again`);
}
