/**
 * What the checker builds while it walks the tree: mutable records of scripts, instances and groups, and the
 * session they share. Rules repair drafts; model.ts turns them into the finished model.
 */
import type { DiagnosticClass } from '../src/diagnostics.ts';
import type { Family } from '../src/units.ts';
import type { Address } from './codecs/address.ts';
import type { Line } from './cst.ts';
import type { Facts } from './facts.ts';
import type { PassProcess } from './keywords/row.ts';
import { KnownAddresses } from './known-addresses.ts';
import type { RouteDraft, RuleDraft } from './lines/route-draft.ts';
import type { LvsDraft } from './lvs-drafts.ts';
import type { VrrpParts } from './vrrp-drafts.ts';

/** The block that is being read: its values by keyword, and where each was set. */
export interface Scope {
  readonly kind:
    | 'root'
    | 'globals'
    | 'script'
    | 'instance'
    | 'group'
    | 'authentication'
    | 'auth-hmac'
    | 'tracker'
    | 'bfd'
    | 'track-group'
    | 'garp-group'
    | 'other';
  /** The block's own name, such as the instance's; empty without one. */
  readonly name: string;
  readonly line: Line | undefined;
  readonly values: Record<string, unknown>;
  readonly places: Record<string, Line>;
  /** The rest of the block is not looked at. */
  muted?: boolean;
}

export interface ScriptCommand {
  /** The program as it is written, and once its file has been looked at, as it is started. */
  argv: readonly string[];
  readonly uid: number;
  readonly gid: number;
  readonly line: Line;
  /** The file is missing, or others could change it: never run. */
  disabled?: boolean;
}

/** A line of virtual_ipaddress or virtual_ipaddress_excluded. */
export interface VipDraft {
  readonly address: Address;
  readonly prefix: number;
  /** The address word as written, which upstream shows in messages. */
  readonly word: string;
  readonly line: Line;
  dev?: string;
  scope: number;
  broadcast?: Uint8Array;
  label?: string;
  peer?: Uint8Array;
  /** IFA_F_* bits. */
  flags: number;
  /** Seconds; absent = forever. */
  preferredLft?: number;
  track: boolean;
  useVmac: boolean;
  /** IFA_PROTO of the kernel; absent = keepalived's. */
  protocol?: number;
  trackGroup?: string;
}

export interface PeerDraft {
  readonly address: Address;
  readonly line: Line;
  minTtl: number;
  maxTtl: number;
}

export interface TrackDraft {
  readonly name: string;
  readonly line: Line;
  weight: number;
  reverse: boolean;
}

export interface ScriptDraft extends Scope {
  readonly kind: 'script';
  command: readonly string[] | undefined;
  user: { readonly uid: number; readonly gid: number } | undefined;
  /** A bad user: the script is dropped at the end of its block. */
  removed: boolean;
}

export interface InstanceDraft extends Scope {
  readonly kind: 'instance';
  /** Fixed by the first address seen; absent = IPv4 in the end. */
  family: Family | undefined;
  version: 2 | 3 | undefined;
  /** A unicast keyword was used, with or without peers. */
  unicast: boolean;
  readonly knownVips: KnownAddresses;
  readonly knownExcludedVips: KnownAddresses;
  readonly vips: VipDraft[];
  readonly excludedVips: VipDraft[];
  readonly peers: PeerDraft[];
  readonly trackInterfaces: TrackDraft[];
  readonly trackScripts: TrackDraft[];
  readonly trackFiles: TrackDraft[];
  readonly trackProcesses: TrackDraft[];
  readonly trackBfds: TrackDraft[];
  readonly routes: RouteDraft[];
  readonly rules: RuleDraft[];
  /** auth_type and auth_pass, by keyword; undefined without a block. */
  auth: Record<string, unknown> | undefined;
  /** auth_hmac; undefined without a block. */
  hmac: Record<string, unknown> | undefined;
  group: GroupDraft | undefined;
  /** Keywords of features that are parsed but not run yet. */
}

export interface GroupDraft extends Scope {
  readonly kind: 'group';
  /** Undefined until a `group` block was read. */
  members: string[] | undefined;
  instances: InstanceDraft[];
  readonly trackInterfaces: TrackDraft[];
  readonly trackScripts: TrackDraft[];
  readonly trackFiles: TrackDraft[];
  readonly trackProcesses: TrackDraft[];
  readonly trackBfds: TrackDraft[];
}

export interface ReportOptions {
  readonly code?: string;
  readonly class?: DiagnosticClass;
  /** False = upstream sends it only to the log. */
  readonly shown?: boolean;
  /** The daemon cannot run with this configuration: its VRRP process ends with status 2. */
  readonly fatal?: boolean;
}

/** What upstream tells the log alone. */
export const LOG_ONLY = { class: 'notice', shown: false } as const;

export interface Session {
  readonly facts: Facts;
  /** The process whose pass it is. */
  pass: PassProcess;
  readonly vrrp: VrrpParts;
  /** `line` absent = a check made after parsing. */
  report(text: string, line?: Line, options?: ReportOptions): void;
  /** The run ends here: nothing after a missing parameter is looked at. */
  stop(): void;
  /** Names of track_file, vrrp_track_process and bfd_instance blocks read so far, as `keyword name`. */
  readonly known: Set<string>;
  /** Instances, groups and scripts by name: files with ten thousand of them exist. */
  readonly instanceByName: Map<string, InstanceDraft>;
  readonly groupByName: Map<string, GroupDraft>;
  readonly scriptByName: Map<string, ScriptDraft>;
  readonly root: Scope;
  readonly globals: Scope;
  readonly scripts: ScriptDraft[];
  readonly instances: InstanceDraft[];
  readonly groups: GroupDraft[];
  /** An extension of alived. */
  readonly webhooks: Scope[];
  /** Virtual servers, their groups and the TLS parameters of checks. */
  readonly lvs: LvsDraft;
  /** Every notify, FIFO, start and stop command, for the checks on files and security. */
  readonly commands: { readonly command: ScriptCommand; readonly owner: 'startup' | 'vrrp' }[];
  /** Upstream says once for each process that the default script user is missing. */
  saidNoScriptUser: boolean;
  /** An interface that must exist does not: post-parse checks stop at once. */
  missingInterface: boolean;
}

export function newScope<K extends Scope['kind']>(
  kind: K,
  name: string,
  line?: Line,
): Scope & { readonly kind: K } {
  return { kind, name, line, values: {}, places: {} };
}

export const newScript = (name: string, line: Line): ScriptDraft => ({
  ...newScope('script', name, line),
  command: undefined,
  user: undefined,
  removed: false,
});

/** In one piece: an object that grows by property after property costs several times as much. */
export const newInstance = (name: string, line: Line): InstanceDraft => ({
  kind: 'instance',
  name,
  line,
  values: {},
  places: {},
  family: undefined,
  version: undefined,
  unicast: false,
  knownVips: new KnownAddresses(),
  knownExcludedVips: new KnownAddresses(),
  vips: [],
  excludedVips: [],
  peers: [],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
  routes: [],
  rules: [],
  auth: undefined,
  hmac: undefined,
  group: undefined,
});

export const newGroup = (name: string, line: Line): GroupDraft => ({
  ...newScope('group', name, line),
  members: undefined,
  instances: [],
  trackInterfaces: [],
  trackScripts: [],
  trackFiles: [],
  trackProcesses: [],
  trackBfds: [],
});
