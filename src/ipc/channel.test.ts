import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { type Channel, memoryChannel, processChannel } from './channel.ts';

interface Note {
  readonly text: string;
  readonly list: number[];
}

/** Lets every microtask that is waiting run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function collect<Out, In>(end: Channel<Out, In>): { got: In[]; closed: () => number } {
  const got: In[] = [];
  let closes = 0;
  end.listen(
    (message) => got.push(message),
    () => closes++,
  );
  return { got, closed: () => closes };
}

test('messages arrive in order and never in the stack frame of the sender', async () => {
  const [left, right] = memoryChannel<number, string>();
  const { got } = collect(right);
  for (const n of [1, 2, 3]) assert.equal(left.send(n), true);
  assert.deepEqual(got, []);
  await settled();
  assert.deepEqual(got, [1, 2, 3]);
});

test('both directions work at the same time', async () => {
  const [left, right] = memoryChannel<number, string>();
  const a = collect(left);
  const b = collect(right);
  left.send(7);
  right.send('seven');
  await settled();
  assert.deepEqual([a.got, b.got], [['seven'], [7]]);
});

test('what came before the listener is delivered to it, before what came later', async () => {
  const [left, right] = memoryChannel<number, string>();
  left.send(1);
  left.send(2);
  await settled();
  const { got } = collect(right);
  left.send(3);
  await settled();
  assert.deepEqual(got, [1, 2, 3]);
});

test('what a process says before anybody listens waits for the listener', async () => {
  const end = Object.assign(new EventEmitter(), { connected: true });
  const channel = processChannel<number, string>(end);
  end.emit('message', 'first');
  end.emit('disconnect');
  const { got, closed } = collect(channel);
  end.emit('message', 'second');
  await settled();
  assert.deepEqual([got.toSorted(), closed()], [['first', 'second'], 1]);
});

test('the receiver gets a copy: changing it does not reach the sender', async () => {
  const [left, right] = memoryChannel<Note, Note>();
  const { got } = collect(right);
  const sent: Note = { text: 'a', list: [1] };
  left.send(sent);
  sent.list.push(2);
  await settled();
  assert.deepEqual(got, [{ text: 'a', list: [1] }]);
  got[0]?.list.push(3);
  assert.deepEqual(sent.list, [1, 2]);
});

test('closing tells both sides once, and nothing can be sent afterwards', async () => {
  const [left, right] = memoryChannel<number, number>();
  const a = collect(left);
  const b = collect(right);
  left.send(1);
  left.close();
  right.close();
  assert.equal(left.send(2), false);
  assert.equal(right.send(2), false);
  assert.equal(a.closed() + b.closed(), 0);
  await settled();
  assert.deepEqual([a.closed(), b.closed(), a.got, b.got], [1, 1, [], [1]]);
});

/** The part of a child process that the channel uses. */
class FakeEnd extends EventEmitter {
  connected = true;
  readonly sent: unknown[] = [];
  send(message: unknown): boolean {
    this.sent.push(message);
    return true;
  }
  disconnect(): void {
    this.connected = false;
    this.emit('disconnect');
  }
}

test('over a process pipe: messages, the end of the other side, and no write after it', () => {
  const end = new FakeEnd();
  const channel = processChannel<number, string>(end);
  const { got, closed } = collect(channel);
  end.emit('message', 'hello');
  assert.equal(channel.send(1), true);
  channel.close();
  channel.close();
  assert.equal(channel.send(2), false);
  assert.deepEqual([got, end.sent, closed()], [['hello'], [1], 1]);
});
