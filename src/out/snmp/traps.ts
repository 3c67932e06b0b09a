/**
 * Notifications of SNMP: which objects tell of a change, under which name. Those of KEEPALIVED-MIB have no
 * index (seen with 2.2.7).
 */
import type { InstanceConfig } from '../../vrrp/config.ts';
import type { StateName } from '../../vrrp/events.ts';
import type { Oid, SnmpValue, VarBind } from '../../wire/agentx.ts';
import { GLOBALS, RFC2787, RFC6527, VRRP } from './names.ts';
import { MASTER_NO_RESPONSE, primaryAddress, routerIndex } from './rfc-objects.ts';
import { integer, ipAddress, octets, text } from './values.ts';
import { linkNamed, STATES, type VrrpSnmpSource } from './vrrp-source.ts';

const TRAP_OID: Oid = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

export const trap = (name: Oid, binds: readonly (readonly [Oid, SnmpValue])[]): VarBind[] => [
  { oid: TRAP_OID, value: { type: 'oid', value: name } },
  ...binds.map(([oid, value]) => ({ oid, value })),
];

export const routerIdBind = (source: Pick<VrrpSnmpSource, 'setup'>): readonly [Oid, SnmpValue] => [
  [...GLOBALS, 2, 0],
  text(source.setup().globals.routerId),
];

export const groupTrap = (source: VrrpSnmpSource, name: string, state: StateName): VarBind[] =>
  trap(
    [...VRRP, 10, 0, 1],
    [[[...VRRP, 1, 1, 2], text(name)], [[...VRRP, 1, 1, 3], integer(STATES[state])], routerIdBind(source)],
  );

export const instanceTrap = (source: VrrpSnmpSource, config: InstanceConfig, state: StateName): VarBind[] =>
  trap(
    [...VRRP, 10, 0, 2],
    [
      [[...VRRP, 3, 1, 2], text(config.name)],
      [[...VRRP, 3, 1, 4], integer(STATES[state])],
      [[...VRRP, 3, 1, 5], integer(STATES[config.initialMaster ? 'MASTER' : 'BACKUP'])],
      routerIdBind(source),
    ],
  );

/** Under the index of its interface; nothing where that is gone. */
function ofInterface(
  source: VrrpSnmpSource,
  config: InstanceConfig,
  make: (ifindex: number) => VarBind[],
): VarBind[] | undefined {
  const link = linkNamed(source.report(), config.interface)?.link;
  return link === undefined ? undefined : make(link.index);
}

/** vrrpTrapNewMaster */
export function newMaster2787(source: VrrpSnmpSource, config: InstanceConfig): VarBind[] | undefined {
  if (config.version === 3) return undefined;
  return ofInterface(source, config, (ifindex) => {
    const oid = [...RFC2787, 1, 3, 1, 7, ifindex, config.vrid];
    return trap([...RFC2787, 0, 1], [[oid, ipAddress(primaryAddress(source, config))]]);
  });
}

/** vrrpv3NotifyNewMaster */
export const newMaster6527 = (source: VrrpSnmpSource, config: InstanceConfig): VarBind[] | undefined =>
  ofInterface(source, config, (ifindex) => {
    const index = routerIndex(ifindex, config);
    return trap(
      [...RFC6527, 0, 1],
      [
        [[...RFC6527, 1, 1, 1, 1, 3, ...index], octets(primaryAddress(source, config))],
        [[...RFC6527, 1, 2, 5, 1, 2, ...index], integer(MASTER_NO_RESPONSE)],
      ],
    );
  });

/** vrrpTrapAuthFailure */
export const authFailure2787 = (
  source: VrrpSnmpSource,
  config: InstanceConfig,
  from: Uint8Array,
  type: number,
): VarBind[] | undefined =>
  ofInterface(source, config, (ifindex) =>
    trap(
      [...RFC2787, 0, 2],
      [
        [[...RFC2787, 1, 5, ifindex, config.vrid], ipAddress(from)],
        [[...RFC2787, 1, 6, ifindex, config.vrid], integer(type)],
      ],
    ),
  );

/** vrrpv3NotifyProtoError */
export const protocolError6527 = (
  source: VrrpSnmpSource,
  config: InstanceConfig,
  reason: number,
): VarBind[] | undefined =>
  ofInterface(source, config, (ifindex) => {
    const oid = [...RFC6527, 1, 2, 5, 1, 6, ...routerIndex(ifindex, config)];
    return trap([...RFC6527, 0, 2], [[oid, integer(reason)]]);
  });
