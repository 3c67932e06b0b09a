import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel, KernelAddress, KernelOp, Link } from '../ports/kernel.ts';
import { formatAddress } from '../wire/address.ts';
import { AddressKeeper } from './address-keeper.ts';
import type { VirtualAddress } from './config.ts';
import { fakeLink, instance, vip } from './testing/config.ts';

interface Answer {
  readonly errno: number;
  readonly text?: string;
}

function bench() {
  const links = new Map<string, Link>([
    ['eth0', fakeLink('eth0', 2)],
    ['eth1', fakeLink('eth1', 3)],
  ]);
  const batches: KernelOp[][] = [];
  const logs: string[] = [];
  const answers = new Map<string, Answer>();
  const present: KernelAddress[] = [];
  let sequence = 100;
  const kernel: Kernel = {
    links: () => [...links.values()],
    linkByName: (name) => links.get(name),
    linkByIndex: (index) => [...links.values()].find((link) => link.index === index),
    addresses: (ifindex) => present.filter((entry) => entry.ifindex === ifindex),
    apply: (ops) => {
      batches.push([...ops]);
      return ops.map((op) => {
        const { errno, text } = answers.get(formatAddress(op.spec.address)) ?? { errno: 0 };
        return { op, errno, text: text ?? '', sequence: sequence++ };
      });
    },
    subscribe: () => undefined,
    changeLinks: () => [],
    reread: () => undefined,
    drain: () => undefined,
  };
  const keeper = new AddressKeeper(kernel, (id, args) => logs.push([id, ...args].join(' ')));
  const takeOps = (): string[] =>
    batches
      .splice(0)
      .flatMap((batch) =>
        batch.map(({ op, spec }) => `${op} ${formatAddress(spec.address)}/${spec.prefix} ${spec.ifindex}`),
      );
  return { keeper, links, batches, logs, answers, present, takeOps };
}

const [a, b] = [vip('10.0.0.200'), vip('10.0.1.201', { dev: 'eth1', prefix: 32 })];
const config = instance({ vips: [a, b] });
const onKernel = (address: VirtualAddress, ifindex: number): KernelAddress => ({ ...address, ifindex });

test('addresses go to the kernel in one batch, in order, each to its own interface', () => {
  const { keeper, batches, takeOps, logs } = bench();
  keeper.apply('add', [a, b], config);
  assert.equal(batches.length, 1);
  assert.deepEqual(takeOps(), ['addAddress 10.0.0.200/24 2', 'addAddress 10.0.1.201/32 3']);
  keeper.apply('remove', [a, b], config);
  assert.deepEqual(takeOps(), ['removeAddress 10.0.0.200/24 2', 'removeAddress 10.0.1.201/32 3']);
  assert.deepEqual(logs, []);
});

test('options of the line travel with the address, and it is marked as ours', () => {
  const { keeper, batches } = bench();
  const label = vip('10.0.0.202', { label: 'eth0:1', scope: 253, preferredLft: 0 });
  keeper.apply('add', [label], config);
  const spec = batches[0]?.[0]?.spec;
  assert.deepEqual([spec?.label, spec?.scope, spec?.preferredLft, spec?.protocol], ['eth0:1', 253, 0, 18]);
  assert.ok(spec !== undefined && !('peer' in spec) && !('broadcast' in spec));
});

test('an address whose interface is not there is left out', () => {
  const { keeper, links, takeOps } = bench();
  links.delete('eth1');
  keeper.apply('add', [a, b], config);
  assert.deepEqual(takeOps(), ['addAddress 10.0.0.200/24 2']);
});

test('there already, or gone already, is no failure', () => {
  const { keeper, answers, logs } = bench();
  answers.set('10.0.0.200', { errno: 17 });
  keeper.apply('add', [a], config);
  for (const errno of [99, 19]) {
    answers.set('10.0.0.200', { errno });
    keeper.apply('remove', [a], config);
  }
  assert.deepEqual(logs, []);
});

test('what the kernel refuses is logged with its words, and is not removed later', () => {
  const { keeper, answers, logs, takeOps } = bench();
  answers.set('10.0.0.200', { errno: 22, text: 'Invalid prefix' });
  keeper.apply('add', [a, b], config);
  assert.deepEqual(logs, [
    'netlink-error 22 RTM_NEWADDR(20) 100 0',
    'address-refused 10.0.0.200 eth0 Invalid prefix',
  ]);
  takeOps();
  answers.clear();
  keeper.apply('remove', [a, b], config);
  assert.deepEqual(takeOps(), ['removeAddress 10.0.1.201/32 3']);
  keeper.apply('remove', [a], config);
  assert.deepEqual(takeOps(), ['removeAddress 10.0.0.200/24 2']);
});

test('a removal is ours exactly as often as we asked for it', () => {
  const { keeper, answers } = bench();
  const gone = onKernel(a, 2);
  assert.equal(keeper.wasOurDoing(gone), false);
  keeper.apply('remove', [a], config);
  keeper.apply('remove', [a], config);
  answers.set('10.0.0.200', { errno: 99 });
  keeper.apply('remove', [a], config);
  assert.deepEqual(
    [1, 2, 3].map(() => keeper.wasOurDoing(gone)),
    [true, true, false],
  );
  keeper.apply('remove', [b], config);
  assert.equal(keeper.wasOurDoing(onKernel(b, 2)), false);
  assert.equal(keeper.wasOurDoing(onKernel(b, 3)), true);
});

test('the first missing address skips what is there, not tracked or without an interface', () => {
  const { keeper, links, present } = bench();
  assert.equal(keeper.firstMissing(config), a);
  present.push(onKernel(a, 2));
  assert.equal(keeper.firstMissing(config), b);
  assert.equal(keeper.firstMissing(instance({ vips: [a, { ...b, track: false }] })), undefined);
  links.delete('eth1');
  assert.equal(keeper.firstMissing(config), undefined);
});
