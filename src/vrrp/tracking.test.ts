import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { KernelAddress, Link } from '../ports/kernel.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import type { InstanceConfig } from './config.ts';
import type { Conditions } from './events.ts';
import type { ScriptStatus } from './script-tracker.ts';
import { address, fakeLink, instance, vip } from './testing/config.ts';
import { conditionsOf, type Facts, unicastSource } from './tracking.ts';

interface World {
  readonly links: Map<string, Link>;
  readonly scripts: Map<string, ScriptStatus>;
  readonly files: ReadonlyMap<string, number>;
  readonly processes: ReadonlyMap<string, boolean>;
  /** Those that are up. */
  readonly bfds: ReadonlySet<string>;
  readonly addresses: readonly KernelAddress[];
  readonly virtual: ReadonlySet<string>;
}

function kernelAddress(text: string, flags = 0): KernelAddress {
  const bytes = address(text);
  const family = bytes.length === 4 ? 4 : 6;
  return { ifindex: 2, family, address: bytes, prefix: 24, scope: 0, flags };
}

const factsOf = (world: World, socketError?: Facts['socketError']): Facts => ({
  link: (name) => world.links.get(name),
  vrf: () => undefined,
  addresses: (ifindex) => world.addresses.filter((entry) => entry.ifindex === ifindex),
  isPresent: (wanted) => world.addresses.some((one) => sameAddress(one.address, wanted)),
  isVirtual: (address) => world.virtual.has(formatAddress(address)),
  script: (name) => world.scripts.get(name) ?? 'unknown',
  file: (name) => world.files.get(name),
  process: (name) => world.processes.get(name),
  bfd: (name) => world.bfds.has(name),
  socketError,
});

const world = (more: Partial<World> = {}): World => ({
  links: new Map([
    ['eth0', fakeLink('eth0', 2)],
    ['eth1', fakeLink('eth1', 3)],
  ]),
  scripts: new Map(),
  files: new Map(),
  processes: new Map(),
  bfds: new Set(),
  addresses: [kernelAddress('10.0.0.1')],
  virtual: new Set(['10.0.0.200', '10.0.0.201', '10.0.0.240', 'fe80::200']),
  ...more,
});

const down = (name: string, index: number): Map<string, Link> =>
  new Map([...world().links, [name, fakeLink(name, index, { up: false })]]);

const kinds = ({ faults }: Conditions): string[] => faults.map((fault) => fault.kind);

test('a healthy instance has no fault and its primary address', () => {
  const found = conditionsOf(instance(), factsOf(world()));
  assert.deepEqual(found, {
    faults: [],
    waiting: false,
    priorityDelta: 0,
    sourceAddress: address('10.0.0.1'),
  });
});

test('the interface: missing, down, down and not tracked', () => {
  assert.deepEqual(kinds(conditionsOf(instance(), factsOf(world({ links: new Map() })))), ['no-interface']);
  const facts = factsOf(world({ links: down('eth0', 2) }));
  assert.deepEqual(conditionsOf(instance(), facts).faults, [{ kind: 'interface-down', interface: 'eth0' }]);
  assert.deepEqual(conditionsOf(instance({ trackPrimary: false }), facts).faults, []);
});

test('on a VMAC: both interfaces have to be up, IPv4 speaks as the one below, IPv6 as itself', () => {
  const links = new Map([...world().links, ['vrrp.51', fakeLink('vrrp.51', 9)]]);
  const onVmac = { ownLinks: { main: 'vrrp.51', names: ['vrrp.51', 'vrrp1.51'] } };
  const four = instance(onVmac);
  const own = { ...kernelAddress('fe80::9'), ifindex: 9 };
  const addresses = [kernelAddress('10.0.0.1'), kernelAddress('fe80::1'), own];
  const found = conditionsOf(four, factsOf(world({ links, addresses })));
  assert.deepEqual(found.faults, [{ kind: 'interface-down', interface: 'vrrp1.51' }]);
  assert.deepEqual(found.sourceAddress, address('10.0.0.1'));
  links.set('vrrp1.51', fakeLink('vrrp1.51', 10));
  assert.deepEqual(kinds(conditionsOf(four, factsOf(world({ links, addresses })))), []);
  const six = instance({ ...onVmac, family: 6 });
  assert.deepEqual(conditionsOf(six, factsOf(world({ links, addresses }))).sourceAddress, own.address);
  const below = conditionsOf({ ...six, transmitOnBase: true }, factsOf(world({ links, addresses })));
  assert.deepEqual(below.sourceAddress, address('fe80::1'));
  links.set('vrrp.51', fakeLink('vrrp.51', 9, { up: false }));
  assert.deepEqual(kinds(conditionsOf(four, factsOf(world({ links, addresses })))), ['interface-down']);
  const untracked = instance({ ...onVmac, trackPrimary: false });
  assert.deepEqual(kinds(conditionsOf(untracked, factsOf(world({ links, addresses })))), []);
});

