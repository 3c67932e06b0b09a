/** The real engine: what it sends, what it answers, and what is left when one of the two goes. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import {
  encodeKeyed,
  encodeLease,
  encodePlain,
  encodeSend,
  ruleKey,
  type SendTimes,
} from '../engine/wire.ts';
import { addUs, type Us, us } from '../units.ts';
import { EPOLLIN } from './constants.ts';
import { createLoop, type Loop } from './loop.ts';
import { native } from './native.ts';
import { RuleClient } from './rule-client.ts';
import {
  exchange,
  hear,
  missingForEngine,
  OTHER_PROTOCOL,
  TestEngine,
  TestOutlet,
} from './testing/engine.ts';
import { until } from './testing/until.ts';

const MS = 1000;
const EINVAL = 22;
const skip = missingForEngine();

const every10 = (inMs: (ms: number) => Us): SendTimes => ({ firstUs: inMs(10), periodUs: us(10 * MS) });

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function bench(file?: string): { engine: TestEngine; outlet: TestOutlet; loop: Loop; inMs(ms: number): Us } {
  const [engine, outlet, loop] = [new TestEngine(file), new TestOutlet(), createLoop()];
  open.push(
    () => engine.end(),
    () => outlet.close(),
    () => loop.close(),
  );
  return { engine, outlet, loop, inMs: (ms) => addUs(loop.now(), us(ms * MS)) };
}

function withClient() {
  const { engine, outlet, loop, inMs } = bench();
  // The engine is there before the process that needs it has started.
  native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
  const events: string[] = [];
  const train = { now: outlet.train([20, 21, 22], [30]) };
  const log = { limited: () => undefined, lost: () => events.push('lost'), back: () => events.push('back') };
  const client = new RuleClient(loop, engine.ownerEnd, () => train.now, log);
  client.listen({
    sendFailed: (instance, datagram, errno) => events.push(`failed ${instance} ${datagram} ${errno}`),
    expired: (instance, { held, began, followed }) =>
      events.push(
        `expired ${instance} after ${held}${began ? ', begun' : ''}${followed ? ', followed' : ''}`,
      ),
    vain: (instance) => events.push(`vain ${instance}`),
    refused: (kind, instance, errno) => events.push(`refused ${kind} ${instance} ${errno}`),
    restate: () => events.push('restate'),
  });
  const rule = (periodMs: number, ...firstBytes: number[]) => ({
    firstAtUs: inMs(periodMs),
    periodUs: us(periodMs * MS),
    datagrams: firstBytes.map((byte) => outlet.datagram(byte)),
  });
  return { engine, outlet, client, events, rule, inMs, train };
}

const possession = { addresses: [], announcements: [] };

test('rounds leave without this process, are counted, and end with the rule', { skip }, () => {
  const { outlet, client, rule } = withClient();
  assert.ok(client.setSend('A', outlet.socket, rule(10, 1, 2)));
  assert.deepEqual(outlet.next(6), [1, 2, 1, 2, 1, 2]);
  const counts = client.counts('send', 'A');
  assert.ok(counts !== undefined && counts.count >= 3 && (counts.nextUs ?? 0) > (counts.lastUs ?? 0));
  const last = client.cancel('send', 'A');
  assert.ok(last !== undefined && last.count >= counts.count);
  outlet.taken();
  native.waitReady(outlet.socket.fdIn, EPOLLIN, 50);
  assert.deepEqual(outlet.taken(), []);
  assert.equal(client.counts('send', 'A'), undefined);
});

test('a rule that is replaced goes on counting, and sends nothing of the old one', { skip }, () => {
  const { outlet, client, rule } = withClient();
  client.setSend('A', outlet.socket, rule(10, 1));
  outlet.next(3);
  client.setSend('A', outlet.socket, rule(10, 7));
  // An answer to a later question: the rule has been taken.
  const before = client.counts('send', 'A')?.count ?? 0;
  outlet.taken();
  assert.ok(outlet.next(3).every((byte) => byte === 7));
  assert.ok((client.counts('send', 'A')?.count ?? 0) >= before + 3 && before >= 3);
});

test('rules of one period share their moments', { skip }, () => {
  const { outlet, client, rule } = withClient();
  const rules = [10_000, 10_000, 10_000].map((periodMs, at) => {
    const name = `R${at}`;
    client.setSend(name, outlet.socket, rule(periodMs, at));
    return client.counts('send', name)?.nextUs;
  });
  assert.ok(
    rules.every((nextUs) => nextUs !== undefined && nextUs % 5000 === 0),
    `${rules}`,
  );
});

test('a first failure is told once', { skip }, async () => {
  const { outlet, client, events, rule } = withClient();
  const nowhere = { bytes: Uint8Array.of(9), destination: Uint8Array.of(255, 255, 255, 255) };
  client.setSend('A', outlet.socket, { ...rule(5, 1), datagrams: [outlet.datagram(1), nowhere] });
  outlet.next(5);
  await until('the engine is heard of', () => events.length > 0);
  assert.deepEqual(events, ['failed A 1 13']);
  assert.equal(client.counts('send', 'A')?.count, 0);
});

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const holding = (deadlineUs: Us | 'unchanged', windowMs: number, ...payload: number[]) => ({
  deadlineUs,
  windowUs: us(windowMs * MS),
  pattern: { source: LOOPBACK, hopLimit: 64, payload: Uint8Array.from(payload) },
});

test('what is always the same moves a deadline, what is not is handed up', { skip }, async () => {
  const { outlet, client, events, inMs } = withClient();
  assert.ok(client.setHold('A', outlet.socket, holding(inMs(150), 150, 1, 2, 3)));
  assert.equal(outlet.reads, false);
  for (let count = 0; count < 4; count++) {
    outlet.send(1, 2, 3);
    native.waitReady(outlet.socket.fdIn, 0, 50);
  }
  outlet.send(7, 2, 3);
  outlet.send(8, 2, 3, 4);
  outlet.send(1, 2, 3);
  await until('the other packets', () => outlet.delivered.length === 2);
  assert.deepEqual([outlet.delivered, events], [[7, 8], []]);
  assert.equal(client.counts('hold', 'A')?.count, 5);
  const heard = performance.now();
  await until('the deadline', () => events.length > 0);
  assert.deepEqual(events, ['expired A after 5']);
  const took = performance.now() - heard;
  assert.ok(took > 100 && took < 1000, `${took}`);
  await until('the socket to come back', () => outlet.reads);
});

test('rules of one socket have their own packets, and the socket stays for the last one', {
  skip,
}, async () => {
  const { outlet, client, events, inMs } = withClient();
  client.setHold('A', outlet.socket, holding(inMs(5000), 5000, 1));
  client.setHold('B', outlet.socket, holding(inMs(5000), 5000, 2));
  // An answer: it has both rules before it looks at a packet.
  assert.ok(client.counts('hold', 'B') !== undefined);
  for (const byte of [1, 2, 2, 3]) outlet.send(byte);
  await until('the other packet', () => outlet.delivered.length === 1);
  assert.deepEqual([client.counts('hold', 'A')?.count, client.cancel('hold', 'B')?.count], [1, 2]);
  outlet.send(2);
  await until('what nobody holds any more', () => outlet.delivered.length === 2);
  assert.equal(outlet.reads, false);
  client.cancel('hold', 'A');
  await until('the socket to come back', () => outlet.reads);
  assert.deepEqual([outlet.delivered, events], [[3, 2], []]);
});

test('a deadline stays as it is, or moves to at least another', { skip }, () => {
  const { outlet, client, inMs } = withClient();
  const until = (): number => client.counts('hold', 'A')?.nextUs ?? 0;
  const [first, later] = [inMs(3000), inMs(4000)];
  client.setHold('A', outlet.socket, holding(first, 5000, 1));
  client.setHold('A', outlet.socket, holding('unchanged', 100, 2));
  assert.equal(until(), first);
  client.setHold('A', outlet.socket, { ...holding(later, 100, 2), atLeast: true });
  assert.equal(until(), later);
  client.setHold('A', outlet.socket, { ...holding(first, 100, 2), atLeast: true });
  assert.equal(until(), later);
  client.setHold('A', outlet.socket, holding(first, 100, 2));
  assert.equal(until(), first);
});

test('a packet on its way to an owner who is late counts when the rule is given again', { skip }, () => {
  const { engine, outlet, client, inMs } = withClient();
  const until = (name: string): number => client.counts('hold', name)?.nextUs ?? 0;
  const late = inMs(20);
  for (const [name, byte] of [
    ['A', 1],
    ['B', 2],
  ] as const) {
    client.setHold(name, outlet.socket, holding(late, 5000, byte));
  }
  until('B');
  // Word of both ends, which nobody reads.
  native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
  native.waitReady(outlet.socket.fdIn, 0, 30);
  const beforeUs = inMs(0);
  for (const byte of [1, 2]) outlet.send(byte);
  native.waitReady(outlet.socket.fdIn, 0, 50);
  client.setHold('A', outlet.socket, { ...holding(late, 5000, 1), atLeast: true });
  assert.ok(until('A') >= beforeUs + 5000 * MS);
  // Another packet than the one that came.
  client.setHold('B', outlet.socket, { ...holding(late, 5000, 3), atLeast: true });
  assert.equal(until('B'), late);
});

test('what has arrived before anybody heard of a deadline is delivered first', { skip }, () => {
  const { outlet, client, events, inMs } = withClient();
  const socket = { ...outlet.socket, deliver: () => events.push('delivered 1') };
  client.setHold('A', socket, holding(inMs(30), 5000, 1));
  // This process looks at nothing meanwhile.
  native.waitReady(outlet.socket.fdIn, 0, 60);
  outlet.send(1);
  native.waitReady(outlet.socket.fdIn, 0, 20);
  client.drain();
  assert.deepEqual(events, ['delivered 1', 'expired A after 0']);
});

test('what follows a deadline leaves before anybody is asked, and goes on', { skip }, async () => {
  const { engine, outlet, client, events, inMs } = withClient();
  const takeover = { periodUs: us(10 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  client.setHold('A', outlet.socket, { deadlineUs: inMs(50), windowUs: us(50 * MS), takeover });
  native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
  await until('the deadline', () => events.length > 0);
  assert.deepEqual(events, ['expired A after 0, begun']);
  // Read by the engine while it had the socket, since it hears itself here.
  assert.ok(outlet.delivered.every((byte) => byte === 6));
  assert.ok(outlet.next(2).every((byte) => byte === 6));
  assert.ok((client.cancel('send', 'A')?.count ?? 0) >= 3);
});

test('a possession follows the first advert, in order and once, before anybody is asked', {
  skip,
}, async () => {
  const { engine, outlet, client, events, inMs } = withClient();
  const takeover = { periodUs: us(1000 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  const hold = { deadlineUs: inMs(50), windowUs: us(50 * MS), takeover: { ...takeover, possession } };
  client.setHold('A', outlet.socket, hold);
  native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
  await until('the deadline', () => events.length > 0);
  assert.deepEqual(events, ['expired A after 0, begun, followed']);
  assert.deepEqual([...outlet.delivered, ...outlet.next(5 - outlet.delivered.length)], [6, 20, 21, 22, 30]);
  assert.equal(client.cancel('send', 'A')?.count, 1);
});

test('an engine with work for longer than real time may last rests on the way', { skip }, async () => {
  const { engine, outlet, client, events, inMs, train } = withClient();
  // Each train is over before it is time for a rest, and the next one waits already: nobody hears them.
  const elsewhere = new TestOutlet(OTHER_PROTOCOL);
  open.push(() => elsewhere.close());
  train.now = elsewhere.train(Array.from({ length: 1000 }, () => 20));
  const takeover = { periodUs: us(9000 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  const hold = { deadlineUs: inMs(3000), windowUs: us(50 * MS), takeover: { ...takeover, possession } };
  const names = Array.from({ length: 300 }, (_, at) => `VI_${at}`);
  for (const name of names) assert.ok(client.setHold(name, outlet.socket, hold));
  await until('every deadline', () => events.length >= names.length, 20_000);
  const followed = names.map((name) => `expired ${name} after 0, begun, followed`);
  assert.deepEqual(events.toSorted(), followed.toSorted());
  assert.equal(engine.process.signalCode, null);
});

test('a possession that could not leave whole is not said to have', { skip }, async () => {
  const { outlet, client, events, inMs, train } = withClient();
  const lost = { ...outlet.raw(9), address: new Uint8Array(3) };
  const [first] = train.now.bursts;
  assert.ok(first !== undefined);
  train.now = { ...train.now, bursts: [{ ...first, datagrams: [lost] }] };
  const takeover = { periodUs: us(1000 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  const hold = { deadlineUs: inMs(20), windowUs: us(50 * MS), takeover: { ...takeover, possession } };
  client.setHold('A', outlet.socket, hold);
  await until('the deadline', () => events.length > 0);
  assert.deepEqual(events, ['expired A after 0, begun']);
});

test('a possession that nobody wants any more is told of', { skip }, async () => {
  for (const end of ['wait on', 'cancel'] as const) {
    const { engine, outlet, client, events, inMs } = withClient();
    const takeover = { periodUs: us(1000 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
    const hold = { windowUs: us(50 * MS), takeover: { ...takeover, possession } };
    client.setHold('A', outlet.socket, { ...hold, deadlineUs: inMs(20) });
    client.counts('hold', 'A');
    // The word of the end, which nobody reads yet.
    native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
    if (end === 'cancel') client.cancel('hold', 'A');
    else client.setHold('A', outlet.socket, { ...hold, deadlineUs: inMs(5000) });
    await until('word of it', () => events.length > 0);
    assert.deepEqual(events, ['vain A'], end);
  }
});

test('an engine that dies leaves nobody in doubt about possessions', { skip }, async () => {
  const { engine, outlet, client, events, inMs } = withClient();
  const takeover = { periodUs: us(1000 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  const hold = { windowUs: us(50 * MS), takeover: { ...takeover, possession } };
  client.setHold('A', outlet.socket, { ...hold, deadlineUs: inMs(5000) });
  client.setHold('B', outlet.socket, { windowUs: us(50 * MS), deadlineUs: inMs(5000), takeover });
  await engine.kill();
  client.counts('hold', 'A');
  await until('the engine is missed', () => events.includes('restate'));
  assert.deepEqual(events, ['lost', 'vain A', 'restate']);
});

test('nothing begins while a packet of kin waits to be judged', { skip }, async () => {
  const { outlet, client, events, inMs } = withClient();
  const takeover = { periodUs: us(10 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  const hold = { windowUs: us(50 * MS), takeover };
  client.setHold('A', outlet.socket, { ...hold, deadlineUs: inMs(60) });
  outlet.send(5, 9);
  outlet.send(5, 8);
  await until('the deadline', () => events.length > 0);
  assert.deepEqual([events, outlet.delivered], [['expired A after 0'], [5, 5]]);
  assert.equal(client.counts('send', 'A'), undefined);
  client.setHold('A', outlet.socket, { ...hold, deadlineUs: inMs(100) });
  outlet.send(5, 9);
  await until('the packet', () => outlet.delivered.length === 3);
  client.setHold('A', outlet.socket, { ...hold, deadlineUs: 'unchanged' });
  await until('the deadline', () => events.length > 1);
  assert.deepEqual(events.slice(1), ['expired A after 0, begun']);
});

test('what has begun rests when its owner has decided to wait on', { skip }, async () => {
  const { engine, outlet, client, events, inMs } = withClient();
  const takeover = { periodUs: us(10 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  client.setHold('A', outlet.socket, { deadlineUs: inMs(20), windowUs: us(50 * MS), takeover });
  client.counts('hold', 'A');
  // The word of the end, which nobody reads yet.
  native.waitReady(engine.ownerEnd, EPOLLIN, 5000);
  client.setHold('A', outlet.socket, { deadlineUs: inMs(200), windowUs: us(50 * MS), takeover });
  const before = client.counts('send', 'A')?.count ?? 0;
  assert.ok(before >= 1);
  native.waitReady(outlet.socket.fdIn, 0, 50);
  assert.equal(client.counts('send', 'A')?.count, before);
  assert.deepEqual(events, []);
  await until('the later deadline', () => events.length > 0);
  assert.deepEqual(events, ['expired A after 0, begun']);
});

test('what was to follow a deadline goes with it', { skip }, () => {
  const { outlet, client, inMs } = withClient();
  const takeover = { periodUs: us(10 * MS), datagrams: [outlet.datagram(6)], kin: { at: 1, value: 9 } };
  client.setHold('A', outlet.socket, { deadlineUs: inMs(5000), windowUs: us(50 * MS), takeover });
  assert.equal(client.counts('send', 'A')?.count, 0);
  client.setHold('A', outlet.socket, { deadlineUs: 'unchanged', windowUs: us(50 * MS) });
  assert.equal(client.counts('send', 'A'), undefined);
  client.setHold('A', outlet.socket, { deadlineUs: 'unchanged', windowUs: us(50 * MS), takeover });
  client.cancel('hold', 'A');
  assert.equal(client.counts('send', 'A'), undefined);
});

test('an engine that dies is missed, and its successor gets the rules', { skip }, async () => {
  const { engine, outlet, client, events, rule } = withClient();
  client.setSend('A', outlet.socket, rule(10, 1));
  outlet.next(1);
  await engine.kill();
  assert.equal(client.counts('send', 'A'), undefined);
  assert.equal(client.setSend('A', outlet.socket, rule(10, 1)), false);
  await until('the engine is heard of', () => events.includes('restate'));
  assert.deepEqual(events, ['lost', 'restate']);
  engine.respawn();
  await until('the engine is heard of', () => events.includes('back'));
  assert.deepEqual(events, ['lost', 'restate', 'back', 'restate']);
  outlet.taken();
  assert.ok(client.setSend('A', outlet.socket, rule(10, 4)));
  assert.deepEqual(outlet.next(2), [4, 4]);
});

test('an engine that is replaced before anybody misses it asks for the rules', { skip }, async () => {
  const { engine, events } = withClient();
  await engine.kill();
  engine.respawn();
  await until('the engine is heard of', () => events.length > 0);
  assert.deepEqual(events, ['restate']);
});

test('an engine that hangs is found out, and back when it goes on', { skip }, async () => {
  const { engine, outlet, client, events, rule } = withClient();
  client.setSend('A', outlet.socket, rule(1000, 1));
  client.counts('send', 'A');
  engine.process.kill('SIGSTOP');
  await until('the engine is missed', () => events.includes('restate'));
  assert.deepEqual(events, ['lost', 'restate']);
  engine.process.kill('SIGCONT');
  await until('the engine is back', () => events.includes('back'));
  assert.deepEqual(events, ['lost', 'restate', 'back', 'restate']);
});

test('nothing is sent after the lease', { skip }, () => {
  const { engine, outlet, inMs } = bench();
  hear(engine.ownerEnd);
  const key = ruleKey('A');
  const rule = encodeSend(1, key, every10(inMs), [outlet.raw(1)]);
  assert.deepEqual(exchange(engine.ownerEnd, rule, outlet.descriptor), { type: 'ack', serial: 1, value: 0 });
  native.waitReady(outlet.socket.fdIn, EPOLLIN, 50);
  assert.deepEqual(outlet.taken(), [], 'without a lease');
  exchange(engine.ownerEnd, encodeLease(2, inMs(100)));
  assert.ok(outlet.next(3).length >= 3);
  native.waitReady(engine.ownerEnd, EPOLLIN, 150);
  const sent = outlet.taken().length;
  native.waitReady(engine.ownerEnd, EPOLLIN, 50);
  assert.deepEqual(outlet.taken(), []);
  assert.ok(sent <= 12, `${sent} rounds in 100 ms`);
  exchange(engine.ownerEnd, encodeLease(3, inMs(1000)));
  assert.deepEqual(outlet.next(1).slice(0, 1), [1], 'and again with one');
});

test('a successor takes over what it sets, and the rest ends', { skip }, () => {
  const { engine, outlet, inMs } = bench();
  hear(engine.ownerEnd);
  const [a, b] = [ruleKey('A'), ruleKey('B')];
  const set = (serial: number, key: typeof a, byte: number): void => {
    const rule = encodeSend(serial, key, every10(inMs), [outlet.raw(byte)]);
    assert.equal(exchange(engine.ownerEnd, rule, outlet.descriptor)?.type, 'ack');
  };
  exchange(engine.ownerEnd, encodeLease(1, inMs(5000)));
  set(2, a, 1);
  set(3, b, 2);
  outlet.next(4);
  exchange(engine.ownerEnd, encodePlain('begin', 4));
  assert.ok(outlet.next(2).length >= 2, 'nothing stops for it');
  set(5, a, 3);
  const report = exchange(engine.ownerEnd, encodeKeyed('read', 6, a));
  assert.ok(report?.type === 'report' && report.count <= 1, 'whoever takes over counts anew');
  assert.deepEqual(exchange(engine.ownerEnd, encodePlain('retain', 7)), { type: 'ack', serial: 7, value: 1 });
  outlet.taken();
  assert.ok(outlet.next(3).every((byte) => byte === 3));
});

test('messages that are not sound are refused and change nothing', { skip }, () => {
  const { engine, outlet, inMs } = bench();
  hear(engine.ownerEnd);
  exchange(engine.ownerEnd, encodeLease(1, inMs(5000)));
  const good = encodeSend(2, ruleKey('A'), every10(inMs), [outlet.raw(1)]);
  exchange(engine.ownerEnd, good, outlet.descriptor);
  const refused = (bytes: Uint8Array, control: Uint8Array | null): void => {
    const answer = exchange(engine.ownerEnd, bytes, control);
    assert.ok(answer?.type === 'ack' && answer.value === -EINVAL, JSON.stringify(answer));
  };
  for (const cut of [8, 12, 20, 40, good.length - 1]) refused(good.subarray(0, cut), outlet.descriptor);
  refused(good, null);
  refused(Uint8Array.from([...good, 0]), outlet.descriptor);
  refused(
    encodeSend(3, ruleKey('A'), { ...every10(inMs), periodUs: us(0) }, [outlet.raw(1)]),
    outlet.descriptor,
  );
  refused(encodeSend(3, ruleKey('A'), every10(inMs), []), outlet.descriptor);
  const control = { ...outlet.raw(1), control: new Uint8Array(16).fill(0xff) };
  refused(encodeSend(3, ruleKey('A'), every10(inMs), [control]), outlet.descriptor);
  refused(Uint8Array.of(99, 0, 0, 0, 1, 0, 0, 0), outlet.descriptor);
  assert.ok(outlet.next(2).every((byte) => byte === 1));
});
