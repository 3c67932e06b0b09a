/** Every receive check of RFC 9568 §7.1 and RFC 3768 §7.1: one valid packet, one mutated packet per check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { us } from '../units.ts';
import { checksum, onesComplementSum, pseudoHeaderSum } from '../wire/checksum.ts';
import type { InstanceConfig } from './config.ts';
import { type IncomingPacket, receive } from './receive.ts';
import { step } from './router.ts';
import { NO_AUTH } from './state.ts';
import { type Counter, count } from './stats.ts';
import { address, instance, packet, running, vip } from './testing/config.ts';

const heard = { ownAddress: address('10.0.0.1'), master: undefined, auth: NO_AUTH, oldChecksum: false };
const password = new TextEncoder().encode('secret12');
const v2 = instance();
const withPassword = instance({ auth: { type: 'pass', data: password } });
const v3 = instance({ version: 3 });
const v6 = instance({ family: 6, vips: [vip('fe80::200'), vip('2001:db8::1')] });
const peer = { address: address('10.0.0.2'), minTtl: 254, maxTtl: 255 };
const unicast = instance({ unicastPeers: [peer] });

/** Writes bytes into a packet and corrects its checksum, so that only the check in question fails. */
function patch(config: InstanceConfig, bytes: Readonly<Record<number, number>>): IncomingPacket {
  const valid = packet(config);
  const payload = valid.payload.slice();
  for (const [at, byte] of Object.entries(bytes)) payload[Number(at)] = byte;
  return resummed({ ...valid, payload }, config.version === 3);
}

function resummed(incoming: IncomingPacket, pseudoHeader: boolean): IncomingPacket {
  const payload = incoming.payload.slice();
  payload[6] = 0;
  payload[7] = 0;
  const { source, destination } = incoming;
  const sum = checksum(payload, pseudoHeader ? pseudoHeaderSum(source, destination, payload.length, 112) : 0);
  payload[6] = sum >> 8;
  payload[7] = sum & 0xff;
  return { ...incoming, payload };
}

function broken(config: InstanceConfig, at: number): IncomingPacket {
  const valid = packet(config);
  const payload = valid.payload.slice();
  payload[at] = (payload[at] ?? 0) ^ 0x01;
  return { ...valid, payload };
}

function resized(config: InstanceConfig, change: number): IncomingPacket {
  const valid = packet(config);
  const payload = new Uint8Array(valid.payload.length + change);
  payload.set(valid.payload.subarray(0, payload.length));
  return resummed({ ...valid, payload }, config.version === 3);
}

interface Refused {
  readonly check: string;
  readonly config: InstanceConfig;
  readonly incoming: IncomingPacket;
  readonly counter: Counter | undefined;
  /** Counted as received all the same. */
  readonly received?: true;
  /** Log id; absent where nothing is logged. */
  readonly log?: string;
}

