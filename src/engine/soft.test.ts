import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Datagram, NetError, Received } from '../ports/net.ts';
import type { Expiry } from '../ports/rule-process.ts';
import { fail, ok } from '../result.ts';
import { seconds, us } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import type { HoldRule, SendRule } from './rules.ts';
import { SoftEngine } from './soft.ts';
import { FakeClock } from './testing/fake-clock.ts';
import { FakeProcess } from './testing/fake-process.ts';
import { fakeSocket } from './testing/fake-socket.ts';

const group = ipv4('224.0.0.18');
const master = ipv4('10.0.0.2');
const datagram = (...bytes: number[]): Datagram => ({ bytes: new Uint8Array(bytes), destination: group });

function received(atUs: number, more: Partial<Received> = {}): Received {
  const bytes = new Uint8Array([0x21, 51, 150]);
  return { bytes, source: master, destination: group, hopLimit: 255, ifindex: 2, atUs: us(atUs), ...more };
}

const pattern = { source: master, payload: new Uint8Array([0x21, 51, 150]), hopLimit: 255 };

/** Told 100 us after it was due. */
const expiry = (dueUs: number, held: number, began: boolean, more: Partial<Expiry> = {}): Expiry => ({
  dueAtUs: us(dueUs),
  nowUs: us(dueUs + 100),
  held,
  began,
  followed: false,
  ...more,
});

/** `answer`: what is stated when a deadline passes. */
function bench({
  withProcess = false,
  answer,
}: {
  withProcess?: boolean;
  answer?: SendRule | undefined;
} = {}) {
  const clock = new FakeClock();
  const log: string[] = [];
  const process = new FakeProcess(log);
  const outlet: { fd: number | undefined; alone: boolean } = { fd: 5, alone: true };
  const socket: { error: NetError | undefined; waiting: Received[] } = { error: undefined, waiting: [] };
  const engine: SoftEngine = new SoftEngine(
    clock,
    {
      send: (instance, { bytes }) => {
        log.push(`${clock.now()} send ${instance} ${bytes.join('.')}`);
        return socket.error === undefined ? ok(undefined) : fail(socket.error);
      },
      seal: (instance, datagrams) => {
        log.push(`${clock.now()} seal ${instance}`);
        return datagrams.map((plain) => ({ ...plain, bytes: new Uint8Array([...plain.bytes, 99]) }));
      },
      alone: () => outlet.alone,
      socket: () => (outlet.fd === undefined ? undefined : fakeSocket(outlet.fd)),
      drain: (instance) => {
        log.push(`${clock.now()} drain ${instance}`);
        for (const packet of socket.waiting.splice(0)) engine.receive(instance, packet);
      },
      payload: (packet) => (packet.bytes.length === 0 ? undefined : packet.bytes),
    },
    {
      deadline: (instance, dueAtUs, nowUs) => {
        log.push(`${nowUs} deadline ${instance} ${dueAtUs}`);
        if (engine.announced(instance)) log.push(`${instance} is announced`);
        if (answer !== undefined) engine.setSend(instance, answer);
      },
      vain: (instance) => log.push(`vain ${instance}`),
      late: (instance, nowUs) => log.push(`${nowUs} late ${instance}`),
      packet: (instance, packet) =>
        log.push(`${clock.now()} packet ${instance} from ${packet.source.join('.')}`),
      sendFailed: (instance, { errno, call }) =>
        log.push(`${clock.now()} failed ${instance} ${errno} ${call}`),
    },
    withProcess ? process : undefined,
  );
  const take = (): string[] => log.splice(0);
  return { clock, engine, socket, take, process, outlet };
}

const send = (firstAtUs: number, periodUs: number, ...datagrams: Datagram[]): SendRule => ({
  firstAtUs: us(firstAtUs),
  periodUs: us(periodUs),
  datagrams: datagrams.length > 0 ? datagrams : [datagram(1)],
});

const hold = (deadlineUs: number | 'unchanged', more: Partial<HoldRule> = {}): HoldRule => ({
  deadlineUs: deadlineUs === 'unchanged' ? deadlineUs : us(deadlineUs),
  windowUs: us(3_000_000),
  ...more,
});

test('a rule that is due sends at once, then on its grid', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 250_000));
  assert.deepEqual(take(), ['0 send R1 1']);
  clock.run(750_000);
  assert.deepEqual(take(), ['250000 send R1 1', '500000 send R1 1', '750000 send R1 1']);
});

