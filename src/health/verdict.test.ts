import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seconds, us } from '../units.ts';
import { firstDelayUs, initialVerdict, judge, type VerdictState, type VerdictTiming } from './verdict.ts';

const LOOP = seconds(10);
const RETRY = seconds(3);
const timing: VerdictTiming = {
  delayLoopUs: LOOP,
  warmupUs: LOOP,
  retry: 2,
  delayBeforeRetryUs: RETRY,
  logAllFailures: false,
};

/** Verdict, retries told and delay of each outcome in turn. */
function play(outcomes: string, start: VerdictState, played: VerdictTiming = timing): unknown[] {
  let state = start;
  return [...outcomes].map((outcome) => {
    const judged = judge(played, state, outcome === '+');
    state = judged.state;
    return [judged.verdict, judged.retried, judged.nextUs];
  });
}

describe('verdict of a checker', () => {
  const fresh = initialVerdict(timing, true, true);
  it('takes the first failure of a daemon for the truth', () => {
    assert.deepEqual(play('--', fresh), [
      ['down', 0, LOOP],
      [undefined, 0, LOOP],
    ]);
  });
  it('tries again as often as configured before it says down, and then waits for the loop', () => {
    assert.deepEqual(play('+---+', fresh), [
      ['up', 0, LOOP],
      [undefined, 0, RETRY],
      [undefined, 1, RETRY],
      ['down', 2, LOOP],
      ['up', 0, LOOP],
    ]);
  });
  it('starts over with the retries after a success', () => {
    assert.deepEqual(
      play('+-+--', fresh).map((one) => (one as unknown[])[2]),
      [LOOP, RETRY, LOOP, RETRY, RETRY],
    );
  });
  it('gives a checker that a reload brings its retries', () => {
    const added = initialVerdict(timing, true, false);
    assert.deepEqual(play('---', added), [
      [undefined, 0, RETRY],
      [undefined, 1, RETRY],
      ['down', 2, LOOP],
    ]);
  });
  it('says up at the first success with alpha, and down at the first failure', () => {
    const alpha = initialVerdict(timing, false, true);
    assert.deepEqual(play('+', alpha), [['up', 0, LOOP]]);
    assert.deepEqual(play('-', alpha), [['down', 0, LOOP]]);
  });
  it('tries again before the first verdict and while it is down, if the check is one of those', () => {
    const rules = { alwaysRetries: true };
    let state = initialVerdict({ ...timing, retry: 1 }, true, true, rules);
    const told = [...'----+'].map((outcome) => {
      const judged = judge({ ...timing, retry: 1 }, state, outcome === '+', rules);
      state = judged.state;
      return [judged.verdict, judged.nextUs];
    });
    assert.deepEqual(told, [
      [undefined, RETRY],
      ['down', LOOP],
      [undefined, RETRY],
      [undefined, LOOP],
      ['up', LOOP],
    ]);
  });
  it('asks for one page after the other, and comes up only after a whole course', () => {
    const course = (fast: boolean, outcomes: string, up: boolean): string[] => {
      const rules = { course: { pages: 3, fast } };
      const timed = { ...timing, retry: 0 };
      let state = initialVerdict(timed, up, true, rules);
      return [...outcomes].map((outcome) => {
        const asked = state.page;
        const judged = judge(timed, state, outcome === '+', rules);
        state = judged.state;
        const pause = judged.nextUs === LOOP ? '' : ' at once';
        return `${asked}${judged.passed ? ' passed' : ''}${pause} ${judged.verdict ?? ''}`.trim();
      });
    };
    assert.deepEqual(course(false, '++++-', true), ['0', '1', '2 up', '0', '1 down']);
    // The page that had failed comes first, then a course from the beginning.
    assert.deepEqual(course(false, '+-++++', true), [
      '0',
      '1 down',
      '1 passed',
      '0 passed',
      '1 passed',
      '2 passed up',
    ]);
    assert.deepEqual(course(true, '-++++', false), [
      '0 down',
      '0 passed at once',
      '0 passed at once',
      '1 passed at once',
      '2 passed up',
    ]);
  });
  it('tells failures one by one only while they are news', () => {
    const loud = { ...timing, retry: 1, logAllFailures: true };
    let state = initialVerdict(loud, true, false);
    const told = [...'---+'].map((outcome) => {
      const judged = judge(loud, state, outcome === '+');
      state = judged.state;
      return judged.tellFailure;
    });
    assert.deepEqual(told, [true, true, false, false]);
  });
});

describe('first probes', () => {
  it('come one second after the start or later, each in its own slice of the warm-up', () => {
    const delays = [0, 1, 2, 3].map((index) => firstDelayUs(us(8_000_000), index, 4, 0.5));
    assert.deepEqual(delays, [2_000_000, 4_000_000, 6_000_000, 8_000_000]);
    assert.equal(firstDelayUs(us(0), 3, 4, 0.9), 1_000_000);
  });
});