const refused: readonly Refused[] = [
  {
    check: 'hop limit 254',
    config: v2,
    incoming: packet(v2, { hopLimit: 254 }),
    counter: 'ipTtlErr',
    log: 'rx-ttl',
  },
  {
    check: 'hop limit 1',
    config: v6,
    incoming: packet(v6, { hopLimit: 1 }),
    counter: 'ipTtlErr',
    log: 'rx-ttl',
  },
  {
    check: 'hop limit unknown',
    config: v3,
    incoming: packet(v3, { hopLimit: -1 }),
    counter: 'ipTtlErr',
    log: 'rx-ttl',
  },
  {
    check: 'sent to our address',
    config: v3,
    incoming: packet(v3, { to: '10.0.0.1' }),
    counter: 'sourceErr',
  },
  { check: 'multicast for unicast', config: unicast, incoming: packet(unicast), counter: 'sourceErr' },
  {
    check: 'not a peer',
    config: unicast,
    incoming: packet(unicast, { from: '10.0.0.3', to: '10.0.0.1' }),
    counter: 'sourceErr',
    received: true,
    log: 'rx-not-peer',
  },
  {
    check: 'peer below min_ttl',
    config: unicast,
    incoming: packet(unicast, { to: '10.0.0.1', hopLimit: 253 }),
    counter: 'ipTtlErr',
    received: true,
    log: 'rx-ttl-range',
  },
  { check: 'v3 sent to v2', config: v2, incoming: packet(v3), counter: 'versionErr', log: 'rx-version' },
  { check: 'v2 sent to v3', config: v3, incoming: packet(v2), counter: 'versionErr', log: 'rx-version' },
  {
    check: 'version 4',
    config: v3,
    incoming: patch(v3, { 0: 0x41 }),
    counter: 'versionErr',
    log: 'rx-version',
  },
  {
    check: 'one byte short',
    config: v2,
    incoming: resized(v2, -1),
    counter: 'packetLenErr',
    log: 'rx-short',
  },
  {
    check: 'four bytes short',
    config: v3,
    incoming: resized(v3, -4),
    counter: 'packetLenErr',
    log: 'rx-short',
  },
  { check: 'trailing bytes', config: v3, incoming: resized(v3, 4), counter: 'packetLenErr', log: 'rx-long' },
  {
    check: 'count too high',
    config: v6,
    incoming: patch(v6, { 3: 3 }),
    counter: 'packetLenErr',
    log: 'rx-short',
  },
  {
    check: 'count too low',
    config: v6,
    incoming: patch(v6, { 3: 1 }),
    counter: 'packetLenErr',
    log: 'rx-long',
  },
  { check: 'v2 checksum', config: v2, incoming: broken(v2, 2), counter: 'checksumErr', log: 'rx-checksum' },
  { check: 'v3 checksum', config: v3, incoming: broken(v3, 7), counter: 'checksumErr', log: 'rx-checksum' },
  { check: 'v6 checksum', config: v6, incoming: broken(v6, 30), counter: 'checksumErr', log: 'rx-checksum' },
  {
    check: 'v3 without pseudo header',
    config: v3,
    incoming: resummed(packet(v3), false),
    counter: 'checksumErr',
    log: 'rx-checksum',
  },
  {
    check: 'pseudo header with v3_checksum_as_v2',
    config: { ...v3, v3ChecksumAsV2: true },
    incoming: packet(v3),
    counter: 'checksumErr',
    log: 'rx-checksum',
  },
  {
    check: 'v2 type 2',
    config: v2,
    incoming: patch(v2, { 0: 0x22 }),
    counter: 'invalidTypeRcvd',
    log: 'rx-type',
  },
  {
    check: 'v3 type 0',
    config: v3,
    incoming: patch(v3, { 0: 0x30 }),
    counter: 'invalidTypeRcvd',
    log: 'rx-type',
  },
  {
    check: 'auth type 3',
    config: v2,
    incoming: patch(v2, { 4: 3 }),
    counter: 'invalidAuthtype',
    log: 'rx-auth-invalid',
  },
  {
    check: 'PASS without auth',
    config: v2,
    incoming: packet(withPassword),
    counter: 'authtypeMismatch',
    log: 'rx-auth-type',
  },
  {
    check: 'auth missing',
    config: withPassword,
    incoming: packet(v2),
    counter: 'authtypeMismatch',
    log: 'rx-auth-type',
  },
  {
    check: 'first byte of the password',
    config: withPassword,
    incoming: patch(withPassword, { 12: 0x53 }),
    counter: 'authFailure',
    log: 'rx-password',
  },
  {
    check: 'last byte of the password',
    config: withPassword,
    incoming: patch(withPassword, { 19: 0x33 }),
    counter: 'authFailure',
    log: 'rx-password',
  },
  {
    check: 'v2 interval',
    config: v2,
    incoming: patch(v2, { 5: 2 }),
    counter: undefined,
    log: 'rx-interval',
  },
  { check: 'v3 interval 0', config: v3, incoming: patch(v3, { 4: 0, 5: 0 }), counter: 'advertIntervalErr' },
  { check: 'our own address', config: v2, incoming: packet(v2, { from: '10.0.0.1' }), counter: undefined },
  {
    check: 'owner_ignore_adverts',
    config: instance({ basePriority: 255, ownerIgnoreAdverts: true }),
    incoming: packet(v2),
    counter: undefined,
  },
];

for (const [what, config, incoming] of [
  ['v2', v2, packet(v2)],
  ['v2 with a password', withPassword, packet(withPassword)],
  ['v3 over IPv4', v3, packet(v3)],
  ['v3 over IPv6', v6, packet(v6)],
  ['v3 with v3_checksum_as_v2', { ...v3, v3ChecksumAsV2: true }, packet({ ...v3, v3ChecksumAsV2: true })],
  ['unicast', unicast, packet(unicast, { to: '10.0.0.1', hopLimit: 254 })],
  ['v3 with another interval', v3, packet(v3, { intervalUs: 40_950_000 })],
  ['v3 with reserved bits set', v3, patch(v3, { 4: 0xf0 })],
] as const) {
  test(`${what}: the control packet is accepted`, () => {
    const verdict = receive(config, incoming, heard);
    assert.equal(verdict.verdict, 'accept');
    assert.deepEqual(verdict.counters, ['advertRcvd']);
    assert.deepEqual(verdict.notes, []);
    assert.ok(verdict.verdict === 'accept' && verdict.advert.clean);
    assert.equal(verdict.advert.priority, 150);
  });
}