test('a socket that cannot be opened is a fault with its call and errno', () => {
  const found = conditionsOf(instance(), factsOf(world(), { call: 'socket', errno: 1 }));
  assert.deepEqual(found.faults, [{ kind: 'socket', call: 'socket', errno: 1 }]);
});

test('a source address that cannot be bound is a fault of its own', () => {
  const found = conditionsOf(instance(), factsOf(world(), { call: 'bind', errno: 99 }));
  assert.deepEqual(found.faults, [{ kind: 'foreign-source' }]);
});

test('unicast belongs to the configured address, else to one of its interface for as long as it is there', () => {
  const peer = { address: address('10.0.0.2'), minTtl: 0, maxTtl: 255 };
  const config = instance({ unicastPeers: [peer] });
  const [first, second] = [kernelAddress('10.0.0.1'), kernelAddress('10.0.0.3')];
  const source = (of: InstanceConfig, addresses: readonly KernelAddress[], present?: string) =>
    unicastSource(of, factsOf(world({ addresses })), present === undefined ? undefined : address(present));
  assert.equal(source(instance(), [first]), undefined, 'multicast');
  assert.deepEqual(source(config, [first, second]), address('10.0.0.1'));
  assert.deepEqual(source(config, [second, first], '10.0.0.1'), address('10.0.0.1'));
  assert.deepEqual(source(config, [second], '10.0.0.1'), address('10.0.0.3'));
  assert.equal(source(config, [], '10.0.0.1'), undefined);
  const configured = instance({ unicastPeers: [peer], sourceAddress: address('10.0.0.9') });
  assert.deepEqual(source(configured, [first], '10.0.0.1'), address('10.0.0.9'));
});

test('virtual addresses are never the source, secondaries only without a primary', () => {
  const secondary = kernelAddress('10.0.0.7', 0x01);
  const source = (...addresses: KernelAddress[]) => conditionsOf(instance(), factsOf(world({ addresses })));
  assert.deepEqual(kinds(source(kernelAddress('10.0.0.200'))), ['no-source-address']);
  assert.deepEqual(kinds(source(kernelAddress('fe80::1'))), ['no-source-address']);
  assert.deepEqual(source(secondary, kernelAddress('10.0.0.1')).sourceAddress, address('10.0.0.1'));
  assert.deepEqual(source(kernelAddress('10.0.0.200'), secondary).sourceAddress, address('10.0.0.7'));
});

test('IPv6 sends from a link-local address that is past duplicate address detection', () => {
  const config = instance({ family: 6, vips: [vip('fe80::200')] });
  const source = (...addresses: KernelAddress[]) =>
    conditionsOf(config, factsOf(world({ addresses }))).sourceAddress;
  assert.equal(source(kernelAddress('2001:db8::1'), kernelAddress('fe80::1', 0x40)), undefined);
  assert.equal(source(kernelAddress('fe80::200')), undefined);
  assert.deepEqual(source(kernelAddress('2001:db8::1'), kernelAddress('fe80::1')), address('fe80::1'));
});

test('every virtual address is left out, and none has to exist', () => {
  const config = instance();
  const texts = ['10.0.0.240', '10.0.0.201', '10.0.0.200', '10.0.0.1'];
  const addresses = texts.map((text) => kernelAddress(text));
  assert.deepEqual(conditionsOf(config, factsOf(world({ addresses }))).sourceAddress, address('10.0.0.1'));
  const bare = instance({ vips: [] });
  assert.deepEqual(conditionsOf(bare, factsOf(world())).sourceAddress, address('10.0.0.1'));
});

test('a configured source address needs no presence unless it is tracked', () => {
  const config = instance({ sourceAddress: address('10.0.0.9') });
  assert.deepEqual(conditionsOf(config, factsOf(world())).sourceAddress, address('10.0.0.9'));
  const tracked = { ...config, trackSourceAddress: true };
  assert.deepEqual(kinds(conditionsOf(tracked, factsOf(world()))), ['no-source-address']);
  const present = world({ addresses: [kernelAddress('10.0.0.9')] });
  assert.deepEqual(conditionsOf(tracked, factsOf(present)).faults, []);
});

