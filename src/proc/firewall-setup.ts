/** Whether packets are filtered, and by which tables. In: the model. Out: the setup of the VRRP process. */
import type { InstanceModel, Model } from '../../grammar/model.ts';
import type { VrrpChildConfig } from '../ipc/messages.ts';
import { PRIORITY_OWNER } from '../wire/vrrp.ts';

export const NFTABLES_TABLE = 'keepalived';
export const NFTABLES_PRIORITY = -1;

/** An owner always accepts; strict mode leaves the rest to the RFC, whose default is not to. */
export const accepts = ({ values }: InstanceModel): boolean =>
  values.priority === PRIORITY_OWNER || (values.accept ?? !(values.no_accept ?? values.strict_mode));

/** Whether an instance needs packets filtered. */
export const filtersPackets = ({ instances }: Pick<Model, 'instances'>): boolean =>
  instances.some((instance) => !accepts(instance) || instance.values.use_vmac !== undefined);

/** The defaults of `nftables` hold where something needs it that does not ask for it. */
export function firewallSetup(model: Model): Pick<VrrpChildConfig, 'firewall' | 'firewallAssumed'> {
  const { nftables, nftables_priority, nftables_counters, nftables_ifindex } = model.globals.values;
  if (nftables === undefined && !filtersPackets(model)) return { firewallAssumed: false };
  const firewall = {
    table: nftables ?? NFTABLES_TABLE,
    priority: nftables_priority ?? NFTABLES_PRIORITY,
    counters: nftables_counters === true,
    byIndex: nftables_ifindex === true,
  };
  return { firewall, firewallAssumed: nftables === undefined };
}
