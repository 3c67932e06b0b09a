import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isMessageId } from '../messages.ts';
import { refusalOf } from './refusals.ts';

describe('refusalOf', () => {
  it('finds instance, sender and reason in the arguments of a line', () => {
    const password = { instance: 'VI', source: '10.0.0.2', authentication: 3 };
    assert.deepEqual(refusalOf('rx-password', ['VI', '10.0.0.2']), password);
    assert.deepEqual(refusalOf('rx-ah-spi', ['a', 'b', 'VI', '10.0.0.2']), password);
    const version = { instance: 'VI', source: '10.0.0.2', protocol: 2 };
    assert.deepEqual(refusalOf('rx-version', ['VI', '10.0.0.2', 2, 3]), version);
    assert.equal(refusalOf('entering-master', ['VI']), undefined);
  });

  it('knows lines that there are', () => {
    const ids = [
      'rx-auth-invalid',
      'rx-auth-type',
      'rx-password',
      'rx-ah-spi',
      'rx-ah-digest',
      'rx-ah-replay',
    ];
    for (const id of [...ids, 'rx-ttl', 'rx-ttl-range', 'rx-version', 'rx-checksum']) {
      assert.ok(isMessageId(id), id);
      assert.notEqual(refusalOf(id, ['a', 'b', 'c', 'd']), undefined, id);
    }
  });
});
