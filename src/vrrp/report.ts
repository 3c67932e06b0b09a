/** Everything there is to tell of a running VRRP process at one moment, for dumps. */
import type { KernelAddress, Link } from '../ports/kernel.ts';
import type { VrrpSocketSpec } from '../ports/net.ts';
import type { FileReport } from '../track/file-tracker.ts';
import type { Us } from '../units.ts';
import type { StaticConfig } from './config.ts';
import type { GroupStatus } from './group-keeper.ts';
import type { TrackedProcessConfig } from './process-match.ts';
import type { InstanceStatus } from './running.ts';
import type { TrackedScriptConfig } from './script-runner.ts';
import type { ScriptTrackerState } from './script-tracker.ts';

export interface SocketReport {
  readonly spec: VrrpSocketSpec;
  readonly fdIn: number;
  readonly fdOut: number;
  /** What its instances ask of the receive buffer together; 0 = nothing. */
  readonly receiveBuffer: number;
  /** Instances on it. */
  readonly users: readonly string[];
}

export interface ScriptReport {
  readonly config: TrackedScriptConfig;
  readonly state: ScriptTrackerState;
  readonly running: boolean;
}

export interface ProcessReport {
  readonly config: TrackedProcessConfig;
  readonly count: number;
  readonly quorum: boolean;
  /** A change that its delay still holds back, and which delay that is. */
  readonly waits: 'fork' | 'terminate' | undefined;
}

export interface TrackerReport {
  readonly scripts: readonly ScriptReport[];
  readonly files: readonly FileReport[];
  readonly processes: readonly ProcessReport[];
  readonly bfds: readonly { readonly name: string; readonly up: boolean }[];
}

export interface LinkReport {
  readonly link: Link;
  readonly addresses: readonly KernelAddress[];
  /** interface_up_down_delays. */
  readonly upDelayUs: Us;
  readonly downDelayUs: Us;
  /** A change of its state is being held back. */
  readonly delayed: boolean;
  /** Made by this process. */
  readonly ours: boolean;
  /** VMACs on it for whose sake it answers ARP requests in another way than before. */
  readonly arpResets: number;
}

/** What an instance does next of itself: its advert, or taking over. */
export type Deadlines = ReadonlyMap<string, Us>;

export interface VrrpReport {
  /** Monotonic and wall time of the report, to turn the one into the other. */
  readonly nowUs: Us;
  readonly wallUs: number;
  readonly instances: readonly InstanceStatus[];
  readonly deadlines: Deadlines;
  /** When each instance last sent an advert; absent = never. */
  readonly lastAdverts: Deadlines;
  readonly groups: readonly GroupStatus[];
  readonly sockets: readonly SocketReport[];
  readonly trackers: TrackerReport;
  readonly links: readonly LinkReport[];
  readonly statics: StaticConfig;
  readonly paces: readonly {
    readonly interfaces: readonly string[];
    readonly garpIntervalUs: Us;
    readonly gnaIntervalUs: Us;
    /** When the next one may leave; absent = at once. */
    readonly garpNextUs?: Us;
    readonly gnaNextUs?: Us;
  }[];
}
