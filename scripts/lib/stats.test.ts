import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gaps, largest, median, quantile } from './stats.ts';

describe('stats', () => {
  it('takes the nearest rank, whatever the order', () => {
    const values = [5, 1, 4, 2, 3];
    assert.equal(median(values), 3);
    assert.equal(largest(values), 5);
    assert.equal(quantile(values, 0), 1);
    assert.equal(median([1, 2, 3, 4]), 2);
  });

  it('finds the one outlier of 100 only above p99', () => {
    const values = [...Array<number>(99).fill(10), 200];
    assert.equal(quantile(values, 0.99), 10);
    assert.equal(quantile([...values, 200], 0.99), 200);
  });

  it('has no value for nothing', () => assert.ok(Number.isNaN(median([]))));

  it('measures between neighbours', () => assert.deepEqual(gaps([1, 3, 6]), [2, 3]));
});
