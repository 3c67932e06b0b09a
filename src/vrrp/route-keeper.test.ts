import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kernel, Link } from '../ports/kernel.ts';
import type { KernelRoute, Routing, RoutingEvent, RoutingOp } from '../ports/routing.ts';
import type { VirtualRoute, VirtualRule } from './config.ts';
import { type Lost, RouteKeeper } from './route-keeper.ts';
import { routeEntries, ruleEntries } from './route-lists.ts';
import { toKernelRoute, toKernelRule } from './route-match.ts';
import { fakeLink, route as plainRoute, rule as plainRule } from './testing/config.ts';

function bench() {
  const links = new Map<string, Link>([
    ['eth0', fakeLink('eth0', 2)],
    ['red', { ...fakeLink('red', 7), kind: 'vrf', vrfTable: 77 }],
  ]);
  const ops: RoutingOp[] = [];
  const errors = new Map<number, { readonly errno: number; readonly text: string }>();
  const logs: string[] = [];
  const lost: Lost[] = [];
  let listener: (event: RoutingEvent) => void = () => assert.fail('nobody subscribed');
  let held: ReturnType<Routing['held']> = { routes: [], rules: [] };
  let sequence = 10;
  const routing: Routing = {
    apply: (batch) =>
      batch.map((op) => {
        ops.push(op);
        const key = 'route' in op ? (op.route.destination.address[1] ?? 0) : op.rule.priority;
        return { ...(errors.get(key) ?? { errno: 0, text: '' }), sequence: sequence++ };
      }),
    held: () => held,
    subscribe: (own) => {
      listener = own;
    },
  };
  const kernel: Kernel = {
    links: () => [...links.values()],
    linkByName: (name) => links.get(name),
    linkByIndex: () => undefined,
    addresses: () => [],
    apply: () => [],
    subscribe: () => undefined,
    changeLinks: () => [],
    reread: () => undefined,
    drain: () => undefined,
  };
  const keeper = new RouteKeeper(
    routing,
    kernel,
    (id, args) => logs.push([id, ...args].join(' ')),
    (one) => lost.push(one),
  );
  const takeOps = (): string[] =>
    ops
      .splice(0)
      .map((op) =>
        'route' in op ? `${op.op} ${op.route.destination.address[1]}` : `${op.op} ${op.rule.priority}`,
      );
  return {
    ...{ keeper, links, ops, errors, logs, lost, takeOps },
    hear: (event: RoutingEvent) => listener(event),
    hold: (next: ReturnType<Routing['held']>) => {
      held = next;
    },
  };
}

const route = (second: number, more: Partial<VirtualRoute> = {}): VirtualRoute =>
  plainRoute(second, { device: 'eth0', ...more });
const rule = (priority: number): VirtualRule => plainRule(priority, { protocol: 18 });
const gone = (of: VirtualRoute, more: Partial<KernelRoute> = {}): RoutingEvent => {
  const { device: _name, vrf: _vrf, nextHops: _hops, ...rest } = of;
  return { event: 'routeGone', route: { ...toKernelRoute({ ...rest, nextHops: [], device: 2 }), ...more } };
};

test('interfaces become indices, a VRF becomes its table, and what has no interface is left out', () => {
  const { keeper, ops } = bench();
  keeper.add('VI', routeEntries([route(1), route(2, { vrf: 'red' }), route(3, { device: 'eth9' })]));
  const seen = ops.map((op) => ('route' in op ? [op.op, op.route.device, op.route.table] : []));
  assert.deepEqual(seen, [
    ['addRoute', 2, 254],
    ['addRoute', 2, 77],
  ]);
});

test('what somebody removes is reported once, with its owner', () => {
  const { keeper, hear, lost } = bench();
  keeper.add('VI', [...routeEntries([route(1), route(2)]), ...ruleEntries([rule(1000)])]);
  hear(gone(route(1)));
  hear(gone(route(1)));
  hear({ event: 'ruleGone', rule: toKernelRule(rule(1000)) });
  hear(gone(route(9)));
  assert.deepEqual(
    lost.map(({ owner, entry }) => [owner, entry.kind]),
    [
      ['VI', 'route'],
      ['VI', 'rule'],
    ],
  );
});

