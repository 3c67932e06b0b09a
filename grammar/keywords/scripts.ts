/**
 * Rows whose argument is a command to run: quoting, user resolution and the repeat rule are the same for
 * all.
 */
import { ok, type Result } from '../../src/result.ts';
import { parseScriptLine } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import type { Scope, ScriptCommand, Session } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { type Custom, custom, fillText, type Process } from './row.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The account everything runs as that names none. Absent with a `script_user` that does not exist. */
export type DefaultUser = Account | 'invalid';

export const DEFAULT_SCRIPT_USER = 'keepalived_script';

export function findAccount(user: string, group: string | undefined, session: Session): Account | undefined {
  // Upstream wants names: a number is none, though the system's tools would take it.
  const account = /^\d+$/.test(user) ? undefined : session.facts.user(user);
  if (!account || group === undefined) return account;
  // `:NAME` asks for supplementary groups too; the group itself is the name after the colon.
  const gid = group === ':' ? account.gid : session.facts.group(group.replace(/^:/, ''));
  return gid === undefined ? undefined : { uid: account.uid, gid };
}

/** The account of a command without one, or upstream's text for why there is none. */
export function defaultAccount(session: Session): Result<Account, string | undefined> {
  const configured = session.globals.values.script_user as DefaultUser | undefined;
  if (configured === 'invalid') return { ok: false, error: undefined };
  if (configured) return ok(configured);
  const account = session.facts.user(DEFAULT_SCRIPT_USER);
  if (account) return ok(account);
  if (session.globals.values.enable_script_security) {
    const error = session.saidNoScriptUser
      ? undefined
      : `Unable to set default user ${DEFAULT_SCRIPT_USER} for script`;
    session.saidNoScriptUser = true;
    return { ok: false, error };
  }
  return ok(session.facts.self);
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
  if (user !== undefined) {
    const account = findAccount(user, group, session);
    if (account) return { argv, ...account, line };
    if (badUser !== undefined) {
      session.report(badUser, line);
      return undefined;
    }
    const text = `Invalid user/group for notify script ${argv[0] ?? ''} - ignoring`;
    session.report(text, line, { class: 'notice', shown: false });
    return undefined;
  }
  const account = defaultAccount(session);
  if (account.ok) return { argv, ...account.value, line };
  if (account.error !== undefined) session.report(account.error, line);
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
  /** Said about an unknown user; by default that is told to the log only. */
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
