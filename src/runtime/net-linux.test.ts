import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Received, VrrpSocketSpec } from '../ports/net.ts';
import type { Family } from '../units.ts';
import { createKernel } from './kernel-linux.ts';
import { createLoop, type Loop } from './loop.ts';
import { createNet, type LinuxNet } from './net-linux.ts';
import { type Capture, capture } from './testing/capture.ts';
import {
  createLab,
  inIp,
  inNamespace,
  type Lab,
  missingForNamespaces,
  removeLab,
} from './testing/namespace.ts';
import { until } from './testing/until.ts';
import { unwrap } from './testing/unwrap.ts';

const etherTypeArp = 0x0806;
const etherTypeIpv6 = 0x86dd;
const group4 = Uint8Array.of(224, 0, 0, 18);
const group6 = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12);
const linkLocal = (host: number): Uint8Array =>
  Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, host);

/** An IPv4 header as the core writes it; length, identification and checksum are the kernel's work. */
function ipv4Packet(source: Uint8Array, destination: Uint8Array, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(20 + payload.length);
  bytes.set([0x45, 0xc0, 0, bytes.length, 0, 0, 0, 0, 255, 112]);
  bytes.set(source, 12);
  bytes.set(destination, 16);
  bytes.set(payload, 20);
  return bytes;
}

