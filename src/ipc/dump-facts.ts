/**
 * What dumps tell of a configuration and the VRRP process needs for nothing else: as it was written, before
 * groups and defaults were worked into the instances.
 */
import type { Us } from '../units.ts';
import type { Tracked } from '../vrrp/config.ts';

export interface TrackedLists {
  readonly interfaces: readonly Tracked[];
  readonly scripts: readonly Tracked[];
  readonly files: readonly Tracked[];
  readonly processes: readonly Tracked[];
  readonly bfds: readonly Tracked[];
}

export interface InstanceFacts {
  readonly tracked: TrackedLists;
  readonly smtpAlert: boolean;
  readonly notifyPriorityChanges: boolean;
  /** 0 = none. */
  readonly debug: number;
  /** `kernel_rx_buf_size` in bytes. */
  readonly receiveBuffer?: number;
  /** A keyword of unicast was given, but no peer. */
  readonly unicastWithoutPeers: boolean;
  readonly faultWithoutPeers: boolean;
  readonly unicastTtl: number;
  /** It asks for `linkbeat_use_polling` itself. */
  readonly polledLink?: true;
}

export interface GroupFacts {
  readonly tracked: TrackedLists;
  readonly smtpAlert: boolean;
  readonly trackingWeight: boolean;
}

/** What a tracked object brings along for those that do not say otherwise. */
export interface WeightFacts {
  readonly weight: number;
  readonly reverse: boolean;
}

export interface ScriptFacts extends WeightFacts {
  /** 0 = none. */
  readonly timeoutUs: Us;
}

/** What the data files are called. */
export interface DumpNaming {
  /** state_dump_file */
  readonly file?: string;
  /** Network namespace and instance, with data_use_instance. */
  readonly label?: string;
}

type ByName<T> = Readonly<Record<string, T>>;

export interface DumpFacts {
  /** The section of global definitions, which only depends on the configuration. */
  readonly globals: readonly string[];
  readonly naming: DumpNaming;
  readonly jsonVersion: 1 | 2;
  readonly instances: ByName<InstanceFacts>;
  readonly groups: ByName<GroupFacts>;
  readonly scripts: ByName<ScriptFacts>;
  readonly files: ByName<WeightFacts>;
  readonly processes: ByName<WeightFacts>;
  readonly bfds: ByName<WeightFacts>;
  readonly trackGroups: readonly { readonly name: string; readonly members: readonly string[] }[];
}
