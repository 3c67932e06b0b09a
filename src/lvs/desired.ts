/**
 * What the kernel's table should hold for a virtual server, and the operations that lead there from what it
 * should have held before. In: configuration, which servers are alive, whether there is a quorum. Entries
 * that somebody else made are never looked at, so they are never touched (seen with 2.2.7).
 */
import type { IpvsDestination, IpvsOp, IpvsService, IpvsServiceId } from '../ports/ipvs.ts';
import { addressKey, familyOf, sameAddress } from '../wire/address.ts';
import type { PoolServer, VirtualServerConfig } from './config.ts';

export interface PoolState {
  /** Names of the real servers that get connections while there is a quorum. */
  readonly alive: ReadonlySet<string>;
  readonly quorum: boolean;
  /** What checks add to the weights of servers, by their names. */
  readonly added: ReadonlyMap<string, number>;
}

/** The weight of a server with what its checks add; the kernel knows none below 0. */
export const effectiveWeight = ({ name, weight }: PoolServer, added: PoolState['added']): number =>
  Math.max(0, weight + (added.get(name) ?? 0));

export interface DesiredService {
  readonly service: IpvsService;
  readonly destinations: ReadonlyMap<string, IpvsDestination>;
}

export type DesiredTable = ReadonlyMap<string, DesiredService>;

export const serviceKey = (id: IpvsServiceId): string =>
  id.by === 'mark' ? `${id.family} ${id.mark}` : `${id.protocol} ${addressKey(id.address)} ${id.port}`;

/** Only NAT can change the port; the others need that of the service, which with a mark is none. */
function portOf({ forwarding, port }: PoolServer, id: IpvsServiceId): number {
  const servicePort = id.by === 'mark' ? 0 : id.port;
  if (forwarding !== 'masquerade') return servicePort;
  return port === 0 ? servicePort : port;
}

function destinationOf(server: PoolServer, id: IpvsServiceId, weight: number): IpvsDestination {
  const { address, forwarding, upperThreshold, lowerThreshold, tunnel } = server;
  return {
    id: { family: familyOf(address), address, port: portOf(server, id) },
    forwarding,
    weight,
    upperThreshold,
    lowerThreshold,
    ...(tunnel === undefined ? {} : { tunnel }),
  };
}

const destinationKey = ({ id: { address, port } }: IpvsDestination): string =>
  `${addressKey(address)} ${port}`;

/** Undefined = not in the table. */
function weightOf(server: PoolServer, state: PoolState, sorryActive: boolean): number | undefined {
  if (!sorryActive && state.alive.has(server.name)) return effectiveWeight(server, state.added);
  return server.inhibit ? 0 : undefined;
}

function members(config: VirtualServerConfig, state: PoolState): (readonly [PoolServer, number])[] {
  const { sorry } = config;
  const sorryActive = sorry !== undefined && !state.quorum;
  const found: (readonly [PoolServer, number])[] = [];
  for (const server of config.realServers) {
    const weight = weightOf(server, state, sorryActive);
    if (weight !== undefined) found.push([server, weight]);
  }
  if (sorry !== undefined && (sorryActive || sorry.inhibit)) {
    found.push([sorry, sorryActive ? sorry.weight : 0]);
  }
  return found;
}

export function desiredTable(config: VirtualServerConfig, state: PoolState): DesiredTable {
  const servers = members(config, state);
  const table = new Map<string, DesiredService>();
  for (const service of config.services) {
    const destinations = new Map<string, IpvsDestination>();
    for (const [server, weight] of servers) {
      const destination = destinationOf(server, service.id, weight);
      const key = destinationKey(destination);
      // A sorry server may be one of the real servers, and the one that is there stays.
      if (!destinations.has(key)) destinations.set(key, destination);
    }
    table.set(serviceKey(service.id), { service, destinations });
  }
  return table;
}

export const EMPTY_TABLE: DesiredTable = new Map();

/**
 * What one server that has come, gone or changed its weight means for the table, which is brought up to date:
 * thousands of servers may fail one after the other. Undefined where more than that server is concerned.
 */
export function serverChanges(
  config: VirtualServerConfig,
  state: PoolState,
  table: DesiredTable,
  server: PoolServer,
): IpvsOp[] | undefined {
  // The sorry server may stand in for it or be the same one.
  if (config.sorry !== undefined) return undefined;
  const weight = weightOf(server, state, false);
  const ops: IpvsOp[] = [];
  for (const { service, destinations } of table.values()) {
    const wanted = destinationOf(server, service.id, weight ?? 0);
    const key = destinationKey(wanted);
    const old = destinations.get(key);
    const held = destinations as Map<string, IpvsDestination>;
    if (weight === undefined) {
      if (!held.delete(key)) continue;
      ops.push({ op: 'removeDestination', service: service.id, destination: wanted.id });
      continue;
    }
    held.set(key, wanted);
    if (old === undefined) ops.push({ op: 'addDestination', service: service.id, destination: wanted });
    else if (!sameDestination(old, wanted)) {
      ops.push({ op: 'changeDestination', service: service.id, destination: wanted });
    }
  }
  return ops;
}

/** A server that takes over comes in before the one it replaces goes: clients should find one of them. */
export function tableChanges(before: DesiredTable, after: DesiredTable): IpvsOp[] {
  const ops: IpvsOp[] = [];
  for (const [key, { service }] of before) {
    if (!after.has(key)) ops.push({ op: 'removeService', service: service.id });
  }
  for (const [key, { service, destinations }] of after) {
    const old = before.get(key);
    if (old === undefined) ops.push({ op: 'addService', service });
    else if (!sameService(old.service, service)) ops.push({ op: 'changeService', service });
    ops.push(...destinationChanges(service.id, old?.destinations ?? new Map(), destinations));
  }
  return ops;
}

function destinationChanges(
  service: IpvsServiceId,
  before: ReadonlyMap<string, IpvsDestination>,
  after: ReadonlyMap<string, IpvsDestination>,
): IpvsOp[] {
  const ops: IpvsOp[] = [];
  for (const [key, destination] of after) {
    const old = before.get(key);
    if (old === undefined) ops.push({ op: 'addDestination', service, destination });
    else if (!sameDestination(old, destination)) ops.push({ op: 'changeDestination', service, destination });
  }
  for (const [key, { id }] of before) {
    if (!after.has(key)) ops.push({ op: 'removeDestination', service, destination: id });
  }
  return ops;
}

const sameService = (a: IpvsService, b: IpvsService): boolean =>
  a.scheduler === b.scheduler &&
  a.onePacket === b.onePacket &&
  a.schedulerFlags.join() === b.schedulerFlags.join() &&
  a.persistence?.timeoutSeconds === b.persistence?.timeoutSeconds &&
  a.persistence?.prefixLength === b.persistence?.prefixLength &&
  a.persistence?.engine === b.persistence?.engine;

const tunnelText = ({ tunnel }: IpvsDestination): string => {
  if (tunnel === undefined) return '';
  return `${tunnel.type} ${tunnel.checksum} ${tunnel.type === 'gue' ? tunnel.port : 0}`;
};

const sameDestination = (a: IpvsDestination, b: IpvsDestination): boolean =>
  sameAddress(a.id.address, b.id.address) &&
  a.forwarding === b.forwarding &&
  a.weight === b.weight &&
  a.upperThreshold === b.upperThreshold &&
  a.lowerThreshold === b.lowerThreshold &&
  tunnelText(a) === tunnelText(b);
