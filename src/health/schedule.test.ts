import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Process, World } from '../sim/world.ts';
import { ms, seconds, us } from '../units.ts';
import { type Appointment, Schedule } from './schedule.ts';

describe('schedule of checks', () => {
  it('begins those of one slot together, in order, never early', () => {
    const world = new World();
    const schedule = new Schedule(new Process(world));
    const told: [name: string, atUs: number][] = [];
    const plan = (name: string, dueAtUs: number): Appointment =>
      schedule.plan(us(dueAtUs), seconds(1), () => told.push([name, world.nowUs]));
    plan('b', 20_001);
    plan('a', 20_000);
    plan('c', 30_000);
    plan('gone', 25_000).cancel();
    world.run(seconds(1));
    assert.deepEqual(told, [
      ['a', 20_000],
      ['b', 30_000],
      ['c', 30_000],
    ]);
  });

  it('has finer slots for short intervals, and lets one that runs cancel or plan others', () => {
    const world = new World();
    const schedule = new Schedule(new Process(world));
    const told: string[] = [];
    const plan = (name: string, run: () => void): Appointment =>
      schedule.plan(us(1_200), ms(50), () => {
        told.push(`${name} ${world.nowUs}`);
        run();
      });
    let other: Appointment | undefined;
    plan('first', () => {
      other?.cancel();
      plan('late', () => undefined);
    });
    other = plan('cancelled', () => undefined);
    world.run(ms(10));
    assert.deepEqual(told, ['first 1500', 'late 1500']);
  });
});
