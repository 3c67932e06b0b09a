/** What the parts of the VRRP host share: the ports, what a configuration asks, and an instance that runs. */
import type { Digests } from '../ports/digests.ts';
import type { Firewall } from '../ports/firewall.ts';
import type { Ipvs } from '../ports/ipvs.ts';
import type { Kernel } from '../ports/kernel.ts';
import type { Net, NetError } from '../ports/net.ts';
import type { Routing } from '../ports/routing.ts';
import type { RuleProcess } from '../ports/rule-process.ts';
import type { Sysctl } from '../ports/sysctl.ts';
import type { Us } from '../units.ts';
import type { PaceGroup } from './announcer.ts';
import type { InstanceConfig, StaticConfig } from './config.ts';
import type { InterfaceDelays } from './delayed-kernel.ts';
import type { NotifyState, StateName } from './events.ts';
import type { FirewallSetup } from './firewall-tables.ts';
import type { LinkPrefixes } from './own-link-plan.ts';
import type { RouterState } from './state.ts';
import type { VrrpStats } from './stats.ts';
import type { SyncDaemonConfig } from './sync-daemon.ts';
import type { SyncGroupConfig } from './sync-group.ts';
import type { TrackerPorts, TrackerSetup } from './trackers.ts';

export interface VrrpPorts extends TrackerPorts {
  readonly net: Net;
  readonly kernel: Kernel;
  readonly routing: Routing;
  readonly digests: Digests;
  readonly firewall: Firewall;
  readonly sysctl: Sysctl;
  readonly ipvs: Ipvs;
  /** Absent = this process sends every advert itself. */
  readonly rules?: RuleProcess;
}

/** What a configuration file asks of the VRRP process. */
export interface VrrpSetup extends TrackerSetup {
  /** vmac_prefix and vmac_addr_prefix; absent = `vrrp`. */
  readonly linkPrefixes?: LinkPrefixes;
  /** interface_up_down_delays; absent = none. */
  readonly interfaceDelays?: readonly InterfaceDelays[];
  readonly instances: readonly InstanceConfig[];
  readonly groups: readonly SyncGroupConfig[];
  readonly statics: StaticConfig;
  /** nftables, or what an instance with no_accept or a virtual MAC needs; absent = no packet filters. */
  readonly firewall?: FirewallSetup;
  /** lvs_sync_daemon with an instance; absent = none. */
  readonly syncDaemon?: SyncDaemonConfig;
  readonly garpIntervalUs: Us;
  readonly gnaIntervalUs: Us;
  /** garp_group; absent = none. */
  readonly garpGroups?: readonly PaceGroup[];
  /** disable_local_igmp */
  readonly disableLocalIgmp?: boolean;
  /** -a: every address that comes and goes is told of. */
  readonly reportsAddresses?: boolean;
  /** vrrp_startup_delay; 0 = none. */
  readonly startupDelayUs: Us;
}

/** Writes a line of the log: an id of out/messages.ts and what its text needs. */
export type Log = (id: string, args: readonly (string | number)[]) => void;

export interface VrrpOutputs {
  log(id: string, args: readonly (string | number)[]): void;
  notify(instance: string, state: NotifyState, priority: number): void;
  notifyLowerPriority(instance: string, priority: number): void;
  notifyGroup(group: string, state: NotifyState): void;
  state(instance: string, from: StateName, to: StateName): void;
  priority(instance: string, from: number, to: number): void;
  /** IPv6 forwarding of an interface, which the Kernel port does not carry. */
  forwardsIpv6(ifname: string): boolean;
}

export interface InstanceStatus {
  readonly config: InstanceConfig;
  readonly state: RouterState;
  /** Including what the engine counted by itself. */
  readonly stats: VrrpStats;
}

export interface StartOptions {
  /** Instances that a predecessor of this process ran as MASTER. */
  readonly adopt?: ReadonlySet<string>;
  /** Called when every instance knows whether it can run, before any of them acts. */
  readonly judged?: () => void;
}

/** One virtual router of this process. */
export interface Running {
  config: InstanceConfig;
  state: RouterState;
  /** Why it has no socket, while it should have one. */
  socketError: NetError | undefined;
}

/** The virtual routers of this process by name, in the order of the configuration. */
export type Instances = ReadonlyMap<string, Running>;
