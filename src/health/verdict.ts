/**
 * The verdict of one checker: after how many failures a real server is down, what it takes to come up, and
 * when the next probe is due. In: the outcome of a probe. Out: the new state, the delay until the next one,
 * what there is to say. Seen with 2.2.7: most checks have no retries before their first verdict (one failure
 * and the server is out); a check of several pages asks for one page at a time, and a server that comes up
 * has to pass a whole course through all of them.
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

/** How a kind of check goes about it. */
export interface VerdictRules {
  /** It is tried again as well before the first verdict and while the server is down. */
  readonly alwaysRetries?: boolean;
  /** Coming up takes a course through this many pages, with `fast` without a pause between them. */
  readonly course?: { readonly pages: number; readonly fast: boolean };
}

export interface VerdictState {
  readonly up: boolean;
  /** There has been a verdict. */
  readonly ran: boolean;
  /** How often it may and has been tried again before it counts as down. */
  readonly retriesLeft: number;
  readonly retried: number;
  /** The page to ask for. */
  readonly page: number;
  /** A course is under way whose end is the verdict up. */
  readonly course: boolean;
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
  /** A server that is down has passed a page. */
  readonly passed?: boolean;
}

/** `fresh`: the daemon starts, and there is no earlier life to which a failure could be an exception. */
export function initialVerdict(
  { retry }: VerdictTiming,
  up: boolean,
  fresh: boolean,
  { alwaysRetries }: VerdictRules = {},
): VerdictState {
  const retriesLeft = fresh && alwaysRetries !== true ? 0 : retry;
  return { up, ran: false, retriesLeft, retried: 0, page: 0, course: true };
}

export function judge(
  timing: VerdictTiming,
  state: VerdictState,
  succeeded: boolean,
  rules: VerdictRules = {},
): Judgement {
  return succeeded ? afterSuccess(timing, state, rules) : afterFailure(timing, state, rules);
}

const ONE_PAGE = { pages: 1, fast: false };

function afterSuccess(timing: VerdictTiming, state: VerdictState, rules: VerdictRules): Judgement {
  const { delayLoopUs, retry } = timing;
  const { up, ran, retriesLeft, retried, page, course } = state;
  const { pages, fast } = rules.course ?? ONE_PAGE;
  const common = { nextUs: delayLoopUs, retried: 0, tellFailure: false };
  const following = page + 1 < pages ? page + 1 : 0;
  const settled = { up, ran: true, retriesLeft: retry, retried: 0, page: following, course };
  if (up && !course) {
    // What happens nearly always costs no new state.
    const same = ran && retriesLeft === retry && retried === 0 && page === following;
    return { ...common, state: same ? state : settled };
  }
  const nextUs = fast ? (0 as Us) : delayLoopUs;
  // The success that ends a failure only opens the course.
  if (!course && rules.course !== undefined) {
    return { ...common, nextUs, passed: true, state: { ...settled, page: 0, course: true } };
  }
  // Until the first verdict a page that was passed gives no right to retries.
  const onTheWay = ran ? settled : { ...settled, ran, retriesLeft };
  if (following !== 0) return { ...common, nextUs, passed: !up, state: onTheWay };
  return { ...common, passed: !up, verdict: 'up', state: { ...settled, up: true, course: false } };
}

function afterFailure(timing: VerdictTiming, state: VerdictState, rules: VerdictRules): Judgement {
  const { delayLoopUs, retry, delayBeforeRetryUs, logAllFailures } = timing;
  const { up, ran, retriesLeft, retried } = state;
  const open = up || !ran;
  const common = { nextUs: delayLoopUs, retried, tellFailure: open && logAllFailures };
  const settled = { ...state, up: false, ran: true, retriesLeft: retry, retried: 0, course: false };
  if (!open && rules.alwaysRetries !== true) return { ...common, state: settled };
  if (retriesLeft > 0) {
    // Whoever waits to come up has no second chance to be told of.
    const tried = { ...state, ran: true, retriesLeft: retriesLeft - 1, retried: retried + 1 };
    return { ...common, state: tried, nextUs: delayBeforeRetryUs };
  }
  return open ? { ...common, state: settled, verdict: 'down' } : { ...common, state: settled };
}

const FIRST_US = 1_000_000;

/**
 * When the first probe is due after the start. Each of `count` checkers has a slice of the warm-up of its own
 * and a random place in that, so that probes are spread evenly however many there are.
 */
export function firstDelayUs(warmupUs: Us, index: number, count: number, chance: number): Us {
  return Math.round(FIRST_US + (warmupUs * (index + chance)) / Math.max(1, count)) as Us;
}