for (const { check, config, incoming, counter, received, log } of refused) {
  const counters = [received ? ('advertRcvd' as const) : [], counter ?? []].flat();

  test(`refused: ${check}`, () => {
    const verdict = receive(config, incoming, heard);
    assert.equal(verdict.verdict, 'drop');
    assert.deepEqual(verdict.counters, counters);
    assert.deepEqual(
      verdict.notes.map((note) => note.id),
      log === undefined ? [] : [log],
    );
  });

  test(`never reaches the state machine: ${check}`, () => {
    const nowUs = us(1_000_000);
    for (const name of ['BACKUP', 'MASTER'] as const) {
      const state = running(config, { name });
      const next = step(config, state, { event: 'packet', packet: incoming, nowUs });
      const { stats, reported: _reported, ...rest } = next.state;
      const { stats: before, reported: _before, ...same } = state;
      assert.deepEqual(rest, same);
      assert.deepEqual(stats, count(before, ...counters));
      assert.ok(next.effects.every((effect) => effect.effect === 'log'));
    }
  });
}

test('a different VIP list is accepted with a note, and is not left to the engine', () => {
  const two = instance({ vips: [vip('10.0.0.200'), vip('10.0.0.201')] });
  const cases = [
    { incoming: packet(two, { vips: ['10.0.0.200'] }), id: 'rx-vip-count' },
    { incoming: packet(two, { vips: ['10.0.0.200', '10.0.0.202'] }), id: 'rx-vip-missing' },
  ];
  for (const { incoming, id } of cases) {
    const verdict = receive(two, incoming, heard);
    assert.equal(verdict.verdict, 'accept');
    assert.deepEqual(verdict.counters, ['advertRcvd', 'addrListErr']);
    assert.deepEqual(
      verdict.notes.map((note) => note.id),
      [id],
    );
    assert.ok(verdict.verdict === 'accept' && !verdict.advert.clean);
  }
  const swapped = receive(two, packet(two, { vips: ['10.0.0.201', '10.0.0.200'] }), heard);
  assert.deepEqual(swapped.notes, []);
});

test('skip_check_adv_addr leaves out the VIP list only for the master heard before', () => {
  const config = instance({ skipCheckAdvAddr: true });
  const incoming = packet(config, { vips: ['10.0.0.201'] });
  const again = receive(config, incoming, { ...heard, master: address('10.0.0.2') });
  assert.deepEqual(again.notes, []);
  const other = receive(config, incoming, { ...heard, master: address('10.0.0.3') });
  assert.equal(other.notes.length, 1);
});

test('priority 0 has a counter of its own', () => {
  assert.deepEqual(receive(v2, packet(v2, { priority: 0 }), heard).counters, ['advertRcvd', 'priZeroRcvd']);
});

test('without check_unicast_src any sender is taken', () => {
  const config = { ...unicast, checkUnicastSource: false };
  assert.equal(
    receive(config, packet(config, { from: '10.0.0.3', to: '10.0.0.1' }), heard).verdict,
    'accept',
  );
});

/** As keepalived before 1.3.7 sent it: the checksum of an advert to the group, in a packet to us. */
function withOldChecksum(config: InstanceConfig, priority = 150): IncomingPacket {
  return { ...packet({ ...config, unicastPeers: [] }, { priority }), destination: address('10.0.0.1') };
}

