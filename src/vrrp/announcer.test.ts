import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../engine/testing/fake-clock.ts';
import type { Link } from '../ports/kernel.ts';
import type { Net } from '../ports/net.ts';
import { fail, ok } from '../result.ts';
import { us } from '../units.ts';
import { formatAddress } from '../wire/address.ts';
import { Announcer, type Pace, type PaceGroup } from './announcer.ts';
import type { VirtualAddress } from './config.ts';
import { fakeLink, vip } from './testing/config.ts';

const links: readonly Link[] = [fakeLink('eth0', 2), fakeLink('eth1', 3)];

function bench(garpIntervalUs: number, gnaIntervalUs = garpIntervalUs) {
  const clock = new FakeClock();
  const sent: string[] = [];
  const logs: string[] = [];
  const wanted = { master: true };
  const broken = { errno: 0 };
  const record = (ifindex: number, address: Uint8Array) => {
    sent.push(`${clock.now()} ${ifindex} ${formatAddress(address)}`);
    return broken.errno === 0 ? ok(undefined) : fail({ call: 'sendto', errno: broken.errno });
  };
  const net: Net = {
    openVrrp: () => fail({ call: 'socket', errno: 1 }),
    sendFrame: (ifindex, frame) => record(ifindex, frame.slice(28, 32)),
    sendNeighbourAdvert: (ifindex, source, icmp) => {
      assert.deepEqual(icmp.slice(8, 24), source);
      return record(ifindex, source);
    },
  };
  const pace = (garp: number, gna: number, ...groups: PaceGroup[]): Pace => ({
    intervals: { 4: us(garp), 6: us(gna) },
    groups,
  });
  const announcer = new Announcer(
    clock,
    net,
    {
      link: (address: VirtualAddress) => links.find(({ name }) => name === (address.dev ?? 'eth0')),
      forwards: () => false,
      log: (id, args) => logs.push([id, ...args].join(' ')),
      failed: (error, link) => logs.push(`failed ${link.name} ${error.call} ${error.errno}`),
    },
    pace(garpIntervalUs, gnaIntervalUs),
  );
  const announce = (repeat: number, ...addresses: VirtualAddress[]): void =>
    announcer.announce('R1', addresses, repeat, () => wanted.master);
  return { clock, sent, logs, wanted, broken, announcer, announce, pace };
}

const [a, b] = [vip('10.0.0.200'), vip('10.0.0.201')];

test('without an interval all rounds leave at once, round by round', () => {
  const { sent, announce } = bench(0);
  announce(2, a, b);
  assert.deepEqual(sent, ['0 2 10.0.0.200', '0 2 10.0.0.201', '0 2 10.0.0.200', '0 2 10.0.0.201']);
});

test('an interval delays repeats and loses none: two addresses take turns, a tenth of a second apart', () => {
  const { clock, sent, announce } = bench(100_000);
  announce(4, a, b);
  clock.run(60_000_000);
  const times = (text: string): number[] =>
    sent.filter((line) => line.endsWith(text)).map((line) => Number(line.split(' ')[0]));
  assert.deepEqual(times('.200'), [0, 200_000, 400_000, 600_000]);
  assert.deepEqual(times('.201'), [100_000, 300_000, 500_000, 700_000]);
  assert.deepEqual(clock.pending(), {});
});

test('the distance is kept towards the next announcement as well', () => {
  const { clock, sent, announce } = bench(100_000);
  announce(1, a);
  clock.run(50_000);
  announce(1, b);
  clock.run(500_000);
  announce(1, a);
  assert.deepEqual(sent, ['0 2 10.0.0.200', '100000 2 10.0.0.201', '500000 2 10.0.0.200']);
});

