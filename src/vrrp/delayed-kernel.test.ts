import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel, KernelEvent, Link } from '../ports/kernel.ts';
import { Process, World } from '../sim/world.ts';
import { seconds, us } from '../units.ts';
import { DelayedKernel, limitDelays } from './delayed-kernel.ts';
import { fakeLink, instance } from './testing/config.ts';

interface Bench {
  readonly world: World;
  readonly delayed: DelayedKernel;
  readonly seen: string[];
  /** Undefined deletes the interface. */
  set(up: boolean | undefined): void;
}

function bench(): Bench {
  const world = new World();
  let link: Link | undefined = fakeLink('eth0', 2);
  let listener: (event: KernelEvent) => void = () => {};
  const kernel: Kernel = {
    links: () => (link === undefined ? [] : [link]),
    linkByName: () => link,
    linkByIndex: () => link,
    addresses: () => [],
    apply: () => [],
    changeLinks: () => [],
    reread: () => undefined,
    drain: () => {},
    subscribe: (given) => {
      listener = given;
    },
  };
  const seen: string[] = [];
  const delayed = new DelayedKernel(kernel, new Process(world), (id, args) =>
    seen.push([id, ...args].join(' ')),
  );
  delayed.subscribe(() => seen.push(`${world.nowUs / 1e6} ${delayed.linkByName('eth0')?.up}`));
  const set = (up: boolean | undefined): void => {
    const before = link ?? fakeLink('eth0', 2);
    link = up === undefined ? undefined : fakeLink('eth0', 2, { up, flags: up ? 0x11043 : 0x1002 });
    listener(link === undefined ? { event: 'linkGone', link: before } : { event: 'link', link });
  };
  return { world, delayed, seen, set };
}

const delays = { interface: 'eth0', downUs: us(300_000), upUs: us(500_000) };

test('without delays every change counts at once', () => {
  const { seen, set } = bench();
  set(false);
  set(true);
  assert.deepEqual(seen, ['0 false', '0 true']);
});

test('down and up count when their delay is over', () => {
  const { world, delayed, seen, set } = bench();
  set(true);
  delayed.configure([delays]);
  seen.splice(0);
  set(false);
  world.run(us(299_999));
  assert.deepEqual(seen.splice(0), ['interface-delay eth0 0x11043 0x1002 300000', '0 true']);
  world.run(us(1_000_000));
  assert.deepEqual(seen.splice(0), ['0.3 false']);
  set(true);
  world.run(us(3_000_000));
  assert.deepEqual(seen, ['interface-delay eth0 0x1002 0x11043 500000', '1 false', '1.5 true']);
});

test('a change that is undone in time is none, and the next one has its whole delay', () => {
  const { world, delayed, seen, set } = bench();
  delayed.configure([delays]);
  set(false);
  world.run(us(200_000));
  set(true);
  world.run(us(250_000));
  set(false);
  world.run(us(549_999));
  assert.equal(delayed.linkByName('eth0')?.up, true);
  world.run(us(550_000));
  assert.equal(delayed.linkByName('eth0')?.up, false);
  assert.equal(seen.filter((line) => line.endsWith('false')).length, 1);
});

test('a deleted interface is gone at once, and nothing comes later', () => {
  const { world, delayed, seen, set } = bench();
  delayed.configure([delays]);
  set(false);
  seen.splice(0);
  set(undefined);
  assert.deepEqual(seen.splice(0), ['0 undefined']);
  world.run(seconds(5));
  assert.deepEqual(seen, []);
});

test('a reload that takes the delay away makes the waiting change count', () => {
  const { delayed, seen, set } = bench();
  delayed.configure([delays]);
  set(false);
  seen.splice(0);
  delayed.configure([]);
  assert.deepEqual([seen, delayed.linkByName('eth0')?.up], [['0 false'], false]);
});

test('no delay is as long as it takes to miss a master', () => {
  const said: string[] = [];
  const limited = limitDelays(
    [{ interface: 'eth0', downUs: seconds(5), upUs: us(0) }],
    [instance()],
    (id, args) => said.push([id, ...args].join(' ')),
  );
  assert.deepEqual(limited, [{ interface: 'eth0', downUs: 1_996_094, upUs: 0 }]);
  assert.deepEqual(said, ['interface-delay-too-long R1 eth0 2']);
  const kept = limitDelays([delays], [instance(), instance({ interface: 'eth9' })], (id) => said.push(id));
  assert.deepEqual([kept, said.length], [[delays], 1]);
});
