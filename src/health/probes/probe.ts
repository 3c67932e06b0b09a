/**
 * A probe asks a real server once; the checker around it repeats, counts tries and reaches the verdict, so a
 * kind of check knows neither intervals nor retries. Each kind has its file here: its configuration, its
 * probe, and what the log says of it.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Connector } from '../../ports/connect.ts';
import type { VerdictTiming } from '../verdict.ts';

/** What probes may ask of the world. */
export interface ProbePorts {
  readonly clock: Clock;
  readonly connector: Connector;
}

/** What all kinds of repeated checks have in common. */
export interface CheckCommon {
  readonly timing: VerdictTiming;
  /** It has to succeed once before the real server counts as up. */
  readonly alpha: boolean;
}

/** A log text by its id with its arguments. */
export type LogLine = readonly [id: string, ...args: (string | number)[]];

export interface ProbeOutcome {
  readonly succeeded: boolean;
  /** Said when the server comes up, or of a failed try if those are told. */
  readonly line?: LogLine;
  /** Why nothing could be asked; said when the server goes down for it. */
  readonly reason?: LogLine;
}

export interface Probe {
  /** `done` will not be called. */
  cancel(): void;
}

/** What a probe needs to know of the check that it belongs to. */
export interface ProbeSubject<Config> {
  readonly config: Config;
  /** Unique among all checks: a prefix for timers of its own. */
  readonly id: string;
  /** Name of the real server as in messages. */
  readonly server: string;
}

/** `done` is called once, never before this returns. */
export type StartProbe<Config> = (
  ports: ProbePorts,
  subject: ProbeSubject<Config>,
  done: (outcome: ProbeOutcome) => void,
) => Probe;

/** A kind of check that is repeated and retried. */
export interface ProbeKind<Config> {
  /** What makes two checks of one real server the same over a reload: what is asked, not how often. */
  readonly identity: (config: Config) => string;
  readonly start: StartProbe<Config>;
}