const weights: readonly (readonly [weight: number, reverse: boolean, up: number, down: number])[] = [
  [20, false, 20, 0],
  [-20, false, 0, -20],
  [20, true, -20, 0],
  [-20, true, 0, 20],
];
for (const [weight, reverse, whenUp, whenDown] of weights) {
  test(`weight ${weight}${reverse ? ' reverse' : ''}: ${whenUp} while up, ${whenDown} while down`, () => {
    const byLink = instance({ trackInterfaces: [{ name: 'eth1', weight, reverse }] });
    const byScript = instance({ trackScripts: [{ name: 'chk', weight, reverse }] });
    const status = (now: ScriptStatus) => factsOf(world({ scripts: new Map([['chk', now]]) }));
    const up = conditionsOf(byLink, factsOf(world()));
    const lost = conditionsOf(byLink, factsOf(world({ links: down('eth1', 3) })));
    assert.deepEqual([up.priorityDelta, lost.priorityDelta], [whenUp, whenDown]);
    const good = conditionsOf(byScript, status('up'));
    const bad = conditionsOf(byScript, status('down'));
    const unknown = conditionsOf(byScript, status('unknown'));
    assert.deepEqual([good.priorityDelta, bad.priorityDelta, unknown.priorityDelta], [whenUp, whenDown, 0]);
    for (const found of [up, lost, good, bad, unknown])
      assert.deepEqual([found.faults, found.waiting], [[], false]);
  });
}

test('weight 0 is a fault while down, with reverse while up; without a result it waits', () => {
  const script = (reverse: boolean, now: ScriptStatus) =>
    conditionsOf(
      instance({ trackScripts: [{ name: 'chk', weight: 0, reverse }] }),
      factsOf(world({ scripts: new Map([['chk', now]]) })),
    );
  assert.deepEqual(kinds(script(false, 'down')), ['script']);
  assert.deepEqual(kinds(script(false, 'up')), []);
  assert.deepEqual(kinds(script(true, 'up')), ['script']);
  assert.deepEqual(kinds(script(true, 'down')), []);
  assert.deepEqual([script(false, 'unknown').waiting, script(false, 'up').waiting], [true, false]);
  const presumed = script(false, 'presumed-down');
  assert.deepEqual([presumed.waiting, presumed.faults], [true, []]);
  const config = instance({ trackInterfaces: [{ name: 'eth1', weight: 0, reverse: false }] });
  assert.deepEqual(conditionsOf(config, factsOf(world({ links: down('eth1', 3) }))).faults, [
    { kind: 'tracked-interface', interface: 'eth1' },
  ]);
});

type Change =
  | { readonly link: 'eth0' | 'eth1' | 'eth2'; readonly now: 'up' | 'down' | 'gone' }
  | { readonly script: 'a' | 'b'; readonly status: ScriptStatus };

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    link: fc.constantFrom('eth0', 'eth1', 'eth2'),
    now: fc.constantFrom('up', 'down', 'gone'),
  }),
  fc.record({ script: fc.constantFrom('a', 'b'), status: fc.constantFrom('up', 'down', 'unknown') }),
);

function apply(to: World, change: Change): void {
  if ('script' in change) to.scripts.set(change.script, change.status);
  else if (change.now === 'gone') to.links.delete(change.link);
  else
    to.links.set(
      change.link,
      fakeLink(change.link, Number(change.link.slice(3)) + 2, { up: change.now === 'up' }),
    );
}

test('faults are a function of facts: the last word on each object counts, not the way there', () => {
  const config = instance({
    trackInterfaces: [
      { name: 'eth1', weight: 0, reverse: false },
      { name: 'eth2', weight: -30, reverse: false },
    ],
    trackScripts: [
      { name: 'a', weight: 0, reverse: false },
      { name: 'b', weight: 10, reverse: true },
    ],
  });
  const subject = (change: Change): string => ('script' in change ? change.script : change.link);
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
      const walked = world();
      for (const change of changes) {
        apply(walked, change);
        conditionsOf(config, factsOf(walked));
      }
      const jumped = world();
      const last = new Map(changes.map((change) => [subject(change), change]));
      for (const change of [...last.values()].reverse()) apply(jumped, change);
      assert.deepEqual(conditionsOf(config, factsOf(walked)), conditionsOf(config, factsOf(jumped)));
    }),
  );
});

