/**
 * What an instance cannot be without: a VRID and an interface. Upstream gives up at the first that lacks
 * one.
 */
import { seconds } from '../../src/units.ts';
import { type InstanceRule, isMaster, OWNER_PRIORITY, type SessionRule } from './rule.ts';

/** Looked at for all instances before anything else is said about one. */
export const vridAndInterface: SessionRule = {
  name: 'vrid-and-interface',
  check: (session) => {
    for (const { name, values } of session.instances) {
      const lacks =
        values.virtual_router_id === undefined
          ? 'the virtual router id must be set'
          : values.interface === undefined
            ? 'Unknown interface!'
            : undefined;
      if (lacks === undefined) continue;
      session.report(`(${name}) ${lacks}`, undefined, { fatal: true });
      return 'stop';
    }
    return undefined;
  },
};

/** `state MASTER` without a priority is the address owner; without a state, 255 starts as MASTER. */
export const stateAndPriority: InstanceRule = {
  name: 'state-and-priority',
  check: (instance) => {
    const { values } = instance;
    values.priority ??= isMaster(instance) ? OWNER_PRIORITY : 100;
    values.state ??= values.priority === OWNER_PRIORITY ? 'MASTER' : 'BACKUP';
    values.advert_int ??= seconds(1);
    return undefined;
  },
};
