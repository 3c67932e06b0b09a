import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { RouterEffect } from '../vrrp/events.ts';
import { step } from '../vrrp/router.ts';
import type { RouterState, Step } from '../vrrp/state.ts';
import { runSeed } from './run.ts';

const SEEDS = 400;

test('healthy routers keep every invariant over seeded histories', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations, shape, history } = runSeed(seed);
    assert.deepEqual(violations, [], `seed ${seed}: ${JSON.stringify(shape)} ${history.join()}`);
  }
});

test('they keep them on VMACs too', () => {
  for (let seed = 1; seed <= SEEDS / 4; seed++) {
    const { violations, shape, history } = runSeed(seed, { vmac: true });
    assert.deepEqual(violations, [], `seed ${seed}: ${JSON.stringify(shape)} ${history.join()}`);
  }
});

test('they keep them with AH and with signed adverts', () => {
  for (let seed = 1; seed <= SEEDS / 2; seed++) {
    const { violations, shape, history } = runSeed(seed, { authenticated: true });
    // Equals that take over in the same instant use the same AH numbers, each a replay for the other, and
    // none gives way. The packets cannot tell them apart, and keepalived does no better.
    const { version, priorities } = shape;
    if (version === 2 && new Set(priorities).size < priorities.length) continue;
    assert.deepEqual(violations, [], `seed ${seed}: ${JSON.stringify(shape)} ${history.join()}`);
  }
});

test('they keep them with an engine, which pauses and its own death do not reach', () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { violations, shape, history } = runSeed(seed, { engine: true });
    assert.deepEqual(violations, [], `seed ${seed}: ${JSON.stringify(shape)} ${history.join()}`);
  }
});

test('with and without an engine a router does the same at the same time', () => {
  for (let seed = 1; seed <= 2 * SEEDS; seed++) {
    const [without, engine] = [false, true].map((engine) =>
      runSeed(seed, { engine, calm: true, trainUs: 0 }),
    );
    // Two adverts of one instant may leave in either order, and the seeded network goes on from there.
    if (without === undefined || without.shape.members > 1) continue;
    assert.deepEqual(engine?.observed, without.observed, `seed ${seed}: ${engine?.history.join()}`);
  }
});

test('the same seed gives the same history', () => {
  assert.deepEqual(runSeed(7), runSeed(7));
});

type Mutate = (effects: readonly RouterEffect[], state: RouterState) => readonly RouterEffect[];

/** The router with one thing broken in what it asks for. */
const planted =
  (mutate: Mutate): typeof step =>
  (config, state, event): Step => {
    const result = step(config, state, event);
    return { state: result.state, effects: mutate(result.effects, result.state) };
  };

const mapHold =
  (change: (deadlineUs: number, windowUs: number, state: RouterState) => [number, number]): Mutate =>
  (effects, state) =>
    effects.map((effect) => {
      if (effect.effect !== 'hold' || effect.rule === undefined || effect.rule.deadlineUs === 'unchanged') {
        return effect;
      }
      const [deadlineUs, windowUs] = change(effect.rule.deadlineUs, effect.rule.windowUs, state);
      return { ...effect, rule: { ...effect.rule, deadlineUs: us(deadlineUs), windowUs: us(windowUs) } };
    });

const dropEffect =
  (matches: (effect: RouterEffect) => boolean): Mutate =>
  (effects) =>
    effects.filter((effect) => !matches(effect));

const withoutPattern = (effect: RouterEffect): RouterEffect => {
  if (effect.effect !== 'hold' || effect.rule === undefined) return effect;
  const { deadlineUs, windowUs } = effect.rule;
  return { effect: 'hold', rule: { deadlineUs, windowUs } };
};

