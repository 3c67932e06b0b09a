/** Some routers on one LAN, each with one instance: what tests of one capability need around it. */
import { us } from '../../units.ts';
import type { InstanceConfig, StaticConfig } from '../../vrrp/config.ts';
import type { VrrpSetup } from '../../vrrp/running.ts';
import { addressOf, type ClusterShape, configOf, LAN_DELAY } from '../cluster.ts';
import { Lan } from '../lan.ts';
import { FIRST_INDEX } from '../nic.ts';
import { type NodeQuirks, SimNode } from '../node.ts';
import { createRandom } from '../random.ts';
import { World } from '../world.ts';

const SECOND = 1_000_000;

export const SHAPE: ClusterShape = {
  family: 4,
  version: 3,
  advertIntervalUs: us(200_000),
  priorities: [],
  preempt: true,
  members: 1,
};

/** VRRPv3 with adverts every 0.2 s, and nothing else but what is given. */
export function setupOf(
  priority: number,
  instance: Partial<InstanceConfig> = {},
  statics: Partial<StaticConfig> = {},
): VrrpSetup {
  return {
    instances: [{ ...configOf(SHAPE, priority, 0), ...instance }],
    groups: [],
    scripts: [],
    trackFiles: [],
    trackProcesses: [],
    statics: { addresses: [], routes: [], rules: [], ...statics },
    garpIntervalUs: us(0),
    gnaIntervalUs: us(0),
    startupDelayUs: us(0),
  };
}

/** The routers are running; `run` lets seconds of virtual time pass. */
export const routersOf = (...setups: readonly VrrpSetup[]) => routersWith({}, ...setups);

export function routersWith(quirks: NodeQuirks, ...setups: readonly VrrpSetup[]) {
  const world = new World();
  const lan = new Lan(world, createRandom(1), LAN_DELAY);
  const nodes = setups.map((setup, index) => {
    const address = addressOf(4, index + 1);
    const own = { ifindex: FIRST_INDEX, family: 4 as const, address, prefix: 24, scope: 0, flags: 0 };
    return new SimNode(world, [lan], `r${index + 1}`, [own], setup, quirks);
  });
  for (const node of nodes) node.start();
  const run = (seconds: number): void => world.run(us(world.nowUs + seconds * SECOND));
  return { world, nodes, run };
}
