import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BufferSize, Net, NetError, Received, VrrpSocketSpec } from '../ports/net.ts';
import { fail, ok } from '../result.ts';
import { us } from '../units.ts';
import { encodeIpv4 } from '../wire/ip.ts';
import { payloadOf } from './incoming.ts';
import { SocketPool } from './socket-pool.ts';
import { address, fakeLink, instance, packet } from './testing/config.ts';

function bench() {
  const opened: VrrpSocketSpec[] = [];
  const closed: string[] = [];
  const seen: string[] = [];
  const sizes: string[] = [];
  const deliver: ((packet: Received) => void)[] = [];
  const refuse: { error: NetError | undefined } = { error: undefined };
  const net: Net = {
    openVrrp: (spec, onPacket) => {
      if (refuse.error !== undefined) return fail(refuse.error);
      opened.push(spec);
      deliver.push(onPacket);
      const close = (): void => {
        closed.push(`${spec.ifname}/${spec.family}`);
      };
      const setReceiveBuffer = ({ bytes, force }: BufferSize): void => {
        sizes.push(`${bytes}${force ? ' forced' : ''}`);
      };
      const send = () => ok(undefined);
      return ok({
        spec,
        fdIn: 10,
        fdOut: 11,
        send,
        drain: () => undefined,
        reading: () => undefined,
        deliver: () => undefined,
        setReceiveBuffer,
        close,
      });
    },
    sendFrame: () => ok(undefined),
    sendNeighbourAdvert: () => ok(undefined),
  };
  const pool = new SocketPool(net, {
    packet: (name) => seen.push(name),
    unknownVrid: (vrid) => seen.push(`unknown ${vrid}`),
    runt: ({ bytes }, protocol) => seen.push(`runt of ${protocol}: ${bytes.length}`),
  });
  return { pool, opened, closed, sizes, seen, deliver, refuse };
}

const eth0 = fakeLink('eth0', 2);
const named = (name: string, vrid: number) => instance({ name, vrid });

function received(vrid: number): Received {
  const { payload, source, destination } = packet(instance({ vrid }));
  const bytes = encodeIpv4({ ttl: 255, protocol: 112, source, destination }, payload);
  return { bytes, source, destination, hopLimit: 255, ifindex: 2, atUs: us(0) };
}

test('instances of one interface and family share a socket, which closes with the last one', () => {
  const { pool, opened, closed } = bench();
  const [a, b] = [named('A', 1), named('B', 2)];
  for (const config of [a, b, a]) assert.ok(pool.join(config, eth0).ok);
  assert.equal(opened.length, 1);
  assert.deepEqual(
    [opened[0]?.ifindex, opened[0]?.protocol, opened[0]?.group],
    [2, 112, address('224.0.0.18')],
  );
  pool.leave('A');
  pool.leave('A');
  assert.deepEqual(closed, []);
  pool.leave('B');
  assert.deepEqual(closed, ['eth0/4']);
  assert.equal(pool.socket('B'), undefined);
});

test('a socket that is shut is opened again for whoever joins next, or refused to all', () => {
  const { pool, opened, closed, refuse } = bench();
  const [a, b] = [named('A', 1), named('B', 2)];
  for (const config of [a, b]) assert.ok(pool.join(config, eth0).ok);
  pool.shut('A');
  assert.deepEqual([closed, pool.socket('B')], [['eth0/4'], undefined]);
  refuse.error = { call: 'bind', errno: 99 };
  const said = [a, b].map((config) => pool.join(config, eth0));
  assert.deepEqual(
    said.map((joined) => !joined.ok && joined.error.known),
    [false, true],
  );
  refuse.error = undefined;
  for (const config of [a, b]) assert.ok(pool.join(config, eth0).ok);
  assert.equal(opened.length, 2);
});

test('another interface, family or kind has a socket of its own; unicast joins no group', () => {
  const { pool, opened } = bench();
  const peer = { address: address('10.0.0.2'), minTtl: 0, maxTtl: 255 };
  pool.join(named('A', 1), eth0);
  pool.join(named('B', 2), fakeLink('eth1', 3));
  pool.join(instance({ name: 'C', family: 6 }), eth0);
  pool.join(instance({ name: 'D', unicastPeers: [peer] }), eth0);
  assert.deepEqual(
    opened.map((spec) => `${spec.ifname}/${spec.family}/${spec.group?.length ?? 'none'}`),
    ['eth0/4/4', 'eth1/4/4', 'eth0/6/16', 'eth0/4/none'],
  );
});

test('an interface that came back with another index gets a new socket', () => {
  const { pool, opened, closed } = bench();
  pool.join(named('A', 1), eth0);
  pool.join(named('A', 1), fakeLink('eth0', 7));
  assert.deepEqual([opened.length, closed.length, pool.socket('A')?.spec.ifindex], [2, 1, 7]);
});

