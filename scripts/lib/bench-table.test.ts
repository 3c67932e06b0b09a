import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ratio, table } from './bench-table.ts';

const row = { what: 'crash, 1 s', statistic: 'median', upstream: 2, alived: 3 };

describe('bench table', () => {
  it('puts alived over upstream', () => assert.equal(ratio(row), 1.5));

  it('gives no quotient for something missing, negative or zero', () => {
    assert.equal(ratio({ ...row, upstream: undefined }), undefined);
    assert.equal(ratio({ ...row, alived: -0.4 }), undefined);
    assert.equal(ratio({ ...row, upstream: 0 }), undefined);
  });

  it('aligns columns and shows notes', () => {
    const lines = table([row, { ...row, what: 'stop', alived: undefined, note: '1 run failed' }]);
    assert.deepEqual(lines, [
      '            ms      upstream  alived  ratio',
      'crash, 1 s  median      2.00    3.00   1.50',
      'stop        median      2.00       -      -  1 run failed',
    ]);
  });
});
