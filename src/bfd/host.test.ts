import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Lan } from '../sim/lan.ts';
import { createRandom } from '../sim/random.ts';
import { type SimDatagram, SimUdp } from '../sim/udp.ts';
import { Process, World } from '../sim/world.ts';
import { ms, seconds, us } from '../units.ts';
import { ipv4 } from '../wire/address.ts';
import { type BfdPacket, decodeBfd, encodeBfd } from '../wire/bfd.ts';
import type { BfdSessionConfig } from './bfd.ts';
import { BfdHost } from './host.ts';

const DELAY = { minDelayUs: 50, maxDelayUs: 2_000 };
const INTERVAL_MS = 100;
const MULTIPLIER = 5;
const DETECTION_MS = INTERVAL_MS * MULTIPLIER;

const address = (host: number): Uint8Array => ipv4(`10.9.0.${host}`);

function session(peer: number, changes: Partial<BfdSessionConfig> = {}): BfdSessionConfig {
  return {
    name: `to ${peer}`,
    neighbor: address(peer),
    minRxUs: ms(INTERVAL_MS),
    minTxUs: ms(INTERVAL_MS),
    idleTxUs: seconds(1),
    multiplier: MULTIPLIER,
    passive: false,
    ttl: 255,
    maxHops: 0,
    multihop: false,
    tellsVrrp: true,
    tellsChecker: true,
    ...changes,
  };
}

class Node {
  readonly process: Process;
  readonly udp: SimUdp;
  readonly host: BfdHost;
  readonly told: { readonly name: string; readonly up: boolean; readonly atMs: number }[] = [];
  readonly logged: string[] = [];

  constructor(world: World, lan: Lan<SimDatagram>, number: number, seed: number) {
    const random = createRandom(seed);
    this.process = new Process(world);
    this.udp = new SimUdp(lan, this.process, address(number), random);
    this.host = new BfdHost(
      { clock: this.process, udp: this.udp, chance: random },
      {
        log: (id, args) => this.logged.push([id, ...args].join(' ')),
        tell: ({ name }, up) => this.told.push({ name, up, atMs: world.nowUs / 1000 }),
      },
    );
  }

  configure(...configs: BfdSessionConfig[]): this {
    assert.equal(this.host.listen(configs).ok, true);
    this.host.configure(configs);
    return this;
  }

  get up(): boolean {
    return this.host.states().every(([, up]) => up);
  }

  /** When a session last went up or down. */
  since(up: boolean): number {
    return this.told.findLast((one) => one.up === up)?.atMs ?? Number.NaN;
  }
}

class Pair {
  readonly world = new World();
  readonly lan: Lan<SimDatagram>;
  readonly a: Node;
  readonly b: Node;

  constructor(seed = 1) {
    this.lan = new Lan<SimDatagram>(this.world, createRandom(seed), DELAY);
    this.a = new Node(this.world, this.lan, 1, seed * 2 + 1);
    this.b = new Node(this.world, this.lan, 2, seed * 2 + 2);
  }

  run(forMs: number): this {
    this.world.run(us(this.world.nowUs + forMs * 1000));
    return this;
  }

  up(changes: Partial<BfdSessionConfig> = {}): this {
    this.a.configure(session(2, changes));
    this.b.configure(session(1, changes));
    return this.run(4_000);
  }

  /** What a forger at the peer's address sends to a. */
  forge(bytes: Uint8Array, changes: Partial<SimDatagram> = {}): void {
    const port = { name: 'forger', connected: () => true, deliver: () => undefined };
    const datagram = { bytes, source: address(2), sourcePort: 50_000, destination: address(1) };
    this.lan.send(port, { ...datagram, destinationPort: 3784, hopLimit: 255, ...changes });
  }
}

describe('two hosts, whatever the seed', () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  it('come up within three idle intervals', () => {
    for (const seed of seeds) {
      const { a, b } = new Pair(seed).up();
      assert.ok(a.up && b.up, `seed ${seed}`);
      assert.ok(Math.max(a.since(true), b.since(true)) <= 3_000, `seed ${seed}`);
    }
  });
  it('send at 75 to 90 percent of the interval', () => {
    for (const seed of seeds) {
      const pair = new Pair(seed).up();
      const before = pair.a.udp.sent.length;
      pair.run(2_000);
      const times = pair.a.udp.sent.slice(before).map(({ atUs }) => atUs / 1000);
      const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
      assert.ok(
        Math.min(...gaps) >= 0.75 * INTERVAL_MS && Math.max(...gaps) <= 0.9 * INTERVAL_MS,
        `seed ${seed}`,
      );
    }
  });
  it('notice a cut within the detection time, and not before', () => {
    for (const seed of seeds) {
      const pair = new Pair(seed).up();
      pair.run(seed);
      const cutMs = pair.world.nowUs / 1000;
      pair.lan.setCut('10.9.0.2', '10.9.0.1', true);
      pair.run(2_000);
      const took = pair.a.since(false) - cutMs;
      assert.ok(
        took <= DETECTION_MS + 2 && took >= DETECTION_MS - 0.9 * INTERVAL_MS,
        `seed ${seed}: ${took} ms`,
      );
      // The other side still hears, and is told.
      assert.ok(Math.abs(pair.b.since(false) - pair.a.since(false)) <= INTERVAL_MS, `seed ${seed}`);
      pair.lan.heal();
      pair.run(6_000);
      assert.ok(pair.a.up && pair.b.up, `seed ${seed}`);
    }
  });
  it('stay up while one packet in twenty is lost', () => {
    for (const seed of seeds) {
      const pair = new Pair(seed).up();
      pair.lan.lossRate = 0.05;
      pair.run(20_000);
      assert.ok(Number.isNaN(pair.a.since(false)) || pair.a.since(false) < 10, `seed ${seed}`);
    }
  });
  it('do not mistake a pause of their own for silence of the peer', () => {
    for (const seed of seeds) {
      const pair = new Pair(seed).up({ multiplier: 50 });
      // Longer than a detection time of the peer's packets, shorter than what the peer allows.
      pair.a.configure(session(2, { multiplier: 50 }));
      pair.b.configure(session(1, { multiplier: 5 }));
      pair.run(500);
      pair.a.process.pause();
      pair.run(900);
      pair.a.process.resume();
      pair.run(500);
      assert.ok(pair.a.up && pair.a.since(true) < 5_000, `seed ${seed}`);
      assert.equal(pair.a.logged.filter((line) => line.startsWith('bfd-expired')).length, 0, `seed ${seed}`);
    }
  });
});

