import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScriptResult } from '../ports/scripts.ts';
import { describeFailure, initialTracker, type ScriptTrackerConfig, trackResult } from './script-tracker.ts';

const base: ScriptTrackerConfig = { name: 'chk', rise: 1, fall: 1, initFail: false };
const exited = (code: number): ScriptResult => ({ kind: 'exited', code });

/** `+` is a run that succeeded, `-` one that exited with 1; the status after each run. */
function statuses(config: ScriptTrackerConfig, runs: string): string {
  let state = initialTracker(config);
  return [...runs]
    .map((run) => {
      state = trackResult(config, state, exited(run === '+' ? 0 : 1)).state;
      return state.status === 'up' ? 'U' : state.status === 'down' ? 'D' : '?';
    })
    .join('');
}

test('before the first result nothing is known, with init_fail it counts as failed', () => {
  assert.equal(initialTracker(base).status, 'unknown');
  assert.equal(initialTracker({ ...base, initFail: true }).status, 'presumed-down');
});

test('the first result decides at once, whatever rise and fall say', () => {
  assert.equal(statuses({ ...base, rise: 5, fall: 5 }, '+'), 'U');
  assert.equal(statuses({ ...base, rise: 5, fall: 5 }, '-'), 'D');
});

test('init_fail does not keep the first result from deciding', () => {
  assert.equal(statuses({ ...base, rise: 3, fall: 2, initFail: true }, '+--'), 'UUD');
  assert.equal(statuses({ ...base, rise: 3, initFail: true }, '-++-+++'), 'DDDDDDU');
});

test('fall and rise count results in a row against the present status', () => {
  assert.equal(statuses({ ...base, rise: 2, fall: 3 }, '+--+---+-++'), 'UUUUUUDDDDU');
});

function logsOf(config: ScriptTrackerConfig, results: readonly ScriptResult[]): string[][] {
  let state = initialTracker(config);
  return results.map((result) => {
    const next = trackResult(config, state, result);
    state = next.state;
    return next.logs.map(({ id, args }) => [id, ...args].join(' '));
  });
}

test('a change of the exit status is logged once, a change of the verdict when it happens', () => {
  const config = { ...base, fall: 2, rise: 2 };
  assert.deepEqual(
    logsOf(config, [exited(0), exited(1), exited(1), exited(1), exited(2), exited(0), exited(0)]),
    [
      ['script-succeeded chk'],
      ['script-now-returning chk 1'],
      ['script-failed chk exited with status 1'],
      [],
      ['script-now-returning chk 2'],
      ['script-now-returning chk 0'],
      ['script-succeeded chk'],
    ],
  );
});

test('a run that did not exit by itself is a failure', () => {
  for (const result of [
    { kind: 'signalled', signal: 'SIGKILL' },
    { kind: 'timeout' },
    { kind: 'failed', reason: 'ENOENT' },
    exited(127),
  ] as const) {
    assert.equal(trackResult(base, initialTracker(base), result).state.status, 'down', result.kind);
  }
});

test('the failure is worded with what is known of it', () => {
  assert.equal(describeFailure(exited(3)), 'exited with status 3');
  assert.match(describeFailure({ kind: 'signalled', signal: 'SIGTERM' }), /SIGTERM/);
  assert.equal(describeFailure({ kind: 'failed', reason: 'no such file' }), 'no such file');
});
