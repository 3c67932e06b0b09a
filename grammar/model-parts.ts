/**
 * The finished form of what stands beside instances: routes, rules, trackers, BFD sessions, settings of
 * interfaces. Times are microseconds unless a name says otherwise, addresses bytes in network order.
 */
import type { Span } from '../src/diagnostics.ts';
import type { Family, Us } from '../src/units.ts';
import type { authHmacRows, HmacKey } from './keywords/auth-hmac.ts';
import type { bfdInstanceRows } from './keywords/bfd-instance.ts';
import type { Values } from './keywords/row.ts';
import type { garpGroupRows } from './keywords/static-blocks.ts';
import type { trackFileRows, trackProcessRows } from './keywords/trackers.ts';
import type { HeaderValue } from './keywords/webhook.ts';
import type { RouteDraft, RuleDraft } from './lines/route-draft.ts';
import type { InterfaceDelaysDraft, LinkbeatDraft } from './vrrp-drafts.ts';

export type BfdValues = Values<typeof bfdInstanceRows>;
export type TrackFileValues = Values<typeof trackFileRows>;
export type TrackProcessValues = Values<typeof trackProcessRows>;
export type HmacValues = Values<typeof authHmacRows>;
export type GarpGroupValues = Values<typeof garpGroupRows>;

/** A route as the kernel is to have it; `family` is known in the end. */
export type RouteModel = Readonly<Omit<RouteDraft, 'line' | 'family' | 'destinationWord'>> & {
  readonly family: Family;
  readonly span: Span;
};

export type RuleModel = Readonly<Omit<RuleDraft, 'line' | 'family' | 'action' | 'priority'>> & {
  readonly family: Family;
  readonly action: NonNullable<RuleDraft['action']>;
  readonly priority: number;
  readonly span: Span;
};

export interface TrackFileModel {
  readonly name: string;
  readonly span: Span;
  readonly values: TrackFileValues;
  readonly path: string;
  readonly weight: number;
  readonly reverse: boolean;
}

export interface TrackProcessModel {
  readonly name: string;
  readonly span: Span;
  readonly values: TrackProcessValues;
  /** The name, then the parameters that must fit. */
  readonly command: readonly string[];
  /** Undefined = the parameters are not looked at. */
  readonly match: 'exact' | 'initial' | 'partial' | undefined;
  readonly fullCommand: boolean;
  readonly weight: number;
  readonly reverse: boolean;
  readonly quorum: number;
  readonly quorumMax: number;
  readonly terminateDelayUs: number;
  readonly forkDelayUs: number;
}

export interface BfdModel {
  readonly name: string;
  readonly span: Span;
  readonly values: BfdValues;
  readonly neighbor: Uint8Array;
  readonly source?: Uint8Array;
  /** 255 for IPv4 and 64 for IPv6 unless given. */
  readonly ttl: number;
  /** For instances that track it without saying more. */
  readonly weight: number;
  readonly reverse: boolean;
  readonly tellsVrrp: boolean;
  readonly tellsChecker: boolean;
}

export interface TrackGroupModel {
  readonly name: string;
  readonly span: Span;
  /** Names of instances that exist. */
  readonly members: readonly string[];
}

export interface GarpGroupModel {
  readonly interfaces: readonly string[];
  readonly garpIntervalUs: number;
  readonly gnaIntervalUs: number;
}

export interface HmacModel {
  readonly keys: readonly HmacKey[];
  readonly activeKey: number;
  readonly timeWindowSeconds: number;
  readonly values: HmacValues;
}

export type LinkbeatModel = Readonly<LinkbeatDraft>;
export type InterfaceDelaysModel = Readonly<InterfaceDelaysDraft>;

/** Handed on unchanged to those who post. */
export interface WebhookModel {
  readonly name: string;
  readonly url: string;
  readonly secretHeader?: HeaderValue;
  readonly timeoutUs: Us;
  readonly retries: number;
  readonly caFile?: string;
}
