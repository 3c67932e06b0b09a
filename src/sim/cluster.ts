/** A cluster of routers, made from a seed: one VRID on one LAN, or a sync group of them on several. */

import { type Family, type Us, us } from '../units.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import { masterDownInterval, skewTime } from '../vrrp/timing.ts';
import { GROUP_IPV4, GROUP_IPV6 } from '../wire/vrrp.ts';
import { Lan } from './lan.ts';
import { FIRST_INDEX } from './nic.ts';
import { type NodeQuirks, SimNode } from './node.ts';
import { createRandom, type Random } from './random.ts';
import { World } from './world.ts';

export interface ClusterShape {
  readonly family: Family;
  readonly version: 2 | 3;
  readonly advertIntervalUs: Us;
  readonly priorities: readonly number[];
  readonly preempt: boolean;
  /** Virtual routers, each on a LAN of its own; more than one form a sync group. */
  readonly members: number;
}

export interface Cluster {
  readonly shape: ClusterShape;
  readonly world: World;
  readonly lans: readonly Lan[];
  readonly random: Random;
  readonly nodes: readonly SimNode[];
}

export const LAN_DELAY = { minDelayUs: 30, maxDelayUs: 400 };

export function randomShape(random: Random): ClusterShape {
  const version = random.chance(0.4) ? 2 : 3;
  const family: Family = version === 3 && random.chance(0.4) ? 6 : 4;
  const advertIntervalUs = us(
    version === 2 ? 1_000_000 * random.int(1, 3) : 10_000 * random.pick([1, 5, 10, 25, 100, 300]),
  );
  const size = random.int(2, 4);
  const first = random.int(1, 254);
  // Now and then all priorities are equal, so that the sender's address decides.
  const equal = random.chance(0.15);
  const priorities = Array.from({ length: size }, () => (equal ? first : random.int(1, 254)));
  const preempt = random.chance(0.85);
  const members = random.chance(0.5) ? 1 : random.int(2, 3);
  return { family, version, advertIntervalUs, priorities, preempt, members };
}

export function addressOf(family: Family, index: number): Uint8Array {
  if (family === 4) return new Uint8Array([10, 0, 0, index]);
  const bytes = new Uint8Array(16);
  bytes.set([0xfe, 0x80], 0);
  bytes[15] = index;
  return bytes;
}

export function configOf(shape: ClusterShape, priority: number, member: number): InstanceConfig {
  const { family } = shape;
  return {
    name: `VI${member + 1}`,
    family,
    version: shape.version,
    vrid: 51 + member,
    interface: `eth${member}`,
    initialMaster: false,
    basePriority: priority,
    advertIntervalUs: shape.advertIntervalUs,
    downTimerAdverts: 3,
    preempt: shape.preempt,
    preemptDelayUs: us(0),
    auth: { type: 'none', data: new Uint8Array(8) },
    vips: [
      {
        family,
        address: addressOf(family, 100 + member),
        prefix: family === 4 ? 32 : 128,
        scope: 0,
        flags: 0,
        track: true,
      },
    ],
    excludedVips: [],
    routes: [],
    rules: [],
    unicastPeers: [],
    checkUnicastSource: false,
    trackSourceAddress: false,
    multicastGroup: family === 4 ? GROUP_IPV4 : GROUP_IPV6,
    trackPrimary: true,
    trackInterfaces: [],
    trackScripts: [],
    trackFiles: [],
    trackProcesses: [],
    trackBfds: [],
    garp: {
      masterDelayUs: us(5_000_000),
      masterRepeat: 5,
      refreshUs: us(0),
      refreshRepeat: 1,
      lowerPrioDelayUs: us(5_000_000),
      lowerPrioRepeat: 5,
      extraIfUs: us(0),
      extraIfAll: false,
    },
    accept: true,
    lowerPrioNoAdvert: false,
    higherPrioSendAdvert: false,
    skipCheckAdvAddr: false,
    v3ChecksumAsV2: false,
    oldUnicastChecksum: 'when-heard',
    ownerIgnoreAdverts: false,
    strict: false,
  };
}

/** What a test replaces: the seeded shape, or a part of the router that it breaks on purpose. */
export interface ClusterOptions extends NodeQuirks {
  readonly shape?: ClusterShape;
  /** Every virtual router runs on a VMAC. */
  readonly vmac?: boolean;
  /** Adverts carry AH in VRRPv2 and a signature in VRRPv3. */
  readonly authenticated?: boolean;
  /** No master is ever paused, and no engine lost: what only those with one survive. */
  readonly calm?: boolean;
}

function authenticationOf({ version, advertIntervalUs }: ClusterShape): Partial<InstanceConfig> {
  if (version === 2) return { auth: { type: 'ah', data: Uint8Array.from({ length: 8 }, (_, at) => at) } };
  const timeWindowUs = us(Math.max(5_000_000, 3 * advertIntervalUs));
  const keys = [{ id: 1, secret: Uint8Array.from({ length: 32 }, (_, at) => at) }];
  return { hmac: { keys, activeKey: 1, antiReplay: 'time', timeWindowUs, mode: 'enforce' } };
}

export function createCluster(seed: number, options: ClusterOptions = {}): Cluster {
  const random = createRandom(seed);
  const chosen = options.shape ?? randomShape(random);
  const world = new World();
  const members = Array.from({ length: chosen.members }, (_, member) => member);
  const lans = members.map(() => new Lan(world, random, LAN_DELAY));
  const nodes = chosen.priorities.map((priority, index) => {
    const own = members.map((member) => ({
      ifindex: FIRST_INDEX + member,
      family: chosen.family,
      address: addressOf(chosen.family, index + 1),
      prefix: 24,
      scope: 0,
      flags: 0,
    }));
    const ownLink = options.vmac ? { ownLink: { kind: 'macvlan' } as const } : {};
    const proof = options.authenticated ? authenticationOf(chosen) : {};
    const instances = members.map((member) => ({
      ...configOf(chosen, priority, member),
      ...ownLink,
      ...proof,
    }));
    const setup = {
      instances,
      groups:
        chosen.members > 1
          ? [{ name: 'G', members: instances.map(({ name }) => name), trackInterfaces: [], trackScripts: [] }]
          : [],
      scripts: [],
      trackFiles: [],
      trackProcesses: [],
      statics: { addresses: [], routes: [], rules: [] },
      garpIntervalUs: us(0),
      gnaIntervalUs: us(0),
      startupDelayUs: us(0),
    };
    return new SimNode(world, lans, `r${index + 1}`, own, setup, options);
  });
  return { shape: chosen, world, lans, random, nodes };
}

/** Master-down time of the node with this priority, all adverts coming at the configured interval. */
export function downTimeOf(shape: ClusterShape, priority: number): Us {
  return masterDownInterval(shape.version, priority, shape.advertIntervalUs, 3);
}

export function skewOf(shape: ClusterShape, priority: number): Us {
  return skewTime(shape.version, priority, shape.advertIntervalUs);
}

/** The longest any node of the cluster waits before it takes over. */
export function slowestDownTime(shape: ClusterShape): Us {
  return downTimeOf(shape, Math.min(...shape.priorities));
}
