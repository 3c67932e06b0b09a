import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipv4 } from './address.ts';
import { decodeIpv4, encodeIpv4, TOS_INTERNETWORK_CONTROL } from './ip.ts';
import { recordedPacket } from './testing/frames.ts';

test('the header is the one keepalived 2.2.7 sent, with its identification', () => {
  for (const file of ['vrrp-v2-pass.hex', 'vrrp-v2-pass-priority-0.hex', 'vrrp-v3-ipv4.hex']) {
    const { ip, payload, source, destination } = recordedPacket(file);
    const id = ((ip[4] ?? 0) << 8) | (ip[5] ?? 0);
    assert.deepEqual(encodeIpv4({ ttl: 255, protocol: 112, source, destination, id }, payload), ip);
  }
});

test('reading gives the fields and the payload back', () => {
  const { ip, payload, source, destination } = recordedPacket('vrrp-v3-ipv4.hex');
  const read = decodeIpv4(ip);
  assert.deepEqual(read?.payload, payload);
  assert.deepEqual(read?.header, {
    tos: TOS_INTERNETWORK_CONTROL,
    totalLength: 32,
    id: 1,
    ttl: 255,
    protocol: 112,
    source,
    destination,
    headerLength: 20,
  });
});

test('options are skipped and padding after the total length is cut off', () => {
  const bytes = new Uint8Array(40);
  bytes.set([0x46, 0, 0, 28], 0);
  bytes.set([1, 2, 3, 4], 24);
  bytes.fill(0xee, 28);
  assert.deepEqual([...(decodeIpv4(bytes)?.payload ?? [])], [1, 2, 3, 4]);
});

test('a header that its bytes cannot hold is refused', () => {
  const whole = encodeIpv4(
    { ttl: 255, protocol: 112, source: ipv4('10.0.0.1'), destination: ipv4('224.0.0.18') },
    new Uint8Array(12),
  );
  const changed = (at: number, byte: number): Uint8Array => {
    const bytes = whole.slice();
    bytes[at] = byte;
    return bytes;
  };
  assert.notEqual(decodeIpv4(whole), undefined);
  assert.equal(decodeIpv4(whole.subarray(0, 19)), undefined);
  assert.equal(decodeIpv4(whole.subarray(0, 31)), undefined);
  assert.equal(decodeIpv4(changed(0, 0x65)), undefined);
  assert.equal(decodeIpv4(changed(0, 0x44)), undefined);
  assert.equal(decodeIpv4(changed(0, 0x4f)), undefined);
  assert.equal(decodeIpv4(changed(3, 19)), undefined);
  assert.equal(decodeIpv4(changed(3, 33)), undefined);
});

test('random bytes never throw, and a payload never reaches outside them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const read = decodeIpv4(bytes);
      if (read === undefined) return;
      assert.ok(read.header.headerLength >= 20);
      assert.equal(read.payload.length, read.header.totalLength - read.header.headerLength);
    }),
  );
});
