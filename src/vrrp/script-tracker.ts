/**
 * Rise and fall of a tracked script. In: one result after another. Out: whether the script counts as up, and
 * what to log. The first result decides at once unless `init_fail` starts it failed (seen with 2.2.7).
 */

import type { ScriptResult } from '../ports/scripts.ts';
import { assertNever } from '../units.ts';

export type ScriptStatus = 'unknown' | 'up' | 'down';

export interface ScriptTrackerConfig {
  readonly name: string;
  readonly rise: number;
  readonly fall: number;
  readonly initFail: boolean;
}

export interface ScriptTrackerState {
  readonly status: ScriptStatus;
  /** Results in a row against the present status. */
  readonly against: number;
  /** Last exit status, so that a change is logged once; -1 when the last run did not exit by itself. */
  readonly lastCode: number | undefined;
}

export interface ScriptLog {
  readonly id: string;
  readonly args: readonly (string | number)[];
}

export function initialTracker(config: ScriptTrackerConfig): ScriptTrackerState {
  return { status: config.initFail ? 'down' : 'unknown', against: 0, lastCode: undefined };
}

/** How a failure is worded, as upstream's log has it. */
export function describeFailure(result: ScriptResult): string {
  switch (result.kind) {
    case 'exited':
      return `exited with status ${result.code}`;
    case 'signalled':
      return `due to signal ${result.signal}`;
    case 'timeout':
      return 'timed out';
    case 'failed':
      return result.reason;
    default:
      return assertNever(result);
  }
}

export function trackResult(
  config: ScriptTrackerConfig,
  state: ScriptTrackerState,
  result: ScriptResult,
): { state: ScriptTrackerState; logs: ScriptLog[] } {
  const good = result.kind === 'exited' && result.code === 0;
  const code = result.kind === 'exited' ? result.code : -1;
  const logs: ScriptLog[] = [];
  const changed = state.lastCode !== undefined && state.lastCode !== code && code >= 0;
  if (changed) logs.push({ id: 'script-now-returning', args: [config.name, code] });
  const turn = good === (state.status === 'up') && state.status !== 'unknown' ? 0 : state.against + 1;
  const needed = state.status === 'unknown' ? 1 : good ? config.rise : config.fall;
  if (turn < needed || turn === 0) return { state: { ...state, against: turn, lastCode: code }, logs };
  if (good) logs.push({ id: 'script-succeeded', args: [config.name] });
  else logs.push({ id: 'script-failed', args: [config.name, describeFailure(result)] });
  return { state: { status: good ? 'up' : 'down', against: 0, lastCode: code }, logs };
}