test('interfaces and families do not wait for each other', () => {
  const { clock, sent, announce } = bench(100_000, 300_000);
  const six = vip('fe80::200');
  const other = vip('10.0.1.200', { dev: 'eth1' });
  announce(2, a, other, six);
  clock.run(1_000_000);
  assert.deepEqual(sent, [
    '0 2 10.0.0.200',
    '0 3 10.0.1.200',
    '0 2 fe80::200',
    '100000 2 10.0.0.200',
    '100000 3 10.0.1.200',
    '300000 2 fe80::200',
  ]);
});

test('an instance that left MASTER announces nothing more', () => {
  const { clock, sent, wanted, announce } = bench(100_000);
  announce(4, a);
  clock.run(150_000);
  wanted.master = false;
  clock.run(10_000_000);
  assert.deepEqual(sent, ['0 2 10.0.0.200', '100000 2 10.0.0.200']);
  assert.deepEqual(clock.pending(), {});
});

test('an address whose interface is gone is left out', () => {
  const { sent, logs, announce } = bench(0);
  announce(1, vip('10.0.2.200', { dev: 'gone' }), a);
  assert.deepEqual(sent, ['0 2 10.0.0.200']);
  assert.ok(!logs.some((line) => line.includes('10.0.2.200')));
});

test('queueing is logged once for each address, sending each time, a failure by call and errno', () => {
  const { logs, broken, announce } = bench(0);
  broken.errno = 100;
  announce(2, a, vip('fe80::200'));
  assert.deepEqual(logs, [
    'queueing-garp R1 eth0 10.0.0.200',
    'sending-garp eth0 10.0.0.200',
    'failed eth0 sendto 100',
    'queueing-na R1 eth0 fe80::200',
    'sending-na eth0 fe80::200',
    'failed eth0 sendto 100',
    'sending-garp eth0 10.0.0.200',
    'failed eth0 sendto 100',
    'sending-na eth0 fe80::200',
    'failed eth0 sendto 100',
  ]);
});

test('a reload changes the interval of what is still to come', () => {
  const { clock, sent, announcer, announce, pace } = bench(100_000);
  announce(3, a);
  announcer.setPace(pace(400_000, 0));
  clock.run(2_000_000);
  assert.deepEqual(sent, ['0 2 10.0.0.200', '100000 2 10.0.0.200', '500000 2 10.0.0.200']);
});

test('interfaces of a garp_group share one budget for each family, whatever the global interval is', () => {
  const { clock, sent, announcer, announce, pace } = bench(0);
  const group = { interfaces: ['eth0', 'eth1'], garpIntervalUs: us(200_000), gnaIntervalUs: us(0) };
  announcer.setPace(pace(50_000, 50_000, group));
  announce(2, a, vip('10.0.1.200', { dev: 'eth1' }), vip('fe80::200'));
  clock.run(2_000_000);
  assert.deepEqual(sent, [
    '0 2 10.0.0.200',
    '0 2 fe80::200',
    '0 2 fe80::200',
    '200000 3 10.0.1.200',
    '400000 2 10.0.0.200',
    '600000 3 10.0.1.200',
  ]);
});

test('a large burst leaves in lots, so that adverts are not kept waiting, and in the same order', () => {
  const { clock, sent, announce } = bench(0);
  const many = Array.from({ length: 300 }, (_, at) => vip(`10.1.${at >> 8}.${at & 255}`));
  announce(2, ...many);
  assert.equal(sent.length, 250);
  assert.deepEqual(Object.keys(clock.pending()), ['garp/burst']);
  announce(1, a);
  assert.equal(sent.length, 250);
  clock.run(0);
  clock.run(0);
  const expected = [...many, ...many, a].map(({ address }) => `0 2 ${formatAddress(address)}`);
  assert.deepEqual(sent, expected);
  assert.deepEqual(clock.pending(), {});
});

test('whoever leaves MASTER has nothing of its burst sent any more', () => {
  const { clock, sent, wanted, announce } = bench(0);
  announce(2, ...Array.from({ length: 300 }, (_, at) => vip(`10.1.${at >> 8}.${at & 255}`)));
  wanted.master = false;
  clock.run(1000);
  assert.equal(sent.length, 250);
});
