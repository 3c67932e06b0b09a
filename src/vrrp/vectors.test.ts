/** Replays fixtures/vectors/*.json: every effect, in order, with its durations, and the state after it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { step } from './router.ts';
import { initialState } from './state.ts';
import { configOf, eventOf, showEffect, type Vector } from './testing/vector.ts';

const folder = new URL('../../fixtures/vectors/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

test('there are vectors to replay', () => {
  assert.ok(names.length >= 25, `only ${names.length} vectors`);
});

for (const name of names) {
  test(`vector ${name.replace('.json', '')}`, () => {
    const vector = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Vector;
    let config = configOf(vector.config);
    let state = initialState(config);
    vector.steps.forEach((wanted, index) => {
      const event = eventOf(config, wanted);
      const next = step(config, state, event);
      state = next.state;
      if (event.event === 'configure') config = event.config;
      const shown = next.effects.map((effect) => showEffect(effect, event.nowUs));
      const where = `step ${index + 1}, ${wanted.event.event}`;
      assert.deepEqual(shown, wanted.effects, where);
      assert.equal(state.name, wanted.state, where);
    });
  });
}
