/** Commands of the checker process: those of virtual and real servers, and MISC_CHECK. */
import { isForShell } from '../codecs/script.ts';
import { LOG_ONLY, type ScriptCommand, type Session } from '../drafts.ts';
import type { Account } from '../keywords/scripts.ts';
import { type CheckerDraft, checkersOf } from '../lvs-drafts.ts';
import type { SessionRule } from './rule.ts';
import { checkNotify, type Tally, violation } from './script-files.ts';

const SERVER_COMMANDS = ['quorum_up', 'quorum_down'] as const;
const REAL_COMMANDS = ['notify_up', 'notify_down'] as const;

export const checkScripts: SessionRule = {
  name: 'lvs-scripts',
  check: (session) => {
    const tally: Tally = { found: false, insecure: false };
    // Shared settings are looked at once.
    const seen = new Set<CheckerDraft>();
    for (const server of session.lvs.virtualServers) {
      inspectCommands(server.given, SERVER_COMMANDS, session, tally);
      for (const real of server.realServers) {
        inspectCommands(real.given, REAL_COMMANDS, session, tally);
        for (const check of checkersOf(real)) {
          if (check.type !== 'MISC_CHECK' || seen.has(check)) continue;
          seen.add(check);
          inspectMisc(check, session, tally);
        }
      }
    }
    violation('check ', tally, session);
    return undefined;
  },
};

function inspectCommands(
  given: Readonly<Record<string, unknown>> | undefined,
  keywords: readonly string[],
  session: Session,
  tally: Tally,
): void {
  if (given === undefined) return;
  for (const keyword of keywords) {
    const command = given[keyword] as ScriptCommand | undefined;
    if (command !== undefined) checkNotify(command, session, tally);
  }
}

function inspectMisc(check: CheckerDraft, session: Session, tally: Tally): void {
  const account = check.values.user as Account;
  const argv = check.values.misc_path as readonly string[];
  if (isForShell(argv)) return;
  const command: Omit<ScriptCommand, 'line'> = { argv, ...account };
  const why = checkNotify(command, session, tally);
  if (why !== undefined) {
    const hidden = { ...LOG_ONLY, code: 'AV0212' };
    // With all of its words, each in quotes (seen with 2.2.7).
    const words = argv.map((word) => `'${word}'`).join(' ');
    session.report(`Disabling misc script ${words} ${why}`, undefined, hidden);
  }
  if (command.disabled) session.lvs.disabled.add(check);
  else (check.values as { misc_path?: readonly string[] }).misc_path = command.argv;
}
