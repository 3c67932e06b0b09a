import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Oid } from '../../wire/agentx.ts';
import { branches, SnmpTree, scalars, type Table } from './tree.ts';
import { integer, text } from './values.ts';

interface Row {
  readonly name: string;
  weight?: number;
}

function build() {
  let rows: readonly Row[] = [{ name: 'a', weight: 1 }, { name: 'b' }, { name: 'c', weight: 3 }];
  let moment = 0;
  const looked: string[] = [];
  const table: Table<Row> = {
    oid: [1, 3, 1],
    rows: () => {
      looked.push('rows');
      return rows.map((row, at) => ({ index: [at + 1], row }));
    },
    columns: {
      2: ({ name }) => text(name),
      10: {
        get: ({ weight }) => (weight === undefined ? undefined : integer(weight)),
        set: (row, value) => {
          if (value.type !== 'integer') return { error: 'wrongType' };
          const { value: weight } = value;
          const commit = (): void => {
            row.weight = weight;
          };
          return { commit };
        },
      },
    },
  };
  const single = scalars([1, 2], { 1: () => text('x'), 3: () => undefined });
  const tree = new SnmpTree([branches(table, () => moment), branches(single, () => moment)]);
  const replace = (next: readonly Row[]): void => {
    rows = next;
    moment += 1;
  };
  return { tree, replace, looked };
}

function walk(tree: SnmpTree, from: Oid, end: Oid = []): string[] {
  const seen: string[] = [];
  for (let at = tree.next(from, false, end); at.value.type !== 'endOfMibView'; ) {
    seen.push(at.oid.join('.'));
    at = tree.next(at.oid, false, end);
  }
  return seen;
}

describe('SnmpTree', () => {
  it('goes through all objects in order and leaves out those that a row does not have', () => {
    const { tree } = build();
    const all = ['1.2.1.0', '1.3.1.2.1', '1.3.1.2.2', '1.3.1.2.3', '1.3.1.10.1', '1.3.1.10.3'];
    assert.deepEqual(walk(tree, [1]), all);
    assert.deepEqual(walk(tree, [1, 3, 1, 2, 2]), all.slice(3));
    assert.deepEqual(walk(tree, [1, 3, 1, 3]), all.slice(4));
    assert.deepEqual(walk(tree, [1, 3, 1, 2, 1, 0]), all.slice(2));
    assert.deepEqual(walk(tree, [1, 9]), []);
  });

  it('stops before the end of a search, and begins with its start where that is included', () => {
    const { tree } = build();
    assert.deepEqual(walk(tree, [1], [1, 3, 1, 2, 3]), ['1.2.1.0', '1.3.1.2.1', '1.3.1.2.2']);
    assert.deepEqual(tree.next([1, 3, 1, 2, 2], true, []).oid, [1, 3, 1, 2, 2]);
  });

  it('tells a missing row from a missing column', () => {
    const { tree } = build();
    assert.deepEqual(tree.get([1, 3, 1, 2, 3]).value, text('c'));
    assert.equal(tree.get([1, 3, 1, 2, 4]).value.type, 'noSuchInstance');
    assert.equal(tree.get([1, 3, 1, 10, 2]).value.type, 'noSuchInstance');
    assert.equal(tree.get([1, 3, 1, 4, 1]).value.type, 'noSuchObject');
    assert.equal(tree.get([1]).value.type, 'noSuchObject');
  });

  it('looks rows up once for each moment', () => {
    const { tree, replace, looked } = build();
    walk(tree, [1]);
    assert.equal(looked.length, 1);
    replace([{ name: 'z' }]);
    assert.deepEqual(walk(tree, [1, 3]), ['1.3.1.2.1']);
  });

  it('changes nothing before the commit, and only what may be written', () => {
    const { tree } = build();
    const change = tree.change({ oid: [1, 3, 1, 10, 1], value: integer(7) });
    assert.deepEqual(tree.get([1, 3, 1, 10, 1]).value, integer(1));
    assert.ok('commit' in change);
    change.commit();
    assert.deepEqual(tree.get([1, 3, 1, 10, 1]).value, integer(7));
    const refused = [
      tree.change({ oid: [1, 3, 1, 10, 1], value: text('7') }),
      tree.change({ oid: [1, 3, 1, 2, 1], value: text('7') }),
      tree.change({ oid: [1, 3, 1, 10, 9], value: integer(7) }),
    ];
    const errors = refused.map((one) => ('error' in one ? one.error : 'none'));
    assert.deepEqual(errors, ['wrongType', 'notWritable', 'notWritable']);
  });
});
