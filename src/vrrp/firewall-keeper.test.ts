/** Packet filters: from what instances want to transactions, and what a refusal leads to. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Firewall, FirewallError, FirewallOp } from '../ports/firewall.ts';
import { fail, ok, type Result } from '../result.ts';
import { formatAddress } from '../wire/address.ts';
import { FirewallKeeper } from './firewall-keeper.ts';
import { address } from './testing/config.ts';

const setup = { table: 'keepalived', priority: -1, counters: false, byIndex: false };
const blocked = (text: string, ifindex = 2) => {
  const bytes = address(text);
  return { family: bytes.length === 4 ? (4 as const) : (6 as const), address: bytes, ifindex };
};

class Kernel implements Firewall {
  readonly transactions: (readonly FirewallOp[])[] = [];
  refuses = false;

  apply(ops: readonly FirewallOp[]): Result<void, FirewallError> {
    this.transactions.push(ops);
    return this.refuses ? fail({ errno: 95, text: '', op: 'addSet' }) : ok(undefined);
  }

  /** The transactions since the last call, one word an operation. */
  said(): string[] {
    return this.transactions.splice(0).map((ops) => ops.map(show).join(', '));
  }
}

function show(op: FirewallOp): string {
  switch (op.op) {
    case 'addTable':
    case 'removeTable':
      return `${op.op}${op.table.family}`;
    case 'addElements':
    case 'removeElements':
      return [
        `${op.op === 'addElements' ? '+' : '-'}${op.set}`,
        ...op.elements.map(({ key }) => keyText(key)),
      ].join(' ');
    case 'addChain':
      return `chain ${op.chain}`;
    case 'addSet':
      return `set ${op.set.name}`;
    default:
      return `rule ${op.chain}`;
  }
}

const keyText = (key: Uint8Array): string =>
  key.length === 4 || key.length === 16 ? formatAddress(key) : Buffer.from(key).toString('hex');

function keeper(): { kernel: Kernel; filters: FirewallKeeper; lines: string[] } {
  const kernel = new Kernel();
  const lines: string[] = [];
  const filters = new FirewallKeeper(kernel, (id, args) => lines.push([id, ...args].join(' ')));
  filters.configure(setup);
  return { kernel, filters, lines };
}

const CLEARED = 'addTable4, removeTable4, addTable6, removeTable6';
const VIPS4 = 'addTable4, chain out, chain in, set vips, rule in, rule out';

describe('packet filters', () => {
  it('does nothing without a firewall in the configuration', () => {
    const kernel = new Kernel();
    const filters = new FirewallKeeper(kernel, () => {});
    filters.configure(undefined);
    filters.block([blocked('10.0.0.1')]);
    filters.settle();
    filters.end();
    assert.deepEqual(kernel.transactions, []);
  });

  it('builds a table when something first needs it, in one transaction with the clearing', () => {
    const { kernel, filters } = keeper();
    filters.block([blocked('10.0.0.1'), blocked('10.0.0.2')]);
    filters.settle();
    filters.block([blocked('10.0.0.3')]);
    assert.deepEqual(kernel.said(), [`${CLEARED}, ${VIPS4}, +vips 10.0.0.1 10.0.0.2`, '+vips 10.0.0.3']);
  });

  it('clears what a predecessor left, once', () => {
    const { kernel, filters } = keeper();
    filters.settle();
    filters.settle();
    assert.deepEqual(kernel.said(), [CLEARED]);
  });

  it('keeps an address that another instance still blocks', () => {
    const { kernel, filters } = keeper();
    filters.block([blocked('10.0.0.1')]);
    filters.block([blocked('10.0.0.1')]);
    kernel.said();
    filters.unblock([blocked('10.0.0.1')]);
    assert.deepEqual(kernel.said(), []);
    filters.unblock([blocked('10.0.0.1')]);
    filters.unblock([blocked('10.0.0.1')]);
    assert.deepEqual(kernel.said(), ['-vips 10.0.0.1']);
  });

  it('ties a link-local address to its interface', () => {
    const { kernel, filters } = keeper();
    filters.block([blocked('fe80::1', 3)]);
    filters.block([blocked('fe80::1', 4)]);
    kernel.said();
    filters.unblock([blocked('fe80::1', 3)]);
    assert.deepEqual(kernel.said(), [`-vips_link_local ${'fe8000000000000000000000000000010'}3000000`]);
  });

  it('follows virtual MAC interfaces by what there should be', () => {
    const { kernel, filters } = keeper();
    filters.settle();
    kernel.said();
    const vmac = { index: 7, name: 'vrrp.1', parentIndex: 2, families: [4] as const };
    filters.setVmacs([vmac]);
    filters.setVmacs([vmac, { ...vmac, index: 8 }]);
    filters.setVmacs([{ ...vmac, index: 8 }]);
    assert.deepEqual(kernel.said(), [
      'addTable4, chain out, set vmac_map, rule out, +vmac_map 7.0.0.0',
      '+vmac_map 8.0.0.0',
      '-vmac_map 7.0.0.0',
    ]);
  });

  it('drops what a virtual MAC would say for the address of the interface below', () => {
    const { kernel, filters } = keeper();
    filters.setVmacs([
      { index: 7, name: 'vrrp.1', parentIndex: 2, families: [6], linkLocal: address('fe80::9') },
    ]);
    const [only = ''] = kernel.said();
    const key = `fe800000000000000000000000000009${Buffer.from('vrrp.1').toString('hex').padEnd(32, '0')}`;
    assert.ok(only.endsWith(`+vmac_map 7.0.0.0, +vmac_set 7.0.0.0, +parent_link_local ${key}`), only);
  });

  it('says what the kernel refuses, and starts from nothing the next time', () => {
    const { kernel, filters, lines } = keeper();
    kernel.refuses = true;
    filters.block([blocked('10.0.0.1')]);
    kernel.said();
    kernel.refuses = false;
    filters.block([blocked('10.0.0.2')]);
    assert.deepEqual(lines, ['firewall-refused addSet 95 ']);
    assert.deepEqual(kernel.said(), [`${CLEARED}, ${VIPS4}, +vips 10.0.0.1 10.0.0.2`]);
  });

  it('takes the tables away at the end, those that there are', () => {
    const { kernel, filters } = keeper();
    filters.block([blocked('10.0.0.1')]);
    kernel.said();
    filters.end();
    filters.end();
    assert.deepEqual(kernel.said(), ['removeTable4']);
  });

  it('keeps the table whose name a reload changes', () => {
    const { kernel, filters, lines } = keeper();
    filters.block([blocked('10.0.0.1')]);
    filters.configure({ ...setup, table: 'other' });
    filters.configure(undefined);
    filters.end();
    assert.deepEqual(lines, ['nftables-name-kept']);
    assert.deepEqual(kernel.transactions.at(-1), [
      { op: 'removeTable', table: { family: 4, name: 'keepalived' } },
    ]);
  });
});
