/** disable_local_igmp: set at the start, kept over reloads, given back at the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalIgmp } from './local-igmp.ts';

function kernel(value: number | undefined, refuses = false) {
  const state = { value, writes: [] as number[], lines: [] as string[] };
  const sysctl = {
    get: () => state.value,
    set: (_path: string, wanted: number) => {
      if (refuses) return 30;
      state.value = wanted;
      state.writes.push(wanted);
      return 0;
    },
  };
  return { state, igmp: new LocalIgmp(sysctl, (id) => state.lines.push(id)) };
}

test('it is off while the daemon runs, and as before afterwards', () => {
  const { state, igmp } = kernel(1);
  igmp.start(true);
  igmp.reload(true);
  igmp.reload(false);
  assert.deepEqual([state.value, state.lines], [0, ['local-igmp-kept']]);
  igmp.end();
  igmp.end();
  assert.deepEqual([state.value, state.writes], [1, [0, 1]]);
});

test('what is off already, or not asked for, is left alone', () => {
  for (const [value, asked] of [
    [0, true],
    [1, false],
  ] as const) {
    const { state, igmp } = kernel(value);
    igmp.start(asked);
    igmp.end();
    assert.deepEqual(state.writes, []);
  }
});

test('a kernel that refuses, or has no such setting, is told of', () => {
  for (const { state, igmp } of [kernel(1, true), kernel(undefined)]) {
    igmp.start(true);
    igmp.end();
    assert.deepEqual([state.writes, state.lines], [[], ['local-igmp-not-disabled']]);
  }
});
