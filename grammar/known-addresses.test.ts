import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from './codecs/address.ts';
import { KnownAddresses } from './known-addresses.ts';

const address = (text: string) => {
  const value = parseAddress(text);
  assert.ok(value);
  return value;
};

describe('KnownAddresses', () => {
  it('knows what was added and nothing else', () => {
    const texts = ['10.0.0.1', '10.0.0.2', '255.255.255.255', '0.0.0.0', 'fe80::1', '::ffff:10.0.0.3', '::'];
    const known = new KnownAddresses();
    for (const [at, text] of texts.entries()) {
      assert.deepEqual(
        texts.map((other) => known.has(address(other))),
        texts.map((_, other) => other < at),
      );
      known.add(address(text));
    }
    assert.equal(known.has(address('::a00:1')), false);
  });
});
