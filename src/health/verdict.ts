/**
 * The verdict of one checker: after how many failures a real server is down, and when the next probe is due.
 * In: the outcome of a probe. Out: the new state, the delay until the next one, what there is to say. The
 * first probe of a daemon has no retries (seen with 2.2.7: one failure and the server is out).
 */
import type { Us } from '../units.ts';

export interface VerdictTiming {
  readonly delayLoopUs: Us;
  readonly retry: number;
  readonly delayBeforeRetryUs: Us;
  /** First probes are spread over this time. */
  readonly warmupUs: Us;
  readonly logAllFailures: boolean;
}

export interface VerdictState {
  readonly up: boolean;
  /** There has been a verdict. */
  readonly ran: boolean;
  /** How often it may and has been tried again before it counts as down. */
  readonly retriesLeft: number;
  readonly retried: number;
}

export interface Judgement {
  readonly state: VerdictState;
  /** From the end of this probe. */
  readonly nextUs: Us;
  /** A change of the verdict, or the first one. */
  readonly verdict?: 'up' | 'down';
  /** Before it counted as down. */
  readonly retried: number;
  /** This failure has a line of its own. */
  readonly tellFailure: boolean;
}

/** `fresh`: the daemon starts, and there is no earlier life to which a failure could be an exception. */
export function initialVerdict({ retry }: VerdictTiming, up: boolean, fresh: boolean): VerdictState {
  return { up, ran: false, retriesLeft: fresh ? 0 : retry, retried: 0 };
}

export function judge(timing: VerdictTiming, state: VerdictState, succeeded: boolean): Judgement {
  const { delayLoopUs, retry, delayBeforeRetryUs, logAllFailures } = timing;
  const { up, ran, retriesLeft, retried } = state;
  // What happens nearly always costs no new state.
  if (ran && up && succeeded && retriesLeft === retry && retried === 0) {
    return { state, nextUs: delayLoopUs, retried: 0, tellFailure: false };
  }
  const settled = { ran: true, retriesLeft: retry, retried: 0 };
  const tellFailure = !succeeded && logAllFailures && (up || !ran);
  const common = { nextUs: delayLoopUs, retried: 0, tellFailure };
  // Nothing new.
  if (ran && up === succeeded) return { ...common, state: { ...settled, up } };
  if (succeeded) {
    return { ...common, state: { ...settled, up: true }, verdict: 'up' };
  }
  if (retriesLeft > 0) {
    const tried = { ...state, retriesLeft: retriesLeft - 1, retried: retried + 1 };
    return { ...common, state: tried, nextUs: delayBeforeRetryUs };
  }
  return { ...common, state: { ...settled, up: false }, verdict: 'down', retried };
}

const FIRST_US = 1_000_000;

/**
 * When the first probe is due after the start. Each of `count` checkers has a slice of the warm-up of its own
 * and a random place in that, so that probes are spread evenly however many there are.
 */
export function firstDelayUs(warmupUs: Us, index: number, count: number, chance: number): Us {
  return Math.round(FIRST_US + (warmupUs * (index + chance)) / Math.max(1, count)) as Us;
}
