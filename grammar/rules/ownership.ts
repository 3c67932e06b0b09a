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

/**
 * An owner that is told to listen is told otherwise, also without the strict mode that the text speaks of
 * (facts on 2.4.3; 2.2.7 does not know the keyword).
 */
export const ownerIgnoresAdverts: InstanceRule = {
  name: 'owner-ignores-adverts',
  check: (instance, session) => {
    const { values } = instance;
    const owner = priorityOf(instance) === OWNER_PRIORITY;
    if (values.owner_ignore_adverts === owner || values.owner_ignore_adverts === undefined) return undefined;
    const problem = owner
      ? 'strict_mode with priority 255 requires owner_ignore_adverts'
      : 'ignoring owner_ignore_adverts since priority is not 255';
    if (owner || values.owner_ignore_adverts) say(instance, session, problem);
    values.owner_ignore_adverts = owner;
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
