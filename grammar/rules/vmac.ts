/** VMAC and ipvlan settings: what needs one, what strict mode forbids, what goes without saying. */
import type { InstanceDraft, VipDraft } from '../drafts.ts';
import type { IpvlanRequest, VmacRequest } from '../keywords/vmac.ts';
import { type InstanceRule, isStrict, say } from './rule.ts';

const hasVmac = ({ values }: InstanceDraft): boolean => values.use_vmac !== undefined;
const hasIpvlan = ({ values }: InstanceDraft): boolean => values.use_ipvlan !== undefined;

export const strictVmac: InstanceRule = {
  name: 'strict-vmac',
  check: (instance, session) => {
    const { values } = instance;
    if (!isStrict(instance, session)) return undefined;
    const request = values.use_vmac as VmacRequest | undefined;
    if (request?.mac !== undefined) {
      session.report(`(${instance.name}): cannot specify MAC address with strict mode - clearing`);
      const { mac: _, ...rest } = request;
      values.use_vmac = rest;
    }
    if (values.vmac_xmit_base && (hasVmac(instance) || hasIpvlan(instance))) {
      say(instance, session, 'xmit_base is incompatible with strict mode - resetting');
      values.vmac_xmit_base = false;
    }
    return undefined;
  },
};

export const xmitBaseNeedsVmac: InstanceRule = {
  name: 'xmit-base-needs-vmac',
  check: (instance, session) => {
    const { values } = instance;
    if (values.vmac_xmit_base && (!hasVmac(instance) || hasIpvlan(instance))) {
      say(instance, session, 'vmac_xmit_base is only valid with a vmac');
      values.vmac_xmit_base = false;
    }
    return undefined;
  },
};

/** An interface of the instance's own always has the sysctl. */
export const promoteSecondaries: InstanceRule = {
  name: 'promote-secondaries',
  check: (instance, session) => {
    const { values } = instance;
    if (!values.promote_secondaries || !(hasVmac(instance) || hasIpvlan(instance))) return undefined;
    say(instance, session, 'promote_secondaries is automatically set for vmacs - ignoring');
    values.promote_secondaries = false;
    return undefined;
  },
};

/** The address of an ipvlan is the source of adverts; without one IPv4 has none. */
export const ipvlanSource: InstanceRule = {
  name: 'ipvlan-source',
  check: (instance, session) => {
    const { values } = instance;
    const request = values.use_ipvlan as IpvlanRequest | undefined;
    if (!request) return undefined;
    if (request.address) {
      values.mcast_src_ip ??= request.address;
      return undefined;
    }
    if (instance.family !== 4) return undefined;
    const need = 'requires a source ip address to be configured. setting instance to fault state';
    say(instance, session, `IPv4 ipvlan ${need}`);
    return undefined;
  },
};

const asksForVmac = ({ useVmac }: VipDraft): boolean => useVmac;

/** An address asks for a VMAC that it gets anyway. */
export const vmacAddresses: InstanceRule = {
  name: 'vmac-addresses',
  check: (instance, session) => {
    const { values, vips, excludedVips } = instance;
    if (!vips.some(asksForVmac) && !excludedVips.some(asksForVmac)) return undefined;
    for (const vip of [...vips, ...excludedVips]) {
      if (!vip.useVmac) continue;
      const own = (vip.dev ?? values.interface) === values.interface;
      const sameFamily = vip.address.family === instance.family;
      const word = vip.word.replace(vip.prefix === vip.address.bytes.length * 8 ? /\/.*$/ : /$^/, '');
      if (hasVmac(instance) && own && sameFamily) {
        say(instance, session, `use_vmac specified for VIP/eVIP ${word} and vrrp instance`);
        vip.useVmac = false;
      } else if (values.use_vmac_addr && !(own && sameFamily)) {
        say(instance, session, `use_vmac_addr specified and use_vmac specified for VIP/eVIP ${word}`);
        vip.useVmac = false;
      }
    }
    return undefined;
  },
};

export const vrfWithoutInterface: InstanceRule = {
  name: 'vrf-without-interface',
  check: (instance, session) => {
    const { values } = instance;
    if (values.vrf === undefined || values.interface === undefined) return undefined;
    say(instance, session, 'vrf can only be specified without interface - clearing');
    delete values.vrf;
    return undefined;
  },
};
