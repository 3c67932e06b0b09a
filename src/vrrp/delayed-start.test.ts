/** vrrp_startup_delay: an instance listens at once, and its own time only begins when the delay is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import type { RouterEffect, RouterEvent } from './events.ts';
import { step } from './router.ts';
import { initialState } from './state.ts';
import { healthy, instance, packet } from './testing/config.ts';

// Priority 100 in v2 waits 3 s and 156/256 s.
const DOWN_US = 3_609_375;
const DELAY_US = 10_000_000;

function bench(config: InstanceConfig) {
  let state = initialState(config);
  const holds: [deadline: number | string, held: boolean][] = [];
  const feed = (event: RouterEvent): readonly RouterEffect[] => {
    const next = step(config, state, event);
    state = next.state;
    for (const effect of next.effects) {
      if (effect.effect !== 'hold' || effect.rule === undefined) continue;
      holds.push([effect.rule.deadlineUs, effect.rule.pattern !== undefined]);
    }
    return next.effects;
  };
  feed({ event: 'conditions', conditions: healthy('10.0.0.1'), nowUs: us(0) });
  feed({ event: 'start', adopt: false, delayUs: us(DELAY_US), nowUs: us(0) });
  const hear = (atUs: number, priority: number): void => {
    feed({ event: 'packet', packet: packet(config, { priority, atUs }), nowUs: us(atUs) });
  };
  return { feed, hear, holds: () => holds.splice(0), name: () => state.name };
}

test('the timer of a backup starts when the delay ends', () => {
  const { holds, name } = bench(instance());
  assert.deepEqual(holds(), [[DELAY_US + DOWN_US, false]]);
  assert.equal(name(), 'BACKUP');
});

test('adverts heard meanwhile make it later, never sooner, and are left to the engine only afterwards', () => {
  const { hear, holds } = bench(instance());
  holds();
  hear(2_000_000, 150);
  hear(9_000_000, 150);
  hear(10_000_001, 150);
  assert.deepEqual(holds(), [
    [DELAY_US + DOWN_US, false],
    [DELAY_US + DOWN_US, false],
    [10_000_001 + DOWN_US, true],
  ]);
  hear(3_000_000, 0);
  assert.deepEqual(holds()[0]?.[0], DELAY_US + DOWN_US);
});

test('an owner with state MASTER takes over when the delay ends', () => {
  const { holds } = bench(instance({ basePriority: 255, initialMaster: true }));
  assert.deepEqual(holds(), [[DELAY_US, false]]);
});
