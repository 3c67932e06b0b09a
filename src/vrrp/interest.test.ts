import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Interest } from './interest.ts';
import { address, instance, vip } from './testing/config.ts';

const [a, b] = [vip('10.0.0.200'), vip('10.0.1.201', { dev: 'eth1', prefix: 32 })];
const holders = (interest: Interest, address: typeof a, link: string) =>
  interest.holdersOf(address, link).map(({ instance: name }) => name);

test('an address is that of an instance with the same bytes, prefix and interface', () => {
  const interest = new Interest();
  interest.set(instance({ name: 'one', vips: [a, b] }));
  interest.set(instance({ name: 'two', vips: [], excludedVips: [a] }));
  assert.deepEqual(holders(interest, a, 'eth0'), ['one', 'two']);
  assert.deepEqual(holders(interest, b, 'eth1'), ['one']);
  assert.deepEqual(holders(interest, a, 'eth1'), []);
  assert.deepEqual(holders(interest, { ...a, prefix: 25 }, 'eth0'), []);
  assert.equal(interest.holdersOf(a, 'eth0')[1]?.vip, a);
});

test('an interface concerns those that run on it, track it, or have an address or a VMAC on it', () => {
  const interest = new Interest();
  const tracked = { name: 'eth2', weight: 0, reverse: false };
  interest.set(instance({ name: 'tracks', interface: 'eth5', vips: [a], trackInterfaces: [tracked] }));
  interest.set(instance({ name: 'address', vips: [{ ...a, dev: 'eth2' }] }));
  interest.set(instance({ name: 'vmac', vips: [a], ownLinks: { main: 'eth2', names: ['eth2'] } }));
  interest.set(instance({ name: 'runs', interface: 'eth2', vips: [a] }));
  assert.deepEqual(interest.usersOf('eth2'), ['tracks', 'address', 'vmac', 'runs']);
  assert.equal(interest.isUsed('eth2'), true);
  assert.equal(interest.isUsed('eth3'), false);
});

test('another configuration of an instance keeps its place, and nothing is left of the old one', () => {
  const interest = new Interest();
  interest.set(instance({ name: 'one', vips: [a], interface: 'eth1' }));
  interest.set(instance({ name: 'two', vips: [a] }));
  interest.set(instance({ name: 'one', vips: [a] }));
  assert.deepEqual(holders(interest, a, 'eth0'), ['one', 'two']);
  assert.equal(interest.isUsed('eth1'), false);
  interest.delete('two');
  interest.delete('one');
  assert.deepEqual(holders(interest, a, 'eth0'), []);
  assert.equal(interest.isUsed('eth0'), false);
});

test('an address is virtual for as long as any instance has it, on whichever interface', () => {
  const interest = new Interest();
  const [one, other] = [address('10.0.0.200'), address('10.0.0.201')];
  interest.set(instance({ name: 'A', vips: [vip('10.0.0.200')] }));
  interest.set(instance({ name: 'B', vips: [], excludedVips: [vip('10.0.0.200', { dev: 'eth1' })] }));
  assert.deepEqual([interest.isVirtual(one), interest.isVirtual(other)], [true, false]);
  interest.set(instance({ name: 'A', vips: [vip('10.0.0.201')] }));
  assert.deepEqual([interest.isVirtual(one), interest.isVirtual(other)], [true, true]);
  interest.delete('B');
  assert.deepEqual([interest.isVirtual(one), interest.isVirtual(other)], [false, true]);
});
