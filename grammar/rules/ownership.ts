/** Strict mode: only the address owner starts as MASTER, and it always does (RFC 9568 section 6.4.1). */
import { type InstanceRule, isMaster, isStrict, OWNER_PRIORITY, priorityOf, say } from './rule.ts';

export const ownerIsMaster: InstanceRule = {
  name: 'owner-is-master',
  check: (instance, session) => {
    const owner = priorityOf(instance) === OWNER_PRIORITY;
    if (!isStrict(instance, session) || owner === isMaster(instance)) return undefined;
    say(instance, session, 'State MASTER must match being address owner');
    instance.values.state = owner ? 'MASTER' : 'BACKUP';
    return undefined;
  },
};

export const acceptNeedsVersion3: InstanceRule = {
  name: 'accept-needs-version-3',
  check: (instance, session) => {
    const { values } = instance;
    const owner = priorityOf(instance) === OWNER_PRIORITY;
    if (!values.accept || owner || instance.version !== 2 || !isStrict(instance, session)) return undefined;
    say(
      instance,
      session,
      'warning - accept mode for VRRP version 2 does not comply with RFC3768 - resetting',
    );
    values.accept = false;
    return undefined;
  },
};
