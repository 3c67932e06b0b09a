/** Tracked BFD sessions: what is news, what is only an answer, and what a reload keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimBfd } from '../sim/bfd.ts';
import { us } from '../units.ts';
import { BfdTracker } from './bfd-tracker.ts';

function tracker() {
  const bfd = new SimBfd();
  const lines: string[] = [];
  const changed: string[] = [];
  const clock = { now: () => us(7), wallUs: () => 0, armAt: () => undefined, cancel: () => undefined };
  const tracked = new BfdTracker(clock, bfd, {
    changed: (name) => changed.push(name),
    log: (id, args) => lines.push([id, ...args].join(' ')),
  });
  return { bfd, lines, changed, tracked };
}

test('every event is told, and only a change is one', () => {
  const { bfd, lines, changed, tracked } = tracker();
  tracked.configure(['B']);
  bfd.set('B', false);
  bfd.set('B', true);
  bfd.set('B', true);
  bfd.set('other', true);
  assert.deepEqual(lines, [
    'bfd-event B Down 7',
    'bfd-event B Up 7',
    'bfd-event B Up 7',
    'bfd-event other Up 7',
  ]);
  assert.deepEqual(changed, ['B']);
  assert.deepEqual([tracked.isUp('B'), tracked.isUp('other'), tracked.isUp('none')], [true, false, false]);
});

test('a reload keeps states and asks for those it does not know', () => {
  const { bfd, lines, changed, tracked } = tracker();
  tracked.configure(['B']);
  bfd.set('B', true);
  bfd.set('C', true);
  lines.length = 0;
  tracked.configure(['B', 'C']);
  assert.deepEqual(lines, ['bfd-event C Up 7']);
  assert.deepEqual(changed, ['B', 'C']);
});
