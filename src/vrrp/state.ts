/** The state of one virtual router: plain data, replaced as a whole by each step. */
import type { Us } from '../units.ts';
import { us } from '../units.ts';
import type { AuthSequence } from '../wire/auth-trailer.ts';
import type { InstanceConfig } from './config.ts';
import type { Conditions, ReceivedAdvert, RouterEffect, StateName } from './events.ts';
import type { ReplayMark } from './replay.ts';
import { NO_STATS, type VrrpStats } from './stats.ts';

/** Delay before a lower-priority master is preempted: not needed yet, running, or over. */
export type PreemptDelay = 'idle' | 'running' | 'over';

/** Numbers that authentication has used up. */
export interface AuthState {
  /** AH: the highest one, sent or heard. */
  readonly ahSequence: number;
  /** AH: the last IP identification. */
  readonly ipId: number;
  /** auth_hmac: of our last advert. */
  readonly sent?: AuthSequence;
  /** auth_hmac: of the senders heard. */
  readonly marks: readonly ReplayMark[];
}

export const NO_AUTH: AuthState = { ahSequence: 0, ipId: 0, marks: [] };

export interface RouterState {
  readonly name: StateName;
  readonly started: boolean;
  readonly conditions: Conditions;
  readonly effectivePriority: number;
  /** RFC 9568 Master_Adver_Interval; our own interval while nobody was heard, and always in v2. */
  readonly masterAdvertIntervalUs: Us;
  /** Last accepted advert of the current master; absent while MASTER or before the first one. */
  readonly master?: ReceivedAdvert;
  /** First deadline of the running send rule: the grid of later ones follows from it. */
  readonly advertBaseUs: Us;
  readonly preemptDelay: PreemptDelay;
  /** A delayed start: no master-down timer ends earlier. */
  readonly notBeforeUs: Us;
  /** A BACKUP whose timer ran out while its sync group was not ready; ends when it accepts a master. */
  readonly wantsMaster: boolean;
  /** An address owner that met another one with a higher address goes on with 254. */
  readonly demoted: boolean;
  /** A peer was heard that uses the checksum of keepalived before 1.3.7. */
  readonly oldChecksumHeard: boolean;
  /** Receive notes already logged since the last good advert or state change. */
  readonly reported: ReadonlySet<string>;
  readonly auth: AuthState;
  readonly stats: VrrpStats;
  readonly lastTransitionUs: Us;
}

/** What `step` returns. */
export interface Step {
  readonly state: RouterState;
  readonly effects: readonly RouterEffect[];
}

export const NO_CONDITIONS: Conditions = { faults: [], waiting: false, priorityDelta: 0 };

export function initialState(config: InstanceConfig): RouterState {
  return {
    name: 'INIT',
    started: false,
    conditions: NO_CONDITIONS,
    effectivePriority: config.basePriority,
    masterAdvertIntervalUs: config.advertIntervalUs,
    advertBaseUs: us(0),
    preemptDelay: 'idle',
    notBeforeUs: us(0),
    wantsMaster: false,
    demoted: false,
    oldChecksumHeard: false,
    reported: new Set(),
    auth: NO_AUTH,
    stats: NO_STATS,
    lastTransitionUs: us(0),
  };
}

/** The address owner keeps 255 whatever the trackers say; everybody else stays within 1..254. */
export function effectivePriority(config: InstanceConfig, priorityDelta: number, demoted: boolean): number {
  if (config.basePriority === 255) return demoted ? 254 : 255;
  return Math.min(254, Math.max(1, config.basePriority + priorityDelta));
}
