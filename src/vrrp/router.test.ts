/** What holds for the router whatever happens to it, in any order. The single steps are fixtures/vectors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { us } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import type { Fault, RouterEffect, RouterEvent } from './events.ts';
import { step } from './router.ts';
import { initialState, type RouterState } from './state.ts';
import { healthy, instance, packet, running, vip } from './testing/config.ts';

/** The router with the part of the world that its effects change. */
class Bench {
  config: InstanceConfig;
  state: RouterState;
  nowUs = us(0);
  holding = false;
  advertising = false;
  onInterface = 0;

  constructor(config: InstanceConfig) {
    this.config = config;
    this.state = initialState(config);
  }

  feed(event: RouterEvent): readonly RouterEffect[] {
    if (event.event === 'masterDown') this.holding = false;
    const next = step(this.config, this.state, event);
    this.state = next.state;
    if (event.event === 'configure') this.config = event.config;
    for (const effect of next.effects) this.#carryOut(effect);
    return next.effects;
  }

  #carryOut(effect: RouterEffect): void {
    if (effect.effect === 'hold') this.holding = effect.rule !== undefined;
    else if (effect.effect === 'advertise') this.advertising = effect.rule !== undefined;
    else if (effect.effect === 'addresses') {
      const count = effect.addresses.length;
      this.onInterface = Math.max(0, this.onInterface + (effect.action === 'add' ? count : -count));
    } else if (effect.effect === 'announce') assert.equal(this.state.name, 'MASTER');
  }

  check(): void {
    const { name, conditions, effectivePriority } = this.state;
    const wanted = this.config.vips.length + this.config.excludedVips.length;
    assert.equal(this.advertising, name === 'MASTER', `adverts in ${name}`);
    assert.equal(this.onInterface, name === 'MASTER' ? wanted : 0, `addresses in ${name}`);
    assert.equal(this.holding, name === 'BACKUP', `master-down timer in ${name}`);
    assert.equal(name === 'FAULT', conditions.faults.length > 0, `faults in ${name}`);
    assert.ok(effectivePriority >= 1 && effectivePriority <= 254);
  }
}

type Happening =
  | { readonly what: 'conditions'; readonly fault: boolean; readonly delta: number }
  | { readonly what: 'packet'; readonly from: number; readonly priority: number; readonly interval: number }
  | { readonly what: 'masterDown' | 'garpDelayed' | 'garpLowerPrio' | 'preemptDelay' | 'lost' }
  | { readonly what: 'configure'; readonly priority: number; readonly vips: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    what: fc.constant('conditions' as const),
    fault: fc.boolean(),
    delta: fc.integer({ min: -300, max: 300 }),
  }),
  fc.record({
    what: fc.constant('packet' as const),
    from: fc.constantFrom(0, 2),
    priority: fc.constantFrom(0, 50, 99, 100, 101, 255),
    interval: fc.constantFrom(200_000, 1_000_000),
  }),
  fc.record({ what: fc.constantFrom('masterDown', 'garpDelayed', 'garpLowerPrio', 'preemptDelay', 'lost') }),
  fc.record({
    what: fc.constant('configure' as const),
    priority: fc.integer({ min: 1, max: 254 }),
    vips: fc.integer({ min: 1, max: 3 }),
  }),
);

const fault: Fault = { kind: 'interface-down', interface: 'eth0' };

function eventOf(bench: Bench, now: Happening): RouterEvent | undefined {
  const { config, nowUs } = bench;
  switch (now.what) {
    case 'conditions': {
      const conditions = healthy('10.0.0.1', { faults: now.fault ? [fault] : [], priorityDelta: now.delta });
      return { event: 'conditions', conditions, nowUs };
    }
    case 'packet': {
      const options = { from: `10.0.0.${now.from}`, priority: now.priority, atUs: nowUs };
      const interval = config.version === 3 ? { intervalUs: now.interval } : {};
      return { event: 'packet', packet: packet(config, { ...options, ...interval }), nowUs };
    }
    case 'masterDown':
      return bench.holding ? { event: 'masterDown', dueAtUs: nowUs, nowUs } : undefined;
    case 'lost': {
      const [address] = config.vips;
      return address && { event: 'addressLost', address, nowUs };
    }
    case 'configure': {
      const vips = ['10.0.0.200', '10.0.0.201', '10.0.0.202'].slice(0, now.vips).map((text) => vip(text));
      return { event: 'configure', config: { ...config, basePriority: now.priority, vips }, nowUs };
    }
    default:
      return { event: 'timer', timer: now.what, dueAtUs: nowUs, nowUs };
  }
}

const variants: readonly Partial<InstanceConfig>[] = [
  {},
  { version: 3 },
  { preempt: false },
  { preemptDelayUs: us(10_000_000), higherPrioSendAdvert: true, lowerPrioNoAdvert: true },
];

test('adverts, addresses and the timer go with the state, and FAULT with its faults, in any order', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...variants),
      fc.array(happening, { maxLength: 40 }),
      (variant, happenings) => {
        const bench = new Bench(instance(variant));
        bench.feed({ event: 'conditions', conditions: healthy('10.0.0.1'), nowUs: bench.nowUs });
        bench.feed({ event: 'start', adopt: false, nowUs: bench.nowUs });
        bench.check();
        for (const now of happenings) {
          bench.nowUs = us(bench.nowUs + 100_000);
          const event = eventOf(bench, now);
          if (event === undefined) continue;
          bench.feed(event);
          bench.check();
        }
        bench.feed({ event: 'stop', reason: 'shutdown', nowUs: bench.nowUs });
        assert.deepEqual([bench.advertising, bench.holding, bench.onInterface], [false, false, 0]);
      },
    ),
    { numRuns: 500 },
  );
});

test('a step changes neither the state nor the configuration that it was given', () => {
  const config = instance();
  const state = running(config, { name: 'MASTER' });
  const before = structuredClone({ config, state });
  const incoming = packet(config, { priority: 200 });
  step(config, state, { event: 'packet', packet: incoming, nowUs: us(1_000_000) });
  assert.deepEqual({ config, state }, before);
});

test('a BACKUP that got a new script to wait for still takes over once the script has answered', () => {
  const bench = new Bench(instance());
  bench.feed({ event: 'conditions', conditions: healthy('10.0.0.1'), nowUs: us(0) });
  bench.feed({ event: 'start', adopt: false, nowUs: us(0) });
  const waiting = healthy('10.0.0.1', { waiting: true });
  bench.feed({ event: 'conditions', conditions: waiting, nowUs: us(1_000_000) });
  bench.feed({ event: 'masterDown', dueAtUs: us(3_609_375), nowUs: us(3_609_375) });
  bench.feed({ event: 'conditions', conditions: healthy('10.0.0.1'), nowUs: us(5_000_000) });
  assert.ok(bench.holding || bench.state.name === 'MASTER', 'no timer is left that could end BACKUP');
});
