/**
 * A probe asks a real server once; the checker around it repeats, counts tries and reaches the verdict, so a
 * kind of check knows neither intervals nor retries. Each kind has its file here: its configuration, its
 * probe, and what the log says of it.
 */
import type { Chance } from '../../ports/chance.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connector } from '../../ports/connect.ts';
import type { Datagrams } from '../../ports/datagrams.ts';
import type { BeginMd5 } from '../../ports/md5.ts';
import type { Patterns } from '../../ports/patterns.ts';
import type { Scripts } from '../../ports/scripts.ts';
import type { Streams } from '../../ports/stream.ts';
import type { VerdictRules, VerdictTiming } from '../verdict.ts';

/** What probes may ask of the world. */
export interface ProbePorts {
  readonly clock: Clock;
  readonly connector: Connector;
  readonly streams: Streams;
  readonly datagrams: Datagrams;
  readonly scripts: Scripts;
  readonly md5: BeginMd5;
  readonly patterns: Patterns;
  readonly chance: Chance;
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
  /** Nothing could be asked, for these reasons: there is no verdict, and the check comes back later. */
  readonly undecided?: readonly LogLine[];
  /** Said when the server comes up. */
  readonly up?: LogLine;
  /** Said of a success on the way up. */
  readonly passed?: LogLine;
  /** Said of a failed try if those are told; how often it was and may be tried again follows its words. */
  readonly tried?: LogLine;
  /** Said when the server goes down; the same two numbers follow. */
  readonly down?: LogLine;
  /** That line is only for a server that was up, not for one that still waits to come up. */
  readonly onlyIfUp?: 'tried' | 'down';
  /** Why nothing could be asked; said when the server goes down for it. */
  readonly reason?: LogLine;
  /** Said in any case. */
  readonly always?: LogLine;
  /** The last try has no line beside the one that the server is down. */
  readonly saysOnce?: boolean;
  /** What a mail about the change says. */
  readonly mail?: string;
  /** The first success is told by mail as well. */
  readonly mailsFirst?: boolean;
  /** Exit status of a program, for dumps. */
  readonly status?: number;
  /** What the check adds to the weight of its real server. */
  readonly weight?: number;
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
  /** Names of the real server and of its virtual server as in messages. */
  readonly server: string;
  readonly virtual: string;
  /** Configured weight of the real server. */
  readonly weight: number;
  /** Which page is asked for, from 0 on. */
  readonly page: number;
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
  readonly rules?: (config: Config) => VerdictRules;
  /** The delay of the loop runs from the beginning of a probe; one before a retry may only shorten it. */
  readonly fromStart?: boolean;
  readonly start: StartProbe<Config>;
}
