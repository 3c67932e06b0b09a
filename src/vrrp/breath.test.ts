import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../engine/testing/fake-clock.ts';
import { atOnce, Breath } from './breath.ts';

test('long work is cut into lots, with adverts in between and its results in order', () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const breath = new Breath(clock, () => told.push(`adverts at ${clock.now()}`));
  const work = Array.from({ length: 150 }, (_, at) => at);
  const results = breath.inLots(work, (lot) => {
    clock.run(clock.now() + 5_000);
    told.push(`${lot.length} at ${clock.now()}`);
    return lot.map((one) => one * 2);
  });
  assert.deepEqual(told, [
    '64 at 5000',
    'adverts at 5000',
    '64 at 10000',
    'adverts at 10000',
    '22 at 15000',
    'adverts at 15000',
  ]);
  assert.deepEqual(
    results,
    work.map((one) => one * 2),
  );
});

test('short work does not look for adverts every time', () => {
  const clock = new FakeClock();
  clock.run(10_000);
  let looked = 0;
  const breath = new Breath(clock, () => looked++);
  for (let time = 10_000; time < 14_000; time += 500) {
    clock.run(time);
    breath.take();
  }
  assert.equal(looked, 2);
});

test('without anybody to wait for, the work is done in one go', () => {
  const lots: number[] = [];
  const work = Array.from({ length: 150 }, (_, at) => at);
  assert.deepEqual(
    atOnce(work, (lot) => {
      lots.push(lot.length);
      return lot;
    }),
    work,
  );
  assert.deepEqual(lots, [150]);
});
