/** A second interface of a router on the same bridge, so that one capture sees both. */
import { ipBatch } from './exec.ts';
import type { Lab, RouterName } from './namespaces.ts';

/** `number` makes its MAC address; no link-local address, which would be another one in each run. */
export async function addPort(lab: Lab, router: RouterName, name: string, number: number): Promise<void> {
  const peer = `${name}${router}`;
  await ipBatch(lab.ns(router), [
    `link add ${name} address 02:00:00:00:09:0${number} type veth peer name ${peer} netns ${lab.switchNs}`,
    `link set ${name} addrgenmode none`,
    `link set ${name} up`,
  ]);
  await ipBatch(lab.switchNs, [`link set ${peer} master br0 up`]);
}
