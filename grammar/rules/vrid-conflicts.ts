/**
 * Two multicast instances cannot share VRID, family and interface: each would hear itself in the other. What
 * counts is the interface below a macvlan or an ipvlan (seen with 2.2.7).
 */
import type { InstanceDraft } from '../drafts.ts';
import type { SessionRule } from './rule.ts';

const keyOf = ({ family, values }: InstanceDraft, wire: string): string =>
  `${values.virtual_router_id}/${family}/${wire}/${values.mcast_dst_ip ?? ''}`;

export const vridConflicts: SessionRule = {
  name: 'vrid-conflicts',
  check: (session) => {
    const seen = new Map<string, InstanceDraft[]>();
    const pairs: [InstanceDraft, InstanceDraft][] = [];
    const wireOf = ({ values }: InstanceDraft): string => {
      const name = String(values.interface);
      return session.facts.interface(name)?.below ?? name;
    };
    for (const instance of session.instances) {
      if (instance.peers.length > 0) continue;
      const key = keyOf(instance, wireOf(instance));
      const same = seen.get(key);
      if (same === undefined) {
        seen.set(key, [instance]);
        continue;
      }
      for (const other of same) pairs.push([other, instance]);
      same.push(instance);
    }
    for (const [first, second] of pairs) {
      const { family, values } = first;
      const where = `VRID ${String(values.virtual_router_id)} with IPv${family} on interface`;
      const text = `${first.name} and ${second.name} both use ${where} ${wireOf(first)}`;
      session.report(text, undefined, { fatal: true });
    }
    return pairs.length > 0 ? 'stop' : undefined;
  },
};
