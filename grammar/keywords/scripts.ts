/**
 * Rows whose argument is a command to run: quoting, user resolution and the repeat rule are the same for
 * all.
 */
import { parseScriptLine } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, type Scope, type ScriptCommand, type Session } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { type Custom, custom, fillText, type Process } from './row.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The account everything runs as that names none. Absent with a `script_user` that does not exist. */
export type DefaultUser = Account | 'invalid';

export const DEFAULT_SCRIPT_USER = 'keepalived_script';

export function findAccount(
  user: string,
  group: string | undefined,
  line: Line,
  session: Session,
): Account | undefined {
  // Upstream wants names: a number is none, though the system's tools would take it.
  const account = /^\d+$/.test(user) ? undefined : session.facts.user(user);
  if (!account) {
    session.report(`Script user '${user}' does not exist`, line, LOG_ONLY);
    return undefined;
  }
  if (group === undefined) return account;
  // `:NAME` asks for supplementary groups too; the group itself is the name after the colon.
  const gid = group === ':' ? account.gid : session.facts.group(group.replace(/^:/, ''));
  if (gid !== undefined) return { uid: account.uid, gid };
  session.report(`Script group '${group}' does not exist`, line, LOG_ONLY);
  return undefined;
}

/** The account of a command without one; undefined = there is none, and upstream's reason has been said. */
export function defaultAccount(line: Line | undefined, session: Session): Account | undefined {
  const { script_user: configured, enable_script_security: secured } = session.globals.values;
  if (configured === 'invalid') return undefined;
  const account = (configured as Account | undefined) ?? session.facts.user(DEFAULT_SCRIPT_USER);
  if (account) return account;
  const said = session.saidNoScriptUser;
  session.saidNoScriptUser = true;
  if (!said) session.report(`Script user '${DEFAULT_SCRIPT_USER}' does not exist`, line, LOG_ONLY);
  if (!secured) return session.facts.self;
  if (!said) session.report(`Unable to set default user ${DEFAULT_SCRIPT_USER} for script`, line);
  return undefined;
}

/** The account of what is called `what`, which names one or has the default; undefined = said why. */
export function accountFor(
  what: string,
  named: { readonly user?: string | undefined; readonly group?: string | undefined },
  line: Line,
  session: Session,
): Account | undefined {
  if (named.user !== undefined) {
    const account = findAccount(named.user, named.group, line, session);
    if (!account) session.report(`Invalid user/group for ${what} - ignoring`, line, LOG_ONLY);
    return account;
  }
  const account = defaultAccount(line, session);
  if (!account) session.report(`Failed to set default user for ${what} - ignoring`, line, LOG_ONLY);
  return account;
}

/** What a command is called by those messages: by its keyword, or by its kind. */
function commandKind(keyword: string): string {
  if (/^(?:startup|shutdown|.*fifo)_script$/.test(keyword)) return keyword.replace(/_script$/, '');
  return keyword.startsWith('quorum_') ? 'quorum' : 'notify';
}

/** Reads `KEYWORD SCRIPT [USER [GROUP]]`; undefined = said why, or nothing to run. */
export function readCommand(line: Line, session: Session, badUser?: string): ScriptCommand | undefined {
  const parsed = parseScriptLine(line.text);
  if (!parsed.ok) {
    session.report(parsed.error, line);
    return undefined;
  }
  if (!parsed.value) return undefined;
  const { argv, user, group } = parsed.value;
  const what = `${commandKind(line.keyword)} script ${argv[0] ?? ''}`;
  const account = accountFor(what, { user, group }, line, session);
  if (account) return { argv, ...account, line };
  if (badUser !== undefined) session.report(badUser, line);
  return undefined;
}

export interface CommandOptions {
  readonly doc: string;
  readonly owner: 'startup' | 'vrrp';
  readonly process?: Process;
  /** Without a command; absent = the run ends there. */
  readonly missing?: string;
  /** On a second command. {value} here is the command. */
  readonly again: string;
  /** Said about a command without an account, besides what the log is told. */
  readonly badUser?: string;
  /** The command may be left out; its argv is empty then. */
  readonly optional?: true;
}

export function commandRow(options: CommandOptions): Custom<ScriptCommand, undefined> {
  return custom({
    args: 'SCRIPT [USER [GROUP]]',
    doc: options.doc,
    ...(options.process === undefined ? {} : { process: options.process }),
    read: (line, scope, session) => {
      const parsed = parseScriptLine(line.text);
      // An open quote has lost its word before the quotes of the command are looked at.
      const lost = options.missing !== undefined && line.words.length < 2;
      if (lost || (parsed.ok && !parsed.value)) {
        if (options.optional) return { argv: [], ...session.facts.self, line };
        withoutCommand(options, line, scope, session);
        return undefined;
      }
      if (scope.values[line.keyword] !== undefined) {
        const given = parsed.ok ? (parsed.value?.argv.join(' ') ?? '') : '';
        session.report(fillText(options.again, line, scope).replace('{command}', given), line);
        return undefined;
      }
      const command = readCommand(line, session, options.badUser);
      if (command) session.commands.push({ command, owner: options.owner });
      return command;
    },
  });
}

function withoutCommand(options: CommandOptions, line: Line, scope: Scope, session: Session): void {
  if (options.missing === undefined) missingParameter(line, session);
  else session.report(fillText(options.missing, line, scope), line);
}
