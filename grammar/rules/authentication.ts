/** Authentication exists in VRRPv2 only, and strict mode refuses it (RFC 3768 removed it). */
import type { InstanceDraft, Session } from '../drafts.ts';
import { type InstanceRule, isMaster, isStrict, OWNER_PRIORITY, priorityOf, say } from './rule.ts';

function refusal(instance: InstanceDraft, session: Session): string | undefined {
  if (isStrict(instance, session)) return 'Strict mode does not support authentication. Ignoring.';
  if (instance.version === 3) return 'VRRP version 3 does not support authentication. Ignoring.';
  if (instance.auth?.auth_pass === undefined) {
    return 'Authentication specified but no password given. Ignoring';
  }
  return undefined;
}

export const authenticationAllowed: InstanceRule = {
  name: 'authentication-allowed',
  check: (instance, session) => {
    if (instance.auth?.auth_type === undefined) {
      // A password without a type means nothing, and upstream says nothing about it.
      instance.auth = undefined;
      return undefined;
    }
    const text = refusal(instance, session);
    if (text === undefined) return undefined;
    say(instance, session, text);
    instance.auth = undefined;
    return undefined;
  },
};

/** An AH sender has to continue the sequence it heard, so it must listen first. */
export const ahStartsAsBackup: InstanceRule = {
  name: 'ah-starts-as-backup',
  check: (instance, session) => {
    const ah = instance.auth?.auth_type === 'AH';
    if (!ah || !isMaster(instance) || priorityOf(instance) === OWNER_PRIORITY) return undefined;
    say(instance, session, 'Initial state master is incompatible with AH authentication - clearing');
    instance.values.state = 'BACKUP';
    return undefined;
  },
};
