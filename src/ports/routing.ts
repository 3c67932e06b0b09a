/**
 * Routes and policy rules of the kernel: writes, each acknowledged on its own, and news of what was taken
 * away. Numbers are those of <linux/rtnetlink.h> and <linux/fib_rules.h>, addresses bytes in network order.
 */
import type { Family } from '../units.ts';

export interface Prefix {
  readonly address: Uint8Array;
  readonly length: number;
}

export interface Gateway {
  readonly family: Family;
  readonly address: Uint8Array;
}

export type Encapsulation =
  | {
      readonly kind: 'ip' | 'ip6';
      readonly id?: bigint;
      readonly destination?: Uint8Array;
      readonly source?: Uint8Array;
      readonly tos?: number;
      readonly hopLimit?: number;
      readonly flags?: number;
    }
  | { readonly kind: 'mpls'; readonly labels: readonly number[] }
  | { readonly kind: 'ila'; readonly locator: bigint };

/** `D` names an interface: by its name in a configuration, by its index for the kernel. */
export interface NextHop<D> {
  readonly gateway?: Gateway;
  readonly device?: D;
  /** 1 to 256. */
  readonly weight?: number;
  readonly onlink?: boolean;
  readonly realms?: number;
  readonly encapsulation?: Encapsulation;
}

export interface RouteMetric {
  /** As configurations call it: `mtu`, `rto_min`, `congctl`. */
  readonly name: string;
  readonly value: number | string;
  readonly lock: boolean;
}

export interface Route<D> {
  readonly family: Family;
  /** RTN_* */
  readonly type: number;
  readonly destination: Prefix;
  readonly from?: Prefix;
  readonly tos?: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly priority?: number;
  readonly source?: Uint8Array;
  readonly gateway?: Gateway;
  readonly device?: D;
  readonly onlink?: boolean;
  readonly realms?: number;
  readonly encapsulation?: Encapsulation;
  /** Seconds. */
  readonly expires?: number;
  readonly preference?: number;
  readonly ttlPropagate?: boolean;
  readonly metrics: readonly RouteMetric[];
  /** Two or more: the gateway and interface above are not used. */
  readonly nextHops: readonly NextHop<D>[];
  readonly insertion: 'prepend' | 'append' | 'add';
}

export type RouteSpec = Route<number>;

export interface RuleSpec {
  readonly family: Family;
  readonly action: 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit' | 'l3mdev';
  readonly from?: Prefix;
  readonly to?: Prefix;
  readonly table?: number;
  readonly target?: number;
  readonly not?: boolean;
  readonly priority: number;
  readonly tos?: number;
  readonly mark?: { readonly mark: number; readonly mask: number };
  readonly realms?: number;
  readonly suppressPrefixLength?: number;
  readonly suppressGroup?: number;
  readonly iif?: string;
  readonly oif?: string;
  readonly tunnelId?: bigint;
  readonly uidRange?: readonly [number, number];
  readonly protocol?: number;
  readonly ipProtocol?: number;
  readonly sourcePorts?: readonly [number, number];
  readonly destinationPorts?: readonly [number, number];
}

export type RoutingOp =
  | { readonly op: 'addRoute' | 'removeRoute'; readonly route: RouteSpec }
  | { readonly op: 'addRule' | 'removeRule'; readonly rule: RuleSpec };

/** `errno` 0 means done. */
export interface RoutingResult {
  readonly errno: number;
  readonly text: string;
  readonly sequence: number;
}

/** What identifies a route in a table, as the kernel tells it. */
export interface KernelRoute {
  readonly family: Family;
  readonly type: number;
  readonly destination: Prefix;
  readonly from?: Prefix;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  /** 0 = none for IPv4; IPv6 always has one. */
  readonly priority: number;
  readonly gateway?: Gateway;
  readonly ifindex?: number;
}

export interface KernelRule {
  readonly family: Family;
  readonly from?: Prefix;
  readonly to?: Prefix;
  readonly priority: number;
  readonly table: number;
  readonly protocol: number;
  /** FR_ACT_* */
  readonly action: number;
  readonly iif?: string;
  readonly oif?: string;
}

export type RoutingEvent =
  | { readonly event: 'routeGone'; readonly route: KernelRoute }
  | { readonly event: 'ruleGone'; readonly rule: KernelRule }
  /** Notifications were lost: only held() can say what is still there. */
  | { readonly event: 'resync' };

export interface Routing {
  /** One batch, in order; the answers are in the order of the requests. */
  apply(ops: readonly RoutingOp[]): RoutingResult[];
  /** Everything the kernel holds now, for when notifications were lost; undefined when it cannot say. */
  held(): { readonly routes: readonly KernelRoute[]; readonly rules: readonly KernelRule[] } | undefined;
  /** The kernel is only asked for news once somebody wants them: a busy routing table has many. */
  subscribe(listener: (event: RoutingEvent) => void): void;
}
