/**
 * Commands must exist, and with enable_script_security nobody but root may be able to change them. Missing
 * track scripts are disabled aloud, missing notify scripts in silence; what is there and cannot be executed
 * is disabled in silence too, and counts as a script that is run (observed on 2.2.7).
 */
import { isForShell } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, type ScriptCommand, type ScriptDraft, type Session } from '../drafts.ts';
import type { ScriptFacts } from '../facts.ts';
import type { SessionRule } from './rule.ts';

/** What others could change: upstream's line, and ours that says where and why. */
const UNSAFE = 'AV0214';
const NO_PROGRAM = 'AV0217';

export interface Tally {
  found: boolean;
  insecure: boolean;
}

type Inspected = Readonly<Pick<ScriptCommand, 'argv' | 'uid' | 'gid'>> & { readonly line?: Line | undefined };

function inspect(command: Inspected, session: Session, tally: Tally): ScriptFacts {
  const found = session.facts.script(command.argv[0] ?? '', command.uid, command.gid);
  if (found.path !== undefined) {
    tally.found = true;
    if (found.executable && found.insecure !== undefined) tally.insecure = true;
  }
  return found;
}

/** Why a command cannot be used; undefined = it can, or its mode has been told already. */
function refusal(found: ScriptFacts, session: Session): string | undefined {
  if (found.path === undefined) return 'since not found/accessible';
  if (found.directory) return 'due to insecure';
  return found.executable && found.insecure !== undefined && isSecured(session)
    ? 'due to insecure'
    : undefined;
}

const isSecured = (session: Session): boolean => Boolean(session.globals.values.enable_script_security);

/**
 * Says to the log what is wrong with a file, in upstream's words, and of a file that others could change
 * which part of its path and why. True = it cannot be run.
 */
function unusable(found: ScriptFacts, command: Inspected, session: Session): boolean {
  const tell = (text: string, code = 'AV0210', line?: Line): void =>
    session.report(text, line, { ...LOG_ONLY, code });
  const name = command.argv[0] ?? '';
  const { path, real = path, insecure } = found;
  if (path !== undefined && !name.includes('/')) {
    const where = `script \`${name}\` resolved by path search to \`${path}\``;
    tell(`WARNING - ${where}. Please specify full path.`, 'AV0215', command.line);
  }
  if (path === undefined) {
    const { problem } = found;
    tell(
      problem === undefined
        ? `Cannot find script ${name} in path - disabling`
        : `Script ${name} cannot be accessed - ${problem}`,
    );
    return true;
  }
  if (found.directory) tell(`Wrong file type found in script path '${path}'.`);
  else if (!found.executable) {
    const account = `${command.uid}:${command.gid}`;
    tell(`WARNING - script '${path}' is not executable for uid:gid ${account} - disabling.`);
  } else if (insecure !== undefined) {
    tell(`Unsafe permissions found for script '${real}'${isSecured(session) ? ' - disabling' : ''}.`, UNSAFE);
    tell(`Script '${name}' is unsafe: '${insecure.path}' ${insecure.why}`, UNSAFE, command.line);
  }
  if (found.noProgram) {
    const effect = 'so it does nothing and counts as successful';
    tell(`Script '${name}' has no #! line, ${effect}.`, NO_PROGRAM, command.line);
  }
  return !found.executable;
}

export const scriptFiles: SessionRule = {
  name: 'script-files',
  check: (session) => {
    const tally: Tally = { found: false, insecure: false };
    for (const script of session.scripts) {
      const argv = script.command ?? [];
      if (isForShell(argv)) continue;
      const command: Inspected = { argv, ...(script.user ?? session.facts.self), line: script.line };
      const found = inspect(command, session, tally);
      if (unusable(found, command, session)) script.removed = true;
      else script.command = startedAs(found, argv);
      const why = refusal(found, session);
      if (why === undefined) continue;
      session.report(`Disabling track script ${script.name} ${why}`);
      script.removed = true;
    }
    for (const { command, owner } of session.commands) {
      if (owner === 'vrrp') checkNotify(command, session, tally);
    }
    violation('', tally, session);
    return undefined;
  },
};

/** Start and stop scripts belong to the parent, which has a text of its own. */
export const startStopScripts: SessionRule = {
  name: 'start-stop-scripts',
  check: (session) => {
    const tally: Tally = { found: false, insecure: false };
    for (const { command, owner } of session.commands) {
      if (owner === 'startup') checkNotify(command, session, tally);
    }
    violation('start/shutdown ', tally, session);
    return undefined;
  },
};

/** Of these upstream says what is wrong with the file and no more. Returns why it may not be run, if so. */
export function checkNotify(
  command: Omit<ScriptCommand, 'line'> & { readonly line?: Line | undefined },
  session: Session,
  tally: Tally,
): string | undefined {
  const found = inspect(command, session, tally);
  const why = refusal(found, session);
  if (unusable(found, command, session) || why !== undefined) command.disabled = true;
  else command.argv = startedAs(found, command.argv);
  return why;
}

const startedAs = (found: ScriptFacts, argv: readonly string[]): readonly string[] =>
  found.startedAs === undefined ? argv : [found.startedAs, ...argv.slice(1)];

export function violation(kind: string, tally: Tally, session: Session): void {
  if (!tally.found || session.globals.values.enable_script_security) return;
  const more = tally.insecure ? ' There are insecure scripts.' : '';
  const problem = `${kind}scripts are being executed but script_security not enabled.`;
  const text = `SECURITY VIOLATION - ${problem}${more}`;
  session.report(text, undefined, { class: 'security', code: 'AV0211' });
}

/** A script that nothing tracks is not run. Upstream tells the log only. */
export const unusedScripts: SessionRule = {
  name: 'unused-scripts',
  check: (session) => {
    // Of several with one name the first is the one that is meant (seen with 2.2.7).
    const used = new Set<ScriptDraft | undefined>();
    for (const owner of [...session.instances, ...session.groups]) {
      for (const track of owner.trackScripts) used.add(session.scriptByName.get(track.name));
    }
    for (const script of session.scripts) {
      if (used.has(script) || script.removed) continue;
      const hidden = { ...LOG_ONLY, code: 'AV0212' };
      session.report(`Warning - script ${script.name} is not used`, script.line, hidden);
      script.removed = true;
    }
    return undefined;
  },
};
