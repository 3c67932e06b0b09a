/**
 * Whether a route or rule that the kernel speaks of is one of ours. Some fields always say so and make the
 * slot, a key; the gateway and the interface only when both sides name them, because the kernel fills in
 * what a configuration leaves open.
 */
import type { Gateway, KernelRoute, KernelRule, Prefix, RouteSpec, RuleSpec } from '../ports/routing.ts';

/** IP6_RT_PRIO_USER: what IPv6 gives a route without a metric. */
const IPV6_METRIC = 1024;
const NO_TABLE = 0;

/** FR_ACT_* */
export const ACTION_NUMBERS: Readonly<Record<RuleSpec['action'], number>> = {
  table: 1,
  l3mdev: 1,
  goto: 2,
  nop: 3,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
};

const prefix = (value: Prefix | undefined): string =>
  value === undefined || value.length === 0 ? '*' : `${value.address.join('.')}/${value.length}`;

export const slotOfRoute = (route: RouteSpec): string => slotOfKernelRoute(toKernelRoute(route));

export function slotOfKernelRoute(route: KernelRoute): string {
  const { family, destination, from, tos, table, protocol, priority } = route;
  return ['route', family, prefix(destination), prefix(from), tos, table, protocol, priority].join(' ');
}

export const slotOfRule = (rule: RuleSpec): string => slotOfKernelRule(toKernelRule(rule));

export function slotOfKernelRule(rule: KernelRule): string {
  const { family, from, to, priority, table, protocol, action, iif = '', oif = '' } = rule;
  return ['rule', family, prefix(from), prefix(to), priority, table, protocol, action, iif, oif].join(' ');
}

/** What the kernel tells of a route that was asked for like this. */
export function toKernelRoute(route: RouteSpec): KernelRoute {
  const { family, type, destination, from, tos = 0, table, protocol, priority = 0, gateway, device } = route;
  return {
    family,
    type,
    destination,
    ...(from === undefined ? {} : { from }),
    tos: family === 6 ? 0 : tos,
    table,
    protocol,
    priority: family === 6 && priority === 0 ? IPV6_METRIC : priority,
    ...(gateway === undefined ? {} : { gateway }),
    ...(device === undefined ? {} : { ifindex: device }),
  };
}

/** The same for a rule. */
export function toKernelRule(rule: RuleSpec): KernelRule {
  const { family, from, to, priority, table = NO_TABLE, protocol = 0, iif, oif } = rule;
  return {
    family,
    priority,
    table,
    protocol,
    action: ACTION_NUMBERS[rule.action],
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
  };
}

/** For two of the same slot. Of several next hops the kernel names none, or one at a time (IPv6). */
export function sameNextHop(ours: RouteSpec, heard: KernelRoute): boolean {
  if (ours.nextHops.length > 0) return true;
  return (
    agree(ours.gateway, heard.gateway, sameGateway) &&
    agree(ours.device, heard.ifindex, (own, other) => own === other)
  );
}

const sameGateway = (a: Gateway, b: Gateway): boolean =>
  a.family === b.family && a.address.join('.') === b.address.join('.');

function agree<T>(a: T | undefined, b: T | undefined, same: (a: T, b: T) => boolean): boolean {
  return a === undefined || b === undefined || same(a, b);
}
