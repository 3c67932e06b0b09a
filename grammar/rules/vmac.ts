/** VMAC settings need a VMAC. */
import { type InstanceRule, say } from './rule.ts';

export const xmitBaseNeedsVmac: InstanceRule = {
  name: 'xmit-base-needs-vmac',
  check: (instance, session) => {
    const { values } = instance;
    const vmac = values.use_vmac !== undefined || values.use_ipvlan !== undefined;
    if (values.vmac_xmit_base && !vmac) {
      say(instance, session, 'vmac_xmit_base is only valid with a vmac');
      values.vmac_xmit_base = false;
    } else if (values.use_vmac !== undefined && instance.peers.length > 0 && !values.vmac_xmit_base) {
      say(instance, session, 'unicast with use_vmac requires vmac_xmit_base - setting');
      values.vmac_xmit_base = true;
    }
    return undefined;
  },
};
