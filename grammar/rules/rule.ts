/**
 * Checks that look at more than one line. They run after the VRRP pass, in the order of rules/index.ts, and
 * repair the drafts as upstream does. Each is a named value with a test of its own.
 */
import type { InstanceDraft, Session } from '../drafts.ts';

/** `stop` = the daemon cannot run and nothing after this point is looked at. */
export type Outcome = 'stop' | undefined;

export interface SessionRule {
  readonly name: string;
  readonly check: (session: Session) => Outcome;
}

export interface InstanceRule {
  readonly name: string;
  readonly check: (instance: InstanceDraft, session: Session) => Outcome;
}

/** Priority 255 makes an instance the owner of its addresses. */
export const OWNER_PRIORITY = 255;

export const isStrict = (instance: InstanceDraft, session: Session): boolean =>
  Boolean(instance.values.strict_mode ?? session.globals.values.vrrp_strict ?? false);

export const priorityOf = (instance: InstanceDraft): number => Number(instance.values.priority);

export const isMaster = (instance: InstanceDraft): boolean => instance.values.state === 'MASTER';

/** Reports with the instance's name in front, without a place, as upstream does after parsing. */
export function say(instance: InstanceDraft, session: Session, text: string): void {
  session.report(`(${instance.name}) ${text}`);
}
