import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRespawn } from './respawn.ts';

test('delays double up to a minute and start over after a long life', () => {
  const respawn = createRespawn();
  const delays = Array.from({ length: 9 }, () => respawn.died(0, 1000));
  assert.deepEqual(delays, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
  assert.equal(respawn.died(0, 60_000), 0);
  assert.equal(respawn.died(0, 1000), 1);
});
