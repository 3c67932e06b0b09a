import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bound, failoverRows } from './failover.ts';

describe('failover bench', () => {
  it('waits three intervals and the skew of priority 100 after a crash, the skew alone after a stop', () => {
    assert.equal(bound('crash', 1), 3609.375);
    assert.equal(bound('stop', 1), 609.375);
    assert.equal(bound('stop', 0.01), 6.09375);
  });

  it('shows median and maximum of each daemon and names failed runs', () => {
    const latenessMs = { upstream: [1, 9, 2], alived: [] };
    const failures = ['crash at 10 ms, run 1, alived: waited', 'crash at 10 ms, run 2, alived: waited'];
    const rows = failoverRows([{ ending: 'crash', intervalMs: 10, boundMs: 36.09375, latenessMs, failures }]);
    assert.deepEqual(
      rows.map(({ statistic, upstream, alived, note }) => [statistic, upstream, alived, note]),
      [
        ['median', 2, undefined, '2 failed run(s) of alived'],
        ['max', 9, undefined, '2 failed run(s) of alived'],
      ],
    );
    assert.equal(rows[0]?.what, 'crash at 10 ms, due after 36.1 ms');
  });
});