describe('net on raw sockets', { skip: missingForNamespaces() }, () => {
  let lab: Lab;
  let loop: Loop;
  let net: LinuxNet;
  const ifindex = { a: 0, b: 0 };
  const open: { close(): void }[] = [];

  before(() => {
    lab = createLab('net');
    loop = createLoop();
    net = createNet(loop);
    for (const side of ['a', 'b'] as const) {
      const kernel = unwrap(inNamespace(lab[side], () => createKernel(loop)));
      ifindex[side] = kernel.linkByName('eth0')?.index ?? 0;
      kernel.close();
    }
  });
  afterEach(() => {
    for (const item of open.splice(0)) item.close();
  });
  after(() => {
    net.close();
    loop.close();
    removeLab(lab);
  });

  function vrrp(side: 'a' | 'b', family: Family, unicast = false, group = family === 4 ? group4 : group6) {
    const packets: Received[] = [];
    const spec: VrrpSocketSpec = {
      family,
      ifindex: ifindex[side],
      ifname: 'eth0',
      protocol: 112,
      ...(unicast ? {} : { group }),
    };
    const opened = inNamespace(lab[side], () => net.openVrrp(spec, (packet) => packets.push(packet)));
    const socket = unwrap(opened);
    socket.setReceiveBuffer({ bytes: 65536, force: false });
    open.push(socket);
    return { socket, packets };
  }

  function frames(side: 'a' | 'b', etherType: number): Capture {
    const taken = inNamespace(lab[side], () => capture(loop, ifindex[side], etherType));
    open.push(taken);
    return taken;
  }

  it('carries an IPv4 advert to the group with TTL 255 and the written source', async () => {
    const sender = vrrp('a', 4);
    const receiver = vrrp('b', 4);
    const payload = Uint8Array.of(0x31, 51, 100, 0, 0, 100, 0, 0);
    const beforeUs = loop.now();
    const bytes = ipv4Packet(Uint8Array.of(192, 0, 2, 1), group4, payload);
    unwrap(sender.socket.send({ bytes, destination: group4 }));
    await until('the advert arrives', () => receiver.packets.length > 0);
    const packet = receiver.packets[0];
    assert.ok(packet);
    assert.deepEqual([...packet.source], [192, 0, 2, 1]);
    assert.deepEqual([...packet.destination], [...group4]);
    assert.equal(packet.hopLimit, 255);
    assert.equal(packet.ifindex, ifindex.b);
    assert.equal(packet.bytes[1], 0xc0);
    assert.deepEqual([...packet.bytes.subarray(20)], [...payload]);
    assert.ok(
      packet.atUs >= beforeUs - 1000 && packet.atUs <= loop.now(),
      'arrival lies between send and now',
    );
    assert.deepEqual(sender.packets, [], 'the sender does not hear itself');
  });

  it('carries an IPv6 advert to the group with hop limit 255 and the chosen source', async () => {
    const sender = vrrp('a', 6);
    const receiver = vrrp('b', 6);
    const seen = frames('b', etherTypeIpv6);
    const payload = Uint8Array.of(0x31, 52, 100, 0, 0, 100, 0, 0);
    inIp(lab.a, 'address', 'add', 'fe80::77/64', 'dev', 'eth0', 'nodad');
    unwrap(sender.socket.send({ bytes: payload, destination: group6, source: linkLocal(0x77) }));
    await until('the advert arrives', () => receiver.packets.length > 0);
    const packet = receiver.packets[0];
    assert.ok(packet);
    assert.deepEqual([...packet.source], [...linkLocal(0x77)]);
    assert.deepEqual([...packet.destination], [...group6]);
    assert.equal(packet.hopLimit, 255);
    assert.equal(packet.ifindex, ifindex.b);
    assert.deepEqual([...packet.bytes], [...payload]);
    assert.deepEqual(sender.packets, []);
    const frame = seen.frames.find((bytes) => bytes[20] === 112);
    assert.ok(frame);
    assert.deepEqual([frame[14], (frame[15] ?? 0) & 0xf0], [0x6c, 0], 'traffic class 0xc0');
  });

  it('sends unicast with the written TTL and hop limit', async () => {
    const [sender4, receiver4] = [vrrp('a', 4, true), vrrp('b', 4, true)];
    const [sender6, receiver6] = [vrrp('a', 6, true), vrrp('b', 6, true)];
    const to = Uint8Array.of(192, 0, 2, 2);
    const bytes = ipv4Packet(Uint8Array.of(192, 0, 2, 1), to, Uint8Array.of(0x21, 1, 1, 0));
    bytes[8] = 64;
    unwrap(sender4.socket.send({ bytes, destination: to }));
    const v6 = { bytes: Uint8Array.of(0x31, 1, 1, 0), destination: linkLocal(2) };
    unwrap(sender6.socket.send({ ...v6, source: linkLocal(1) }));
    unwrap(sender6.socket.send({ ...v6, source: linkLocal(1), hopLimit: 17 }));
    await until('all arrive', () => receiver4.packets.length === 1 && receiver6.packets.length === 2);
    assert.equal(receiver4.packets[0]?.hopLimit, 64);
    assert.deepEqual(
      receiver6.packets.map(({ hopLimit }) => hopLimit),
      [64, 17],
    );
  });

  it('delivers what is waiting on drain, and nothing after close', () => {
    const sender = vrrp('a', 4);
    const receiver = vrrp('b', 4);
    const bytes = ipv4Packet(Uint8Array.of(192, 0, 2, 1), group4, Uint8Array.of(1));
    for (let i = 0; i < 3; i++) unwrap(sender.socket.send({ bytes, destination: group4 }));
    receiver.socket.drain();
    assert.equal(receiver.packets.length, 3);
    unwrap(sender.socket.send({ bytes, destination: group4 }));
    receiver.socket.close();
    receiver.socket.drain();
    assert.equal(receiver.packets.length, 3);
    assert.deepEqual(receiver.socket.send({ bytes, destination: group4 }), {
      ok: false,
      error: { call: 'sendmsg', errno: 9 },
    });
  });

  it('does not hear a group that only another socket joined', async () => {
    const sender = vrrp('a', 4);
    const receiver = vrrp('b', 4);
    const other = Uint8Array.of(224, 0, 0, 99);
    const neighbour = vrrp('b', 4, false, other);
    const source = Uint8Array.of(192, 0, 2, 1);
    unwrap(sender.socket.send({ bytes: ipv4Packet(source, other, Uint8Array.of(1)), destination: other }));
    unwrap(sender.socket.send({ bytes: ipv4Packet(source, group4, Uint8Array.of(2)), destination: group4 }));
    await until('both arrive', () => receiver.packets.length > 0 && neighbour.packets.length > 0);
    const bodies = [receiver, neighbour].map(({ packets }) => packets.map(({ bytes }) => bytes[20]));
    assert.deepEqual(bodies, [[2], [1]]);
  });

  it('says when a packet arrived, not when it was read', () => {
    const sender = vrrp('a', 4);
    const receiver = vrrp('b', 4);
    receiver.socket.drain();
    const bytes = ipv4Packet(Uint8Array.of(192, 0, 2, 1), group4, Uint8Array.of(1));
    const sentUs = loop.now();
    unwrap(sender.socket.send({ bytes, destination: group4 }));
    // JavaScript is busy for a while, as in a long parse.
    const readUs = sentUs + 200_000;
    while (loop.now() < readUs);
    receiver.socket.drain();
    const atUs = receiver.packets[0]?.atUs ?? 0;
    assert.ok(atUs >= sentUs - 1000, `${sentUs - atUs} us before it was sent`);
    assert.ok(atUs < readUs - 50_000, `${atUs - sentUs} us after it was sent`);
  });

  it('sends a complete ARP frame', async () => {
    const seen = frames('b', etherTypeArp);
    const frame = new Uint8Array(42);
    frame.set([255, 255, 255, 255, 255, 255, 0x02, 0, 0, 0, 0, 1, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1]);
    frame.set([0x02, 0, 0, 0, 0, 1, 192, 0, 2, 99, 255, 255, 255, 255, 255, 255, 192, 0, 2, 99], 22);
    unwrap(inNamespace(lab.a, () => net.sendFrame(ifindex.a, frame)));
    await until('the frame arrives', () => seen.frames.some((bytes) => bytes[31] === 99));
    const got = seen.frames.find((bytes) => bytes[31] === 99);
    assert.deepEqual([...(got?.subarray(0, 42) ?? [])], [...frame]);
  });

  it('sends a neighbour advertisement from an address just added', async () => {
    const seen = frames('b', etherTypeIpv6);
    const vip = Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9);
    // Without nodad: the address is tentative, and the kernel would refuse it as a source.
    inIp(lab.a, 'address', 'add', '2001:db8::9/64', 'dev', 'eth0');
    const icmp = new Uint8Array(32);
    icmp.set([136, 0, 0, 0, 0x20, 0, 0, 0]);
    icmp.set(vip, 8);
    icmp.set([2, 1, 0x02, 0, 0, 0, 0, 1], 24);
    unwrap(inNamespace(lab.a, () => net.sendNeighbourAdvert(ifindex.a, vip, icmp)));
    const isNa = (bytes: Uint8Array): boolean => bytes[20] === 58 && bytes[54] === 136;
    await until('the advertisement arrives', () => seen.frames.some(isNa));
    const frame = seen.frames.find(isNa);
    assert.ok(frame);
    assert.equal(frame[21], 255, 'hop limit (RFC 4861 section 7.1.2)');
    assert.deepEqual([...frame.subarray(22, 38)], [...vip], 'source');
    assert.deepEqual([...frame.subarray(38, 54)], [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert.deepEqual([...frame.subarray(0, 6)], [0x33, 0x33, 0, 0, 0, 1]);
    assert.notDeepEqual([frame[56], frame[57]], [0, 0], 'the kernel wrote the checksum');
    assert.deepEqual([...frame.subarray(58, 86)], [...icmp.subarray(4)]);
  });

  it('returns call and errno when the interface is missing or down', () => {
    const missing: VrrpSocketSpec = { family: 4, ifindex: 999, ifname: 'nope0', protocol: 112 };
    assert.deepEqual(
      inNamespace(lab.a, () => net.openVrrp(missing, () => undefined)),
      { ok: false, error: { call: 'setsockopt(SO_BINDTODEVICE)', errno: 19 } },
    );
    const frame = new Uint8Array(42);
    inIp(lab.a, 'link', 'set', 'eth0', 'down');
    try {
      assert.deepEqual(
        inNamespace(lab.a, () => net.sendFrame(ifindex.a, frame)),
        { ok: false, error: { call: 'sendmsg', errno: 100 } },
      );
    } finally {
      inIp(lab.a, 'link', 'set', 'eth0', 'up');
    }
  });
});
