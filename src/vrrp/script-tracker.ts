/**
 * Rise and fall of a tracked script. In: one result after another. Out: whether the script counts as up, and
 * what to log. The first result decides at once, also where `init_fail` presumes a failure until then (seen
 * with 2.2.7).
 */

import type { ScriptResult } from '../ports/scripts.ts';
import { assertNever } from '../units.ts';

/** `presumed-down`: no result yet, and `init_fail` says what to think meanwhile. */
export type ScriptStatus = 'unknown' | 'presumed-down' | 'up' | 'down';

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
  /** Last exit status, so that a change is logged once. 0 before the first run, as upstream has it. */
  readonly lastCode: number;
  /** Whether any result has come in. */
  readonly seen: boolean;
}

export interface ScriptLog {
  readonly id: string;
  readonly args: readonly (string | number)[];
}

export function initialTracker(config: ScriptTrackerConfig): ScriptTrackerState {
  return { status: config.initFail ? 'presumed-down' : 'unknown', against: 0, lastCode: 0, seen: false };
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
  const lastCode = result.kind === 'exited' ? result.code : state.lastCode;
  const logs: ScriptLog[] = [];
  if (lastCode !== state.lastCode) logs.push({ id: 'script-now-returning', args: [config.name, lastCode] });
  const first = !state.seen;
  const agrees = !first && good === (state.status === 'up');
  const against = agrees ? 0 : state.against + 1;
  const needed = first ? 1 : good ? config.rise : config.fall;
  const turns = against >= needed;
  if (turns) logs.push(resultLog(config.name, result, good));
  const status = turns ? (good ? 'up' : 'down') : state.status;
  return { state: { status, against: turns ? 0 : against, lastCode, seen: true }, logs };
}

function resultLog(name: string, result: ScriptResult, good: boolean): ScriptLog {
  if (good) return { id: 'script-succeeded', args: [name] };
  if (result.kind === 'timeout') return { id: 'script-timed-out', args: [name] };
  return { id: 'script-failed', args: [name, describeFailure(result)] };
}
