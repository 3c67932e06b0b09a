import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteSpec, RuleSpec } from '../ports/routing.ts';
import { messages } from './message.ts';
import { parseRoute, writeDelRoute, writeNewRoute } from './rtnl-route.ts';
import { parseRule, writeDelRule, writeNewRule } from './rtnl-rule.ts';
import { written } from './testing/packets.ts';

const route: RouteSpec = {
  family: 4,
  type: 1,
  destination: { address: Uint8Array.of(10, 1, 2, 0), length: 24 },
  table: 254,
  protocol: 18,
  scope: 0,
  metrics: [],
  nextHops: [],
  insertion: 'prepend',
};
const rule: RuleSpec = { family: 4, action: 'table', table: 100, priority: 1000 };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** What follows the header of the message and its fixed part. */
const rest = (bytes: Uint8Array): string => hex(bytes.subarray(28));
const newRoute = (more: Partial<RouteSpec>): Uint8Array =>
  written((writer) => writeNewRoute(writer, { ...route, ...more }, 1));
const newRule = (more: Partial<RuleSpec>): Uint8Array =>
  written((writer) => writeNewRule(writer, { ...rule, ...more }, 1));

/** RTA_DST and RTA_TABLE, which every route carries. */
const always = '080001000a010200' + '08000f00fe000000';

test('a plain route to the byte', () => {
  assert.equal(hex(newRoute({})), `2c00000018000504010000000000000002180000fe12000100000000${always}`);
});

test('flags say where the route goes', () => {
  const flags = (insertion: RouteSpec['insertion']) => hex(newRoute({ insertion }).subarray(6, 8));
  assert.deepEqual([flags('prepend'), flags('append'), flags('add')], ['0504', '050c', '0506']);
});

test('gateways of the own and of the other family', () => {
  const own = { family: 4, address: Uint8Array.of(10, 0, 0, 9) } as const;
  const other = { family: 6, address: new Uint8Array(16).fill(1) } as const;
  assert.equal(rest(newRoute({ gateway: own, device: 3 })), `${always}0800040003000000080005000a000009`);
  assert.equal(rest(newRoute({ gateway: other })), `${always}160012000a00${'01'.repeat(16)}0000`);
});

test('large tables are told by the attribute alone', () => {
  const bytes = newRoute({ table: 70_000 });
  assert.equal(bytes[20], 252);
  assert.equal(rest(bytes), '080001000a010200' + '08000f0070110100');
});

test('metrics are nested, locks come first as a mask', () => {
  const metrics = [
    { name: 'mtu', value: 1400, lock: true },
    { name: 'congctl', value: 'reno', lock: false },
  ];
  const nested = '0800010004000000' + '0800020078050000' + '0900100072656e6f00000000';
  assert.equal(rest(newRoute({ metrics })), `${always}20000800${nested}`);
});

test('next hops count weights from 0 and carry their own flags', () => {
  const gateway = { family: 4, address: Uint8Array.of(10, 0, 0, 9) } as const;
  const nextHops = [
    { gateway, device: 3, weight: 3 },
    { device: 4, onlink: true, realms: 5 },
  ];
  const first = '1000000203000000' + '080005000a000009';
  const second = '1000040004000000' + '08000b0005000000';
  assert.equal(rest(newRoute({ nextHops })), `${always}24000900${first}${second}`);
});

test('tunnels: MPLS labels end with a mark, keys are in network order', () => {
  const mpls = newRoute({ encapsulation: { kind: 'mpls', labels: [16, 17] } });
  assert.equal(rest(mpls), `${always}0600150001000000100016800c0001000001000000011100`);
  const ip = newRoute({
    encapsulation: { kind: 'ip', id: 5n, destination: Uint8Array.of(1, 2, 3, 4), hopLimit: 9, tos: 4 },
  });
  const inner = '0c0001000000000000000005' + '0800020001020304' + '0500040009000000' + '0500050004000000';
  assert.equal(rest(ip), `${always}060015000200000028001680${inner}`);
});

test('a removal carries what tells routes apart and no metrics', () => {
  const spec = { ...route, priority: 7, metrics: [{ name: 'mtu', value: 1400, lock: false }] };
  const bytes = written((writer) => writeDelRoute(writer, spec, 1));
  assert.equal(rest(bytes), `${always}0800060007000000`);
  assert.equal(hex(bytes.subarray(4, 8)), '19000500');
});

test('a route is read back as it was asked for', () => {
  const gateway = { family: 4, address: Uint8Array.of(10, 0, 0, 9) } as const;
  const [message] = messages(newRoute({ gateway, device: 3, priority: 7, table: 1000, tos: 4 }));
  assert.ok(message);
  assert.deepEqual(parseRoute(message), {
    gone: false,
    route: {
      family: 4,
      type: 1,
      destination: route.destination,
      tos: 4,
      table: 1000,
      protocol: 18,
      priority: 7,
      gateway,
      ifindex: 3,
    },
  });
});

test('a plain rule to the byte', () => {
  assert.equal(
    hex(newRule({})),
    '2c000000' +
      '2000' +
      '0506' +
      '01000000' +
      '00000000' +
      '0200000064000001' +
      '00000000' +
      '08000600e8030000' +
      '08000f0064000000',
  );
});

test('selectors of a rule', () => {
  const priority = '08000600e8030000';
  const table = '08000f0064000000';
  const of = (more: Partial<RuleSpec>): string =>
    rest(newRule(more)).replace(priority, '').replace(table, '');
  assert.equal(of({ mark: { mark: 5, mask: 7 } }), '08000a00050000000800100007000000');
  assert.equal(of({ iif: 'eth1' }), '090003006574683100000000');
  assert.equal(of({ tunnelId: 7n }), '0c000c000000000000000007');
  assert.equal(of({ uidRange: [1, 2] }), '0c0014000100000002000000');
  assert.equal(
    of({ sourcePorts: [1, 2], destinationPorts: [3, 0x1234] }),
    '080017000100020008001800' + '03003412',
  );
  assert.equal(of({ suppressPrefixLength: 5, suppressGroup: 3 }), '08000e000500000008000d0003000000');
  assert.equal(of({ protocol: 18 }), '0500150012000000');
  assert.equal(hex(newRule({ not: true }).subarray(24, 28)), '02000000');
});

test('actions of a rule', () => {
  const of = (action: RuleSpec['action']): number | undefined => newRule({ action })[23];
  assert.deepEqual(
    (['table', 'l3mdev', 'goto', 'nop', 'blackhole', 'unreachable', 'prohibit'] as const).map(of),
    [1, 1, 2, 3, 6, 7, 8],
  );
});

test('a rule is read back, and a removal says so', () => {
  const from = { address: Uint8Array.of(10, 1, 0, 0), length: 16 };
  const spec = { ...rule, from, iif: 'eth1', protocol: 18 };
  const [message] = messages(written((writer) => writeDelRule(writer, spec, 1)));
  assert.ok(message);
  assert.deepEqual(parseRule(message), {
    gone: true,
    rule: { family: 4, from, priority: 1000, table: 100, protocol: 18, action: 1, iif: 'eth1' },
  });
});
