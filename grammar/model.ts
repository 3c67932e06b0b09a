/**
 * The finished configuration: what the checker's drafts become. Value names are keyword names, and their
 * types come from the keyword tables. Times are microseconds, addresses bytes in network order.
 */
import type { Span } from '../src/diagnostics.ts';
import type { Family, Us } from '../src/units.ts';
import type { authenticationRows } from './keywords/authentication.ts';
import type { globalRows } from './keywords/global-defs.ts';
import type { rootRows } from './keywords/root.ts';
import type { GivenValues, Values } from './keywords/row.ts';
import type { vrrpInstanceRows } from './keywords/vrrp-instance.ts';
import type { vrrpScriptRows } from './keywords/vrrp-script.ts';
import type { vrrpSyncGroupRows } from './keywords/vrrp-sync-group.ts';
import type { LvsModel } from './model-lvs.ts';
import type * as parts from './model-parts.ts';

export type RootValues = Values<typeof rootRows>;
export type GlobalValues = Values<typeof globalRows>;
export type ScriptValues = Values<typeof vrrpScriptRows>;
export type GroupValues = Values<typeof vrrpSyncGroupRows>;
export type AuthenticationValues = GivenValues<typeof authenticationRows>;
type PlainInstanceValues = Values<typeof vrrpInstanceRows>;

/** Keywords of an instance that always have a value in the end: inherited from globals or fixed by rules. */
type Resolved =
  | 'state'
  | 'interface'
  | 'virtual_router_id'
  | 'priority'
  | 'garp_master_delay'
  | 'garp_master_repeat'
  | 'garp_master_refresh'
  | 'garp_master_refresh_repeat'
  | 'garp_lower_prio_delay'
  | 'garp_lower_prio_repeat'
  | 'down_timer_adverts'
  | 'lower_prio_no_advert'
  | 'higher_prio_send_advert'
  | 'skip_check_adv_addr'
  | 'strict_mode'
  | 'v3_checksum_as_v2'
  | 'owner_ignore_adverts'
  | 'check_unicast_src'
  | 'smtp_alert'
  | 'notify_priority_changes'
  | 'preempt';

export type InstanceValues = Omit<PlainInstanceValues, Resolved> & {
  readonly [K in Resolved]: Exclude<PlainInstanceValues[K], undefined>;
};

/** A command with the account it runs as; argv[0] may need a PATH search. */
export interface Command {
  readonly argv: readonly string[];
  readonly uid: number;
  readonly gid: number;
}

export type NotifyEvent =
  | 'notify'
  | 'notify_master'
  | 'notify_backup'
  | 'notify_fault'
  | 'notify_stop'
  | 'notify_deleted'
  | 'notify_master_rx_lower_pri';

/** Same shape as `VirtualAddress` of the router's configuration, so that it can be handed on unchanged. */
export interface VipModel {
  readonly family: Family;
  readonly address: Uint8Array;
  readonly prefix: number;
  readonly dev?: string;
  readonly scope: number;
  readonly peer?: Uint8Array;
  readonly broadcast?: Uint8Array;
  readonly label?: string;
  readonly flags: number;
  /** Seconds; absent = forever. */
  readonly preferredLft?: number;
  readonly track: boolean;
  readonly useVmac: boolean;
  /** IFA_PROTO of the kernel; absent = keepalived's. */
  readonly protocol?: number;
  /** Static addresses only. */
  readonly trackGroup?: string;
  readonly span: Span;
}

export interface PeerModel {
  readonly address: Uint8Array;
  readonly minTtl: number;
  readonly maxTtl: number;
  readonly span: Span;
}

export interface TrackModel {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
  readonly span: Span;
}

export interface InstanceModel {
  readonly name: string;
  readonly span: Span;
  readonly family: Family;
  readonly version: 2 | 3;
  readonly values: InstanceValues;
  readonly vips: readonly VipModel[];
  readonly excludedVips: readonly VipModel[];
  /** Empty = multicast. */
  readonly unicastPeers: readonly PeerModel[];
  /** mcast_src_ip or unicast_src_ip, whichever came last. */
  readonly sourceAddress?: Uint8Array;
  /** 4 or 16 bytes: mcast_dst_ip, the global group, or 224.0.0.18 / ff02::12. */
  readonly multicastGroup: Uint8Array;
  /** `data` is the password without padding. */
  readonly auth?: { readonly type: 'PASS' | 'AH'; readonly data: Uint8Array };
  readonly trackInterfaces: readonly TrackModel[];
  readonly trackScripts: readonly TrackModel[];
  readonly trackFiles: readonly TrackModel[];
  readonly trackProcesses: readonly TrackModel[];
  readonly trackBfds: readonly TrackModel[];
  readonly routes: readonly parts.RouteModel[];
  readonly rules: readonly parts.RuleModel[];
  readonly authHmac?: parts.HmacModel;
  readonly notify: Readonly<Partial<Record<NotifyEvent, Command>>>;
  /** notify_deleted was given, with or without a command. */
  readonly reportsDeleted: boolean;
}

export interface ScriptModel extends Command {
  readonly name: string;
  readonly span: Span;
  readonly values: ScriptValues;
  readonly intervalUs: Us;
  readonly timeoutUs: Us;
  readonly weight: number;
  readonly reverse: boolean;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export interface GroupModel {
  readonly name: string;
  readonly span: Span;
  readonly values: GroupValues;
  /** Names of instances that exist, in order. */
  readonly members: readonly string[];
  readonly trackInterfaces: readonly TrackModel[];
  readonly trackScripts: readonly TrackModel[];
  readonly trackFiles: readonly TrackModel[];
  readonly trackProcesses: readonly TrackModel[];
  readonly trackBfds: readonly TrackModel[];
  readonly notify: Readonly<Partial<Record<NotifyEvent, Command>>>;
  /** Weighted trackers of members count. */
  readonly trackingWeight: boolean;
}

export interface GlobalModel {
  readonly values: GlobalValues;
  readonly notificationEmail: readonly string[];
  readonly startupScript?: Command;
  readonly shutdownScript?: Command;
  readonly notifyFifoScript?: Command;
  readonly vrrpNotifyFifoScript?: Command;
  readonly lvsNotifyFifoScript?: Command;
}

export interface Model {
  readonly root: RootValues;
  readonly globals: GlobalModel;
  readonly scripts: readonly ScriptModel[];
  readonly instances: readonly InstanceModel[];
  readonly groups: readonly GroupModel[];
  readonly webhooks: readonly parts.WebhookModel[];
  /** Virtual servers and what belongs to them; made at the first look. */
  readonly lvs: LvsModel;
  readonly staticAddresses: readonly VipModel[];
  readonly staticRoutes: readonly parts.RouteModel[];
  readonly staticRules: readonly parts.RuleModel[];
  readonly trackGroups: readonly parts.TrackGroupModel[];
  readonly trackFiles: readonly parts.TrackFileModel[];
  readonly trackProcesses: readonly parts.TrackProcessModel[];
  readonly bfds: readonly parts.BfdModel[];
  readonly garpGroups: readonly parts.GarpGroupModel[];
  readonly linkbeats: readonly parts.LinkbeatModel[];
  readonly interfaceDelays: readonly parts.InterfaceDelaysModel[];
}
