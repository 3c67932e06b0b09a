import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Us, us } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import type { BfdPacket, BfdState } from '../wire/bfd.ts';
import type { BfdSessionConfig } from './bfd.ts';
import { type SessionEvent, sessionStep } from './session.ts';
import { initialSession, type SessionEffect, type SessionState } from './state.ts';

const IDLE = 1_000_000;
const FAST = 100_000;
const config: BfdSessionConfig = {
  name: 'B1',
  neighbor: ipv4('10.9.0.2'),
  minRxUs: us(FAST),
  minTxUs: us(FAST),
  idleTxUs: us(IDLE),
  multiplier: 5,
  passive: false,
  ttl: 255,
  maxHops: 0,
  multihop: false,
  tellsVrrp: true,
  tellsChecker: true,
};

type Packet = Partial<Omit<BfdPacket, 'state'>>;

/** A session whose jitter is the middle of its range, 82.5 percent, and whose peer is played by hand. */
class Played {
  config: BfdSessionConfig;
  state: SessionState;
  nowUs = us(0);
  last: readonly SessionEffect[] = [];
  #discriminators = 0;

  constructor(changes: Partial<BfdSessionConfig> = {}) {
    this.config = { ...config, ...changes };
    this.state = initialSession(1000, this.config.idleTxUs);
    this.step({ event: 'start', nowUs: this.nowUs });
  }

