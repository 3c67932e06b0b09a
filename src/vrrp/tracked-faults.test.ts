import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../units.ts';
import type { Conditions, Fault } from './events.ts';
import { step } from './router.ts';
import { initialState, type RouterState } from './state.ts';
import { healthy, instance, running } from './testing/config.ts';

const config = instance();
const fault = (name: string, status = -254): Fault => ({ kind: 'file', name, status });

interface Change {
  readonly state: RouterState;
  readonly logs: readonly string[];
  readonly notified: readonly string[];
}

/** What a change of conditions brings. */
function change(state: RouterState, more: Partial<Conditions>): Change {
  const conditions = healthy('10.0.0.1', more);
  const after = step(config, state, { event: 'conditions', conditions, nowUs: seconds(10) });
  const logs = after.effects.flatMap((effect) =>
    effect.effect === 'log' ? [[effect.id, ...effect.args.slice(1)].join(' ')] : [],
  );
  const notified = after.effects.flatMap((effect) =>
    effect.effect === 'notify' ? [`${effect.state} ${effect.priority}`] : [],
  );
  return { state: after.state, logs, notified };
}

test('a file becomes a fault: told first, and its weight leaves without a word', () => {
  const { state } = change(running(config), { priorityDelta: -10 });
  const failed = change(state, { faults: [fault('f')], priorityDelta: 0 });
  assert.deepEqual(failed.logs, ['file-fault f', 'entering-fault']);
  assert.deepEqual([failed.state.name, failed.state.effectivePriority], ['FAULT', 100]);
  assert.deepEqual(failed.notified, ['FAULT 90']);
});

test('a file is no fault any more: its weight counts before the state changes', () => {
  const { state } = change(running(config), { faults: [fault('f')] });
  const healed = change(state, { priorityDelta: -7 });
  assert.deepEqual(healed.logs, ['file-leaves-fault f', 'setting-effective-priority 93', 'entering-backup']);
  assert.deepEqual(change(state, {}).logs, ['file-leaves-fault f', 'entering-backup']);
});

test('further files are told while the instance stays in FAULT', () => {
  const { state } = change(running(config), { faults: [fault('f')] });
  const second = change(state, { faults: [fault('f'), fault('g')] });
  assert.deepEqual(second.logs, ['file-fault g']);
  const weight = change(second.state, { faults: [fault('f'), fault('g')], priorityDelta: 5 });
  assert.deepEqual(weight.logs, ['changing-effective-priority 100 105']);
  const first = change(weight.state, { faults: [fault('g')], priorityDelta: 5 });
  assert.deepEqual([first.logs, first.state.name], [['file-leaves-fault f'], 'FAULT']);
});

test('before the start causes come first, each once, and then the priority', () => {
  const faults: Fault[] = [fault('f', -300), { kind: 'process', name: 'p' }];
  const found = change(initialState(config), { faults, priorityDelta: -60 });
  assert.deepEqual(found.logs, [
    'start-file-fault f -300',
    'start-process-fault p',
    'changing-effective-priority 100 40',
  ]);
  assert.deepEqual(change(found.state, { faults, priorityDelta: -60 }).logs, []);
});
