/** nftables on the wire: the rules of keepalived byte for byte, sets as nft reads them, and the batch. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { FirewallOp } from '../ports/firewall.ts';
import { TableLayout } from '../vrrp/firewall-tables.ts';
import { u16 } from './bytes.ts';
import { align, attributes, messages } from './message.ts';
import { ELEMENTS_PER_MESSAGE, firewallBatch, fitting } from './nftables.ts';

const RULE_EXPRESSIONS = 4;
const RULE_CHAIN = 2;
const NEWRULE = 0x0a06;
const setup = { table: 'keepalived', priority: -1, counters: true, byIndex: true };

interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** In order and with repetitions, unlike `attributes`. */
function list(bytes: Uint8Array): Attribute[] {
  const found: Attribute[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += align(u16(bytes, at))) {
    found.push({ type: u16(bytes, at + 2) & 0x3fff, value: bytes.subarray(at + 4, at + u16(bytes, at)) });
  }
  return found;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const name = (bytes: Uint8Array): string => Buffer.from(bytes).toString().replace(/\0$/, '');

/** Each expression with its attributes. A lookup also gives the number of a new set, which is no matter. */
function expressions(bytes: Uint8Array): string[] {
  return list(bytes).map(({ value }) => {
    const [kind, data] = list(value);
    const of = kind === undefined ? '' : name(kind.value);
    const parts = list(data?.value ?? new Uint8Array()).filter(({ type }) => of !== 'lookup' || type !== 4);
    return `${of} ${parts.map((part) => `${part.type}=${hex(part.value)}`).join(' ')}`;
  });
}

const fixture = readFileSync(new URL('../../fixtures/firewall/rules-2.3.3.hex', import.meta.url), 'utf8');

for (const family of [4, 6] as const) {
  test(`rules for IPv${family} are those of keepalived 2.3.3`, () => {
    const wanted = fixture
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([of]) => of === String(family))
      .map(([, chain = '', bytes = '']) => [chain, ...expressions(Buffer.from(bytes, 'hex'))]);
    assert.ok(wanted.length >= 3);
    const layout = new TableLayout(family, setup);
    const ops = (['base', 'vmacs', 'vips'] as const).flatMap((part) => layout.part(part));
    const rules = [...messages(firewallBatch(ops, 1))]
      .filter(({ type }) => type === NEWRULE)
      .map(({ payload }) => attributes(payload, 4))
      .map((rule) => [
        name(rule.get(RULE_CHAIN) ?? new Uint8Array()),
        ...expressions(rule.get(RULE_EXPRESSIONS) ?? new Uint8Array()),
      ]);
    assert.deepEqual(rules, wanted);
  });
}

test('a set says what its keys are, as keepalived 2.3.3 was seen doing', () => {
  const table = { family: 6, name: 't' } as const;
  const sent = (set: Extract<FirewallOp, { op: 'addSet' }>['set']): string => {
    const [, one] = messages(firewallBatch([{ op: 'addSet', table, set }], 1));
    return list(one?.payload.subarray(4) ?? new Uint8Array())
      .slice(2)
      .map(({ type, value }) => `${type}=${hex(value)}`)
      .join(' ');
  };
  assert.equal(
    sent({ name: 'a', key: ['ipv6', 'ifindex'] }),
    '4=00000214 5=00000014 10=00000001 13=000401000000',
  );
  assert.equal(
    sent({ name: 'b', key: ['ifindex'], data: 'ifindex' }),
    '3=00000008 4=00000014 5=00000004 6=00000014 7=00000004 10=00000001 13=000401000000010401000000',
  );
  assert.equal(
    sent({ name: 'c', key: ['icmpv6-type'], constant: true }),
    '3=00000002 4=0000001d 5=00000001 10=00000001 13=000401000000',
  );
  assert.equal(sent({ name: 'd', key: ['ipv4'] }), '4=00000007 5=00000004 10=00000001 13=000402000000');
});

test('a transaction stands between its borders, and each operation has its own number', () => {
  const table = { family: 4, name: 't' } as const;
  const batch = firewallBatch(
    [
      { op: 'addTable', table },
      { op: 'removeTable', table },
    ],
    7,
  );
  const seen = [...messages(batch)].map(({ type, flags, seq, payload }) => [type, flags, seq, hex(payload)]);
  assert.deepEqual(seen, [
    [16, 1, 7, '0000000a'],
    [0x0a00, 0x405, 8, '02000000060001007400' + '0000'],
    [0x0a02, 5, 9, '02000000060001007400' + '0000'],
    [17, 1, 10, '0000000a'],
  ]);
});

test('long lists of elements are split, because an attribute has 65 535 bytes', () => {
  const table = { family: 6, name: 't' } as const;
  const elements = Array.from({ length: 2 * ELEMENTS_PER_MESSAGE + 1 }, () => ({ key: new Uint8Array(20) }));
  const ops = fitting([{ op: 'addElements', table, set: 's', elements }]);
  assert.deepEqual(
    ops.map((op) => op.op === 'addElements' && op.elements.length),
    [ELEMENTS_PER_MESSAGE, ELEMENTS_PER_MESSAGE, 1],
  );
  const lengths = [...messages(firewallBatch(ops, 1))].map(({ payload }) => payload.length);
  assert.equal(lengths.length, 5);
  assert.ok(lengths.every((length) => length < 65_000));
});