test('a rule for later sends nothing before its first deadline', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(400_000, 1_000_000));
  clock.run(399_999);
  assert.deepEqual(take(), []);
  clock.run(1_400_000);
  assert.deepEqual(take(), ['400000 send R1 1', '1400000 send R1 1']);
});

test('the grid does not drift although every wake-up is late', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 1_000_000));
  for (let slot = 1; slot <= 1000; slot++) {
    clock.pause(slot * 1_000_000 + 999);
    assert.deepEqual(clock.pending(), { 'R1/advert': (slot + 1) * 1_000_000 });
  }
  assert.equal(engine.counters('R1').sent, 1001);
  assert.equal(take().at(-1), '1000000999 send R1 1');
});

test('slots missed in a pause are skipped, not made up for', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 1_000_000));
  take();
  clock.pause(5_300_000);
  assert.deepEqual(take(), ['5300000 send R1 1']);
  clock.run(6_000_000);
  assert.deepEqual(take(), ['6000000 send R1 1']);
});

test('every datagram of a rule goes out, and the round counts once', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 1_000_000, datagram(1), datagram(2)));
  clock.run(1_000_000);
  assert.deepEqual(take(), ['0 send R1 1', '0 send R1 2', '1000000 send R1 1', '1000000 send R1 2']);
  assert.deepEqual(engine.counters('R1'), { sent: 2, held: 0 });
});

test('a sealed rule asks for the bytes of every round, once for all its datagrams', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', { ...send(0, 1_000_000, datagram(1), datagram(2)), sealed: true });
  assert.deepEqual(take(), ['0 seal R1', '0 send R1 1.99', '0 send R1 2.99']);
  clock.run(1_000_000);
  assert.deepEqual(take(), ['1000000 seal R1', '1000000 send R1 1.99', '1000000 send R1 2.99']);
});

test('a rule that gives up neither sends late nor goes on', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', { ...send(0, 1_000_000), giveUpAfterUs: us(3_000_000) });
  clock.pause(3_000_000);
  assert.deepEqual(take(), ['0 send R1 1', '3000000 send R1 1']);
  clock.pause(6_000_001);
  assert.deepEqual(take(), ['6000001 late R1']);
  clock.run(20_000_000);
  assert.deepEqual([take(), clock.pending()], [[], {}]);
});

test('the patience of a rule counts from the last round, also of the rule before', () => {
  const { clock, engine, take } = bench();
  const patient = { ...send(0, 1_000_000), giveUpAfterUs: us(3_000_000) };
  engine.setSend('R1', patient);
  engine.setSend('R1', { ...patient, firstAtUs: us(1_000_000) });
  clock.pause(3_500_000);
  assert.deepEqual(take().at(-1), '3500000 late R1');
  engine.setSend('R1', { ...patient, firstAtUs: us(9_000_000) });
  clock.run(9_000_000);
  assert.deepEqual(take(), ['9000000 send R1 1']);
});

test('a new rule replaces the one before, and none stops it', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 1_000_000, datagram(1)));
  engine.setSend('R1', send(1_500_000, 2_000_000, datagram(2)));
  clock.run(3_600_000);
  assert.deepEqual(take(), ['0 send R1 1', '1500000 send R1 2', '3500000 send R1 2']);
  engine.setSend('R1', undefined);
  clock.run(10_000_000);
  assert.deepEqual(take(), []);
  assert.equal(engine.counters('R1').sent, 3);
});

test('a failure is reported once until a write succeeds, and does not count as sent', () => {
  const { clock, engine, socket, take } = bench();
  socket.error = { call: 'sendmsg', errno: 100 };
  engine.setSend('R1', send(0, 1_000_000));
  clock.run(2_000_000);
  assert.deepEqual(
    take().filter((line) => line.includes('failed')),
    ['0 failed R1 100 sendmsg'],
  );
  assert.equal(engine.counters('R1').sent, 0);
  socket.error = undefined;
  clock.run(3_000_000);
  socket.error = { call: 'sendmsg', errno: 19 };
  clock.run(5_000_000);
  assert.deepEqual(
    take().filter((line) => line.includes('failed')),
    ['4000000 failed R1 19 sendmsg'],
  );
  assert.equal(engine.counters('R1').sent, 1);
});

