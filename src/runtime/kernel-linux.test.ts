import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { IFA_F_NODAD } from '../netlink/constants.ts';
import type { AddressSpec, KernelAddress, KernelEvent, KernelOp } from '../ports/kernel.ts';
import { errnoName } from './errno.ts';
import { createKernel, type KernelBuffers, type LinuxKernel } from './kernel-linux.ts';
import { createLoop, type Loop } from './loop.ts';
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

const v4 = (ifindex: number, last: number, third = 2): AddressSpec => ({
  ifindex,
  family: 4,
  address: Uint8Array.of(192, 0, third, last),
  prefix: 32,
  scope: 0,
  flags: 0,
});

const v6 = (ifindex: number, last: number): AddressSpec => ({
  ifindex,
  family: 6,
  address: Uint8Array.of(0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last),
  prefix: 128,
  scope: 0,
  flags: IFA_F_NODAD,
  preferredLft: 0,
});

const holds = (list: readonly KernelAddress[], spec: KernelAddress): boolean =>
  list.some(({ address, prefix }) => prefix === spec.prefix && address.join() === spec.address.join());

describe('kernel on rtnetlink', { skip: missingForNamespaces() }, () => {
  let lab: Lab;
  let loop: Loop;

  before(() => {
    lab = createLab('kernel');
    loop = createLoop();
  });
  after(() => {
    loop.close();
    removeLab(lab);
  });

  function open(options: KernelBuffers = {}): {
    kernel: LinuxKernel;
    events: KernelEvent[];
    ifindex: number;
  } {
    const kernel = unwrap(inNamespace(lab.a, () => createKernel(loop, options)));
    const events: KernelEvent[] = [];
    kernel.subscribe((event) => events.push(event));
    return { kernel, events, ifindex: kernel.linkByName('eth0')?.index ?? 0 };
  }

  it('knows interfaces and addresses from the first dump', () => {
    const { kernel, ifindex } = open();
    const link = kernel.linkByName('eth0');
    assert.ok(link);
    assert.equal(link.up, true);
    assert.equal(link.kind, 'veth');
    assert.equal(link.mac.length, 6);
    assert.equal(link.mtu, 1500);
    assert.equal(link.multicast, true);
    assert.equal(kernel.linkByName('lo')?.loopback, true);
    assert.ok(holds(kernel.addresses(ifindex), { ...v4(ifindex, 1), prefix: 24 }));
    kernel.close();
  });

  it('adds and removes addresses, reports errno and text of each, and sees the events', async () => {
    const { kernel, events, ifindex } = open();
    const add = (spec: AddressSpec): KernelOp => ({ op: 'addAddress', spec });
    const remove = (spec: AddressSpec): KernelOp => ({ op: 'removeAddress', spec });
    const [one, two] = [v4(ifindex, 101), v6(ifindex, 1)];
    const added = kernel.apply([add(one), add(two), add(one), add(v4(9999, 1))]);
    assert.deepEqual(
      added.map(({ errno }) => (errno === 0 ? 'done' : errnoName(errno))),
      ['done', 'done', 'EEXIST', 'ENODEV'],
    );
    assert.match(added[2]?.text ?? '', /already assigned/);
    await until('both addresses are in the mirror', () => {
      const list = kernel.addresses(ifindex);
      return holds(list, one) && holds(list, two);
    });
    assert.equal(events.filter(({ event }) => event === 'address').length, 2);
    assert.match(
      inIp(lab.a, '-6', 'address', 'show', 'dev', 'eth0'),
      /2001:db8::1\/128.*deprecated.*nodad|nodad.*deprecated/s,
    );
    const removed = kernel.apply([remove(one), remove(two), remove(one)]);
    assert.deepEqual(
      removed.map(({ errno }) => (errno === 0 ? 'done' : errnoName(errno))),
      ['done', 'done', 'EADDRNOTAVAIL'],
    );
    await until('both are gone', () => events.filter(({ event }) => event === 'addressGone').length === 2);
    assert.equal(holds(kernel.addresses(ifindex), one), false);
    kernel.close();
  });

  it('writes peer, broadcast, label, scope and protocol', () => {
    const { kernel, ifindex } = open();
    const spec: AddressSpec = {
      ...v4(ifindex, 1, 77),
      peer: Uint8Array.of(192, 0, 77, 2),
      broadcast: Uint8Array.of(192, 0, 77, 255),
      label: 'eth0:vip',
      scope: 253,
      protocol: 18,
    };
    assert.deepEqual(
      kernel.apply([{ op: 'addAddress', spec }]).map(({ errno }) => errno),
      [0],
    );
    const shown = inIp(lab.a, '-4', '-d', 'address', 'show', 'dev', 'eth0');
    assert.match(
      shown,
      /inet 192\.0\.77\.1 peer 192\.0\.77\.2\/32 brd 192\.0\.77\.255 scope link .*eth0:vip/,
    );
    assert.deepEqual(
      kernel.apply([{ op: 'removeAddress', spec }]).map(({ errno }) => errno),
      [0],
    );
    kernel.close();
  });

  it('carries a batch larger than one send in order', async () => {
    const { kernel, ifindex } = open();
    const specs = Array.from({ length: 300 }, (_, i) => v4(ifindex, i % 250, 100 + Math.floor(i / 250)));
    const results = kernel.apply(specs.map((spec): KernelOp => ({ op: 'addAddress', spec })));
    assert.equal(results.length, 300);
    assert.ok(results.every(({ errno }, i) => errno === 0 && results[i]?.op.spec === specs[i]));
    kernel.drain();
    assert.ok(specs.every((spec) => holds(kernel.addresses(ifindex), spec)));
    kernel.apply(specs.map((spec): KernelOp => ({ op: 'removeAddress', spec })));
    kernel.close();
  });

  it('reports link down, up, rename and removal', async () => {
    const { kernel, events } = open();
    inIp(lab.a, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
    inIp(lab.a, 'link', 'set', 'v0', 'up');
    inIp(lab.a, 'link', 'set', 'v1', 'up');
    await until('v0 is up', () => kernel.linkByName('v0')?.up === true);
    const index = kernel.linkByName('v0')?.index ?? 0;
    inIp(lab.a, 'link', 'set', 'v1', 'down');
    await until('v0 lost its carrier', () => kernel.linkByName('v0')?.up === false);
    inIp(lab.a, 'link', 'set', 'v0', 'down');
    inIp(lab.a, 'link', 'set', 'v0', 'name', 'v9');
    await until('v0 is called v9', () => kernel.linkByName('v9')?.index === index);
    assert.equal(kernel.linkByName('v0'), undefined);
    inIp(lab.a, 'address', 'add', '198.51.100.1/24', 'dev', 'v9');
    inIp(lab.a, 'link', 'del', 'v9');
    await until('v9 is gone', () => events.some((e) => e.event === 'linkGone' && e.link.index === index));
    assert.ok(events.some((e) => e.event === 'addressGone' && e.address.ifindex === index));
    assert.equal(kernel.linkByIndex(index), undefined);
    assert.deepEqual(kernel.addresses(index), []);
    kernel.close();
  });

  it('makes, changes and removes interfaces, and knows them at once after a reread', () => {
    const { kernel, events, ifindex } = open();
    const mac = Uint8Array.of(0, 0, 0x5e, 0, 1, 51);
    const link = { kind: 'macvlan', mode: 'private', mac } as const;
    const spec = { name: 'vrrp.51', lowerIndex: ifindex, link, group: 7 };
    const results = kernel.changeLinks([
      { op: 'addLink', spec },
      { op: 'changeLink', name: 'vrrp.51', noAddresses: true },
      { op: 'changeLink', name: 'vrrp.51', up: true },
      { op: 'addLink', spec },
      { op: 'removeLink', name: 'nothing' },
    ]);
    assert.deepEqual(
      results.map(({ errno }) => (errno === 0 ? 'done' : errnoName(errno))),
      ['done', 'done', 'done', 'EEXIST', 'ENODEV'],
    );
    kernel.drain();
    const made = kernel.linkByName('vrrp.51');
    assert.ok(made);
    assert.deepEqual(
      [made.kind, made.mode, made.lowerIndex, made.group, made.mac.join(), made.flags & 1],
      ['macvlan', 1, ifindex, 7, mac.join(), 1],
    );
    assert.match(inIp(lab.a, '-d', 'link', 'show', 'vrrp.51'), /mode private.*addrgenmode none/s);

    // IPv6 tells of a new address from a work queue: reread() does not wait for that.
    const local = { ...v6(made.index, 51), prefix: 64 };
    kernel.apply([{ op: 'addAddress', spec: local }]);
    kernel.reread();
    assert.ok(holds(kernel.addresses(made.index), local));
    const told = events.filter((event) => event.event === 'address' && event.address.ifindex === made.index);
    assert.equal(told.length, 1);

    const other = { ...link, mac: Uint8Array.of(2, 0, 0, 0, 0, 9) };
    kernel.changeLinks([{ op: 'reshapeLink', name: 'vrrp.51', link: other }]);
    kernel.reread();
    assert.equal(kernel.linkByName('vrrp.51')?.mac.join(), other.mac.join());
    kernel.changeLinks([{ op: 'removeLink', name: 'vrrp.51' }]);
    kernel.reread();
    assert.equal(kernel.linkByName('vrrp.51'), undefined);
    assert.equal(
      events.some((event) => event.event === 'linkGone' && event.link.name === 'vrrp.51'),
      true,
    );
    kernel.close();
  });

  it('rebuilds the mirror when the notification queue overruns', async () => {
    const { kernel, events, ifindex } = open({ monitor: { bytes: 1, force: false } });
    const specs = Array.from({ length: 200 }, (_, i) => v4(ifindex, i, 55));
    kernel.apply(specs.map((spec): KernelOp => ({ op: 'addAddress', spec })));
    await until('resync', () => events.some(({ event }) => event === 'resync'));
    assert.ok(specs.every((spec) => holds(kernel.addresses(ifindex), spec)));
    kernel.apply(specs.map((spec): KernelOp => ({ op: 'removeAddress', spec })));
    kernel.drain();
    assert.ok(specs.every((spec) => !holds(kernel.addresses(ifindex), spec)));
    kernel.close();
  });

  it('reads what its own writes tell before that overruns the queue, also without the loop', () => {
    const { kernel, events, ifindex } = open();
    const specs = Array.from({ length: 4000 }, (_, i) => ({ ...v4(ifindex, i & 255, 56), prefix: 32 }));
    const wide = specs.map((spec, i) => ({ ...spec, address: Uint8Array.of(10, 9, i >> 8, i & 255) }));
    const results = kernel.apply(wide.map((spec): KernelOp => ({ op: 'addAddress', spec })));
    assert.ok(results.every(({ errno }) => errno === 0));
    kernel.drain();
    assert.ok(events.every(({ event }) => event !== 'resync'));
    assert.equal(events.filter(({ event }) => event === 'address').length, 4000);
    kernel.close();
  });

  it('lets a listener drain without losing or reordering events', async () => {
    const { kernel, ifindex } = open();
    const seen: string[] = [];
    const [first, second] = [v4(ifindex, 201), v4(ifindex, 202)];
    kernel.subscribe((event) => {
      if (event.event !== 'address') return;
      if (seen.length === 0) kernel.apply([{ op: 'addAddress', spec: second }]);
      kernel.drain();
      seen.push(event.address.address.join('.'));
    });
    kernel.apply([{ op: 'addAddress', spec: first }]);
    kernel.drain();
    assert.deepEqual(seen, ['192.0.2.201', '192.0.2.202']);
    kernel.apply([first, second].map((spec): KernelOp => ({ op: 'removeAddress', spec })));
    kernel.close();
  });
});
