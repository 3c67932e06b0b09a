/** AH and signed trailers from the wire to the state machine: one valid packet, one mutation per check. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Received } from '../ports/net.ts';
import { seconds, us } from '../units.ts';
import { checksum } from '../wire/checksum.ts';
import { recordedPacket } from '../wire/testing/frames.ts';
import { buildAdverts } from './advert.ts';
import type { HmacConfig, InstanceConfig } from './config.ts';
import { incoming, unwrap } from './incoming.ts';
import { step } from './router.ts';
import { sealRound } from './seal.ts';
import { NO_AUTH, type RouterState } from './state.ts';
import { address, instance, running, vip } from './testing/config.ts';
import { nodeDigests } from './testing/digests.ts';

const NOW = 1_784_505_600_000_000;
const WINDOW_US = 5_000_000;
const pass = (text: string) => new TextEncoder().encode(text.padEnd(8, '\0'));
const ah = instance({ auth: { type: 'ah', data: pass('secret12') }, vips: [vip('10.9.0.100')] });
const secret = (fill: number) => new Uint8Array(32).fill(fill);
const hmac: HmacConfig = {
  keys: [
    { id: 1, secret: secret(1) },
    { id: 2, secret: secret(2) },
  ],
  activeKey: 1,
  antiReplay: 'time',
  timeWindowUs: seconds(5),
  mode: 'enforce',
};
const signed3 = instance({ version: 3, hmac });
const signed2 = instance({ version: 2, hmac });
const signed6 = instance({ family: 6, hmac });

function onWire(bytes: Uint8Array, source: Uint8Array, destination: Uint8Array, hopLimit = 255): Received {
  return { bytes, source, destination, hopLimit, ifindex: 2, atUs: us(1_000_000) };
}

interface Sending {
  readonly from?: string;
  readonly priority?: number;
  readonly sequence?: number;
  readonly wallUs?: number;
}

/** What a router with this configuration sends after `sequence` has been used. */
function sent(config: InstanceConfig, { from, priority = 150, sequence = 1, wallUs = NOW }: Sending = {}) {
  const source = address(from ?? (config.family === 4 ? '10.0.0.2' : 'fe80::2'));
  const plain = buildAdverts(config, source, priority);
  const state = { ...NO_AUTH, ahSequence: sequence - 1 };
  const [datagram] = sealRound(config, state, plain, nodeDigests, wallUs).datagrams;
  return onWire(datagram?.bytes ?? new Uint8Array(), source, config.multicastGroup);
}

/** Feeds packets to a backup; the ids it logs and the counters that moved, in order. */
function judge(config: InstanceConfig, packets: readonly Received[], wallUs = NOW) {
  let state: RouterState = running(config);
  const logs: string[] = [];
  for (const packet of packets) {
    const judged = incoming(config, packet, nodeDigests, () => wallUs);
    assert.ok(judged !== undefined);
    const next = step(config, state, { event: 'packet', packet: judged, nowUs: packet.atUs });
    state = next.state;
    for (const effect of next.effects) if (effect.effect === 'log') logs.push(effect.id);
  }
  const counted = Object.entries(state.stats).filter(([, n]) => n > 0);
  return { state, logs, counted: Object.fromEntries(counted) };
}

function patched(packet: Received, at: number, ...values: number[]): Received {
  const bytes = packet.bytes.slice();
  bytes.set(values, at);
  return { ...packet, bytes };
}

test('AH: what keepalived 2.2.7 sends is accepted, and its number remembered', () => {
  const { ip, source, destination } = recordedPacket('vrrp-v2-ah-takeover.hex');
  const { state, counted } = judge(ah, [onWire(ip, source, destination)]);
  assert.deepEqual(counted, { advertRcvd: 1 });
  assert.deepEqual([state.auth.ahSequence, state.master?.priority, state.master?.clean], [8, 150, false]);
});

