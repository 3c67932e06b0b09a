/**
 * Routes, rules and static addresses of the grammar's model as the VRRP child runs them. What a line leaves
 * open becomes what 2.2.7 was seen giving the kernel.
 */
import type { VipModel } from '../../grammar/model.ts';
import type { RouteModel, RuleModel, TrackGroupModel } from '../../grammar/model-parts.ts';
import type { NextHop, Prefix, RouteMetric } from '../ports/routing.ts';
import {
  PROTOCOL_KEEPALIVED,
  type StaticAddress,
  type StaticConfig,
  type Tracked,
  type VirtualAddress,
  type VirtualRoute,
  type VirtualRule,
} from '../vrrp/config.ts';

const TABLE_MAIN = 254;
const TYPE_LOCAL = 2;
const SCOPE_UNIVERSE = 0;
const SCOPE_HOST = 254;
/** Shorter times are raised to 200 ms, in the kernel's units (seen with 2.2.7). */
const LEAST_TIMES: Readonly<Record<string, number>> = { rtt: 1600, rttvar: 800, rto_min: 200 };

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the properties that are undefined, which exactOptionalPropertyTypes tells from absent ones. */
function present<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

type ModelPrefix = { readonly address: { readonly bytes: Uint8Array } | undefined; readonly prefix: number };

const prefixOf = ({ address, prefix }: ModelPrefix, length: number): Prefix => ({
  address: address?.bytes ?? new Uint8Array(length),
  length: prefix,
});

const gatewayOf = (via: RouteModel['via']) =>
  via === undefined ? undefined : { family: via.family, address: via.bytes };

function nextHops({ nextHops: hops, via, or }: RouteModel): NextHop<string>[] {
  // The old form: one gateway or the other.
  if (or !== undefined) {
    const both = via === undefined ? [or] : [via, or];
    return both.map(({ family, bytes }) => ({ gateway: { family, address: bytes } }));
  }
  return hops.map(({ via: gateway, dev, weight, onlink, realms, encapsulation }) =>
    present({ gateway: gatewayOf(gateway), device: dev, weight, onlink, realms, encapsulation }),
  );
}

function metrics(model: RouteModel): RouteMetric[] {
  return [...model.metrics].map(([name, { value, lock }]) => {
    const least = LEAST_TIMES[name];
    return { name, value: least === undefined ? value : Math.max(Number(value), least), lock };
  });
}

export function virtualRoute(model: RouteModel): VirtualRoute {
  const { family, type, track, trackGroup, insertion, tos, priority, onlink, realms, vrf } = model;
  const length = family === 4 ? 4 : 16;
  return {
    family,
    type,
    destination: prefixOf(model.destination ?? { address: undefined, prefix: 0 }, length),
    table: model.table ?? TABLE_MAIN,
    protocol: model.protocol ?? PROTOCOL_KEEPALIVED,
    // The kernel refuses a local route of a wider scope.
    scope: model.scope ?? (family === 4 && type === TYPE_LOCAL ? SCOPE_HOST : SCOPE_UNIVERSE),
    metrics: metrics(model),
    nextHops: nextHops(model),
    insertion,
    track,
    ...present({
      from: model.from && prefixOf(model.from, length),
      source: model.source?.bytes,
      gateway: gatewayOf(model.via),
      device: model.dev,
      encapsulation: model.encapsulation,
      expires: model.expires,
      preference: model.preference,
      ttlPropagate: model.ttlPropagate,
      ...{ tos, priority, onlink, realms, vrf, trackGroup },
    }),
  };
}

export function virtualRule({ span: _span, from, to, protocol, ...rule }: RuleModel): VirtualRule {
  const length = rule.family === 4 ? 4 : 16;
  return {
    ...rule,
    ...present({
      from: from && prefixOf(from, length),
      to: to && prefixOf(to, length),
      // Only what is tracked needs the mark.
      protocol: protocol ?? (rule.track ? PROTOCOL_KEEPALIVED : undefined),
    }),
  };
}

function plainVip({ useVmac: _vmac, span: _span, ...vip }: VipModel): VirtualAddress {
  // 2.2.7 was seen giving an IPv4 address with preferred_lft 0 its full life.
  if (vip.family === 6 || vip.preferredLft !== 0) return vip;
  const { preferredLft: _none, ...lasting } = vip;
  return lasting;
}

export const virtualAddress = (model: VipModel): VirtualAddress => ({
  ...plainVip(model),
  ...(model.useVmac ? { useVmac: true } : {}),
});

function staticAddress(model: VipModel): StaticAddress[] {
  const { dev, ...address } = plainVip(model);
  return dev === undefined ? [] : [{ ...address, dev, ...present({ trackGroup: model.trackGroup }) }];
}

export function staticConfig(model: {
  readonly staticAddresses: readonly VipModel[];
  readonly staticRoutes: readonly RouteModel[];
  readonly staticRules: readonly RuleModel[];
}): StaticConfig {
  return {
    addresses: model.staticAddresses.flatMap(staticAddress),
    routes: model.staticRoutes.map(virtualRoute),
    rules: model.staticRules.map(virtualRule),
  };
}

/**
 * Members of a track group need the interfaces of the static entries that name it (seen with 2.2.7). Out: by
 * name of the instance.
 */
export function trackGroupInterfaces(
  groups: readonly TrackGroupModel[],
  statics: StaticConfig,
): ReadonlyMap<string, readonly Tracked[]> {
  const uses = [
    ...statics.addresses.map(({ trackGroup, dev }) => ({ trackGroup, name: dev })),
    ...statics.routes.map(({ trackGroup, device }) => ({ trackGroup, name: device })),
    ...statics.rules.map(({ trackGroup, iif }) => ({ trackGroup, name: iif })),
  ];
  const needed = new Map<string, Set<string>>();
  for (const { name: group, members } of groups) {
    const names = uses.flatMap(({ trackGroup, name }) =>
      trackGroup === group && name !== undefined ? name : [],
    );
    for (const member of members) {
      needed.set(member, new Set([...(needed.get(member) ?? []), ...names]));
    }
  }
  const asTracked = (names: Set<string>): Tracked[] =>
    [...names].map((name) => ({ name, weight: 0, reverse: false }));
  return new Map([...needed].map(([member, names]) => [member, asTracked(names)]));
}
