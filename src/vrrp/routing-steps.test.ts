import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import type { InstanceConfig } from './config.ts';
import type { RouterEvent } from './events.ts';
import { step } from './router.ts';
import { initialState, type RouterState } from './state.ts';
import { address, instance, route, rule } from './testing/config.ts';

const from = { address: Uint8Array.of(10, 80, 0, 0), length: 24 };
const config = instance({ routes: [route(1), route(2)], rules: [rule(1000, { from })] });

/** Only what touches the kernel, its log lines and the state. */
function play(own: InstanceConfig, state: RouterState, event: RouterEvent) {
  const result = step(own, state, event);
  const told = result.effects.flatMap((effect) => {
    if (effect.effect === 'log') return `log ${effect.id}`;
    if (effect.effect === 'addresses') return `${effect.action} addresses`;
    if (effect.effect !== 'routing') return [];
    return `${effect.action} ${effect.routes.length} routes ${effect.rules.length} rules`;
  });
  return { state: result.state, told };
}

const conditions = { faults: [], waiting: false, priorityDelta: 0, sourceAddress: address('10.0.0.1') };
function master(): RouterState {
  const known = play(config, initialState(config), { event: 'conditions', conditions, nowUs: us(0) });
  const started = play(config, known.state, { event: 'start', adopt: false, nowUs: us(0) });
  return play(config, started.state, { event: 'masterDown', dueAtUs: us(5), nowUs: us(5) }).state;
}

test('a start clears what a predecessor left, rules before routes before addresses', () => {
  const known = play(config, initialState(config), { event: 'conditions', conditions, nowUs: us(0) });
  const { told } = play(config, known.state, { event: 'start', adopt: false, nowUs: us(0) });
  assert.deepEqual(told, [
    'log removing-rules',
    'clear 0 routes 1 rules',
    'log removing-routes',
    'clear 2 routes 0 rules',
    'log removing-vips',
    'remove addresses',
    'log entering-backup-init',
  ]);
});

test('a master sets them behind its addresses', () => {
  const known = play(config, initialState(config), { event: 'conditions', conditions, nowUs: us(0) });
  const started = play(config, known.state, { event: 'start', adopt: false, nowUs: us(0) });
  const { told } = play(config, started.state, { event: 'masterDown', dueAtUs: us(5), nowUs: us(5) });
  assert.deepEqual(told.slice(2), [
    'log setting-vips',
    'add addresses',
    'log setting-routes',
    'add 2 routes 0 rules',
    'log setting-rules',
    'add 0 routes 1 rules',
  ]);
});

test('a lost route is a step down with everything taken off', () => {
  const { state, told } = play(config, master(), { event: 'routeLost', nowUs: us(9) });
  assert.equal(state.name, 'BACKUP');
  assert.deepEqual(told, [
    'log entering-backup',
    'log sent-0-priority',
    'log removing-rules',
    'remove 0 routes 1 rules',
    'log removing-routes',
    'remove 2 routes 0 rules',
    'log removing-vips',
    'remove addresses',
  ]);
  const again = play(config, state, { event: 'routeLost', nowUs: us(10) });
  assert.deepEqual(again.told, []);
});

test('routes that went with an interface are set again by a master, and by nobody else', () => {
  const { state, told } = play(config, master(), { event: 'routesDropped', nowUs: us(9) });
  assert.deepEqual([state.name, ...told], ['MASTER', 'log setting-routes', 'add 2 routes 0 rules']);
  const waiting = play(config, master(), { event: 'routeLost', nowUs: us(9) }).state;
  assert.deepEqual(play(config, waiting, { event: 'routesDropped', nowUs: us(10) }).told, []);
});

test('a reload takes off what is gone before it sets what is new', () => {
  const next = instance({ routes: [route(2), route(3)], rules: [] });
  const { told } = play(config, master(), { event: 'configure', config: next, nowUs: us(9) });
  assert.deepEqual(told, [
    'log rule-block-removed',
    'remove 0 routes 1 rules',
    'log route-removed',
    'remove 1 routes 0 rules',
    'log setting-vips',
    'log setting-routes',
    'add 2 routes 0 rules',
  ]);
});
