/** Events between children: delivered in order over a pair of real sockets, and never a stall. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createEventPair, openEventSocket } from './event-socket.ts';
import { createLoop } from './loop.ts';

const loop = createLoop();
after(() => loop.close());

test('what one end sends the other end takes, in both directions', async () => {
  const pair = createEventPair();
  assert.ok(pair.ok);
  const seen: number[] = [];
  const [left, right] = pair.value;
  await new Promise<void>((done) => {
    const a = openEventSocket<{ n: number }, { n: number }>(loop, left, ({ n }) => {
      assert.deepEqual(seen, [1, 2]);
      assert.equal(n, 3);
      done();
    });
    const b = openEventSocket<{ n: number }, { n: number }>(loop, right, ({ n }) => {
      seen.push(n);
      if (n === 2) assert.ok(b.ok && b.value.send({ n: 3 }));
    });
    assert.ok(a.ok && a.value.send({ n: 1 }) && a.value.send({ n: 2 }));
  });
});

test('a reader that does not read costs the writer nothing but the message', () => {
  const pair = createEventPair();
  assert.ok(pair.ok);
  const writer = openEventSocket<string, string>(loop, pair.value[0], () => undefined);
  assert.ok(writer.ok);
  let taken = 0;
  while (taken < 1_000_000 && writer.value.send('x'.repeat(1000))) taken += 1;
  assert.ok(taken > 0 && taken < 1_000_000);
  writer.value.close();
});