test('another gateway, interface, metric or protocol is another route', () => {
  const { keeper, hear, lost } = bench();
  const own = route(1, { gateway: { family: 4, address: Uint8Array.of(10, 0, 0, 2) } });
  keeper.add('VI', routeEntries([own]));
  hear(gone(own, { gateway: { family: 4, address: Uint8Array.of(10, 0, 0, 3) } }));
  hear(gone(own, { ifindex: 3 }));
  hear(gone(own, { priority: 5 }));
  hear(gone(own, { protocol: 3 }));
  assert.deepEqual(lost, []);
  hear(gone(own));
  assert.equal(lost.length, 1);
});

test('the kernel gives an IPv6 route without a metric 1024', () => {
  const { keeper, hear, lost } = bench();
  const own = route(1, { family: 6, destination: { address: new Uint8Array(16).fill(1), length: 64 } });
  keeper.add('VI', routeEntries([own]));
  hear(gone(own, { priority: 1024 }));
  assert.equal(lost.length, 1);
});

test('a removal of ours is no loss, even when the same route is back before the news', () => {
  const { keeper, hear, lost, takeOps } = bench();
  const entries = routeEntries([route(1)]);
  keeper.add('VI', entries);
  keeper.remove('VI', entries);
  keeper.add('VI', entries);
  assert.deepEqual(takeOps(), ['addRoute 1', 'removeRoute 1', 'addRoute 1']);
  hear(gone(route(1)));
  assert.deepEqual(lost, []);
  hear(gone(route(1)));
  assert.equal(lost.length, 1);
});

test('what the kernel refused or somebody took is not removed; there already counts as ours', () => {
  const { keeper, errors, logs, hear, takeOps } = bench();
  errors.set(1, { errno: 101, text: 'Nexthop has invalid gateway' });
  errors.set(2, { errno: 17, text: '' });
  const entries = routeEntries([route(1), route(2), route(3)]);
  keeper.add('VI', entries);
  assert.deepEqual(logs, [
    'netlink-error 101 RTM_NEWROUTE(24) 10 0',
    'route-refused route prepend 10.1.0.0/24 dev eth0 proto 18 Nexthop has invalid gateway',
  ]);
  hear(gone(route(3)));
  takeOps();
  errors.clear();
  keeper.remove('VI', entries);
  assert.deepEqual(takeOps(), ['removeRoute 2']);
});

test('a removal that fails is logged, a clearing that fails is not', () => {
  const { keeper, errors, logs, takeOps } = bench();
  errors.set(1, { errno: 3, text: '' });
  keeper.clear('VI', routeEntries([route(1)]));
  assert.deepEqual([takeOps(), logs], [['removeRoute 1'], []]);
  errors.clear();
  keeper.add('VI', routeEntries([route(1)]));
  errors.set(1, { errno: 3, text: '' });
  keeper.remove('VI', routeEntries([route(1)]));
  assert.deepEqual(logs, ['netlink-error 3 RTM_DELROUTE(25) 12 0']);
});

test('after lost notifications the tables say what is missing', () => {
  const { keeper, hear, hold, lost } = bench();
  keeper.add('VI', [...routeEntries([route(1), route(2)]), ...ruleEntries([rule(1000), rule(1001)])]);
  const { device: _name, ...kept } = route(2);
  hold({ routes: [toKernelRoute({ ...kept, nextHops: [], device: 2 })], rules: [toKernelRule(rule(1000))] });
  hear({ event: 'resync' });
  const names = lost.map(({ entry }) =>
    entry.kind === 'route' ? entry.route.destination.address[1] : entry.rule.priority,
  );
  assert.deepEqual(names, [1, 1001]);
});
