/** Routes and rules while they are read: only what the line says. Numbers are as the kernel takes them. */
import type { Family } from '../../src/units.ts';
import type { Address } from '../codecs/address.ts';
import type { Line } from '../cst.ts';

export type Encapsulation =
  | {
      readonly kind: 'ip' | 'ip6';
      id?: bigint;
      destination?: Uint8Array;
      source?: Uint8Array;
      tos?: number;
      hopLimit?: number;
      flags?: number;
    }
  | { readonly kind: 'mpls'; readonly labels: readonly number[] }
  | { readonly kind: 'ila'; readonly locator: bigint };

export interface NextHop {
  via?: Address;
  dev?: string;
  /** 1 to 256. */
  weight?: number;
  onlink?: true;
  realms?: number;
  encapsulation?: Encapsulation;
}

/** RTAX_* metrics by the keyword that sets them. */
export interface RouteMetric {
  readonly value: number | string;
  /** The kernel must not change it. */
  readonly lock: boolean;
}

export interface RouteDraft {
  readonly line: Line;
  family: Family | undefined;
  /** RTN_* */
  type: number;
  destination?: { readonly address: Address | undefined; readonly prefix: number };
  /** As written, for messages. */
  destinationWord: string;
  source?: Address;
  /** The second one is the old `or`. */
  via?: Address;
  or?: Address;
  from?: { readonly address: Address; readonly prefix: number };
  tos?: number;
  table?: number;
  /** RTPROT_* */
  protocol?: number;
  scope?: number;
  priority?: number;
  dev?: string;
  vrf?: string;
  onlink?: true;
  encapsulation?: Encapsulation;
  /** Seconds. */
  expires?: number;
  /** RFC 4191: 0 medium, 1 high, 3 low. */
  preference?: number;
  ttlPropagate?: boolean;
  realms?: number;
  insertion: 'prepend' | 'append' | 'add';
  readonly metrics: Map<string, RouteMetric>;
  readonly nextHops: NextHop[];
  track: boolean;
  trackGroup?: string;
}

export interface RuleDraft {
  readonly line: Line;
  family: Family | undefined;
  from?: { readonly address: Address; readonly prefix: number };
  to?: { readonly address: Address; readonly prefix: number };
  action?: 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit' | 'l3mdev';
  table?: number;
  target?: number;
  not?: true;
  priority?: number;
  tos?: number;
  mark?: { readonly mark: number; readonly mask: number };
  realms?: number;
  suppressPrefixLength?: number;
  suppressGroup?: number;
  iif?: string;
  oif?: string;
  tunnelId?: bigint;
  uidRange?: readonly [number, number];
  /** RTPROT_* */
  protocol?: number;
  ipProtocol?: number;
  sourcePorts?: readonly [number, number];
  destinationPorts?: readonly [number, number];
  track: boolean;
  trackGroup?: string;
}

/** Routes of static_routes may belong to a track group, those of an instance may not. */
export type RouteOwner = 'static' | 'virtual';

/** RTPROT_KEEPALIVED: what marks routes and rules as ours, and so what can be tracked. */
export const PROTOCOL_KEEPALIVED = 18;