test('a packet goes to the instances of its VRID, an unknown VRID is told', () => {
  const { pool, seen, deliver } = bench();
  pool.join(named('A', 1), eth0);
  pool.join(named('B', 2), eth0);
  deliver[0]?.(received(2));
  deliver[0]?.(received(9));
  assert.deepEqual(seen, ['B', 'unknown 9']);
});

test('a packet too short for its headers is told once, until a longer one comes', () => {
  const { pool, seen, deliver } = bench();
  pool.join(named('A', 1), eth0);
  const short = (length: number): Received => ({ ...received(1), bytes: received(1).bytes.slice(0, length) });
  for (const length of [0, 19, 27]) deliver[0]?.(short(length));
  assert.deepEqual(seen, ['runt of 112: 0']);
  deliver[0]?.(received(1));
  deliver[0]?.(short(20));
  assert.deepEqual(seen.slice(1), ['A', 'runt of 112: 20']);
});

test('the payload of IPv6 is all of it, of IPv4 what follows its header', () => {
  assert.deepEqual(payloadOf(received(1)), packet(instance({ vrid: 1 })).payload);
  const six = packet(instance({ family: 6 }));
  assert.deepEqual(payloadOf({ ...received(1), bytes: six.payload, source: six.source }), six.payload);
});

test('a socket that cannot be opened is a value, and sending without one as well', () => {
  const { pool, refuse } = bench();
  refuse.error = { call: 'socket', errno: 1 };
  assert.deepEqual(pool.join(named('A', 1), eth0), fail({ ...refuse.error, known: false }));
  const sent = pool.send('A', { bytes: new Uint8Array(1), destination: address('224.0.0.18') });
  assert.deepEqual(sent, fail({ call: 'send', errno: 19 }));
  refuse.error = undefined;
  assert.ok(pool.join(named('A', 1), eth0).ok);
  assert.equal(pool.sockets().length, 1);
});

test('unicast from another address is another socket, and what is wrong with one is told once', () => {
  const { pool, opened, refuse } = bench();
  const peer = { address: address('10.0.0.2'), minTtl: 0, maxTtl: 255 };
  const [a, b, c] = ['A', 'B', 'C'].map((name, at) => instance({ name, vrid: at + 1, unicastPeers: [peer] }));
  assert.ok(a && b && c);
  const [ours, foreign] = [address('10.0.0.1'), address('10.0.0.9')];
  assert.ok(pool.join(a, eth0, ours).ok);
  refuse.error = { call: 'bind', errno: 99 };
  assert.deepEqual(pool.join(b, eth0, foreign), fail({ ...refuse.error, known: false }));
  assert.deepEqual(pool.join(c, eth0, foreign), fail({ ...refuse.error, known: true }));
  assert.deepEqual(
    pool.report().map(({ fdIn, users }) => [fdIn, users.join(' ')]),
    [
      [10, 'A'],
      [-1, 'B C'],
    ],
  );
  refuse.error = undefined;
  for (const config of [b, c]) assert.ok(pool.join(config, eth0, foreign).ok);
  assert.deepEqual(
    opened.map(({ source }) => source),
    [ours, foreign],
  );
  assert.equal(pool.socket('C'), pool.socket('B'));
});

test('unicast in another VRF is another socket, which multicast does not notice', () => {
  const { pool, opened } = bench();
  const peer = { address: address('10.0.0.2'), minTtl: 0, maxTtl: 255 };
  const source = address('10.0.0.1');
  const unicast = instance({ name: 'A', unicastPeers: [peer] });
  const multicast = instance({ name: 'B', vrid: 2 });
  for (const vrf of [undefined, { index: 7, name: 'red' }, { index: 8, name: 'red' }]) {
    const link = vrf === undefined ? eth0 : { ...eth0, vrf };
    assert.ok(pool.join(unicast, link, source).ok);
    assert.ok(pool.join(multicast, link).ok);
  }
  assert.deepEqual(
    opened.map(({ group, vrf }) => (group === undefined ? (vrf?.index ?? 'none') : 'multicast')),
    ['none', 'multicast', 7, 8],
  );
});

test('the receive buffer is the sum of what its instances ask for, as they come and go', () => {
  const { pool, sizes } = bench();
  const { mtu } = eth0;
  pool.join({ ...named('A', 1), receiveBuffer: { bytes: 180 } }, eth0);
  pool.join({ ...named('B', 2), receiveBuffer: { mtus: 3 } }, eth0);
  pool.join(named('C', 3), eth0);
  pool.join({ ...named('A', 1), receiveBuffer: { bytes: 200 } }, eth0);
  pool.leave('B');
  const expected = [180, 180 + 3 * mtu, 200 + 3 * mtu, 200];
  assert.deepEqual(sizes, expected.map(String));
});

test('the system decides, unless there are more instances than its default can hold', () => {
  const { pool, sizes } = bench();
  for (let vrid = 1; vrid <= 90; vrid++) pool.join(named(`VI_${vrid}`, vrid), eth0);
  assert.deepEqual(sizes, []);
  pool.join(named('VI_91', 91), eth0);
  assert.deepEqual(sizes, [`${91 * 3 * 768} forced`]);
});