const ahRefusals: readonly (readonly [what: string, packet: Received, log: string, counter: string])[] = [
  ['a wrong digest', patched(sent(ah), 32, 1, 2, 3), 'rx-ah-digest', 'authFailure'],
  [
    'another password',
    sent({ ...ah, auth: { type: 'ah', data: pass('other') } }),
    'rx-ah-digest',
    'authFailure',
  ],
  ['an SPI that is not the source', patched(sent(ah), 27, 9), 'rx-ah-spi', 'authFailure'],
  ['a TTL that changed on the way', patched(sent(ah), 8, 254), 'rx-ah-digest', 'authFailure'],
  ['another IP id', patched(sent(ah), 4, 1), 'rx-ah-digest', 'authFailure'],
];
for (const [what, packet, log, counter] of ahRefusals) {
  test(`AH refuses ${what}`, () => {
    const { logs, counted, state } = judge(ah, [packet]);
    assert.deepEqual(logs, [log]);
    assert.deepEqual(counted, { [counter]: 1 });
    assert.equal(state.auth.ahSequence, 0);
  });
}

test('AH: TOS, flags and checksum may change on the way', () => {
  const packet = patched(patched(patched(sent(ah), 1, 0x20), 6, 0x40), 10, 0, 0);
  assert.deepEqual(judge(ah, [packet]).counted, { advertRcvd: 1 });
});

test('AH: numbers only grow, whoever sends them', () => {
  const heard = [5, 5, 4].map((sequence) => sent(ah, { sequence }));
  const other = sent(ah, { sequence: 5, from: '10.0.0.3' });
  const { logs, counted, state } = judge(ah, [...heard, other, sent(ah, { sequence: 6, from: '10.0.0.3' })]);
  assert.deepEqual(counted, { advertRcvd: 2, authFailure: 3 });
  assert.deepEqual(logs, ['rx-ah-replay']);
  assert.equal(state.auth.ahSequence, 6);
});

test('AH: a number is used up by an advert that is refused afterwards, not by one that is refused before', () => {
  const resealed = (change: (template: Uint8Array) => void): Received => {
    const [template] = buildAdverts(ah, address('10.0.0.2'), 150);
    assert.ok(template !== undefined);
    change(template.bytes);
    const [datagram] = sealRound(ah, NO_AUTH, [template], nodeDigests, 0).datagrams;
    return onWire(datagram?.bytes ?? new Uint8Array(), address('10.0.0.2'), ah.multicastGroup);
  };
  // Bytes of the advert begin at 44: type in the low half of the first, authentication type in the fifth.
  const wrongType = judge(ah, [resealed((bytes) => bytes.set([0x23], 44))]);
  assert.deepEqual([wrongType.logs, wrongType.state.auth.ahSequence], [['rx-type'], 1]);
  const wrongAuth = judge(ah, [resealed((bytes) => bytes.set([1], 48))]);
  assert.deepEqual([wrongAuth.logs, wrongAuth.state.auth.ahSequence], [['rx-auth-type'], 0]);
});

test('AH around something else, and too few bytes for AH, carry no advert', () => {
  assert.equal(unwrap(patched(sent(ah), 20, 6)), 'foreign');
  const whole = sent(ah);
  const short = patched({ ...whole, bytes: whole.bytes.slice(0, 51) }, 2, 0, 51);
  assert.equal(unwrap(short), 'short');
});

for (const config of [signed3, signed2, signed6]) {
  const name = `v${config.version} over IPv${config.family}`;
  test(`auth_hmac ${name}: a signed advert passes, and none with a flipped bit`, () => {
    const valid = sent(config);
    assert.deepEqual(judge(config, [valid]).counted, { advertRcvd: 1 });
    const start = config.family === 4 ? 20 : 0;
    const all = fc.record({ at: fc.integer({ min: start, max: valid.bytes.length - 1 }), bit: fc.nat(7) });
    fc.assert(
      fc.property(all, ({ at, bit }) => {
        const flipped = patched(valid, at, (valid.bytes[at] ?? 0) ^ (1 << bit));
        assert.equal(judge(config, [flipped]).state.stats.advertRcvd, 0);
      }),
      { numRuns: 300 },
    );
  });
}

