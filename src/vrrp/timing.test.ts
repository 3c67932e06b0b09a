import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import { beatsUs } from './election.ts';
import { address } from './testing/config.ts';
import { masterDownInterval, skewTime } from './timing.ts';

/** Worked out by hand: (256 - priority) / 256 s in v2, (256 - priority) * interval / 256 in v3. */
const table: readonly (readonly [
  version: 2 | 3,
  priority: number,
  interval: number,
  skew: number,
  down: number,
])[] = [
  [2, 1, 1_000_000, 996_093, 3_996_093],
  [2, 100, 1_000_000, 609_375, 3_609_375],
  [2, 100, 5_000_000, 609_375, 15_609_375],
  [2, 254, 1_000_000, 7_812, 3_007_812],
  [2, 255, 255_000_000, 3_906, 765_003_906],
  [3, 100, 1_000_000, 609_375, 3_609_375],
  [3, 100, 250_000, 152_343, 902_343],
  [3, 100, 5_000_000, 3_046_875, 18_046_875],
  [3, 1, 40_950_000, 40_790_039, 163_640_039],
  [3, 255, 10_000, 39, 30_039],
];
for (const [version, priority, interval, skew, down] of table) {
  test(`v${version}, priority ${priority}, ${interval} us: skew ${skew}, master down ${down}`, () => {
    assert.equal(skewTime(version, priority, us(interval)), skew);
    assert.equal(masterDownInterval(version, priority, us(interval), 3), down);
  });
}

test('down_timer_adverts multiplies the interval and not the skew', () => {
  assert.equal(masterDownInterval(3, 100, us(1_000_000), 1), 1_609_375);
  assert.equal(masterDownInterval(3, 100, us(1_000_000), 10), 10_609_375);
});

test('the higher priority wins, then the higher address; without an address of ours everybody does', () => {
  const advert = (source: string, priority: number) => ({
    source: address(source),
    priority,
    intervalUs: us(1_000_000),
    hopLimit: 255,
    clean: true,
    payload: new Uint8Array(0),
  });
  const ours = address('10.0.0.10');
  assert.equal(beatsUs(advert('10.0.0.1', 101), 100, ours), true);
  assert.equal(beatsUs(advert('10.0.0.200', 99), 100, ours), false);
  assert.equal(beatsUs(advert('10.0.0.9', 100), 100, ours), false);
  assert.equal(beatsUs(advert('10.0.0.10', 100), 100, ours), false);
  assert.equal(beatsUs(advert('10.0.0.11', 100), 100, ours), true);
  assert.equal(beatsUs(advert('10.0.0.1', 100), 100, undefined), true);
});