test('a deadline fires once, after the socket was looked at', () => {
  const { clock, engine, take } = bench();
  engine.setHold('R1', hold(3_000_000));
  clock.run(2_999_999);
  assert.deepEqual(take(), []);
  clock.run(60_000_000);
  assert.deepEqual(take(), ['3000000 drain R1', '3000000 deadline R1 3000000']);
});

test('a matching packet moves the deadline to its arrival plus the window and wakes nobody', () => {
  const { clock, engine, take } = bench();
  engine.setHold('R1', hold(3_000_000, { pattern }));
  clock.run(2_000_000);
  engine.receive('R1', received(1_900_000));
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 4_900_000 });
  clock.run(4_899_999);
  assert.deepEqual(take(), []);
  assert.deepEqual(engine.counters('R1'), { sent: 0, held: 1 });
  clock.run(4_900_000);
  assert.deepEqual(take(), ['4900000 drain R1', '4900000 deadline R1 4900000']);
});

const others: readonly (readonly [string, Partial<Received>])[] = [
  ['another sender', { source: ipv4('10.0.0.3') }],
  ['another hop limit', { hopLimit: 254 }],
  ['a changed byte', { bytes: new Uint8Array([0x21, 51, 149]) }],
  ['a longer packet', { bytes: new Uint8Array([0x21, 51, 150, 0]) }],
  ['a shorter packet', { bytes: new Uint8Array([0x21, 51]) }],
  ['no payload', { bytes: new Uint8Array(0) }],
];
for (const [what, more] of others) {
  test(`${what} goes up and moves no deadline`, () => {
    const { clock, engine, take } = bench();
    engine.setHold('R1', hold(3_000_000, { pattern }));
    engine.receive('R1', received(1_000_000, more));
    assert.equal(take().length, 1);
    assert.deepEqual(clock.pending(), { 'R1/masterDown': 3_000_000 });
    assert.equal(engine.counters('R1').held, 0);
  });
}

test('without a pattern or a rule every packet goes up', () => {
  const { engine, take } = bench();
  engine.receive('R1', received(1));
  engine.setHold('R1', hold(3_000_000));
  engine.receive('R1', received(2));
  assert.equal(take().length, 2);
});

test('a late process does not take over from a master that kept sending', () => {
  const { clock, engine, socket, take } = bench();
  engine.setHold('R1', hold(3_000_000, { pattern }));
  socket.waiting = [received(1_000_000), received(2_000_000), received(3_500_000)];
  clock.pause(4_000_000);
  assert.deepEqual(take(), ['4000000 drain R1']);
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 6_500_000 });
});

test('a late process takes over when what waited for it is too old', () => {
  const { clock, engine, socket, take } = bench();
  engine.setHold('R1', hold(3_000_000, { pattern }));
  socket.waiting = [received(1_000_000)];
  clock.pause(9_000_000);
  assert.deepEqual(take(), ['9000000 drain R1', '9000000 drain R1', '9000000 deadline R1 4000000']);
});

test('unchanged keeps the deadline that held packets moved to', () => {
  const { clock, engine, take } = bench();
  engine.setHold('R1', hold(3_000_000, { pattern }));
  clock.run(2_000_000);
  engine.receive('R1', received(2_000_000));
  engine.setHold('R1', hold('unchanged', { windowUs: seconds(1), pattern }));
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 5_000_000 });
  engine.receive('R1', received(2_000_000));
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 3_000_000 });
  assert.deepEqual(take(), []);
});

test('unchanged without a running rule starts a whole window', () => {
  const { clock, engine } = bench();
  clock.run(10_000_000);
  engine.setHold('R1', hold('unchanged'));
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 13_000_000 });
});

test('no rule, no deadline', () => {
  const { clock, engine, take } = bench();
  engine.setHold('R1', hold(3_000_000));
  engine.setHold('R1', undefined);
  clock.run(10_000_000);
  assert.deepEqual(take(), []);
});

test('instances do not share rules or counters, and a removed one starts from nothing', () => {
  const { clock, engine, take } = bench();
  engine.setSend('R1', send(0, 1_000_000, datagram(1)));
  engine.setSend('R2', send(500_000, 1_000_000, datagram(2)));
  engine.setHold('R1', hold(3_000_000));
  clock.run(1_000_000);
  engine.remove('R1');
  assert.deepEqual(Object.keys(clock.pending()), ['R2/advert']);
  clock.run(1_500_000);
  assert.deepEqual(take(), ['0 send R1 1', '500000 send R2 2', '1000000 send R1 1', '1500000 send R2 2']);
  assert.deepEqual([engine.counters('R1').sent, engine.counters('R2').sent], [0, 2]);
});