test('auth_hmac: the checksum is not covered, so that a checksum of another form can be put right', () => {
  const valid = sent(signed3);
  const { bytes } = valid;
  const advert = bytes.slice(20, 32);
  advert.fill(0, 6, 8);
  const plain = checksum(advert);
  const other = patched(valid, 26, plain >> 8, plain & 0xff);
  assert.deepEqual(judge({ ...signed3, v3ChecksumAsV2: true }, [other]).counted, { advertRcvd: 1 });
});

const unsigned = { ...signed3, hmac: { ...hmac, mode: 'receive-only' } } as const;
const foreignKey = { ...signed3, hmac: { ...hmac, keys: [{ id: 1, secret: secret(9) }] } };
const thirdKey = { ...signed3, hmac: { ...hmac, activeKey: 3, keys: [{ id: 3, secret: secret(1) }] } };
const hmacRefusals: readonly (readonly [string, Received, string, string])[] = [
  ['without a trailer', sent(unsigned), 'rx-hmac-missing', 'authExtMissing'],
  ['of another type', patched(sent(signed3), 32, 2), 'rx-hmac-malformed', 'authExtMalformed'],
  ['with reserved bits', patched(sent(signed3), 35, 1), 'rx-hmac-malformed', 'authExtMalformed'],
  ['by an unknown key', sent(thirdKey), 'rx-hmac-key', 'authExtUnknownKey'],
  ['by another secret', sent(foreignKey), 'rx-hmac-invalid', 'authExtInvalidHmac'],
  ['from another address', forwarded(sent(signed3)), 'rx-hmac-invalid', 'authExtInvalidHmac'],
  [
    'older than the window',
    sent(signed3, { wallUs: NOW - WINDOW_US - 1000 }),
    'rx-hmac-stale',
    'authExtStale',
  ],
];

/** The same advert in a packet of somebody else. */
function forwarded(packet: Received): Received {
  const source = address('10.0.0.9');
  return { ...patched(packet, 12, ...source), source };
}

for (const [what, packet, log, counter] of hmacRefusals) {
  test(`auth_hmac refuses an advert ${what}`, () => {
    const { logs, counted } = judge(signed3, [packet]);
    assert.deepEqual([logs, counted], [[log], { [counter]: 1 }]);
  });
}

test('auth_hmac: the second copy of an advert is a replay', () => {
  const { logs, counted } = judge(signed3, [sent(signed3), sent(signed3)]);
  assert.deepEqual([logs, counted], [['rx-hmac-replay'], { advertRcvd: 1, authExtReplay: 1 }]);
});

test('auth_hmac: both keys verify while one of them signs, so that keys can be changed one node at a time', () => {
  const other = { ...signed3, hmac: { ...hmac, activeKey: 2 } };
  assert.deepEqual(judge(signed3, [sent(other)]).counted, { advertRcvd: 1 });
});

for (const mode of ['permissive', 'receive-only'] as const) {
  test(`auth_hmac in mode ${mode} takes unsigned adverts, and still no badly signed ones`, () => {
    const config = { ...signed3, hmac: { ...hmac, mode } };
    assert.deepEqual(judge(config, [sent(unsigned)]).counted, { advertRcvd: 1 });
    assert.deepEqual(judge(config, [sent(foreignKey)]).counted, { authExtInvalidHmac: 1 });
  });
}

test('a node without auth_hmac finds a signed advert too long', () => {
  const { logs, counted } = judge(instance({ version: 3 }), [sent(signed3)]);
  assert.deepEqual([logs, counted], [['rx-long'], { packetLenErr: 1 }]);
});
