import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../units.ts';
import type { HmacConfig } from './config.ts';
import { judgeSequence, nextSequence, type ReplayMark, sequenceAt } from './replay.ts';
import { address } from './testing/config.ts';

const S = 1_000_000;
const NOW = 1_784_505_600 * S;
const timed: HmacConfig = {
  keys: [],
  activeKey: 1,
  antiReplay: 'time',
  timeWindowUs: seconds(5),
  mode: 'enforce',
};
const monotonic: HmacConfig = { ...timed, antiReplay: 'monotonic' };
const sender = address('10.0.0.2');
const markAt = (wallUs: number, source = sender): ReplayMark => ({ source, sequence: sequenceAt(wallUs) });

/** Verdict on what `sender` stamped at `stampUs` and what arrives at `nowUs`. */
function judge(stampUs: number, marks: readonly ReplayMark[] = [], config = timed, nowUs = NOW) {
  return judgeSequence(config, marks, [], sender, sequenceAt(stampUs), nowUs);
}

test('an instant is seconds and a binary fraction, on a circle of 2^32 seconds', () => {
  assert.deepEqual(sequenceAt(NOW + 250_000), { seconds: 1_784_505_600, fraction: 0x4000, counter: 0 });
  assert.deepEqual(sequenceAt(0x1_0000_0001 * S), { seconds: 1, fraction: 0, counter: 0 });
});

for (const [what, offset, verdict] of [
  ['now', 0, 'new'],
  ['5 s old', -5 * S, 'new'],
  ['5.1 s old', -5.1 * S, 'stale'],
  ['5 s ahead', 5 * S, 'new'],
  ['5.1 s ahead', 5.1 * S, 'stale'],
] as const) {
  test(`a stamp ${what} is ${verdict} in a window of 5 s`, () => {
    assert.equal(judge(NOW + offset).verdict, verdict);
    assert.equal(judge(NOW + offset, [], monotonic).verdict, 'new');
  });
}

test('a stale stamp says by how much', () => {
  assert.deepEqual(judge(NOW - 60 * S), { verdict: 'stale', ageSeconds: 60 });
  assert.deepEqual(judge(NOW + 9 * S), { verdict: 'stale', ageSeconds: -9 });
});

test('the same number and an earlier one are replays; a later one moves the mark', () => {
  const marks = [markAt(NOW - 2 * S)];
  assert.equal(judge(NOW - 2 * S, marks).verdict, 'replay');
  assert.equal(judge(NOW - 3 * S, marks).verdict, 'replay');
  const next = judge(NOW - 1 * S, marks);
  assert.deepEqual(next, { verdict: 'new', marks: [markAt(NOW - 1 * S)] });
});

test('the counter tells adverts of one instant apart', () => {
  const sequence = sequenceAt(NOW);
  const marks = [{ source: sender, sequence }];
  const later = judgeSequence(timed, marks, [], sender, { ...sequence, counter: 1 }, NOW);
  assert.equal(later.verdict, 'new');
});

test('numbers are compared on the circle (RFC 1982): after 2106 comes 1970 again', () => {
  const end = 0xffff_ffff * S;
  const marks = [markAt(end)];
  assert.equal(judge(end + 2 * S, marks, timed, end + 2 * S).verdict, 'new');
  assert.equal(judge(end, [markAt(end + 2 * S)], timed, end + 2 * S).verdict, 'replay');
});

test('a mark beyond the window, left by a clock that was set back, no longer counts', () => {
  assert.equal(judge(NOW, [markAt(NOW + 3600 * S)]).verdict, 'new');
  assert.equal(judge(NOW, [markAt(NOW + 4 * S)]).verdict, 'replay');
  assert.equal(judge(NOW, [markAt(NOW + 3600 * S)], monotonic).verdict, 'replay');
});

test('four strangers are remembered, and the one silent for longest makes room', () => {
  let marks: readonly ReplayMark[] = [];
  const hear = (host: number, at: number): void => {
    const source = address(`10.0.0.${host}`);
    const verdict = judgeSequence(timed, marks, [], source, sequenceAt(at), NOW);
    assert.ok(verdict.verdict === 'new');
    marks = verdict.marks;
  };
  for (const host of [1, 2, 3, 4]) hear(host, NOW);
  hear(1, NOW + 100);
  hear(5, NOW);
  assert.deepEqual(
    marks.map(({ source }) => source[3]),
    [3, 4, 1, 5],
  );
});

test('configured peers are never forgotten for others', () => {
  const peers = [1, 2, 3, 4, 5, 6].map((host) => address(`10.0.0.${host}`));
  let marks: readonly ReplayMark[] = [];
  for (const source of [...peers, ...[11, 12, 13, 14, 15].map((host) => address(`10.0.0.${host}`))]) {
    const verdict = judgeSequence(timed, marks, peers, source, sequenceAt(NOW), NOW);
    assert.ok(verdict.verdict === 'new');
    marks = verdict.marks;
  }
  assert.deepEqual(
    marks.map(({ source }) => source[3]),
    [1, 2, 3, 4, 5, 6, 12, 13, 14, 15],
  );
});

test('what is sent grows, also while the clock stands still or goes back a little', () => {
  const first = nextSequence(timed, undefined, NOW);
  assert.deepEqual(first, sequenceAt(NOW));
  const second = nextSequence(timed, first, NOW);
  assert.deepEqual(second, { ...first, counter: 1 });
  assert.deepEqual(nextSequence(timed, second, NOW - 3 * S), { ...first, counter: 2 });
  assert.deepEqual(nextSequence(timed, second, NOW + S), sequenceAt(NOW + S));
  const full = { ...first, fraction: 0xffff, counter: 0xffff };
  assert.deepEqual(nextSequence(timed, full, NOW), { seconds: first.seconds + 1, fraction: 0, counter: 0 });
});

test('a clock set back by more than the window starts anew, unless only the order counts', () => {
  const ahead = sequenceAt(NOW + 3600 * S);
  assert.deepEqual(nextSequence(timed, ahead, NOW), sequenceAt(NOW));
  assert.deepEqual(nextSequence(monotonic, ahead, NOW), { ...ahead, counter: 1 });
});
