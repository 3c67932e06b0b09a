import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Received } from '../ports/net.ts';
import { us } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import { HoldRules } from './hold-rules.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeProcess } from './testing/fake-process.ts';
import { fakeSocket } from './testing/fake-socket.ts';

const source = ipv4('10.0.0.2');
const destination = ipv4('224.0.0.18');

const received = (atUs: number): Received => {
  const bytes = new Uint8Array([0x21, 51, 150]);
  return { bytes, source, destination, hopLimit: 255, ifindex: 2, atUs: us(atUs) };
};

const socket = fakeSocket(5);

/** A hold rule that the rule process has, with something to follow its deadline. */
function away() {
  const clock = new FakeClock();
  const log: string[] = [];
  const rules = new HoldRules(
    clock,
    { socket: () => socket, alone: () => true, drain: () => undefined, payload: ({ bytes }) => bytes },
    {
      deadline: () => undefined,
      vain: () => undefined,
      late: () => undefined,
      packet: (instance, { atUs }) => log.push(`packet ${instance} ${atUs}`),
      sendFailed: () => undefined,
    },
    new FakeProcess(log),
  );
  const hold = (deadlineUs: number) =>
    rules.set('R1', { deadlineUs: us(deadlineUs), windowUs: us(3_000_000) });
  hold(3_000_000);
  const datagrams = [{ bytes: new Uint8Array([1]), destination }];
  rules.prepare('R1', { periodUs: us(1_000_000), datagrams, kin: { at: 1, value: 51 } });
  log.length = 0;
  return { clock, rules, hold, take: () => log.splice(0) };
}

test('packets that were judged and change nothing are told once for all that were read together', () => {
  const { clock, rules, take } = away();
  for (const atUs of [1, 2, 3]) rules.receive('R1', received(atUs));
  assert.deepEqual(take(), ['packet R1 1', 'packet R1 2', 'packet R1 3']);
  clock.run(0);
  assert.deepEqual(take(), ['gives R1 until unchanged on 4 then 1']);
});

test('a new rule tells of them as well', () => {
  const { clock, rules, hold, take } = away();
  rules.receive('R1', received(1));
  hold(4_000_000);
  assert.deepEqual(take(), ['packet R1 1', 'gives R1 until 4000000 on 4 then 1']);
  clock.run(0);
  assert.deepEqual(take(), []);
});
