/**
 * What SNMP is told: the parts of the tree that a process answers for, and where each begins. In: where the
 * values come from. Out: branches for a tree.
 */
import type { SnmpSetup } from '../../ports/snmp.ts';
import type { Oid } from '../../wire/agentx.ts';
import { type CheckerSnmpSource, checkerObjects } from './checker-objects.ts';
import { globalObjects } from './globals.ts';
import { CHECKER, GLOBALS, RFC2787, RFC6527, VRRP } from './names.ts';
import { rfc2787Objects, rfc6527Objects } from './rfc-objects.ts';
import { routeObjects } from './route-objects.ts';
import type { Branches } from './tree.ts';
import { vrrpObjects } from './vrrp-objects.ts';
import type { VrrpSnmpSource } from './vrrp-source.ts';

export interface SnmpSubtree {
  readonly subtree: Oid;
  readonly objects: readonly Branches[];
}

const globals = (source: Pick<VrrpSnmpSource, 'setup' | 'moment'>): SnmpSubtree => ({
  subtree: GLOBALS,
  objects: globalObjects(
    () => source.setup(),
    () => source.moment(),
  ),
});

export const vrrpSubtrees = (
  source: VrrpSnmpSource,
  { vrrp, rfc2787, rfc6527 }: SnmpSetup,
): readonly SnmpSubtree[] => [
  ...(vrrp
    ? [globals(source), { subtree: VRRP, objects: [...vrrpObjects(source), ...routeObjects(source)] }]
    : []),
  ...(rfc2787 ? [{ subtree: RFC2787, objects: rfc2787Objects(source) }] : []),
  ...(rfc6527 ? [{ subtree: RFC6527, objects: rfc6527Objects(source) }] : []),
];

/** The last one only counts where the VRRP process does not tell of it. */
export const checkerSubtrees = (source: CheckerSnmpSource): readonly [SnmpSubtree, SnmpSubtree] => [
  { subtree: CHECKER, objects: checkerObjects(source) },
  globals(source),
];