test('adverts that are due leave while somebody keeps the loop busy, and stay on their grid', () => {
  const { clock, engine, take } = bench();
  const rule: SendRule = {
    datagrams: [datagram(1)],
    firstAtUs: us(100),
    periodUs: us(100),
  };
  engine.setSend('A', rule);
  engine.setSend('B', { ...rule, giveUpAfterUs: us(1000) });
  engine.sendOverdue();
  assert.deepEqual(take(), []);
  clock.stall(130);
  engine.sendOverdue();
  engine.sendOverdue();
  assert.deepEqual(take(), ['130 send A 1']);
  assert.deepEqual(clock.pending()['A/advert'], 200);
});

test('a rule process gets what comes after the first round', () => {
  const { clock, engine, take } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  engine.setSend('R2', send(300_000, 1_000_000));
  assert.deepEqual(take(), [
    '0 send R1 1',
    'gives R1 from 1000000 through 5: 1',
    'gives R2 from 300000 through 5: 1',
  ]);
  clock.run(5_000_000);
  assert.deepEqual([take(), clock.pending()], [[], {}]);
});

test('what each round has to ask for, or may give up, stays here', () => {
  const { clock, engine, take } = bench({ withProcess: true });
  engine.setSend('R1', { ...send(10, 1_000_000), sealed: true });
  engine.setSend('R2', { ...send(10, 1_000_000), giveUpAfterUs: us(3_000_000) });
  clock.run(10);
  assert.deepEqual(take(), ['10 seal R1', '10 send R1 1.99', '10 send R2 1']);
});

test('a rule that is due is taken back before its bytes leave, one for later is replaced', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  clock.run(1_500_000);
  take();
  engine.setSend('R1', send(2_000_000, 1_000_000, datagram(2)));
  assert.deepEqual(take(), ['gives R1 from 2000000 through 5: 2']);
  process.counted = { count: 1, lastUs: us(1_000_000) };
  engine.setSend('R1', send(1_500_000, 1_000_000, datagram(3)));
  assert.deepEqual(take(), ['takes back R1', '1500000 send R1 3', 'gives R1 from 2500000 through 5: 3']);
  process.counted = { count: 4, lastUs: us(5_500_000), nextUs: us(6_500_000) };
  assert.equal(engine.counters('R1').sent, 2 + 1 + 4);
  assert.deepEqual(engine.timing('R1'), { nextUs: 6_500_000, lastSentUs: 5_500_000 });
  engine.clearCounters();
  assert.equal(engine.counters('R1').sent, 0);
  process.counted = { count: 6, lastUs: us(7_500_000) };
  engine.setSend('R1', undefined);
  assert.deepEqual([take(), engine.counters('R1').sent], [['takes back R1'], 2]);
});

test('what cannot be told any more is counted by the clock', () => {
  const { clock, engine, process } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  clock.run(3_500_000);
  engine.setSend('R1', send(4_000_000, 1_000_000, datagram(2)));
  clock.run(5_500_000);
  process.counted = undefined;
  engine.setSend('R1', undefined);
  assert.equal(engine.counters('R1').sent, 1 + 3 + 2);
});

test('a rule that is refused goes on here, on its grid', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  process.listener?.refused('send', 'R1', 28);
  take();
  clock.run(2_000_000);
  assert.deepEqual(take(), ['1000000 send R1 1', '2000000 send R1 1']);
});

test('rules are stated again to a successor, with a round in between', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  clock.run(2_300_000);
  take();
  process.takes = false;
  process.listener?.restate();
  assert.deepEqual(take(), ['2300000 send R1 1']);
  clock.run(3_300_000);
  assert.deepEqual(take(), ['3300000 send R1 1']);
  process.takes = true;
  process.listener?.restate();
  assert.deepEqual([take(), clock.pending()], [['gives R1 from 4300000 through 5: 1'], {}]);
  assert.equal(engine.counters('R1').sent, 1 + 2 + 2);
});

