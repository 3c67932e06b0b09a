import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createLoop, type Loop } from './loop.ts';
import { native } from './native.ts';
import { createRealtimeSignals, type RealtimeSignals } from './signals.ts';
import { until } from './testing/until.ts';
import { unwrap } from './testing/unwrap.ts';

/** keepalived's JSON and clear-statistics signals on Linux. */
const [json, clearStatistics] = [36, 63];

describe('real-time signals', () => {
  let loop: Loop;
  let signals: RealtimeSignals;
  before(() => {
    loop = createLoop();
    signals = unwrap(createRealtimeSignals(loop));
  });
  after(() => {
    signals.close();
    loop.close();
  });

  it('delivers each to its listener, queued ones too', async () => {
    const seen: number[] = [];
    for (const number of [json, clearStatistics]) unwrap(signals.on(number, () => seen.push(number)));
    process.kill(process.pid, json);
    process.kill(process.pid, clearStatistics);
    process.kill(process.pid, json);
    await until('all three came', () => seen.length === 3);
    assert.deepEqual(seen.toSorted(), [json, json, clearStatistics]);
  });

  it('refuses signals that belong to Node or do not exist', () => {
    for (const number of [1, 15, 33, 65]) {
      assert.deepEqual(
        signals.on(number, () => undefined),
        { ok: false, error: { call: 'sigaction', errno: 22 } },
      );
    }
    assert.throws(() => native.signalWatch(1.5, true), TypeError);
  });
});
