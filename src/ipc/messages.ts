/**
 * What parent and children say to each other. Plain data: it crosses a process boundary or an in-memory one.
 */

import type { BfdSessionConfig } from '../bfd/bfd.ts';
import type { ChildName } from '../diagnostics.ts';
import type { CheckedVirtualServer, HealthConfig } from '../health/config.ts';
import type { DbusSetup } from '../ports/dbus.ts';
import type { MailSetup } from '../ports/mail.ts';
import type { BufferSize } from '../ports/net.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import type { SnmpSetup } from '../ports/snmp.ts';
import type { WebhookSetup } from '../ports/webhook.ts';
import type { Us } from '../units.ts';
import type { PaceGroup } from '../vrrp/announcer.ts';
import type { InstanceConfig, StaticConfig } from '../vrrp/config.ts';
import type { InterfaceDelays } from '../vrrp/delayed-kernel.ts';
import type { StateName } from '../vrrp/events.ts';
import type { FirewallSetup } from '../vrrp/firewall-tables.ts';
import type { LinkPrefixes } from '../vrrp/own-link-plan.ts';
import type { PolledLink } from '../vrrp/polled-kernel.ts';
import type { SyncDaemonConfig } from '../vrrp/sync-daemon.ts';
import type { SyncGroupConfig } from '../vrrp/sync-group.ts';
import type { TrackerSetup } from '../vrrp/trackers.ts';
import type { DumpFacts } from './dump-facts.ts';
import type { Sent } from './same-parts.ts';

/** What checks over TLS present and trust. */
export interface TlsFiles {
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly password?: string;
}

/** Scripts of one instance by the keyword that configures them. */
export interface NotifyScripts {
  readonly notify?: ScriptSpec;
  readonly notify_master?: ScriptSpec;
  readonly notify_backup?: ScriptSpec;
  readonly notify_fault?: ScriptSpec;
  readonly notify_stop?: ScriptSpec;
  readonly notify_deleted?: ScriptSpec;
  readonly notify_master_rx_lower_pri?: ScriptSpec;
  /** notify_serialize: one after another, each with this limit. */
  readonly serializeUs?: Us;
  /** notify_deleted was given: a removed instance reports DELETED instead of FAULT. */
  readonly reportsDeleted: boolean;
}

/** A pipe that state changes are written to, and the command that reads it. */
export interface FifoSetup {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly script?: ScriptSpec;
}

/** Where changes are told of. */
export interface OutletSetup {
  readonly fifos: readonly FifoSetup[];
  readonly webhooks: readonly WebhookSetup[];
  /** Who tells: names of this machine. */
  readonly speaker: { readonly host: string; readonly routerId: string };
}

/** Scheduling of the process, as vrrp_priority and its relatives ask. */
export interface ProcessSettings {
  readonly name: string | undefined;
  readonly nice: number | undefined;
  readonly realtimePriority: number | undefined;
  readonly rlimitRttimeUs: number | undefined;
  readonly cpus: readonly number[];
  /** Memory is to be locked, which this run time cannot. */
  readonly noSwap: boolean;
  readonly umask: number | undefined;
}

/** Receive buffers of the netlink sockets; absent = as large as they usually are. */
export interface NetlinkBuffers {
  readonly command?: BufferSize;
  readonly monitor?: BufferSize;
}

/** Everything the VRRP child runs from. */
export interface VrrpChildConfig extends TrackerSetup {
  readonly linkPrefixes: LinkPrefixes;
  readonly interfaceDelays: readonly InterfaceDelays[];
  /** Interfaces whose link is asked for, and those named for it that nobody looks at. */
  readonly linkbeats: { readonly polled: readonly PolledLink[]; readonly unused: readonly string[] };
  readonly instances: readonly InstanceConfig[];
  readonly groups: readonly SyncGroupConfig[];
  readonly statics: StaticConfig;
  readonly firewall?: FirewallSetup;
  /** An instance needs a firewall that the configuration does not name. */
  readonly firewallAssumed: boolean;
  readonly syncDaemon?: SyncDaemonConfig;
  readonly notify: Readonly<Record<string, NotifyScripts>>;
  /** Scripts of sync groups. */
  readonly groupNotify: Readonly<Record<string, NotifyScripts>>;
  readonly garpIntervalUs: Us;
  readonly gnaIntervalUs: Us;
  readonly garpGroups: readonly PaceGroup[];
  readonly disableLocalIgmp: boolean;
  readonly startupDelayUs: Us;
  readonly netlinkBuffers: NetlinkBuffers;
  readonly logUnknownVrids: boolean;
  readonly process: ProcessSettings;
  readonly outlets: OutletSetup;
  /** fifo_write_vrrp_states_on_reload */
  readonly writesStatesOnReload: boolean;
  /** Absent = there is nobody to write to. */
  readonly mail?: MailSetup;
  readonly dump: DumpFacts;
  /** Absent = nobody asks for SNMP. */
  readonly snmp?: SnmpSetup;
  /** enable_dbus; absent = no D-Bus. */
  readonly dbus?: DbusSetup;
  /** False: what it has put into the kernel stays there when it stops. */
  readonly releases?: boolean;
  /** -a: every address that comes and goes is told of. */
  readonly reportsAddresses?: boolean;
}

