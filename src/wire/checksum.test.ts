import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checksum, onesComplementSum, pseudoHeaderSum } from './checksum.ts';

test('the example of RFC 1071 §3', () => {
  const bytes = new Uint8Array([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
  assert.equal(onesComplementSum(bytes), 0xddf2);
  assert.equal(checksum(bytes), 0x220d);
});

test('an odd last byte is the high half of its word', () => {
  assert.equal(onesComplementSum(new Uint8Array([0x12, 0x34, 0x56])), 0x1234 + 0x5600);
  assert.equal(checksum(new Uint8Array(0)), 0xffff);
});

test('carries of a long run come round', () => {
  assert.equal(onesComplementSum(new Uint8Array(65_536).fill(0xff)), 0xffff);
});

test('writing the checksum makes the whole sum to zero', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 60 }), fc.nat(0xffff), (bytes, initial) => {
      bytes[0] = 0;
      bytes[1] = 0;
      const sum = checksum(bytes, initial);
      bytes[0] = sum >> 8;
      bytes[1] = sum & 0xff;
      assert.equal(checksum(bytes, initial), 0);
    }),
  );
});

test('the pseudo header covers both addresses, the length and the protocol', () => {
  const [a, b] = [new Uint8Array([10, 0, 0, 1]), new Uint8Array([224, 0, 0, 18])];
  // 0a00 + 0001 + e000 + 0012 + 0070 (112) + 0102 (258)
  assert.equal(pseudoHeaderSum(a, b, 258, 112), 0x0a00 + 0x0001 + 0xe000 + 0x0012 + 0x0070 + 0x0102);
});