describe('a peer that starts again', () => {
  it('ends the session at its first packet, and gets another one', () => {
    const pair = new Pair().up();
    pair.b.process.kill();
    const successor = new Node(pair.world, pair.lan, 2, 99).configure(session(1));
    pair.run(100);
    assert.ok(pair.a.logged.some((line) => line.startsWith('bfd-down to 2 3 0')));
    pair.run(4_000);
    assert.ok(pair.a.up && successor.up);
  });
});

describe('a reload', () => {
  it('keeps what it does not change, ends what is gone, starts what is new', () => {
    const pair = new Pair();
    pair.a.configure(session(2), session(3));
    pair.b.configure(session(1));
    pair.run(4_000);
    const before = pair.a.told.length;
    pair.a.configure(session(2), session(4));
    assert.deepEqual(
      pair.a.told.slice(before).map(({ name, up }) => [name, up]),
      [
        ['to 2', true],
        ['to 4', false],
      ],
    );
    pair.run(1_000);
    const late = pair.a.udp.sent
      .filter(({ atUs }) => atUs > 4_000_000)
      .map(({ destination }) => destination.at(-1));
    assert.deepEqual([...new Set(late)].sort(), [2, 4]);
    assert.ok(pair.b.up);
    pair.a.configure();
    pair.run(1_000);
    assert.equal(pair.b.up, false);
  });
  it('makes another session of one with another peer', () => {
    const pair = new Pair().up();
    pair.a.configure(session(2, { neighbor: address(9) }));
    assert.equal(pair.a.up, false);
  });
  it('brings back one whose source address was missing', () => {
    const pair = new Pair();
    pair.a.configure(session(2, { source: address(7) }));
    assert.deepEqual(pair.a.logged, [
      'bfd-output-error to 2 bind 99',
      'bfd-no-output to 2',
      'bfd-admin-down to 2',
    ]);
    pair.b.configure(session(1));
    pair.a.configure(session(2, { source: address(1) }));
    assert.ok(pair.run(4_000).a.up);
  });
});

describe('a packet for nobody', () => {
  const packet: BfdPacket = {
    state: 'Up',
    diagnostic: 0,
    poll: false,
    final: false,
    authentication: false,
    demand: false,
    multiplier: 5,
    myDiscriminator: 9,
    yourDiscriminator: 5,
    minTxUs: ms(100),
    minRxUs: ms(100),
  };
  const ours = ({ a }: Pair): number => {
    const last = decodeBfd(a.udp.sent.at(-1)?.bytes ?? new Uint8Array());
    return last.ok ? last.value.myDiscriminator : 0;
  };
  const said = (pair: Pair, bytes: Uint8Array, changes: Partial<SimDatagram> = {}): string[] => {
    const before = pair.a.logged.length;
    pair.forge(bytes, changes);
    pair.run(5);
    assert.ok(pair.a.up);
    return pair.a.logged.slice(before);
  };
  it('is refused and changes nothing', () => {
    const pair = new Pair().up();
    const known = { ...packet, state: 'Down' as const, yourDiscriminator: ours(pair) };
    assert.deepEqual(said(pair, encodeBfd(packet)), ['bfd-no-session 10.9.0.2 50000 5']);
    assert.deepEqual(said(pair, encodeBfd(known), { hopLimit: 254 }), ['bfd-too-far 4 254 255']);
    assert.deepEqual(said(pair, encodeBfd({ ...known, authentication: true })), [
      'bfd-authentication 10.9.0.2 50000',
    ]);
    assert.deepEqual(said(pair, new Uint8Array(3)), ['bfd-short 3', 'bfd-bogus 10.9.0.2 50000']);
    const stranger = { ...known, yourDiscriminator: 0 };
    assert.deepEqual(said(pair, encodeBfd(stranger), { source: address(3) }), [
      'bfd-no-session 10.9.0.3 50000 0',
    ]);
    // The very packet, from where it may come from, does end the session.
    pair.forge(encodeBfd(known));
    pair.run(5);
    assert.equal(pair.a.up, false);
  });
  it('is told once a second', () => {
    const pair = new Pair().up();
    const lines = Array.from({ length: 300 }, () => said(pair, encodeBfd(packet)).length);
    const total = lines.reduce((sum, count) => sum + count, 0);
    assert.ok(total >= 1 && total <= 2, `${total} lines in 1.5 seconds`);
  });
});
