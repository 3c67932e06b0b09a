import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RouteSpec, RoutingEvent, RuleSpec } from '../ports/routing.ts';
import { createKernel, type LinuxKernel } from './kernel-linux.ts';
import { createLoop, type Loop } from './loop.ts';
import {
  createLab,
  inIp,
  inNamespace,
  type Lab,
  missingForNamespaces,
  removeLab,
} from './testing/namespace.ts';
import { until } from './testing/until.ts';
import { unwrap } from './testing/unwrap.ts';

const route = (third: number, more: Partial<RouteSpec> = {}): RouteSpec => ({
  family: 4,
  type: 1,
  destination: { address: Uint8Array.of(198, 51, third, 0), length: 24 },
  table: 254,
  protocol: 18,
  scope: 0,
  metrics: [],
  nextHops: [],
  insertion: 'prepend',
  ...more,
});
const rule: RuleSpec = {
  family: 4,
  action: 'table',
  table: 100,
  priority: 1000,
  protocol: 18,
  from: { address: Uint8Array.of(198, 51, 9, 0), length: 24 },
};
const via = (last: number) => ({ family: 4, address: Uint8Array.of(192, 0, 2, last) }) as const;

describe('routes and rules on rtnetlink', { skip: missingForNamespaces() }, () => {
  let lab: Lab;
  let loop: Loop;
  let kernel: LinuxKernel;
  const events: RoutingEvent[] = [];

  before(() => {
    lab = createLab('routing');
    loop = createLoop();
    kernel = unwrap(inNamespace(lab.a, () => createKernel(loop)));
    inNamespace(lab.a, () => kernel.routing.subscribe((event) => events.push(event)));
  });
  after(() => {
    kernel.close();
    loop.close();
    removeLab(lab);
  });

  const errnos = (...ops: Parameters<LinuxKernel['routing']['apply']>[0]): number[] =>
    kernel.routing.apply(ops).map(({ errno }) => errno);
  const shown = (): string[] =>
    inIp(lab.a, '-d', 'route', 'show', 'table', 'all', 'proto', '18')
      .split('\n')
      .map((line) => line.trim().replaceAll(/\s+/g, ' '))
      .filter(Boolean);

  it('are in the kernel as `ip` shows them, and gone again', () => {
    const device = kernel.linkByName('eth0')?.index ?? 0;
    const routes = [
      route(1, { gateway: via(9), device, priority: 7, tos: 4, table: 1000 }),
      route(2, { device, metrics: [{ name: 'mtu', value: 1400, lock: true }], source: via(1).address }),
      route(3, { type: 6 }),
      route(4, { nextHops: [{ gateway: via(8), device, weight: 3 }, { gateway: via(9) }] }),
      route(5, { device, encapsulation: { kind: 'ip', id: 5n, destination: via(9).address, hopLimit: 9 } }),
      route(6, {
        device,
        gateway: { family: 6, address: Uint8Array.from([0xfe, 0x80, ...Array(13).fill(0), 9]) },
      }),
    ];
    assert.deepEqual(
      errnos(...routes.map((spec) => ({ op: 'addRoute', route: spec }) as const)),
      [0, 0, 0, 0, 0, 0],
    );
    assert.deepEqual(shown(), [
      'unicast 198.51.1.0/24 tos 0x04 via 192.0.2.9 dev eth0 table 1000 scope global metric 7',
      'unicast 198.51.2.0/24 dev eth0 table main scope global src 192.0.2.1 mtu lock 1400',
      'blackhole 198.51.3.0/24 table main scope global',
      'unicast 198.51.4.0/24 table main scope global',
      'nexthop via 192.0.2.8 dev eth0 weight 3',
      'nexthop via 192.0.2.9 dev eth0 weight 1',
      'unicast 198.51.5.0/24 encap ip id 5 src 0.0.0.0 dst 192.0.2.9 ttl 9 tos 0 dev eth0 table main scope global',
      'unicast 198.51.6.0/24 via inet6 fe80::9 dev eth0 table main scope global',
    ]);
    const held = kernel.routing.held()?.routes.filter(({ protocol }) => protocol === 18);
    assert.equal(held?.length, routes.length);
    const removals = routes.map((spec) => ({ op: 'removeRoute', route: spec }) as const);
    assert.deepEqual(errnos(...removals), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(shown(), []);
    assert.equal(errnos(...removals.slice(0, 1))[0], 3);
  });

  it('are refused with an errno and the words of the kernel', () => {
    const device = kernel.linkByName('eth0')?.index ?? 0;
    const bad = route(1, { device, gateway: { family: 4, address: Uint8Array.of(1, 2, 3, 4) } });
    const [result] = kernel.routing.apply([{ op: 'addRoute', route: bad }]);
    assert.equal(result?.errno, 101);
    assert.match(result?.text ?? '', /gateway/);
  });

  it('rules come and go, twice is an error', () => {
    assert.deepEqual(errnos({ op: 'addRule', rule }, { op: 'addRule', rule }), [0, 17]);
    assert.match(inIp(lab.a, 'rule'), /1000:\s+from 198\.51\.9\.0\/24 lookup 100 proto keepalived/);
    assert.ok(kernel.routing.held()?.rules.some(({ priority }) => priority === 1000));
    assert.deepEqual(errnos({ op: 'removeRule', rule }, { op: 'removeRule', rule }), [0, 2]);
  });

  it('news of what others remove', async () => {
    const device = kernel.linkByName('eth0')?.index ?? 0;
    errnos({ op: 'addRoute', route: route(7, { device, gateway: via(9) }) }, { op: 'addRule', rule });
    inIp(lab.a, 'route', 'del', '198.51.7.0/24');
    inIp(lab.a, 'rule', 'del', 'priority', '1000');
    // The tests before left news of their own, so the last of each kind is meant.
    const routeNews = () =>
      events.find((e) => e.event === 'routeGone' && e.route.destination.address[2] === 7);
    const ruleNews = () => events.filter((e) => e.event === 'ruleGone');
    await until('news of both', () => routeNews() !== undefined && ruleNews().length >= 2);
    const [first, second] = [routeNews(), ruleNews().at(-1)];
    assert.ok(first?.event === 'routeGone' && second?.event === 'ruleGone');
    assert.deepEqual([first.route.ifindex, first.route.gateway], [device, via(9)]);
    assert.deepEqual([second.rule.priority, second.rule.table, second.rule.protocol], [1000, 100, 18]);
  });

  it('knows what is gone after the notification queue has overrun', async () => {
    const routes = Array.from({ length: 200 }, (_, third) => route(third, { type: 6 }));
    kernel.setBuffers({ monitor: { bytes: 1, force: false } });
    errnos(...routes.map((one) => ({ op: 'addRoute', route: one }) as const));
    for (const third of [3, 77]) inIp(lab.a, 'route', 'del', 'blackhole', `198.51.${third}.0/24`);
    await until('resync', () => events.some(({ event }) => event === 'resync'));
    const held = kernel.routing.held()?.routes.filter(({ protocol }) => protocol === 18) ?? [];
    assert.equal(held.length, 198);
    kernel.setBuffers({});
    errnos(...routes.map((one) => ({ op: 'removeRoute', route: one }) as const));
  });
});
