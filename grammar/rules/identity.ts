/**
 * What an instance cannot be without: a VRID and an interface. Upstream gives up at the first that lacks
 * one.
 */
import { seconds } from '../../src/units.ts';
import type { InstanceDraft } from '../drafts.ts';
import { type InstanceRule, isMaster, OWNER_PRIORITY, type SessionRule } from './rule.ts';

/** Unicast with a source address needs no interface of its own (2.3.3; 2.2.7 wants one). */
export const knowsItsWay = ({ peers, values }: InstanceDraft): boolean =>
  peers.length > 0 && (values.unicast_src_ip ?? values.mcast_src_ip) !== undefined;

/** Looked at for all instances before anything else is said about one. */
export const vridAndInterface: SessionRule = {
  name: 'vrid-and-interface',
  check: (session) => {
    for (const instance of session.instances) {
      const { name, values } = instance;
      const lacks =
        values.virtual_router_id === undefined
          ? 'the virtual router id must be set'
          : values.interface === undefined && !knowsItsWay(instance)
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
