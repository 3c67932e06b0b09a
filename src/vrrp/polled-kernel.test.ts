import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel, KernelEvent, Link } from '../ports/kernel.ts';
import type { BeatMethod, LinkBeat } from '../ports/link-beat.ts';
import { Process, World } from '../sim/world.ts';
import { us } from '../units.ts';
import { PolledKernel } from './polled-kernel.ts';
import { fakeLink } from './testing/config.ts';

/** An interface whose driver and whose kernel may say different things. */
class Bench {
  readonly world = new World();
  readonly asked: BeatMethod[] = [];
  readonly seen: string[] = [];
  readonly polled: PolledKernel;
  answers: Partial<Record<BeatMethod, boolean>> = { ETHTOOL: true, IOCTL: true };
  link: Link | undefined = fakeLink('eth0', 2);
  #listener: (event: KernelEvent) => void = () => {};

  constructor() {
    const kernel: Kernel = {
      links: () => (this.link === undefined ? [] : [this.link]),
      linkByName: () => this.link,
      linkByIndex: () => this.link,
      addresses: () => [],
      apply: () => [],
      changeLinks: () => [],
      reread: () => undefined,
      drain: () => {},
      subscribe: (given) => {
        this.#listener = given;
      },
    };
    const beat: LinkBeat = {
      beats: (_name, method) => {
        this.asked.push(method);
        return this.answers[method];
      },
    };
    this.polled = new PolledKernel(kernel, new Process(this.world), beat);
    this.polled.subscribe((event) => {
      const up = event.event === 'link' ? event.link.up : undefined;
      this.seen.push(`${this.world.nowUs / 1e6} ${event.event} ${up}`);
    });
  }

  run(untilMs: number): this {
    this.world.run(us(untilMs * 1000));
    return this;
  }

  news(up: boolean): void {
    this.link = fakeLink('eth0', 2, { up });
    this.#listener({ event: 'link', link: this.link });
  }

  get up(): boolean | undefined {
    return this.polled.linkByName('eth0')?.up;
  }
}

test('the first method that the interface knows is the one that is asked, once a second', () => {
  const bench = new Bench();
  bench.polled.configure([{ interface: 'eth0' }]);
  assert.deepEqual(bench.asked.splice(0), ['MII', 'ETHTOOL']);
  bench.run(999);
  assert.deepEqual(bench.asked, []);
  bench.run(3_500);
  assert.deepEqual(bench.asked, ['ETHTOOL', 'ETHTOOL', 'ETHTOOL']);
});

test('a method that is asked for comes first, and others stand in for it', () => {
  const bench = new Bench();
  bench.polled.configure([{ interface: 'eth0', method: 'IOCTL' }]);
  assert.deepEqual(bench.asked.splice(0), ['IOCTL']);
  bench.answers = { ETHTOOL: true };
  bench.run(1_000);
  assert.deepEqual(bench.asked, ['IOCTL', 'IOCTL', 'MII', 'ETHTOOL']);
});

test('what the driver says counts, when it is asked, and what the kernel says does not', () => {
  const bench = new Bench();
  bench.polled.configure([{ interface: 'eth0' }]);
  bench.news(false);
  assert.deepEqual([bench.seen.splice(0), bench.up], [['0 link true'], true]);
  bench.answers = { ETHTOOL: false };
  assert.equal(bench.run(900).up, true);
  assert.deepEqual([bench.run(1_500).up, bench.seen.splice(0)], [false, ['1 link false']]);
  bench.news(true);
  assert.equal(bench.up, false);
  assert.equal(bench.polled.links()[0]?.polled, true);
});

test('an interface that knows no method is down', () => {
  const bench = new Bench();
  bench.answers = {};
  bench.polled.configure([{ interface: 'eth0' }]);
  assert.equal(bench.up, false);
});

test('a reload that ends the polling leaves it to the kernel, and asks no more', () => {
  const bench = new Bench();
  bench.polled.configure([{ interface: 'eth0' }]);
  bench.news(false);
  bench.polled.configure([]);
  assert.equal(bench.up, false);
  bench.asked.splice(0);
  bench.run(5_000);
  assert.deepEqual(bench.asked, []);
});
