import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concat, u32Bytes } from './bytes.ts';
import { messages } from './message.ts';
import { listenRequest, parseProcessEvent } from './proc-event.ts';

/** A datagram of the connector with one event: `what`, then the words of its data. */
function datagram(what: number, ...words: number[]): Uint8Array {
  const event = concat([u32Bytes(what, 0, 1, 2), u32Bytes(...words)]);
  const header = u32Bytes(16 + 20 + event.length, 3, 0, 0);
  return concat([header, u32Bytes(1, 1, 7, 0, event.length), event]);
}

const parse = (bytes: Uint8Array) => [...messages(bytes)].map(parseProcessEvent);

test('fork, exec, another name and exit of processes', () => {
  assert.deepEqual(parse(datagram(1, 10, 10, 20, 20)), [{ event: 'fork', parent: 10, pid: 20 }]);
  assert.deepEqual(parse(datagram(2, 20, 20)), [{ event: 'renamed', pid: 20 }]);
  assert.deepEqual(parse(datagram(0x200, 20, 20, 0, 0, 0, 0)), [{ event: 'renamed', pid: 20 }]);
  assert.deepEqual(parse(datagram(0x8000_0000, 20, 20, 0, 17)), [{ event: 'exit', pid: 20 }]);
  assert.deepEqual(parse(datagram(0, 0)), [{ event: 'listening' }]);
});

test('threads are no processes, except that one of them may execute a program', () => {
  assert.deepEqual(parse(datagram(1, 10, 10, 21, 20)), [undefined]);
  assert.deepEqual(parse(datagram(1, 11, 10, 20, 20)), [{ event: 'fork', parent: 10, pid: 20 }]);
  assert.deepEqual(parse(datagram(0x200, 21, 20)), [undefined]);
  assert.deepEqual(parse(datagram(0x8000_0000, 21, 20)), [undefined]);
  assert.deepEqual(parse(datagram(2, 21, 20)), [{ event: 'renamed', pid: 20 }]);
});

test('other events and cut messages are nothing', () => {
  assert.deepEqual(parse(datagram(4, 20, 20)), [undefined]);
  assert.deepEqual(parse(concat([u32Bytes(20, 3, 0, 0), u32Bytes(1)])), [undefined]);
});

test('the request is a connector message with one operation', () => {
  assert.deepEqual(listenRequest(1, 1, 1), u32Bytes(40, 3, 0, 0, 1, 1, 0, 0, 4, 1));
});
