/** Unicast keywords want peers, and unicast has no multicast group. */
import { LOG_ONLY } from '../drafts.ts';
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

/** Without an interface of the instance, an address needs one of its own (2.3.3). */
export const addressesNeedInterface: InstanceRule = {
  name: 'addresses-need-interface',
  check: (instance, session) => {
    if (instance.values.interface !== undefined) return undefined;
    for (const list of [instance.vips, instance.excludedVips]) {
      const lost = list.filter((vip) => vip.dev === undefined);
      for (const { word } of lost) {
        session.report(`(${instance.name}): no interface for vip ${word} - removing`, undefined);
      }
      list.splice(0, list.length, ...list.filter((vip) => vip.dev !== undefined));
    }
    return undefined;
  },
};

/** The log alone tells of it, and the instance waits in FAULT. */
export const faultWithoutPeers: InstanceRule = {
  name: 'fault-without-peers',
  check: (instance, session) => {
    if (instance.peers.length > 0 || !instance.values.unicast_fault_no_peer) return undefined;
    const text = `(${instance.name}) Cannot use unicast without any peers - going to fault state`;
    session.report(text, undefined, LOG_ONLY);
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
