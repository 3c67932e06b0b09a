/** Two multicast instances cannot share VRID, family and interface: each would hear itself in the other. */
import type { InstanceDraft } from '../drafts.ts';
import type { SessionRule } from './rule.ts';

const keyOf = ({ family, values }: InstanceDraft): string =>
  `${values.virtual_router_id}/${family}/${values.interface}/${values.mcast_dst_ip ?? ''}`;

export const vridConflicts: SessionRule = {
  name: 'vrid-conflicts',
  check: (session) => {
    const seen = new Map<string, InstanceDraft[]>();
    const pairs: [InstanceDraft, InstanceDraft][] = [];
    for (const instance of session.instances) {
      if (instance.peers.length > 0) continue;
      const key = keyOf(instance);
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
      const text = `${first.name} and ${second.name} both use ${where} ${String(values.interface)}`;
      session.report(text, undefined, { fatal: true });
    }
    return pairs.length > 0 ? 'stop' : undefined;
  },
};
