import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { us } from '../units.ts';
import { ipv4, ipv6 } from './address.ts';
import { recordedPacket } from './testing/frames.ts';
import type { Advert, ChecksumContext } from './vrrp.ts';
import {
  checksumHolds,
  encodeAdvert,
  expectedLength,
  peekHeader,
  readBody,
  usesPseudoHeader,
} from './vrrp.ts';

interface Recorded {
  readonly file: string;
  readonly advert: Advert;
}

const passVips = [ipv4('10.9.0.200'), ipv4('10.9.0.201')];
const pass = { authType: 1, authData: new TextEncoder().encode('secret12') };
const recorded: readonly Recorded[] = [
  {
    file: 'vrrp-v2-pass.hex',
    advert: { version: 2, vrid: 51, priority: 100, intervalUs: us(1_000_000), addresses: passVips, ...pass },
  },
  {
    file: 'vrrp-v2-pass-priority-0.hex',
    advert: { version: 2, vrid: 51, priority: 0, intervalUs: us(1_000_000), addresses: passVips, ...pass },
  },
  {
    file: 'vrrp-v3-ipv4.hex',
    advert: {
      version: 3,
      vrid: 52,
      priority: 150,
      intervalUs: us(250_000),
      addresses: [ipv4('10.9.0.210')],
    },
  },
  {
    file: 'vrrp-v3-ipv6.hex',
    advert: {
      version: 3,
      vrid: 53,
      priority: 200,
      intervalUs: us(500_000),
      addresses: [ipv6('fe80::99'), ipv6('2001:db8::5:1')],
    },
  },
];

for (const { file, advert } of recorded) {
  const { payload, source, destination } = recordedPacket(file);
  const family = source.length === 4 ? 4 : 6;
  const pseudoHeader = usesPseudoHeader(advert.version, family, false);
  const context: ChecksumContext = { source, destination, pseudoHeader };

  test(`${file}: encoding gives the bytes that keepalived 2.2.7 sent`, () => {
    assert.deepEqual(encodeAdvert(advert, context), payload);
  });

  test(`${file}: decoding gives its configuration back`, () => {
    const header = peekHeader(payload);
    assert.ok(header !== undefined);
    assert.equal(payload.length, expectedLength(advert.version, family, header.count));
    const { addresses, authData } = readBody(payload, header, family);
    const { version, vrid, priority, intervalUs, type } = header;
    assert.equal(type, 1);
    assert.deepEqual(
      { version, vrid, priority, intervalUs, addresses },
      {
        version: advert.version,
        vrid: advert.vrid,
        priority: advert.priority,
        intervalUs: advert.intervalUs,
        addresses: advert.addresses,
      },
    );
    if (advert.version === 2) assert.deepEqual(authData, advert.authData);
  });

  test(`${file}: the checksum holds, and only with the right pseudo header`, () => {
    assert.ok(checksumHolds(payload, context));
    assert.ok(!checksumHolds(payload, { ...context, pseudoHeader: !pseudoHeader }));
    const flipped = payload.slice();
    flipped[2] = (flipped[2] ?? 0) ^ 0x10;
    assert.ok(!checksumHolds(flipped, context));
    const elsewhere = { ...context, destination: destination.map((byte) => byte ^ 1) };
    assert.equal(checksumHolds(payload, elsewhere), !pseudoHeader);
  });
}

test('the pseudo header belongs to v3, and over IPv4 it can be switched off', () => {
  assert.equal(usesPseudoHeader(2, 4, false), false);
  assert.equal(usesPseudoHeader(3, 4, false), true);
  assert.equal(usesPseudoHeader(3, 4, true), false);
  assert.equal(usesPseudoHeader(3, 6, true), true);
});

test('the longest v3 interval is 4095 centiseconds, and reserved bits are not part of it', () => {
  const context = { source: ipv4('10.0.0.1'), destination: ipv4('224.0.0.18'), pseudoHeader: true };
  const advert: Advert = { version: 3, vrid: 1, priority: 1, intervalUs: us(40_950_000), addresses: [] };
  const bytes = encodeAdvert(advert, context);
  assert.deepEqual([...bytes.subarray(4, 6)], [0x0f, 0xff]);
  bytes[4] = 0xff;
  assert.equal(peekHeader(bytes)?.intervalUs, 40_950_000);
});

test('fewer than eight bytes have no header', () => {
  for (let length = 0; length < 8; length++)
    assert.equal(peekHeader(new Uint8Array(length).fill(0x31)), undefined);
  assert.notEqual(peekHeader(new Uint8Array(8)), undefined);
});

const anyAdvert = fc.record({
  version: fc.constantFrom(2 as const, 3 as const),
  family: fc.constantFrom(4 as const, 6 as const),
  vrid: fc.integer({ min: 1, max: 255 }),
  priority: fc.integer({ min: 0, max: 255 }),
  ticks: fc.integer({ min: 1, max: 255 }),
  count: fc.integer({ min: 0, max: 20 }),
  seed: fc.uint8Array({ minLength: 16, maxLength: 16 }),
});

test('whatever is encoded is decoded again', () => {
  fc.assert(
    fc.property(anyAdvert, ({ version, family, vrid, priority, ticks, count, seed }) => {
      const size = family === 4 ? 4 : 16;
      const addresses = Array.from({ length: count }, (_, i) => seed.slice(0, size).map((byte) => byte ^ i));
      const intervalUs = us(version === 2 ? ticks * 1_000_000 : ticks * 10_000);
      const authData = seed.slice(8);
      const context: ChecksumContext = {
        source: seed.slice(0, size),
        destination: seed.slice(0, size).reverse(),
        pseudoHeader: usesPseudoHeader(version, family, false),
      };
      const bytes = encodeAdvert(
        { version, vrid, priority, intervalUs, addresses, authType: 1, authData },
        context,
      );
      const header = peekHeader(bytes);
      assert.ok(header !== undefined);
      assert.ok(checksumHolds(bytes, context));
      assert.equal(bytes.length, expectedLength(version, family, header.count));
      assert.deepEqual(
        [header.version, header.type, header.vrid, header.priority, header.intervalUs, header.count],
        [version, 1, vrid, priority, intervalUs, count],
      );
      const body = readBody(bytes, header, family);
      assert.deepEqual(body.addresses, addresses);
      if (version === 2) assert.deepEqual([header.authType, body.authData], [1, authData]);
    }),
  );
});
