import assert from 'node:assert/strict';
import { test } from 'node:test';
import { us } from '../units.ts';
import { decodeAnswer, encodeKeyed, encodeLease, encodePlain, encodeSend, ruleKey } from './wire.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const KEY = { low: 0x04030201, high: 0x08070605 };

test('a rule is laid out as the engine reads it', () => {
  const datagram = { address: bytes(0xaa, 0xab), control: bytes(0xcc), data: bytes(0xd0, 0xd1, 0xd2) };
  const next = { low: 0x14131211, high: 0x18171615 };
  const times = { firstUs: us(0x1_0000_0002), periodUs: us(0x64), next, step: 0x21 };
  const message = encodeSend(9, KEY, times, [datagram]);
  const expected = [
    [1, 0, 0, 0, 9, 0, 0, 0],
    [1, 2, 3, 4, 5, 6, 7, 8],
    [2, 0, 0, 0, 1, 0, 0, 0],
    [0x64, 0, 0, 0, 0, 0, 0, 0],
    [0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18],
    [0x21, 0, 0, 0],
    [1, 0, 0, 0],
    [2, 0, 1, 0, 3, 0, 0, 0, 0xaa, 0xab, 0xcc, 0xd0, 0xd1, 0xd2],
  ];
  assert.deepEqual([...message], expected.flat());
});

test('the short requests', () => {
  assert.deepEqual([...encodeKeyed('cancel', 3, KEY)], [2, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([...encodeKeyed('read', 3, KEY)].slice(0, 8), [4, 0, 0, 0, 3, 0, 0, 0]);
  assert.deepEqual([...encodeLease(1, us(5))], [3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...encodePlain('ask', 2)], [7, 0, 0, 0, 2, 0, 0, 0]);
});

test('answers', () => {
  assert.deepEqual(decodeAnswer(bytes(101, 0, 0, 0, 7, 0, 0, 0, 0xea, 0xff, 0xff, 0xff)), {
    type: 'ack',
    serial: 7,
    value: -22,
  });
  const report = bytes(102, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, ...[3, 0, 0, 0, 0, 0, 0, 0]);
  const times = bytes(4, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0);
  assert.deepEqual(decodeAnswer(Uint8Array.from([...report, ...times])), {
    type: 'report',
    serial: 7,
    found: true,
    begun: true,
    count: 3,
    lastUs: 0x1_0000_0004,
    nextUs: 5,
  });
  assert.deepEqual(decodeAnswer(bytes(202, 0, 0, 0, 1, 0, 0, 0, 100, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)), {
    type: 'failed',
    datagram: 1,
    errno: 100,
    key: KEY,
  });
});

test('what is too short, too long or of no kind is nothing', () => {
  for (const length of [0, 3, 8, 11, 13, 64]) {
    const message = new Uint8Array(length);
    message[0] = 101;
    assert.equal(decodeAnswer(message), undefined);
  }
  assert.equal(decodeAnswer(new Uint8Array(12)), undefined);
});

test('names have keys of their own, and the same ones in every process', () => {
  assert.deepEqual(ruleKey('VI_1'), ruleKey('VI_1'));
  const names = Array.from({ length: 20_000 }, (_, number) => `VI_${number}`);
  const keys = new Set(names.map(ruleKey).map(({ low, high }) => `${low}:${high}`));
  assert.equal(keys.size, names.length);
  const halves = new Set(names.map((name) => ruleKey(name).high));
  assert.ok(halves.size > names.length - 20, `${halves.size}`);
});