test('a rule moves with its socket, and waits here without one', () => {
  const { clock, engine, take, outlet } = bench({ withProcess: true });
  engine.setSend('R1', send(0, 1_000_000));
  clock.run(2_300_000);
  take();
  outlet.fd = 8;
  engine.moved('R1');
  assert.deepEqual(take(), ['takes back R1', 'gives R1 from 3000000 through 8: 1']);
  outlet.fd = undefined;
  engine.moved('R1');
  clock.run(3_000_000);
  assert.deepEqual(take(), ['takes back R1', '3000000 send R1 1']);
});

test('an error of the rule process names the destination', () => {
  const { engine, take, process } = bench({ withProcess: true });
  engine.setSend('R1', send(10, 1_000_000, datagram(1), datagram(2)));
  take();
  process.listener?.sendFailed('R1', 1, 100);
  process.listener?.sendFailed('R1', 7, 100);
  assert.deepEqual(take(), ['0 failed R1 100 sendmmsg']);
});

test('a rule with a pattern is waited for elsewhere, and ends there', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setHold('R1', hold(3_000_000));
  assert.deepEqual([take(), clock.pending()], [[], { 'R1/masterDown': 3_000_000 }]);
  engine.setHold('R1', hold('unchanged', { pattern }));
  assert.deepEqual([take(), clock.pending()], [['gives R1 until 3000000 on 4'], {}]);
  engine.setHold('R1', hold('unchanged', { pattern, windowUs: us(1_000_000) }));
  assert.deepEqual(take(), ['gives R1 until unchanged on 4']);
  process.counted = { count: 7, nextUs: us(9_000_000) };
  assert.deepEqual([engine.counters('R1').held, engine.timing('R1')], [7, { nextUs: 9_000_000 }]);
  process.listener?.expired('R1', expiry(9_000_000, 8, false));
  assert.deepEqual([take(), engine.counters('R1').held], [['9000100 deadline R1 9000000'], 8]);
  process.listener?.expired('R1', expiry(9_000_000, 8, false));
  assert.deepEqual(take(), []);
});

test('a rule that comes back keeps the deadline that it had there', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setHold('R1', hold(3_000_000, { pattern }));
  process.counted = { count: 2, nextUs: us(5_500_000) };
  engine.setHold('R1', hold('unchanged'));
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 5_500_000 });
  assert.deepEqual(take(), ['gives R1 until 3000000 on 4', 'waits for R1 again']);
  assert.equal(engine.counters('R1').held, 2);
});

test('a packet that was on its way moves the deadline, but never back', () => {
  const { engine, take } = bench({ withProcess: true });
  engine.setHold('R1', hold(3_000_000, { pattern }));
  engine.receive('R1', received(500_000));
  assert.deepEqual(take(), ['gives R1 until 3000000 on 4', 'gives R1 until at least 3500000 on 4']);
  assert.equal(engine.counters('R1').held, 1);
});

test('a rule stays where its packets are also for others, and where it was refused', () => {
  const { clock, engine, take, process, outlet } = bench({ withProcess: true });
  outlet.alone = false;
  engine.setHold('R1', hold(3_000_000, { pattern }));
  assert.deepEqual([take(), clock.pending()], [[], { 'R1/masterDown': 3_000_000 }]);
  outlet.alone = true;
  engine.setHold('R2', hold(4_000_000, { pattern }));
  process.listener?.refused('hold', 'R2', 28);
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 3_000_000, 'R2/masterDown': 4_000_000 });
});

test('a rule whose successor is refused ends there, and its deadline counts here', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setHold('R1', hold(3_000_000, { pattern }));
  engine.setHold('R2', hold(3_000_000, { pattern }));
  clock.run(3_500_000);
  take();
  process.counted = { count: 3, nextUs: us(5_500_000) };
  process.listener?.refused('hold', 'R1', 28);
  process.counted = undefined;
  // Nobody can say any more: as long as after a packet.
  process.listener?.refused('hold', 'R2', 28);
  assert.deepEqual(take(), ['waits for R1 again', 'waits for R2 again']);
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 5_500_000, 'R2/masterDown': 6_500_000 });
});

test('a rule that nobody takes ends where the one before it was', () => {
  const { engine, take, process } = bench({ withProcess: true });
  engine.setSend('R1', send(10, 1_000_000));
  take();
  process.takes = false;
  engine.setSend('R1', send(20, 1_000_000, datagram(2)));
  assert.deepEqual(take(), ['takes back R1']);
});

