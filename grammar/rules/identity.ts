/**
 * What an instance cannot be without: a VRID and an interface. Upstream gives up at the first that lacks
 * one.
 */
import { seconds } from '../../src/units.ts';
import { type InstanceRule, isMaster, OWNER_PRIORITY, type SessionRule } from './rule.ts';

/** Looked at for all instances before anything else is said about one. */
export const vridRequired: SessionRule = {
  name: 'vrid-required',
  check: (session) => {
    const lacking = session.instances.find(({ values }) => values.virtual_router_id === undefined);
    if (!lacking) return undefined;
    session.report(`(${lacking.name}) the virtual router id must be set`, undefined, { fatal: true });
    return 'stop';
  },
};

export const interfaceRequired: InstanceRule = {
  name: 'interface-required',
  check: (instance, session) => {
    if (instance.values.interface !== undefined) return undefined;
    session.report(`(${instance.name}) Unknown interface!`, undefined, { fatal: true });
    return 'stop';
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
