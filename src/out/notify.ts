/**
 * Notify scripts of a transition. In: instance, state, priority. Out: commands, the specific one first and
 * the general one after it, forked at once (seen with 2.2.7). The general one gets `INSTANCE NAME STATE
 * PRIORITY` appended.
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

/** A removed instance only reports DELETED when notify_deleted was given; otherwise it reports FAULT. */
export function notifyCommands(
  instance: string,
  scripts: NotifyScripts,
  state: NotifyState,
  priority: number,
): ScriptSpec[] {
  const reported = state === 'DELETED' && !scripts.reportsDeleted ? 'FAULT' : state;
  const first = specific(scripts, reported);
  const { notify } = scripts;
  const general =
    notify === undefined
      ? undefined
      : { ...notify, argv: [...notify.argv, 'INSTANCE', instance, reported, String(priority)] };
  return [first, general].filter((spec) => spec !== undefined);
}
