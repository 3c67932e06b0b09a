/** Notifications of the checker process: a real server that comes or goes, and a quorum. */
import type { CheckedServer, CheckedVirtualServer } from '../../health/config.ts';
import type { Oid, SnmpValue, VarBind } from '../../wire/agentx.ts';
import { identityColumns, protocolValue } from './checker-objects.ts';
import { CHECKER } from './names.ts';
import { routerIdBind, trap } from './traps.ts';
import { familyType, gauge, integer, octets, truth } from './values.ts';
import type { VrrpSnmpSource } from './vrrp-source.ts';

type Binds = readonly (readonly [Oid, SnmpValue])[];
type Source = Pick<VrrpSnmpSource, 'setup'>;

export interface VirtualNow {
  readonly config: CheckedVirtualServer;
  readonly alive: number;
}

const virtualOid = (column: number): Oid => [...CHECKER, 3, 1, column];
const serverOid = (column: number): Oid => [...CHECKER, 4, 1, column];

/** Which virtual server: without an index, the columns that name it. */
function identity({ config }: VirtualNow): Binds {
  const named = Object.entries(identityColumns()).flatMap(([number, get]) => {
    const value = get(config);
    return value === undefined ? [] : [[Number(number), value] as const];
  });
  const isAddress = named.some(([number]) => number === 6);
  const family = [5, integer(config.text.family === 4 ? 1 : 2)] as const;
  return [...named, ...(isAddress ? [family] : []), [8, protocolValue(config)] as const]
    .toSorted(([left], [right]) => left - right)
    .map(([number, value]) => [virtualOid(number), value] as const);
}

const counts = (source: Source, { config, alive }: VirtualNow): Binds => [
  [virtualOid(21), gauge(alive)],
  [virtualOid(20), gauge(config.realServers.length)],
  routerIdBind(source),
];

export const serverTrap = (
  source: Source,
  virtual: VirtualNow,
  server: CheckedServer,
  up: boolean,
): VarBind[] =>
  trap(
    [...CHECKER, 5, 0, 1],
    [
      [serverOid(3), familyType(server.address)],
      [serverOid(4), octets(server.address)],
      [serverOid(5), gauge(server.port)],
      [serverOid(6), truth(up)],
      ...identity(virtual),
      ...counts(source, virtual),
    ],
  );

const QUORUM = { met: 1, lost: 2, stopping: 3 } as const;

export const quorumTrap = (source: Source, virtual: VirtualNow, what: keyof typeof QUORUM): VarBind[] =>
  trap(
    [...CHECKER, 5, 0, 2],
    [
      ...identity(virtual),
      [virtualOid(23), integer(QUORUM[what])],
      [virtualOid(22), gauge(virtual.config.quorum)],
      ...counts(source, virtual),
    ],
  );
