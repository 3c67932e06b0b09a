/**
 * Script commands: `KEYWORD SCRIPT [USER [GROUP]]`. The raw line is split with shell-like quotes, then the
 * command word is split once more in the same way (language.md §2.9; both levels observed on 2.2.7). But for
 * `isForShell` there is no shell: `>`, `|` and `$HOME` reach the program as they are.
 */
import { fail, ok, type Result } from '../../src/result.ts';
import { splitShellWords } from '../words.ts';

export interface ScriptLine {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly group?: string;
}

/** Undefined = no command; the error is upstream's text about a quote that never ends. */
export function parseScriptLine(line: string, withUser = true): Result<ScriptLine | undefined, string> {
  const words = splitShellWords(line, withUser ? 4 : 2);
  if (!words.ok) return fail(`String '${line}': missing terminating ${words.error}`);
  const [, command, user, group] = words.value;
  if (command === undefined) return ok(undefined);
  const argv = splitShellWords(command);
  if (!argv.ok) return fail(`String '${command}': missing terminating ${argv.error}`);
  return ok({
    argv: argv.value,
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
  });
}

/** `</path`, mostly `</dev/tcp/HOST/PORT`: a redirection for the shell, and no program (seen with 2.2.7). */
export const isForShell = ([first]: readonly string[]): boolean => first?.startsWith('</') ?? false;

/** How upstream shows a command in messages and dumps: every word in single quotes. */
export const printCommand = (argv: readonly string[]): string => argv.map((word) => `'${word}'`).join(' ');