test('without its process a rule waits here, as long as after a packet', () => {
  const { clock, engine, take, process } = bench({ withProcess: true });
  engine.setHold('R1', hold(3_000_000, { pattern }));
  clock.run(2_000_000);
  process.takes = false;
  process.listener?.restate();
  assert.deepEqual(clock.pending(), { 'R1/masterDown': 5_000_000 });
  take();
  process.takes = true;
  process.listener?.restate();
  assert.deepEqual([take(), clock.pending()], [['gives R1 until 5000000 on 4'], {}]);
});

test('what follows a deadline is given with it, and again only when it is another thing', () => {
  const { engine, take } = bench({ withProcess: true });
  const takeover = { periodUs: us(1_000_000), datagrams: [datagram(5)], kin: { at: 1, value: 51 } };
  engine.setHold('R1', hold(3_000_000));
  engine.prepare('R1', takeover);
  assert.deepEqual(take(), ['gives R1 until 3000000 on 4 then 5']);
  engine.prepare('R1', { ...takeover, datagrams: [datagram(5)] });
  assert.deepEqual(take(), []);
  engine.setHold('R1', hold('unchanged', { pattern }));
  engine.prepare('R1', { ...takeover, datagrams: [datagram(6)] });
  assert.deepEqual(take(), ['gives R1 until unchanged on 4 then 5', 'gives R1 until unchanged on 4 then 6']);
});

test('what has begun goes on when it was right, and is counted', () => {
  const { clock, engine, take, process } = bench({ withProcess: true, answer: send(3_000_100, 1_000_000) });
  engine.setHold('R1', hold(3_000_000));
  engine.prepare('R1', { periodUs: us(1_000_000), datagrams: [datagram(1)], kin: { at: 1, value: 51 } });
  clock.run(3_000_900);
  take();
  process.listener?.expired('R1', expiry(3_000_000, 0, true));
  assert.deepEqual(take(), ['3000100 deadline R1 3000000']);
  process.counted = { count: 3, lastUs: us(5_000_100), nextUs: us(6_000_100) };
  assert.deepEqual([engine.counters('R1').sent, engine.timing('R1').nextUs], [3, 6_000_100]);
  assert.deepEqual([take(), clock.pending()], [[], {}]);
});

test('what has begun ends when it was wrong, or other bytes are wanted', () => {
  for (const [answer, after] of [
    [undefined, ['takes back R1']],
    [
      send(3_000_100, 1_000_000, datagram(2)),
      ['takes back R1', '3000900 send R1 2', 'gives R1 from 4000100 through 5: 2'],
    ],
  ] as const) {
    const { clock, engine, take, process } = bench({ withProcess: true, answer });
    engine.setHold('R1', hold(3_000_000));
    engine.prepare('R1', { periodUs: us(1_000_000), datagrams: [datagram(1)], kin: { at: 1, value: 51 } });
    clock.run(3_000_900);
    take();
    process.listener?.expired('R1', expiry(3_000_000, 0, true));
    assert.deepEqual(take(), ['3000100 deadline R1 3000000', ...after]);
  }
});

test('what has been announced is known while the takeover is judged, and undone when it was wrong', () => {
  const announcements = [{ ifindex: 2, frame: new Uint8Array(42) }];
  const possession = { addresses: [], announcements };
  const answers = [
    { answer: send(3_000_100, 1_000_000), after: [] },
    { answer: undefined, after: ['takes back R1', 'vain R1'] },
  ];
  for (const { answer, after } of answers) {
    const { engine, take, process } = bench({ withProcess: true, answer });
    const takeover = { periodUs: us(1_000_000), datagrams: [datagram(1)], kin: { at: 1, value: 51 } };
    engine.setHold('R1', hold(3_000_000));
    engine.prepare('R1', { ...takeover, possession });
    take();
    process.listener?.expired('R1', expiry(3_000_000, 0, true, { possession, followed: true }));
    assert.deepEqual(take(), ['3000100 deadline R1 3000000', 'R1 is announced', ...after]);
    assert.equal(engine.announced('R1'), false);
  }
  const { engine, take, process } = bench({ withProcess: true });
  process.listener?.expired('R1', expiry(3_000_000, 0, true, { possession, followed: true }));
  process.listener?.vain('R2', possession);
  assert.deepEqual([take(), engine.announced('R1')], [['vain R1', 'vain R2'], false]);
});
