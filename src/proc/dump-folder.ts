/** Where dumps go. */
import { statSync } from 'node:fs';

/** TMPDIR when it is an absolute path of a folder, as upstream reads it. */
export function dumpFolder(env: Readonly<Record<string, string | undefined>>): string {
  const { TMPDIR: folder = '' } = env;
  return folder.startsWith('/') && statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? folder
    : '/tmp';
}
