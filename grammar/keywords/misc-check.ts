/** `MISC_CHECK { … }`: a program as a check. */
import { wholeSeconds } from '../codecs/numbers.ts';
import { parseScriptLine, printCommand } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import type { CheckerScope } from '../lvs-drafts.ts';
import { checker, checkerBlock, timingRows } from './checker-rows.ts';
import { custom, scalar } from './row.ts';
import { type Account, defaultAccount, findAccount } from './scripts.ts';
import { flag } from './shortcuts.ts';

const argvOf = (scope: Scope): readonly string[] => (scope.values.misc_path as readonly string[]) ?? [];

export const miscRows = {
  ...timingRows,
  misc_path: custom<readonly string[]>({
    args: 'SCRIPT',
    doc: 'Program to run; status 0 means up.',
    ...checker,
    read: (line, _scope, session) => {
      const parsed = parseScriptLine(line.text, false);
      // An empty command leaves the one before it alone.
      if (parsed.ok) return parsed.value && parsed.value.argv.length > 0 ? parsed.value.argv : undefined;
      session.report(parsed.error, line);
      return undefined;
    },
  }),
  misc_timeout: scalar(wholeSeconds(0, 4294), {
    doc: 'Seconds after which the program is ended; the delay_loop of the virtual server by default.',
    ...checker,
    bad: "Invalid misc_timeout value '{value}'",
  }),
  misc_dynamic: flag('Status 2 to 255 means up, with a weight of the status less 2.', checker),
  user: custom<Account>({
    args: 'USER [[:]GROUP]',
    doc: 'Account to run the program as.',
    ...checker,
    read: readUser,
  }),
};

function readUser(line: Line, scope: Scope, session: Session): Account | undefined {
  const [, user, group] = line.words;
  const check = scope as CheckerScope;
  if (check.failed) return undefined;
  const shown = printCommand(argvOf(scope));
  if (user === undefined) {
    session.report(`No user specified for misc checker script ${shown}`, line);
    return undefined;
  }
  const account = findAccount(user, group, line, session);
  if (account) return account;
  session.report(`Failed to set uid/gid for misc checker script ${shown} - removing`, line);
  check.failed = true;
  return undefined;
}

function finish(scope: CheckerScope, session: Session, line: Line | undefined): boolean {
  const argv = argvOf(scope);
  if (argv.length === 0) {
    session.report('No script path has been specified for MISC_CHECKER - skipping', line);
    return false;
  }
  if (scope.values.user !== undefined) return true;
  const account = defaultAccount(line, session);
  if (!account) {
    session.report(`Unable to set default user for misc script ${printCommand(argv)} - removing`, line);
    return false;
  }
  scope.values.user = account;
  return true;
}

export const miscCheck = checkerBlock({
  type: 'MISC_CHECK',
  doc: 'Up while a program says so.',
  rows: miscRows,
  finish,
});