/** Each planted bug, and the invariant that has to notice it. */
const BUGS: readonly { readonly name: string; readonly bug: typeof step; readonly invariants: RegExp }[] = [
  {
    name: 'a master-down timer a hundred times too long',
    bug: planted(mapHold((deadline, window) => [deadline + 99 * window, window * 100])),
    invariants: /exactly one master|failover within the bound/,
  },
  {
    name: 'a skew that is lost',
    bug: planted(
      mapHold((deadline, window, state) => {
        const skew = window - 3 * state.masterAdvertIntervalUs;
        return [deadline - Math.max(0, skew), window - Math.max(0, skew)];
      }),
    ),
    invariants: /no failover before the bound|one promotion/,
  },
  {
    name: 'a skew of the wrong sign, so that the lowest priority is first',
    bug: planted(
      mapHold((deadline, window, state) => {
        const skew = Math.max(0, window - 3 * state.masterAdvertIntervalUs);
        return [deadline - 2 * skew, window - 2 * skew];
      }),
    ),
    invariants: /no failover before the bound|one promotion/,
  },
  {
    name: 'addresses that stay after stepping down',
    bug: planted(dropEffect((effect) => effect.effect === 'addresses' && effect.action === 'remove')),
    invariants: /only a master has addresses/,
  },
  {
    name: 'addresses that are never set',
    bug: planted(dropEffect((effect) => effect.effect === 'addresses' && effect.action === 'add')),
    invariants: /a master has its addresses/,
  },
  {
    name: 'no goodbye on stop',
    bug: planted(dropEffect((effect) => effect.effect === 'sendAdvert')),
    invariants: /says prio 0/,
  },
  {
    name: 'a master that does not answer or yield to anybody',
    bug: (config, state, event) =>
      event.event === 'packet' && state.name === 'MASTER'
        ? { state, effects: [] }
        : step(config, state, event),
    invariants: /dual master|exactly one master/,
  },
  {
    name: 'a fault that never clears',
    bug: (config, state, event) =>
      event.event === 'conditions' && state.name === 'FAULT'
        ? { state, effects: [] }
        : step(config, state, event),
    invariants: /faults are facts/,
  },
  {
    name: 'a fault that is not seen',
    bug: (config, state, event) =>
      event.event === 'conditions' && event.conditions.faults.length > 0
        ? { state, effects: [] }
        : step(config, state, event),
    invariants: /link down is a fault/,
  },
  {
    name: 'backups that do not listen to their master',
    bug: (config, state, event) => {
      const ignored = event.event === 'packet' && state.name === 'BACKUP' && event.packet.payload[2] !== 0;
      if (ignored) return { state, effects: [] };
      const result = step(config, state, event);
      return { state: result.state, effects: result.effects.map(withoutPattern) };
    },
    invariants: /quiet cluster/,
  },
  {
    name: 'a member that does not wait for its sync group',
    bug: (config, state, event) =>
      event.event === 'masterDownHeld'
        ? step(config, state, { event: 'masterDown', dueAtUs: event.nowUs, nowUs: event.nowUs })
        : step(config, state, event),
    invariants: /a group waits for all of its members/,
  },
  {
    name: 'a member that goes on waiting for its sync group when it has heard a master again',
    bug: (config, state, event) => {
      const result = step(config, state, event);
      const stale = state.wantsMaster && result.state.name === 'BACKUP';
      return stale ? { ...result, state: { ...result.state, wantsMaster: true } } : result;
    },
    invariants: /a group waits for all of its members/,
  },
  {
    name: 'a member that does not follow its sync group',
    bug: (config, state, event) =>
      event.event === 'sync' ? { state, effects: [] } : step(config, state, event),
    invariants: /a group has one state|link down is a fault/,
  },
  {
    name: 'a member that leaves FAULT before its sync group can',
    bug: (config, state, event) =>
      step(config, state, event.event === 'conditions' ? { ...event, held: false } : event),
    invariants: /one fault holds all/,
  },
];

for (const { name, bug, invariants } of BUGS) {
  test(`the invariants catch ${name}`, () => {
    const caught = new Set<string>();
    for (let seed = 1; seed <= 60; seed++) {
      for (const violation of runSeed(seed, { stepFn: bug }).violations) caught.add(violation.invariant);
    }
    assert.match([...caught].join('; '), invariants);
  });
}

test('the invariants catch an engine that does not drain the socket of a late backup', () => {
  const caught = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    for (const violation of runSeed(seed, { drains: false }).violations) caught.add(violation.invariant);
  }
  assert.match([...caught].join('; '), /a late backup drains first/);
});
