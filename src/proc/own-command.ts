/** How this program starts itself once more: as a child, or in the background. */
import { isSea } from 'node:sea';

export interface OwnCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * With the same arguments. `flags` are options of the run time, which the single executable has inside: there
 * they would make Node compile everything anew.
 */
export function ownCommand(flags: readonly string[] = []): OwnCommand {
  const { execPath: file, execArgv, argv } = process;
  if (isSea()) return { file, args: argv.slice(2) };
  return { file, args: [...flags, ...execArgv, ...argv.slice(1)] };
}
