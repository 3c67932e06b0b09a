import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../engine/testing/fake-clock.ts';
import { us } from '../units.ts';
import { InstanceTimers } from './instance-timers.ts';

function bench() {
  const clock = new FakeClock();
  const timers = new InstanceTimers(clock);
  const fired: string[] = [];
  const arm = (name: Parameters<InstanceTimers['arm']>[1], atUs: number, what: string): void =>
    timers.arm('R1', name, us(atUs), (dueAtUs) => fired.push(`${what} ${dueAtUs}`));
  return { clock, timers, fired, arm };
}

test('a timer armed again replaces the one before', () => {
  const { clock, fired, arm } = bench();
  arm('preemptDelay', 100, 'first');
  arm('preemptDelay', 200, 'second');
  clock.run(300);
  assert.deepEqual(fired, ['second 200']);
});

test('second bursts are due once for each first one', () => {
  const { clock, fired, arm } = bench();
  arm('garpDelayed', 100, 'first');
  arm('garpDelayed', 150, 'second');
  arm('garpLowerPrio', 120, 'lower');
  clock.run(300);
  assert.deepEqual(fired, ['first 100', 'lower 120', 'second 150']);
});

test('cancelling takes all of a name and nothing of another', () => {
  const { clock, timers, fired, arm } = bench();
  arm('garpDelayed', 100, 'first');
  arm('garpDelayed', 150, 'second');
  arm('garpLowerPrio', 120, 'lower');
  timers.cancel('R1', 'garpDelayed');
  clock.run(300);
  assert.deepEqual(fired, ['lower 120']);
});

test('64 second bursts wait at most, and make room when they are over', () => {
  const { clock, fired, arm } = bench();
  for (let n = 0; n < 100; n++) arm('garpLowerPrio', 100 + n, 'burst');
  clock.run(163);
  assert.equal(fired.length, 64);
  arm('garpLowerPrio', 400, 'later');
  clock.run(400);
  assert.deepEqual(fired.slice(64), ['later 400']);
});
