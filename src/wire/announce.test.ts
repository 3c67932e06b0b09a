import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ipv4, ipv6 } from './address.ts';
import { encodeGratuitousArp } from './arp.ts';
import { checksum, pseudoHeaderSum } from './checksum.ts';
import { ALL_NODES, encodeUnsolicitedNa } from './ndp.ts';
import { recordedFrame, recordedPacket } from './testing/frames.ts';

const mac = new Uint8Array([0x02, 0, 0, 0, 0x05, 0x0a]);

test('the gratuitous ARP is the frame that keepalived 2.2.7 sent', () => {
  assert.deepEqual(encodeGratuitousArp(mac, ipv4('10.9.0.210')), recordedFrame('vrrp-garp.hex'));
});

test('the unsolicited NA is the message that keepalived 2.2.7 sent', () => {
  const { payload, source, destination } = recordedPacket('vrrp-na.hex');
  assert.deepEqual(source, ipv6('2001:db8::5:1'));
  assert.deepEqual(destination, ALL_NODES);
  assert.deepEqual(encodeUnsolicitedNa(mac, source, false), payload);
});

test('a router says so, and its checksum still holds', () => {
  const vip = ipv6('fe80::99');
  const plain = encodeUnsolicitedNa(mac, vip, false);
  const router = encodeUnsolicitedNa(mac, vip, true);
  assert.deepEqual([plain[4], router[4]], [0x20, 0xa0]);
  for (const bytes of [plain, router]) {
    assert.equal(checksum(bytes, pseudoHeaderSum(vip, ALL_NODES, bytes.length, 58)), 0);
  }
});
