import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelAddress } from '../ports/kernel.ts';
import { address } from './testing/config.ts';
import { firstSources, ToldSources } from './told-sources.ts';

function on(text: string, flags = 0): KernelAddress {
  const bytes = address(text);
  return { ifindex: 2, family: bytes.length === 4 ? 4 : 6, address: bytes, prefix: 24, scope: 0, flags };
}

const [one, two, secondary] = [on('10.0.0.1'), on('10.1.0.1'), on('10.0.0.9', 0x01)];
const six = on('fe80::1');

test('the first address that comes and the last that goes are news, by family', () => {
  const told = new ToldSources([{ index: 2, addresses: [one] }]);
  assert.equal(told.isNews('address', two, [one, two]), false);
  assert.equal(told.isNews('address', six, [one, two, six]), true);
  assert.equal(told.isNews('addressGone', one, [two, six]), false);
  assert.equal(told.isNews('addressGone', two, [six]), true);
  assert.equal(told.isNews('address', one, [one, six]), true);
});

test('a change of its flags is none, and after the interface went everything is new', () => {
  const told = new ToldSources([]);
  assert.equal(told.isNews('address', six, [six]), true);
  assert.equal(told.isNews('address', six, [six]), false);
  told.forget(2);
  assert.equal(told.isNews('address', six, [six]), true);
});

test('several that go at once are told of once', () => {
  const told = new ToldSources([{ index: 2, addresses: [one, two] }]);
  const news = [one, two].map((gone) => told.isNews('addressGone', gone, []));
  assert.deepEqual(news, [true, false]);
});

test('the first of each family stands for an interface, and secondary ones do not', () => {
  assert.deepEqual(firstSources([secondary, two, one, on('2001:db8::1'), six]), [two, six]);
});

test('of two that come at once to an interface that is new the first is told', () => {
  const told = new ToldSources([]);
  const news = [one, two].map((come) => told.isNews('address', come, [one, two]));
  assert.deepEqual(news, [true, false]);
});
