/** use_vmac, use_ipvlan and what belongs to them, from the grammar's model to what the VRRP child runs. */
import type { GlobalValues, InstanceModel } from '../../grammar/model.ts';
import type { InstanceConfig, OwnLinkRequest } from '../vrrp/config.ts';
import type { LinkPrefixes } from '../vrrp/own-link-plan.ts';

const DEFAULT_PREFIX = 'vrrp';

/** Only where addresses have no prefix of their own does that of the interfaces of instances count. */
export function prefixesOf(globals: GlobalValues): LinkPrefixes {
  const vmac = globals.vmac_prefix ?? DEFAULT_PREFIX;
  return { vmac, address: globals.vmac_addr_prefix ?? vmac };
}

type OwnLinkConfig = Pick<
  InstanceConfig,
  'ownLink' | 'vmacAddresses' | 'transmitOnBase' | 'promoteSecondaries'
>;

export function ownLinkConfig({ values }: InstanceModel): OwnLinkConfig {
  const ownLink = requestOf(values);
  return {
    ...(ownLink === undefined ? {} : { ownLink }),
    ...(values.use_vmac_addr === true ? { vmacAddresses: true } : {}),
    ...(values.vmac_xmit_base === true ? { transmitOnBase: true } : {}),
    ...(values.promote_secondaries === true ? { promoteSecondaries: true } : {}),
  };
}

function requestOf({
  use_vmac: vmac,
  use_ipvlan: ipvlan,
}: InstanceModel['values']): OwnLinkRequest | undefined {
  if (vmac !== undefined) {
    const { name, mac, group, netlinkNotify } = vmac;
    return {
      kind: 'macvlan',
      ...(name === undefined ? {} : { name }),
      ...(mac === undefined ? {} : { mac: octets(mac) }),
      ...(group === undefined ? {} : { group }),
      ...(netlinkNotify ? { notify: true } : {}),
    };
  }
  if (ipvlan === undefined) return undefined;
  const { name, address, prefix, mode, group } = ipvlan;
  const host = (address?.bytes.length ?? 0) * 8;
  return {
    kind: 'ipvlan',
    mode: mode ?? 'bridge',
    ...(name === undefined ? {} : { name }),
    ...(address === undefined ? {} : { address: { address: address.bytes, prefix: prefix ?? host } }),
    ...(group === undefined ? {} : { group }),
  };
}

const octets = (text: string): Uint8Array =>
  Uint8Array.from(text.split(':'), (octet) => Number.parseInt(octet, 16));
