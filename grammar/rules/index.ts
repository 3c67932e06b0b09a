/** All rules in the order in which upstream's messages come (observed on 2.2.7). */
import { addressCount, linkLocalFirst, someAddress } from './addresses.ts';
import { advertInterval } from './advert-interval.ts';
import { ahStartsAsBackup, authenticationAllowed } from './authentication.ts';
import { hmacKeys, hmacReplacesAuthentication } from './hmac.ts';
import { stateAndPriority, vridAndInterface } from './identity.ts';
import { acceptNeedsVersion3, ownerIgnoresAdverts, ownerIsMaster } from './ownership.ts';
import { nopreempt, preemptDelay, timerExpiredBackup } from './preemption.ts';
import type { InstanceRule, SessionRule } from './rule.ts';
import { scriptFiles } from './script-files.ts';
import { strictTiming } from './strict-timing.ts';
import { groupMembers, ownInterfaceTracked } from './sync-groups.ts';
import { groupTrackers, noWeights } from './trackers.ts';
import {
  addressesNeedInterface,
  faultWithoutPeers,
  noGroupWithUnicast,
  unicastNeedsPeers,
} from './unicast.ts';
import { familyAndVersion } from './version.ts';
import {
  ipvlanSource,
  promoteSecondaries,
  strictVmac,
  vmacAddresses,
  vrfWithoutInterface,
  xmitBaseNeedsVmac,
} from './vmac.ts';

export const beforeInstances: readonly SessionRule[] = [scriptFiles, vridAndInterface, groupMembers];

export const instanceRules: readonly InstanceRule[] = [
  addressesNeedInterface,
  familyAndVersion,
  stateAndPriority,
  someAddress,
  addressCount,
  linkLocalFirst,
  ownerIsMaster,
  ownerIgnoresAdverts,
  hmacReplacesAuthentication,
  hmacKeys,
  authenticationAllowed,
  ahStartsAsBackup,
  unicastNeedsPeers,
  faultWithoutPeers,
  acceptNeedsVersion3,
  nopreempt,
  timerExpiredBackup,
  preemptDelay,
  noGroupWithUnicast,
  advertInterval,
  strictTiming,
  vrfWithoutInterface,
  strictVmac,
  xmitBaseNeedsVmac,
  promoteSecondaries,
  ipvlanSource,
  vmacAddresses,
  ownInterfaceTracked,
  noWeights,
];

/** Checks that need every instance repaired first. */
export const afterInstances: readonly SessionRule[] = [groupTrackers];
