/**
 * Notify scripts of a transition. In: instance or sync group, state, priority. Out: commands, the specific
 * one first and the general one after it, forked at once (seen with 2.2.7). The general one gets `INSTANCE
 * NAME STATE PRIORITY` appended.
 */
import type { NotifyScripts } from '../ipc/messages.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import { assertNever } from '../units.ts';
import type { NotifyState } from '../vrrp/events.ts';

function specific(scripts: NotifyScripts, state: NotifyState): ScriptSpec | undefined {
  switch (state) {
    case 'MASTER':
      return scripts.notify_master;
    case 'BACKUP':
      return scripts.notify_backup;
    case 'FAULT':
      return scripts.notify_fault;
    case 'STOP':
      return scripts.notify_stop;
    case 'DELETED':
      return scripts.notify_deleted;
    default:
      return assertNever(state);
  }
}

/** A sync group has no priority of its own: the last argument is 0 (seen with 2.2.7). */
export function groupCommands(group: string, scripts: NotifyScripts, state: NotifyState): ScriptSpec[] {
  return commands(scripts, state, ['GROUP', group, state, '0']);
}

function commands(scripts: NotifyScripts, state: NotifyState, words: readonly string[]): ScriptSpec[] {
  const { notify } = scripts;
  const general = notify === undefined ? undefined : { ...notify, argv: [...notify.argv, ...words] };
  return [specific(scripts, state), general].filter((spec) => spec !== undefined);
}

/** A removed instance only reports DELETED when notify_deleted was given; otherwise it reports FAULT. */
export const reportedState = (state: NotifyState, scripts: NotifyScripts | undefined): NotifyState =>
  state === 'DELETED' && !scripts?.reportsDeleted ? 'FAULT' : state;

export function notifyCommands(
  instance: string,
  scripts: NotifyScripts,
  state: NotifyState,
  priority: number,
): ScriptSpec[] {
  const reported = reportedState(state, scripts);
  return commands(scripts, reported, ['INSTANCE', instance, reported, String(priority)]);
}
