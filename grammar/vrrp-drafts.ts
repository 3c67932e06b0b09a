/** Drafts of the blocks beside instances: trackers, static entries, BFD sessions and interface settings. */
import type { Scope, VipDraft } from './drafts.ts';
import type { PassProcess } from './keywords/row.ts';
import type { RouteDraft, RuleDraft } from './lines/route-draft.ts';

/** A file or process whose state can be tracked, or a BFD session as the VRRP process sees it. */
export interface TrackerDraft extends Scope {
  readonly kind: 'tracker';
}

export interface BfdDraft extends Scope {
  readonly kind: 'bfd';
}

export interface TrackGroupDraft extends Scope {
  readonly kind: 'track-group';
  members: string[] | undefined;
}

export interface GarpGroupDraft extends Scope {
  readonly kind: 'garp-group';
  readonly interfaces: string[];
  /** Words of an `interfaces` block that is being read. */
  readonly listed: string[];
}

export interface LinkbeatDraft {
  readonly interface: string;
  readonly method: 'MII' | 'ETHTOOL' | 'IOCTL' | undefined;
}

export interface InterfaceDelaysDraft {
  readonly interface: string;
  readonly downUs: number;
  readonly upUs: number;
}

export interface VrrpParts {
  /** Read in the checker and the VRRP pass; those of the current one. */
  readonly trackFiles: Map<string, TrackerDraft>;
  readonly trackProcesses: Map<string, TrackerDraft>;
  /** Sessions that tell the VRRP process, in the VRRP pass. */
  readonly bfds: Map<string, BfdDraft>;
  /** Sessions that the BFD process runs. */
  readonly bfdSessions: Map<string, BfdDraft>;
  /** Source addresses by neighbour address; an empty one for sessions without. */
  readonly bfdPairs: Map<string, Set<string>>;
  readonly trackGroups: Map<string, TrackGroupDraft>;
  readonly garpGroups: GarpGroupDraft[];
  /** Interfaces that a garp_group has. */
  readonly pacedInterfaces: Set<string>;
  readonly linkbeats: LinkbeatDraft[];
  readonly delays: InterfaceDelaysDraft[];
  readonly addresses: VipDraft[];
  readonly routes: RouteDraft[];
  readonly rules: RuleDraft[];
  /** What the next rule without a preference gets, by family. */
  readonly rulePreferences: { 4?: number; 6?: number };
  /** Names of VMAC and ipvlan interfaces, with the instance that has them. */
  readonly vmacNames: Map<string, string>;
}

export const newVrrpParts = (): VrrpParts => ({
  trackFiles: new Map(),
  trackProcesses: new Map(),
  bfds: new Map(),
  bfdSessions: new Map(),
  bfdPairs: new Map(),
  trackGroups: new Map(),
  garpGroups: [],
  pacedInterfaces: new Set(),
  linkbeats: [],
  delays: [],
  addresses: [],
  routes: [],
  rules: [],
  rulePreferences: {},
  vmacNames: new Map(),
});

/** Before each pass: what the pass before has read under names does not count. The BFD pass reads none. */
export function startPass(parts: VrrpParts, pass: PassProcess): void {
  if (pass === 'bfd') return;
  parts.trackFiles.clear();
  parts.bfds.clear();
}