  step(event: SessionEvent): this {
    const draws = { jitter: () => 0.5, discriminator: () => 2000 + this.#discriminators++ };
    const { state, effects } = sessionStep(this.config, this.state, event, draws);
    this.state = state;
    this.last = effects;
    return this;
  }

  hear(state: BfdState, packet: Packet = {}, atMs = this.nowUs / 1000): this {
    this.nowUs = us(atMs * 1000);
    const full: BfdPacket = {
      state,
      diagnostic: 0,
      poll: false,
      final: false,
      authentication: false,
      demand: false,
      multiplier: 5,
      myDiscriminator: 7,
      yourDiscriminator: this.state.discriminator,
      minTxUs: us(FAST),
      minRxUs: us(FAST),
      ...packet,
    };
    return this.step({ event: 'packet', nowUs: this.nowUs, atUs: this.nowUs, packet: full });
  }

  fire(timer: 'transmit' | 'detect', atMs: number): this {
    this.nowUs = us(atMs * 1000);
    return this.step({ event: 'timer', nowUs: this.nowUs, timer });
  }

  reload(changes: Partial<BfdSessionConfig>): this {
    const before = this.config;
    this.config = { ...before, ...changes };
    return this.step({ event: 'configure', nowUs: this.nowUs, before });
  }

  /** Down, Init, Up in the way of 2.2.7's first packets: the peer comes up with a poll. */
  up(): this {
    this.hear('Down', { minTxUs: us(IDLE), yourDiscriminator: 0 }, 10);
    return this.hear('Up', { poll: true }, 20);
  }

  get logged(): string[] {
    return this.last.flatMap((effect) =>
      effect.effect === 'log' ? [[effect.id, ...effect.args].join(' ')] : [],
    );
  }

  get told(): boolean[] {
    return this.last.flatMap((effect) => (effect.effect === 'tell' ? [effect.up] : []));
  }

  get sent(): BfdPacket[] {
    return this.last.flatMap((effect) => (effect.effect === 'send' ? [effect.packet] : []));
  }

  /** Milliseconds from now to where this step armed the timer. */
  armed(timer: 'transmit' | 'detect'): number | undefined {
    const found = this.last.findLast((effect) => effect.effect === 'arm' && effect.timer === timer);
    return found?.effect === 'arm' ? (found.atUs - this.nowUs) / 1000 : undefined;
  }
}

describe('a session comes up', () => {
  it('speaks first, at the idle interval', () => {
    const session = new Played();
    const [packet] = session.sent;
    assert.deepEqual([packet?.state, packet?.minTxUs, packet?.yourDiscriminator], ['Down', IDLE, 0]);
    assert.equal(session.armed('transmit'), 825);
  });
  it('hears Down and is Init, with five intervals of the slower side to go', () => {
    const session = new Played().hear('Down', { minTxUs: us(IDLE), yourDiscriminator: 0 });
    assert.equal(session.state.state, 'Init');
    assert.equal(session.armed('detect'), 5000);
    assert.equal(session.armed('transmit'), undefined);
    assert.deepEqual(session.logged, [
      'bfd-parameters B1',
      'bfd-parameters-head B1',
      `bfd-parameters-local B1 ${IDLE} ${FAST} ${IDLE} 5 ${5 * IDLE}`,
      `bfd-parameters-remote B1 ${IDLE} ${FAST} ${IDLE} 5 ${5 * IDLE}`,
      `bfd-detection-time B1 ${5 * IDLE} 0`,
    ]);
  });
  it('hears Up with a poll: answers, and sends fast from then on', () => {
    const session = new Played().up();
    assert.deepEqual(session.told, [true]);
    assert.deepEqual(
      session.sent.map(({ state, final, poll, minTxUs }) => [state, final, poll, minTxUs]),
      [['Up', true, false, FAST]],
    );
    assert.equal(session.armed('detect'), 500);
    assert.equal(session.armed('transmit'), 82.5);
    // The answer said what a poll of its own would have asked about.
    assert.equal(session.fire('transmit', 102.5).sent[0]?.poll, false);
  });
  it('hears Init: polls until it is answered, and sends fast only then', () => {
    const session = new Played().hear('Init');
    assert.deepEqual(session.logged.slice(-2), ['bfd-up B1', 'bfd-polling B1']);
    assert.equal(session.armed('transmit'), undefined);
    assert.deepEqual(
      session.fire('transmit', 825).sent.map(({ poll, minTxUs }) => [poll, minTxUs]),
      [[true, FAST]],
    );
    assert.equal(session.armed('transmit'), 825);
    session.hear('Up', { final: true }, 830);
    assert.equal(session.armed('transmit'), 82.5);
    assert.equal(session.fire('transmit', 912.5).sent[0]?.poll, false);
  });
  it('does not come up from Down by an Up', () => {
    assert.equal(new Played().hear('Up').state.state, 'Down');
  });
  it('when it is passive, waits for the peer', () => {
    const session = new Played({ passive: true });
    assert.deepEqual([session.sent.length, session.armed('transmit')], [0, undefined]);
    session.hear('Down', { yourDiscriminator: 0 });
    assert.equal(session.armed('transmit'), 825);
    session.fire('transmit', 825);
    assert.equal(session.sent[0]?.state, 'Init');
  });
});

describe('a session goes down', () => {
  it('when nothing came for the detection time', () => {
    const session = new Played().up();
    assert.equal(session.fire('detect', 519.999).state.state, 'Up');
    session.fire('detect', 520.05);
    assert.deepEqual(session.logged, ['bfd-expired B1 500 50', 'bfd-down B1 1 0']);
    assert.deepEqual(session.told, [false]);
    assert.deepEqual([session.state.discriminator, session.state.remote.discriminator], [2000, 0]);
    assert.equal(session.fire('transmit', 530).sent[0]?.diagnostic, 1);
    assert.equal(session.armed('transmit'), 825);
  });
  it('by a Down of the peer, and comes up again with other discriminators', () => {
    const session = new Played().up().hear('Down', { diagnostic: 1 });
    assert.deepEqual(session.logged, ['bfd-down B1 3 1']);
    assert.deepEqual([session.told, session.state.discriminator], [[false], 2000]);
    // What the peer is called is known until a detection time is over.
    assert.equal(session.fire('transmit', 100).sent[0]?.yourDiscriminator, 7);
    session.fire('detect', 520);
    assert.equal(session.fire('transmit', 925).sent[0]?.yourDiscriminator, 0);
    assert.equal(session.hear('Down').hear('Init').state.state, 'Up');
  });
  it('by an AdminDown of the peer, of which nobody is told', () => {
    const session = new Played().up().hear('AdminDown', { diagnostic: 7 });
    assert.deepEqual(session.logged, ['bfd-down B1 3 7']);
    assert.deepEqual([session.told, session.state.state], [[], 'Down']);
  });
  it('silently when it had not been up', () => {
    for (const session of [
      new Played().hear('Down').hear('AdminDown'),
      new Played().hear('Down').fire('detect', 5000),
    ]) {
      assert.deepEqual([session.state.state, session.told, session.logged.slice(5)], ['Down', [], []]);
      assert.equal(session.state.discriminator, 1000);
    }
  });
  it('and a passive one falls silent', () => {
    const session = new Played({ passive: true }).up().fire('detect', 520);
    assert.ok(session.last.some((effect) => effect.effect === 'cancel' && effect.timer === 'transmit'));
  });
});

describe('intervals', () => {
  it('change by a poll, the detection time at once and a slower rate after the packet that is due', () => {
    const session = new Played()
      .up()
      .hear('Up', { poll: true, minTxUs: us(300_000), minRxUs: us(250_000) }, 50);
    assert.deepEqual(session.logged, [
      'bfd-parameters B1',
      'bfd-parameters-head B1',
      `bfd-parameters-local B1 ${FAST} ${FAST} 250000 5 1500000`,
      `bfd-parameters-remote B1 300000 250000 300000 5 1250000`,
      `bfd-detection-time B1 1500000 500000`,
    ]);
    assert.equal(session.armed('transmit'), undefined);
    assert.equal(session.fire('transmit', 102.5).armed('transmit'), 206.25);
  });
  it('do not change without one', () => {
    const session = new Played().up().hear('Up', { minTxUs: us(300_000), minRxUs: us(250_000) }, 50);
    assert.equal(session.armed('detect'), 500);
    assert.equal(session.fire('transmit', 102.5).armed('transmit'), 82.5);
  });
  it('of zero ask for silence, which an answer still breaks', () => {
    const session = new Played().up().hear('Up', { poll: true, minRxUs: us(0) }, 50);
    assert.equal(session.sent[0]?.final, true);
    assert.deepEqual([session.fire('transmit', 102.5).sent, session.armed('transmit')], [[], 82.5]);
  });
  it('stay within 75 and 90 percent', () => {
    const state = initialSession(1, us(IDLE));
    for (const [jitter, expected] of [
      [0, 750_000],
      [0.9999999, 900_000],
    ] as const) {
      const draws = { jitter: () => jitter, discriminator: () => 2 };
      const { effects } = sessionStep(config, state, { event: 'start', nowUs: 0 as Us }, draws);
      const arm = effects.find((effect) => effect.effect === 'arm');
      assert.equal(arm?.effect === 'arm' && arm.atUs, expected);
    }
  });
});

describe('a reload', () => {
  it('polls for new intervals and holds to the old ones until the answer', () => {
    const session = new Played().up().reload({ minTxUs: us(200_000) });
    assert.deepEqual(session.logged, ['bfd-polling B1']);
    const [packet] = session.fire('transmit', 102.5).sent;
    assert.deepEqual([packet?.poll, packet?.minTxUs], [true, 200_000]);
    assert.equal(session.armed('transmit'), 82.5);
    session.hear('Up', { final: true }, 110).fire('transmit', 185);
    assert.equal(session.armed('transmit'), 165);
    assert.equal(session.sent[0]?.poll, false);
  });
  it('needs no poll for the multiplier', () => {
    const session = new Played().up().reload({ multiplier: 3 });
    assert.deepEqual(session.logged, []);
    assert.deepEqual(
      session.fire('transmit', 102.5).sent.map(({ poll, multiplier }) => [poll, multiplier]),
      [[false, 3]],
    );
  });
  it('makes a passive session speak', () => {
    assert.equal(new Played({ passive: true }).reload({ passive: false }).sent[0]?.state, 'Down');
  });
});

it('a session that cannot send is out of service', () => {
  const session = new Played().step({ event: 'disable', nowUs: us(0) });
  assert.deepEqual([session.logged, session.state.state], [['bfd-admin-down B1'], 'AdminDown']);
  assert.equal(session.hear('Down').last.length, 0);
});
