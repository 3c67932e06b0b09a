import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLinkBeat } from './link-beat.ts';

test('the loopback interface runs, has no PHY, and one that is not there knows no method', () => {
  const beat = createLinkBeat();
  assert.equal(beat.beats('lo', 'IOCTL'), true);
  assert.equal(beat.beats('lo', 'MII'), undefined);
  for (const method of ['MII', 'ETHTOOL', 'IOCTL'] as const) {
    assert.equal(beat.beats('none0', method), undefined);
    assert.equal(beat.beats('a-name-that-is-too-long', method), undefined);
  }
});
