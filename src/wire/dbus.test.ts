/** D-Bus messages: known bytes, both byte orders, and what nobody may send. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeTypes, type DbusMessage, encodeDbus, MAX_DBUS_MESSAGE, readDbus } from './dbus.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

function read(bytes: Uint8Array): DbusMessage {
  const found = readDbus(bytes);
  assert.ok(found.ok && found.value !== undefined);
  assert.equal(found.value.size, bytes.length);
  return found.value.message;
}

/** Hello, as a client of libdbus sends it (captured with strace, dbus-send 1.14.10). */
const HELLO = hex(`
  6c01 0001 0000 0000 0100 0000 6e00 0000
  0101 6f00 1500 0000 2f6f 7267 2f66 7265 6564 6573 6b74 6f70 2f44 4275 7300 0000
  0601 7300 1400 0000 6f72 672e 6672 6565 6465 736b 746f 702e 4442 7573 0000 0000
  0201 7300 1400 0000 6f72 672e 6672 6565 6465 736b 746f 702e 4442 7573 0000 0000
  0301 7300 0500 0000 4865 6c6c 6f00 0000`);
const BUS = 'org.freedesktop.DBus';

test('a message of another implementation is read', () => {
  const { kind, serial, path, destination, member, body } = read(HELLO);
  assert.deepEqual([kind, serial, path, destination], ['call', 1, '/org/freedesktop/DBus', BUS]);
  assert.deepEqual([member, body], ['Hello', []]);
});

test('every type survives, in its place', () => {
  const body = [
    [255, -2, 65535, -70000, 4000000000, -5n, 2n ** 63n, 1.5],
    [true, '', 'grün', '/a/b', 'a{sv}'],
    [['a', { signature: '(us)', value: [2, 'Master'] }]],
    [[], ['x', 'yz']],
  ];
  const signature = '(ynqiuxtd)(bssog)a{sv}(asas)';
  const back = read(encodeDbus({ kind: 'signal', serial: 7, path: '/x', signature, body }));
  assert.deepEqual(back.body, body);
});

test('the other byte order is read', () => {
  const bytes = hex(`
    4202 0001 0000 0004 0000 0003 0000 000f 0501 7500 0000 0009 0801 6700 0175 0000
    0000 0102`);
  const { kind, serial, replySerial, body } = read(bytes);
  assert.deepEqual([kind, serial, replySerial, body], ['return', 3, 9, [0x0102]]);
});

test('signatures are complete types or none', () => {
  assert.deepEqual(completeTypes('sa{sv}(ii)aas'), ['s', 'a{sv}', '(ii)', 'aas']);
  for (const bad of ['a', '(', '()', '{sv}', 'a{s}', 'a{svs}', 'z', ')', `${'a'.repeat(99)}s`]) {
    assert.equal(completeTypes(bad), undefined, bad);
  }
});

test('half a message is waited for, and what can be none is refused', () => {
  for (let length = 0; length < HELLO.length; length++) {
    const found = readDbus(HELLO.subarray(0, length));
    assert.ok(found.ok && found.value === undefined, `${length} bytes`);
  }
  const changed = (at: number, byte: number): Uint8Array => {
    const bytes = HELLO.slice();
    bytes[at] = byte;
    return bytes;
  };
  for (const [at, byte] of [
    [0, 0x78],
    [3, 2],
    [8, 0],
    [15, 0x7f],
    [16 + 4, 0xff],
    [16 + 2, 0x71],
  ] as const) {
    assert.equal(readDbus(changed(at, byte)).ok, false, `byte ${at}`);
  }
  const huge = HELLO.slice(0, 16);
  new DataView(huge.buffer).setUint32(4, MAX_DBUS_MESSAGE, true);
  assert.equal(readDbus(huge).ok, false);
});

test('nothing that arrives brings the reader down', () => {
  let seed = 20261127;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const body = [[['a', { signature: '(us)', value: [2, 'Master'] }]], { signature: 'as', value: ['x', 'y'] }];
  const good = encodeDbus({ kind: 'return', serial: 3, replySerial: 2, signature: 'a{sv}v', body });
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = good.slice(0, 1 + random(good.length));
    for (let change = random(4); change >= 0; change--) bytes[random(bytes.length)] = random(256);
    if (!readDbus(bytes).ok) refused += 1;
  }
  assert.ok(refused > 1000);
});