/** Everything the BFD child runs from. */
export interface BfdChildConfig {
  readonly sessions: readonly BfdSessionConfig[];
  readonly dump: Pick<DumpFacts, 'globals' | 'naming'>;
  readonly process: ProcessSettings;
}

/** Everything the checker child runs from. */
/** What the data file of the checker process says of the configuration beside that of its servers. */
export interface CheckerDump extends Pick<DumpFacts, 'globals' | 'naming'> {
  readonly groups: readonly {
    readonly name: string;
    readonly services: readonly { readonly kind: 4 | 6 | 'mark'; readonly text: string }[];
  }[];
  /** Weights of track_files by their names. */
  readonly files: Readonly<Record<string, { readonly weight: number; readonly reverse: boolean }>>;
}

export interface CheckerChildConfig extends HealthConfig {
  readonly dump: CheckerDump;
  readonly outlets: OutletSetup;
  /** Absent = there is nobody to write to. */
  readonly mail?: MailSetup;
  /** Absent = nobody asks for SNMP. */
  readonly snmp?: SnmpSetup;
  /** no_checker_emails: only what brings a server in or takes it out. */
  readonly quietCheckers: boolean;
  /** Files of the SSL block. */
  readonly tls: TlsFiles;
  readonly process: ProcessSettings;
  /** False with -I: the kernel's table outlives the daemon. */
  readonly releaseIpvs: boolean;
}

/** How the child logs and which pid file it writes: fixed for its life. */
export interface ChildEnvironment {
  readonly console: boolean;
  readonly json: boolean;
  readonly detail: boolean;
  readonly syslog: boolean;
  readonly facility: number;
  readonly ident: string;
  readonly pidFile: string;
  /** What its data file would say goes to the log when it starts. */
  readonly dumpsConfig: boolean;
  /** Path of the network namespace whose IPVS is meant (net_namespace_ipvs); absent = where the child is. */
  readonly ipvsNamespace?: string | undefined;
  /** Inherited sockets to other processes of the daemon, by who is at the other end. */
  readonly eventSockets: Readonly<Partial<Record<SocketPeer, number>>>;
}

/** The children of a daemon. */
export type { ChildName };

/** Whom a child may have a socket to. */
export type SocketPeer = ChildName | 'engine';

export type ToChild<Config> =
  | {
      readonly type: 'start';
      readonly environment: ChildEnvironment;
      readonly config: Config;
      /** What the configuration said of itself; the child logs it, under its own name as upstream's does. */
      readonly diagnostics: readonly string[];
      /** The configuration cannot run: the child says why and ends with status CONFIG. */
      readonly fatal: boolean;
      /** Instances that the child before this one ran as MASTER. */
      readonly adopt: readonly string[];
    }
  | {
      readonly type: 'reload';
      readonly config: Config;
      /** In the place of those in `config`, where a child of virtual servers has them already. */
      readonly virtualServers?: readonly Sent<CheckedVirtualServer>[];
      readonly diagnostics: readonly string[];
    }
  /** Write keepalived.stats; `clear` zeroes the counters afterwards. */
  | { readonly type: 'stats'; readonly clear: boolean }
  /** Write the data file, or the JSON one. */
  | { readonly type: 'dump'; readonly as: 'data' | 'json' }
  /** Log what the process waits for. */
  | { readonly type: 'threads' }
  | { readonly type: 'stop' };

export type ToParent =
  /** The child listens; the parent answers with `start`. */
  | { readonly type: 'hello' }
  | { readonly type: 'started' }
  | { readonly type: 'reloaded' }
  /** Somebody has asked the child for a reload of the daemon. */
  | { readonly type: 'reload wanted' }
  /** What has to be undone takes this long at most. */
  | { readonly type: 'stopping'; readonly needsMs: number }
  | { readonly type: 'state'; readonly instance: string; readonly state: StateName };