const file = (weight: number, value: number | undefined, reverse = false) =>
  conditionsOf(
    instance({ trackFiles: [{ name: 'f', weight, reverse }] }),
    factsOf(world({ files: new Map(value === undefined ? [] : [['f', value]]) })),
  );

test('a file: its number times its weight, at most 253, a fault below -253', () => {
  assert.deepEqual([file(1, 20).priorityDelta, file(-3, 10).priorityDelta], [20, -30]);
  assert.equal(file(2, 10, true).priorityDelta, -20);
  assert.deepEqual([file(1, 500).priorityDelta, kinds(file(1, 500))], [253, []]);
  assert.deepEqual([file(1, -253).priorityDelta, kinds(file(1, -253))], [-253, []]);
  const failed = file(-3, 85);
  assert.deepEqual(failed.faults, [{ kind: 'file', name: 'f', status: -255 }]);
  assert.equal(failed.priorityDelta, 0);
});

test('a file with weight 0: any number but 0 is a fault, with reverse only 0 is', () => {
  assert.deepEqual(file(0, 1).faults, [{ kind: 'file', name: 'f', status: -254 }]);
  assert.deepEqual([kinds(file(0, 0)), kinds(file(0, -5))], [[], ['file']]);
  assert.deepEqual([kinds(file(0, 0, true)), kinds(file(0, 7, true))], [['file'], []]);
  assert.deepEqual([file(0, undefined, true).faults, file(5, undefined).priorityDelta], [[], 0]);
});

test('a process: its weight as that of a script; weight 0 is a fault without quorum', () => {
  const process = (weight: number, quorum: boolean | undefined, reverse = false) =>
    conditionsOf(
      instance({ trackProcesses: [{ name: 'p', weight, reverse }] }),
      factsOf(world({ processes: new Map(quorum === undefined ? [] : [['p', quorum]]) })),
    );
  assert.deepEqual([process(10, true).priorityDelta, process(10, false).priorityDelta], [10, 0]);
  assert.deepEqual(
    [process(-20, true, true).priorityDelta, process(-20, false, true).priorityDelta],
    [0, 20],
  );
  assert.deepEqual([kinds(process(0, false)), kinds(process(0, true))], [['process'], []]);
  assert.deepEqual([kinds(process(0, false, true)), kinds(process(0, true, true))], [[], ['process']]);
  assert.deepEqual(process(0, undefined).faults, []);
});

test('a BFD session is down until it is known to be up, and its weight works as that of others', () => {
  const plain = instance({ trackBfds: [{ name: 'B', weight: 0, reverse: false }] });
  assert.deepEqual(kinds(conditionsOf(plain, factsOf(world()))), ['bfd']);
  assert.deepEqual(kinds(conditionsOf(plain, factsOf(world({ bfds: new Set(['B']) })))), []);
  const delta = (weight: number, reverse: boolean, up: boolean): number =>
    conditionsOf(
      instance({ trackBfds: [{ name: 'B', weight, reverse }] }),
      factsOf(world({ bfds: new Set(up ? ['B'] : []) })),
    ).priorityDelta;
  assert.deepEqual([delta(10, false, true), delta(10, false, false)], [10, 0]);
  assert.deepEqual([delta(-10, true, true), delta(-10, true, false)], [0, 10]);
});

test('unicast without an interface only needs what it was told, and peers', () => {
  const lost = instance({ interface: '', sourceAddress: address('10.0.0.1') });
  const found = conditionsOf(lost, factsOf(world({ links: new Map() })));
  assert.deepEqual([kinds(found), found.sourceAddress], [[], address('10.0.0.1')]);
  assert.deepEqual(kinds(conditionsOf(instance({ lacksPeers: true }), factsOf(world()))), ['no-peers']);
});

test('unicast in a VRF needs that', () => {
  const inVrf = instance({ interface: '', vrf: 'red', sourceAddress: address('10.0.0.1') });
  const faultsWith = (...links: readonly Link[]) =>
    conditionsOf(inVrf, factsOf(world({ links: new Map(links.map((link) => [link.name, link])) }))).faults;
  const missing = [{ kind: 'interface-down', interface: 'red' }];
  assert.deepEqual(faultsWith(), missing);
  assert.deepEqual(faultsWith(fakeLink('red', 7, { up: false })), missing);
  assert.deepEqual(faultsWith(fakeLink('red', 7)), []);
});
