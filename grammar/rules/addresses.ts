/** How many addresses an instance has and which may stand first. */
import { isLinkLocal } from '../codecs/address.ts';
import { type InstanceRule, isStrict, say } from './rule.ts';

/** The count of addresses in an advert is one byte. */
const MAX_VIPS = 255;
const DEFAULT_MTU = 1500;
/** Ethernet, IP and VRRP headers; the first is counted although MTUs leave it out (observed on 2.2.7). */
const OVERHEAD = { 4: 14 + 20 + 8, 6: 14 + 40 + 8 } as const;
/** VRRPv2 has eight bytes of authentication data, and AH a header of its own before it. */
const V2_DATA = 8;
const AH_HEADER = 24;

export const someAddress: InstanceRule = {
  name: 'some-address',
  check: (instance, session) => {
    const { vips, values } = instance;
    if (vips.length > 0) return undefined;
    const strict = isStrict(instance, session);
    if (values.no_virtual_ipaddress && !strict) return undefined;
    if (values.no_virtual_ipaddress) {
      say(
        instance,
        session,
        'no_virtual_ipaddress and strict mode incompatible, clearing no_virtual_ipaddress',
      );
    }
    // In 2.2.7 the advert of an instance without addresses is malformed for version 3.
    if (strict || instance.version === 3) {
      const text = `(${instance.name}) No VIP specified; at least one is required`;
      session.report(text, undefined, { fatal: true });
      return 'stop';
    }
    say(instance, session, 'No VIP specified; at least one is sensible');
    return undefined;
  },
};

export const addressCount: InstanceRule = {
  name: 'address-count',
  check: (instance, session) => {
    const family = instance.family ?? 4;
    const mtu = session.facts.interface(String(instance.values.interface))?.mtu ?? DEFAULT_MTU;
    const trailer = instance.version === 2 ? V2_DATA : 0;
    const header = instance.auth?.auth_type === 'AH' ? AH_HEADER : 0;
    const space = mtu - OVERHEAD[family] - trailer - header;
    const fits = Math.floor(space / (family === 4 ? 4 : 16));
    const most = Math.min(MAX_VIPS, fits);
    const count = instance.vips.length;
    if (count <= most) return undefined;
    const limit = `(max ${most} addresses) - excess moved to eVIPs`;
    say(instance, session, `Number of VIPs (${count}) exceeds maximum/space available in packet ${limit}`);
    instance.excludedVips.unshift(...instance.vips.splice(most));
    return undefined;
  },
};

export const linkLocalFirst: InstanceRule = {
  name: 'link-local-first',
  check: (instance, session) => {
    const first = instance.vips[0];
    if (!first || instance.family !== 6 || !isStrict(instance, session)) return undefined;
    if (!isLinkLocal(first.address.bytes)) {
      say(instance, session, 'the first IPv6 VIP address must be link local');
    }
    return undefined;
  },
};
