import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { seconds } from '../units.ts';
import { recordedPacket } from '../wire/testing/frames.ts';
import { buildAdverts } from './advert.ts';
import type { HmacConfig, InstanceConfig } from './config.ts';
import { isSealed, sealRound } from './seal.ts';
import { type AuthState, NO_AUTH } from './state.ts';
import { address, instance, vip } from './testing/config.ts';
import { nodeDigests } from './testing/digests.ts';

const password = new TextEncoder().encode('secret12');
const ah = instance({ auth: { type: 'ah', data: password }, vips: [vip('10.9.0.100')] });

function sealed(config: InstanceConfig, state: AuthState, from: string, priority: number, wallUs = 0) {
  const plain = buildAdverts(config, address(from), priority);
  return sealRound(config, state, plain, nodeDigests, wallUs);
}

for (const [what, file, from, priority, before] of [
  ['first advert', 'vrrp-v2-ah.hex', '10.9.0.1', 100, { ahSequence: 0, ipId: 0 }],
  ['advert after a takeover', 'vrrp-v2-ah-takeover.hex', '10.9.0.2', 150, { ahSequence: 7, ipId: 0 }],
  ['advert on the way out', 'vrrp-v2-ah-priority-0.hex', '10.9.0.2', 0, { ahSequence: 13, ipId: 6 }],
] as const) {
  test(`AH: the ${what} of keepalived 2.2.7, byte for byte`, () => {
    const { datagrams, state } = sealed(ah, { ...NO_AUTH, ...before }, from, priority);
    assert.deepEqual(
      datagrams.map(({ bytes }) => bytes),
      [recordedPacket(file).ip],
    );
    assert.deepEqual([state.ahSequence, state.ipId], [before.ahSequence + 1, before.ipId + 1]);
  });
}

test('AH: all peers of a round get the same number', () => {
  const peer = (text: string) => ({ address: address(text), minTtl: 0, maxTtl: 255 });
  const config = { ...ah, unicastPeers: [peer('10.9.0.2'), peer('10.9.0.3')] };
  const { datagrams, state } = sealed(config, NO_AUTH, '10.9.0.1', 100);
  assert.deepEqual(
    datagrams.map(({ bytes }) => bytes.slice(28, 32).join('.')),
    ['0.0.0.1', '0.0.0.1'],
  );
  assert.equal(state.ahSequence, 1);
});

test('AH: the sequence stands still before it would come round, the IP id skips 0', () => {
  const late = { ...NO_AUTH, ahSequence: 0xffff_fffd, ipId: 0xffff };
  const first = sealed(ah, late, '10.9.0.1', 100).state;
  assert.deepEqual([first.ahSequence, first.ipId], [0xffff_fffe, 1]);
  assert.equal(sealed(ah, first, '10.9.0.1', 100).state.ahSequence, 0xffff_fffe);
  const last = { ...NO_AUTH, ahSequence: 0xffff_ffff };
  assert.equal(sealed(ah, last, '10.9.0.1', 100).state.ahSequence, 0xffff_ffff);
});

const secret = Uint8Array.from({ length: 32 }, (_, at) => at);
const hmac: HmacConfig = {
  keys: [{ id: 7, secret }],
  activeKey: 7,
  antiReplay: 'time',
  timeWindowUs: seconds(5),
  mode: 'enforce',
};
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('auth_hmac: the trailer of a v3 advert, put together by hand', () => {
  const config = instance({ version: 3, hmac, vips: [vip('10.9.0.100')] });
  // 2026-07-20 00:00:00.5 UTC; the fraction is half of 2^16.
  const { datagrams, state } = sealed(config, NO_AUTH, '10.9.0.1', 100, 1_784_505_600_500_000);
  const bytes = Buffer.from(datagrams[0]?.bytes ?? []);
  const advert = bytes.subarray(20, 32);
  const trailer = bytes.subarray(32);
  assert.equal(bytes.readUInt16BE(2), bytes.length);
  assert.equal(hex(advert.subarray(0, 6)), '313364010064');
  const head = `01070000${(1_784_505_600).toString(16)}80000000`;
  const zeroed = `${hex(advert.subarray(0, 6))}0000${hex(advert.subarray(8))}`;
  const pseudo = `04033300${'0a090001'.padEnd(32, '0')}`;
  const covered = Buffer.from(pseudo + zeroed + head + '0'.repeat(32), 'hex');
  const expected = createHmac('sha256', secret).update(covered).digest('hex').slice(0, 32);
  assert.equal(hex(trailer), head + expected);
  assert.deepEqual(state.sent, { seconds: 1_784_505_600, fraction: 0x8000, counter: 0 });
});

test('auth_hmac: one trailer for all peers, also over IPv6, and the checksum stays that of the advert', () => {
  const peer = (text: string) => ({ address: address(text), minTtl: 0, maxTtl: 255 });
  const config = instance({ family: 6, hmac, unicastPeers: [peer('fe80::2'), peer('fe80::3')] });
  let calls = 0;
  const counting = {
    hmac: (...args: Parameters<typeof nodeDigests.hmac>) => {
      calls += 1;
      return nodeDigests.hmac(...args);
    },
  };
  const plain = buildAdverts({ ...config, hmac: { ...hmac, mode: 'receive-only' } }, address('fe80::1'), 100);
  const round = buildAdverts(config, address('fe80::1'), 100);
  const { datagrams } = sealRound(config, NO_AUTH, round, counting, 0);
  assert.equal(calls, 1);
  const trailers = datagrams.map(({ bytes }) => hex(bytes.subarray(bytes.length - 28)));
  assert.equal(trailers[0], trailers[1]);
  assert.deepEqual(
    datagrams.map(({ bytes }) => hex(bytes.subarray(0, bytes.length - 28))),
    plain.map(({ bytes }) => hex(bytes)),
  );
});

test('only AH and signing instances are sealed; receive-only signs nothing', () => {
  const receiveOnly = { ...hmac, mode: 'receive-only' } as const;
  const plain = [instance(), instance({ hmac: receiveOnly })];
  assert.deepEqual([ah, instance({ hmac }), ...plain].map(isSealed), [true, true, false, false]);
  const datagrams = buildAdverts(instance({ hmac: receiveOnly }), address('10.0.0.1'), 100);
  assert.equal(datagrams[0]?.bytes.length, 20 + 20);
});