for (const [oldUnicastChecksum, sequence, verdicts] of [
  ['when-heard', ['new', 'old', 'old', 'new'], ['accept', 'accept', 'accept', 'drop']],
  ['always', ['new', 'old', 'new'], ['drop', 'accept', 'drop']],
  ['never', ['old', 'new', 'old'], ['drop', 'accept', 'drop']],
] as const) {
  test(`old_unicast_checksum ${oldUnicastChecksum}: of ${sequence.join(', ')} it takes the right ones`, () => {
    const config = instance({ version: 3, unicastPeers: [{ ...peer, minTtl: 0 }], oldUnicastChecksum });
    let state = running(config);
    const logs: string[] = [];
    const taken = sequence.map((form) => {
      const incoming = form === 'old' ? withOldChecksum(config) : packet(config, { to: '10.0.0.1' });
      const before = state.stats.advertRcvd;
      const next = step(config, state, { event: 'packet', packet: incoming, nowUs: us(1_000_000) });
      state = next.state;
      logs.push(...next.effects.flatMap((effect) => (effect.effect === 'log' ? [effect.id] : [])));
      return state.stats.advertRcvd > before ? 'accept' : 'drop';
    });
    assert.deepEqual(taken, verdicts);
    assert.equal(
      logs.filter((id) => id === 'old-checksum').length,
      oldUnicastChecksum === 'when-heard' ? 1 : 0,
    );
  });
}

test('a master that hears the old checksum goes over to it with its next advert', () => {
  const config = instance({ version: 3, unicastPeers: [{ ...peer, minTtl: 0 }] });
  const incoming = withOldChecksum(config, 50);
  const state = running(config, { name: 'MASTER' });
  const { effects } = step(config, state, { event: 'packet', packet: incoming, nowUs: us(1_000_000) });
  const rule = effects.find((effect) => effect.effect === 'advertise')?.rule;
  const [datagram] = rule?.datagrams ?? [];
  const advert = datagram?.bytes.subarray(20) ?? new Uint8Array();
  const sum = pseudoHeaderSum(address('10.0.0.1'), address('224.0.0.18'), advert.length, 112);
  assert.equal(checksum(advert, sum), 0);
});

test('each slot is logged once, until a good advert arrives or the state changes', () => {
  let state = running(v2);
  const feed = (incoming: IncomingPacket): string[] => {
    const next = step(v2, state, { event: 'packet', packet: incoming, nowUs: us(1_000_000) });
    state = next.state;
    return next.effects.flatMap((effect) => (effect.effect === 'log' ? [effect.id] : []));
  };
  const lowTtl = packet(v2, { hopLimit: 1 });
  assert.deepEqual(feed(lowTtl), ['rx-ttl']);
  assert.deepEqual(feed(lowTtl), []);
  assert.deepEqual(feed(broken(v2, 2)), ['rx-checksum']);
  assert.deepEqual(feed(lowTtl), []);
  assert.equal(state.stats.ipTtlErr, 3);
  assert.deepEqual(feed(packet(v2)), []);
  assert.deepEqual(feed(lowTtl), ['rx-ttl']);
  const down = { ...state.conditions, faults: [{ kind: 'no-interface' }] } as const;
  state = step(v2, state, { event: 'conditions', conditions: down, nowUs: us(2_000_000) }).state;
  assert.deepEqual(feed(lowTtl), ['rx-ttl']);
});

/** What RFC 3768 asks of bytes before they may be taken, written down a second time and differently. */
function couldBeValid(payload: Uint8Array, vipCount: number): boolean {
  const [first, , , count, authType, interval] = payload;
  const length = 8 + 4 * (count ?? 0) + 8;
  const whole = payload.length === length && onesComplementSum(payload) === 0xffff;
  return whole && first === 0x21 && authType === 0 && interval === 1 && vipCount > 0;
}

test('random bytes never throw and are only accepted when they are an advert', () => {
  const config = instance();
  const lengths = fc.constantFrom(0, 1, 7, 8, 16, 20, 24, 40);
  const random = lengths.chain((n) => fc.uint8Array({ minLength: n, maxLength: n }));
  fc.assert(
    fc.property(random, fc.integer({ min: -1, max: 255 }), (payload, hopLimit) => {
      const incoming = { ...packet(config), payload, hopLimit };
      const verdict = receive(config, incoming, heard);
      if (verdict.verdict === 'drop') assert.ok(verdict.counters.length <= 1);
      else assert.ok(hopLimit === 255 && couldBeValid(payload, config.vips.length));
    }),
    { numRuns: 2000 },
  );
});

test('any single byte changed makes an advert invalid (the checksum sees it)', () => {
  for (const config of [v2, v3, v6, withPassword]) {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (where, flip) => {
        const valid = packet(config);
        const payload = valid.payload.slice();
        const at = where % payload.length;
        payload[at] = (payload[at] ?? 0) ^ flip;
        assert.equal(receive(config, { ...valid, payload }, heard).verdict, 'drop');
      }),
      { numRuns: 300 },
    );
  }
});
