import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import { recordedPacket } from '../wire/testing/frames.ts';
import { buildAdverts } from './advert.ts';
import type { UnicastPeer } from './config.ts';
import { address, instance, vip } from './testing/config.ts';

const peer = (text: string): UnicastPeer => ({ address: address(text), minTtl: 0, maxTtl: 255 });

/** What keepalived sends, with the identification that it numbers and that we leave to the kernel. */
function recordedWithoutId(file: string): Uint8Array {
  const bytes = recordedPacket(file).ip.slice();
  const sum = ((bytes[10] ?? 0) << 8) + (bytes[11] ?? 0) + ((bytes[4] ?? 0) << 8) + (bytes[5] ?? 0);
  bytes.fill(0, 4, 6);
  bytes[10] = sum >> 8;
  bytes[11] = sum & 0xff;
  return bytes;
}

const passV2 = instance({
  auth: { type: 'pass', data: new TextEncoder().encode('secret12') },
  vips: [vip('10.9.0.200'), vip('10.9.0.201')],
  excludedVips: [vip('10.9.0.240')],
});

test('v2 with a password: the packets of keepalived 2.2.7, regular and leaving', () => {
  for (const [priority, file] of [
    [100, 'vrrp-v2-pass.hex'],
    [0, 'vrrp-v2-pass-priority-0.hex'],
  ] as const) {
    const [advert, ...more] = buildAdverts(passV2, address('10.9.0.1'), priority);
    assert.deepEqual(advert?.bytes, recordedWithoutId(file));
    assert.deepEqual([advert?.destination, more], [address('224.0.0.18'), []]);
  }
});

test('v3 over IPv4 and IPv6: the packets of keepalived 2.2.7', () => {
  const four = instance({ version: 3, vrid: 52, advertIntervalUs: us(250_000), vips: [vip('10.9.0.210')] });
  const [advert] = buildAdverts(four, address('10.9.0.1'), 150);
  assert.deepEqual(advert?.bytes, recordedWithoutId('vrrp-v3-ipv4.hex'));
  const { payload, source, destination } = recordedPacket('vrrp-v3-ipv6.hex');
  const vips = [vip('fe80::99'), vip('2001:db8::5:1')];
  const six = instance({ family: 6, vrid: 53, advertIntervalUs: us(500_000), vips });
  assert.deepEqual(buildAdverts(six, source, 200), [{ bytes: payload, source, destination, hopLimit: 255 }]);
});

test('unicast goes to every peer, with 255 or the configured limit over IPv4', () => {
  const config = instance({ unicastPeers: [peer('10.0.0.2'), peer('10.0.0.3')] });
  const sent = buildAdverts(config, address('10.0.0.1'), 100);
  assert.deepEqual(
    sent.map((datagram) => [...datagram.destination]),
    [
      [10, 0, 0, 2],
      [10, 0, 0, 3],
    ],
  );
  assert.deepEqual(
    sent.map(({ bytes }) => [bytes[8], ...bytes.subarray(16, 20)]),
    [
      [255, 10, 0, 0, 2],
      [255, 10, 0, 0, 3],
    ],
  );
  const [limited] = buildAdverts({ ...config, unicastTtl: 64 }, address('10.0.0.1'), 100);
  assert.equal(limited?.bytes[8], 64);
});

test('IPv6 unicast leaves with the default of the kernel unless a limit is configured', () => {
  const config = instance({ family: 6, unicastPeers: [peer('fe80::2')] });
  const [plain] = buildAdverts(config, address('fe80::1'), 100);
  assert.ok(plain !== undefined && !('hopLimit' in plain));
  const [limited] = buildAdverts({ ...config, unicastTtl: 1 }, address('fe80::1'), 100);
  assert.equal(limited?.hopLimit, 1);
});
