/** Unicast keywords want peers, and unicast has no multicast group. */
import { type InstanceRule, say } from './rule.ts';

export const unicastNeedsPeers: InstanceRule = {
  name: 'unicast-needs-peers',
  check: (instance, session) => {
    if (!instance.unicast || instance.peers.length > 0 || instance.values.unicast_fault_no_peer) {
      return undefined;
    }
    say(
      instance,
      session,
      'A unicast keyword has been specified without any unicast peers. Defaulting to multicast. ' +
        'This usage is deprecated - please update your configuration.',
    );
    return undefined;
  },
};

export const noGroupWithUnicast: InstanceRule = {
  name: 'no-group-with-unicast',
  check: (instance, session) => {
    if (instance.peers.length === 0 || instance.values.mcast_dst_ip === undefined) return undefined;
    say(instance, session, 'multicast destination specified with unicast - ignoring');
    delete instance.values.mcast_dst_ip;
    return undefined;
  },
};
