import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Us } from '../units.ts';
import { createTimerQueue } from './timer-queue.ts';

const at = (value: number): Us => value as Us;

describe('timer queue', () => {
  it('behaves like a sorted list', () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('arm' as const), name: fc.nat(40), due: fc.nat(1000) }),
      fc.record({ kind: fc.constant('cancel' as const), name: fc.nat(40), due: fc.constant(0) }),
      fc.record({ kind: fc.constant('run' as const), name: fc.constant(0), due: fc.nat(300) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200, size: 'max' }), (commands) => {
        const queue = createTimerQueue();
        const model = new Map<string, { due: number; order: number }>();
        const fired: string[] = [];
        let order = 0;
        for (const { kind, name, due } of commands) {
          if (kind === 'arm') {
            model.set(String(name), { due, order });
            order += 1;
            queue.arm(String(name), at(due), () => fired.push(String(name)));
          } else if (kind === 'cancel') {
            model.delete(String(name));
            queue.cancel(String(name));
          } else {
            const expected = [...model]
              .filter(([, timer]) => timer.due <= due)
              .sort(([, a], [, b]) => a.due - b.due || a.order - b.order)
              .map(([timer]) => timer);
            for (const timer of expected) model.delete(timer);
            fired.length = 0;
            queue.runDue(() => at(due));
            assert.deepEqual(fired, expected);
          }
          const next = Math.min(...[...model.values()].map((timer) => timer.due));
          assert.equal(queue.nextDueAtUs() ?? Number.POSITIVE_INFINITY, next);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('passes the deadline and the time of each call', () => {
    const queue = createTimerQueue();
    const seen: [number, number][] = [];
    let now = 100;
    queue.arm('a', at(10), (due, ran) => {
      seen.push([due, ran]);
      now = 130;
    });
    queue.arm('b', at(20), (due, ran) => seen.push([due, ran]));
    queue.runDue(() => at(now));
    assert.deepEqual(seen, [
      [10, 100],
      [20, 130],
    ]);
  });

  it('leaves what is armed during a pass to the next one', () => {
    const queue = createTimerQueue();
    let count = 0;
    const again = (): void => {
      count += 1;
      queue.arm('again', at(0), again);
    };
    again();
    queue.runDue(() => at(5));
    assert.equal(count, 2);
    assert.equal(queue.nextDueAtUs(), 0);
  });

  it('does not run a timer that an earlier one cancelled or moved', () => {
    const queue = createTimerQueue();
    const fired: string[] = [];
    queue.arm('first', at(1), () => {
      queue.cancel('second');
      queue.arm('third', at(99), () => fired.push('third'));
    });
    queue.arm('second', at(2), () => fired.push('second'));
    queue.arm('third', at(3), () => fired.push('third too early'));
    queue.runDue(() => at(10));
    assert.deepEqual(fired, []);
    assert.equal(queue.nextDueAtUs(), 99);
  });
});
