import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { us } from '../units.ts';
import { BFD_STATES, type BfdPacket, decodeBfd, encodeBfd } from './bfd.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Sent by keepalived 2.2.7, seen by tcpdump in a namespace. */
const recorded: readonly (readonly [what: string, bytes: string, packet: BfdPacket])[] = [
  [
    'the first packet of a session with the defaults',
    '20 40 05 18 d703ebce 00000000 000f4240 00002710 00000000',
    {
      state: 'Down',
      diagnostic: 0,
      poll: false,
      final: false,
      authentication: false,
      demand: false,
      multiplier: 5,
      myDiscriminator: 0xd703ebce,
      yourDiscriminator: 0,
      minTxUs: us(1_000_000),
      minRxUs: us(10_000),
    },
  ],
  [
    'a poll of a session that has come up',
    '20 e0 05 18 6dd0a279 dab087fc 000186a0 000186a0 00000000',
    {
      state: 'Up',
      diagnostic: 0,
      poll: true,
      final: false,
      authentication: false,
      demand: false,
      multiplier: 5,
      myDiscriminator: 0x6dd0a279,
      yourDiscriminator: 0xdab087fc,
      minTxUs: us(100_000),
      minRxUs: us(100_000),
    },
  ],
];

for (const [what, text, packet] of recorded) {
  test(`${what} is read and written as it was seen`, () => {
    assert.deepEqual(decodeBfd(hex(text)), { ok: true, value: packet });
    assert.deepEqual(encodeBfd(packet), hex(text));
  });
}

describe('a packet is refused', () => {
  const good = '20 c0 05 18 11223344 55667788 000186a0 000186a0 00000000';
  const cases: readonly (readonly [string, string, object])[] = [
    ['one byte', '20', { problem: 'short', length: 1 }],
    ['23 bytes', good.slice(0, -2), { problem: 'short', length: 23 }],
    ['version 0', good.replace('20', '00'), { problem: 'version', version: 0 }],
    [
      'a length field below the length',
      good.replace('18', '17'),
      { problem: 'length', field: 23, length: 24 },
    ],
    ['bytes after the packet', `${good}0000`, { problem: 'length', field: 24, length: 26 }],
    ['multiplier 0', good.replace('05', '00'), { problem: 'multiplier' }],
    ['multipoint', good.replace('c0', 'c1'), { problem: 'multipoint' }],
    ['no discriminator', good.replace('11223344', '00000000'), { problem: 'my-discriminator' }],
    ['Up without our discriminator', good.replace('55667788', '00000000'), { problem: 'your-discriminator' }],
    ['Poll and Final', good.replace('c0', 'f0'), { problem: 'poll-final' }],
  ];
  for (const [what, text, error] of cases) {
    it(what, () => assert.deepEqual(decodeBfd(hex(text)), { ok: false, error }));
  }
  it('but not for being Down without our discriminator', () => {
    assert.equal(decodeBfd(hex(good.replace('c0', '40').replace('55667788', '00000000'))).ok, true);
  });
});

test('whatever comes is a packet or a problem, and a packet survives its own encoding', () => {
  const mostlyGood = fc.uint8Array({ maxLength: 40, size: 'max' }).map((bytes) => {
    if (bytes.length >= 24)
      bytes.set([0x20 | ((bytes[0] ?? 0) & 0x1f), bytes[1] ?? 0, bytes[2] ?? 0, bytes.length]);
    return bytes;
  });
  let read = 0;
  fc.assert(
    fc.property(mostlyGood, (bytes) => {
      const decoded = decodeBfd(bytes);
      if (!decoded.ok) return;
      read += 1;
      assert.ok(BFD_STATES.includes(decoded.value.state));
      assert.deepEqual(decodeBfd(encodeBfd(decoded.value)), decoded);
    }),
    { numRuns: 3000 },
  );
  assert.ok(read > 200, `only ${read} packets were good`);
});
