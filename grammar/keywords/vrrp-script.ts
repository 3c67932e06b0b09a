/** `vrrp_script NAME { … }`: a command run at intervals whose exit status moves priorities. */

import { seconds } from '../../src/units.ts';
import { readInteger, secondsOrFraction, uint } from '../codecs/numbers.ts';
import { parseScriptLine, printCommand } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import { newScript, type Scope, type ScriptDraft, type Session } from '../drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom, scalar } from './row.ts';
import { defaultAccount, findAccount } from './scripts.ts';
import { flag } from './shortcuts.ts';

export interface ScriptWeight {
  readonly weight: number;
  readonly reverse: boolean;
}

const interval = (bad: string, doc: string, zero: string) => ({
  doc,
  bad,
  raise: { from: seconds(0), to: seconds(1), text: zero },
});

export const vrrpScriptRows = {
  script: custom<readonly string[]>({
    args: 'SCRIPT',
    doc: 'Command to run; exit status 0 means success. `</path` only tests that a file can be opened.',
    read: (line, scope, session) => {
      const parsed = parseScriptLine(line.text, false);
      if (!parsed.ok) {
        session.report(parsed.error, line);
        return undefined;
      }
      const script = scope as ScriptDraft;
      // A later line without a command leaves the one before it alone.
      const argv = parsed.value?.argv ?? script.command ?? [];
      script.command = argv;
      return argv;
    },
  }),
  // Whole seconds before 2.3.2; milliseconds since then, so a 2.4 file with `interval 0.5` runs.
  interval: scalar(secondsOrFraction(0, 4294), {
    ...interval(
      "({name}): vrrp script interval '{value}' must be between 0.001 and 4294 - ignoring",
      'Seconds between two runs.',
      '({name}): vrrp script interval must be greater than 0, setting to 1',
    ),
    default: seconds(1),
  }),
  timeout: scalar(
    secondsOrFraction(0, 4294),
    interval(
      "({name}): vrrp script timeout '{value}' invalid - ignoring",
      'Seconds after which a run is ended and counts as a failure; the interval when absent.',
      '({name}): vrrp script timeout must be greater than 0, setting to 1',
    ),
  ),
  weight: custom<ScriptWeight>({
    args: 'INT(-253..253) [reverse]',
    doc: 'Change of priority for those that track the script; 0 means FAULT on failure.',
    read: readWeight,
  }),
  rise: scalar(uint(1, 2_147_483_647, 'lenient'), {
    doc: 'Successes in a row needed for OK.',
    bad: "({name}): vrrp script rise value '{value}' invalid, defaulting to 1",
    onBad: 1,
    default: 1,
  }),
  fall: scalar(uint(1, 2_147_483_647, 'lenient'), {
    doc: 'Failures in a row needed for KO.',
    bad: "({name}): vrrp script fall value '{value}' invalid, defaulting to 1",
    onBad: 1,
    default: 1,
  }),
  user: custom<string>({
    args: 'USER [[:]GROUP]',
    doc: 'Account to run the command as.',
    read: (line, scope, session) => {
      const [, user, group] = line.words;
      const script = scope as ScriptDraft;
      if (user === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      const account = findAccount(user, group, line, session);
      if (account) {
        script.user = account;
      } else {
        session.report(`Unable to set uid/gid for script ${printCommand(script.command ?? [])}`, line);
        script.removed = true;
      }
      return user;
    },
  }),
  init_fail: flag('Count as failed until it has succeeded.'),
};

function readWeight(line: Line, scope: Scope, session: Session): ScriptWeight | undefined {
  const [, word, modifier] = line.words;
  const { testing } = session.facts;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const { value, complaint } = readInteger(
    word,
    { min: -253, max: 253, signed: true, lenient: true },
    { testing },
  );
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined)
    session.report(`vrrp_script ${scope.name} weight ${word} must be in [-253, 253]`, line);
  const reverse = modifier === 'reverse';
  if (modifier !== undefined && !reverse) {
    session.report(`vrrp_script ${scope.name} unknown weight option ${modifier}`, line);
  }
  // Upstream reports a number out of range and keeps it all the same (keywords.md, oddity 8).
  const kept =
    value ??
    readInteger(word, { min: -2_147_483_648, max: 2_147_483_647, signed: true }, { testing }).value ??
    0;
  return { weight: kept, reverse };
}

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  const name = line.words[1];
  if (name === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  return newScript(name, line);
}

function close(scope: Scope, session: Session, line: Line | undefined): void {
  const script = scope as ScriptDraft;
  if (!script.command || script.command.length === 0) {
    session.report(`No script set for vrrp_script ${script.name} - removing`, line);
    return;
  }
  if (script.removed) return;
  if (!script.user) {
    const account = defaultAccount(line, session);
    if (!account) {
      session.report(`Unable to set default user for vrrp script ${script.name} - removing`, line);
      return;
    }
    script.user = account;
  }
  session.scripts.push(script);
  // Of two scripts with one name the first is the one that others find.
  if (!session.scriptByName.has(script.name)) session.scriptByName.set(script.name, script);
}

export const vrrpScript = block({
  doc: 'A command run at intervals, whose result can be tracked.',
  args: 'NAME',
  process: 'vrrp',
  rows: vrrpScriptRows,
  open,
  close,
});
