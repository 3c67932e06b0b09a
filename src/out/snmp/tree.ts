/**
 * What a walk of the management information goes through. In: tables, each a list of rows and what stands in
 * each column. Out: the object of a name, or the one after it. Rows are looked up when somebody asks and kept
 * for a moment, because a walk asks once for every object.
 */
import type { Change, SnmpObjects } from '../../ports/snmp.ts';
import { compareOids, type Oid, type SnmpValue, type VarBind } from '../../wire/agentx.ts';

export interface Column<Row> {
  /** Undefined where this row has no such object. */
  readonly get: (row: Row) => SnmpValue | undefined;
  /** Absent = read-only. */
  readonly set?: (row: Row, value: VarBind['value']) => Change;
}

export interface IndexedRow<Row> {
  readonly index: Oid;
  readonly row: Row;
}

export interface Table<Row> {
  /** Of the entry; the number of the column and the index follow. */
  readonly oid: Oid;
  /** In the order of the index. */
  readonly rows: () => readonly IndexedRow<Row>[];
  readonly columns: Readonly<Record<number, Column<Row>['get'] | Column<Row>>>;
}

/** A column of any table, which is all that a search needs to know. */
interface Branch {
  readonly oid: Oid;
  readonly indexes: () => readonly Oid[];
  readonly get: (at: number) => SnmpValue | undefined;
  readonly set?: (at: number, value: VarBind['value']) => Change;
}

export type Branches = readonly Branch[];

/** The first place whose entry is not below the name. */
function firstFrom<T>(list: readonly T[], oidOf: (entry: T) => Oid, oid: Oid): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle];
    if (entry !== undefined && compareOids(oidOf(entry), oid) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The columns of one table; rows are looked up again when `moment` is another number. */
export function branches<Row>(table: Table<Row>, moment: () => number): Branches {
  let kept: readonly IndexedRow<Row>[] = [];
  let indexes: readonly Oid[] = [];
  let keptOf: number | undefined;
  const rows = (): readonly IndexedRow<Row>[] => {
    const wanted = moment();
    if (wanted === keptOf) return kept;
    kept = table.rows();
    indexes = kept.map(({ index }) => index);
    keptOf = wanted;
    return kept;
  };
  return Object.entries(table.columns).map(([number, column]) => {
    const { get, set } = typeof column === 'function' ? { get: column, set: undefined } : column;
    const setAt = (at: number, value: VarBind['value']): Change => {
      const found = rows()[at];
      return found === undefined || set === undefined ? { error: 'notWritable' } : set(found.row, value);
    };
    return {
      oid: [...table.oid, Number(number)],
      indexes: () => {
        rows();
        return indexes;
      },
      get: (at) => {
        const found = rows()[at];
        return found === undefined ? undefined : get(found.row);
      },
      ...(set === undefined ? {} : { set: setAt }),
    };
  });
}

/** Objects that are there once: `columns` are their numbers below `oid`. */
export const scalars = (
  oid: Oid,
  columns: Readonly<Record<number, () => SnmpValue | undefined>>,
): Table<undefined> => ({ oid, rows: () => [{ index: [0], row: undefined }], columns });

export class SnmpTree implements SnmpObjects {
  readonly #branches: Branches;

  constructor(parts: Iterable<Branches>) {
    this.#branches = [...parts].flat().toSorted((left, right) => compareOids(left.oid, right.oid));
  }

  #column(oid: Oid): Branch | undefined {
    const branch = this.#branches[firstFrom(this.#branches, (one) => one.oid, oid) - 1];
    const inside = branch !== undefined && compareOids(branch.oid, oid.slice(0, branch.oid.length)) === 0;
    return inside ? branch : undefined;
  }

  #row(branch: Branch, oid: Oid): number | undefined {
    const index = oid.slice(branch.oid.length);
    const indexes = branch.indexes();
    const at = firstFrom(indexes, (entry) => entry, index);
    const found = indexes[at];
    return found !== undefined && compareOids(found, index) === 0 ? at : undefined;
  }

  get(oid: Oid): VarBind {
    const branch = this.#column(oid);
    if (branch === undefined) return { oid, value: { type: 'noSuchObject' } };
    const at = this.#row(branch, oid);
    const value = at === undefined ? undefined : branch.get(at);
    return { oid, value: value ?? { type: 'noSuchInstance' } };
  }

  next(start: Oid, include: boolean, end: Oid): VarBind {
    const first = Math.max(firstFrom(this.#branches, (branch) => branch.oid, start) - 1, 0);
    for (const branch of this.#branches.slice(first)) {
      const inside = compareOids(branch.oid, start.slice(0, branch.oid.length)) === 0;
      const passed = compareOids(branch.oid, start) < 0 && !inside;
      if (passed) continue;
      const index = inside ? start.slice(branch.oid.length) : [];
      const indexes = branch.indexes();
      for (let at = firstFrom(indexes, (entry) => entry, index); at < indexes.length; at += 1) {
        const oid = [...branch.oid, ...(indexes[at] ?? [])];
        const beyond = end.length > 0 && compareOids(oid, end) >= 0;
        if (beyond) return { oid: start, value: { type: 'endOfMibView' } };
        if (!include && compareOids(oid, start) === 0) continue;
        const value = branch.get(at);
        if (value !== undefined) return { oid, value };
      }
    }
    return { oid: start, value: { type: 'endOfMibView' } };
  }

  change({ oid, value }: VarBind): Change {
    const branch = this.#column(oid);
    const at = branch === undefined ? undefined : this.#row(branch, oid);
    return (at === undefined ? undefined : branch?.set?.(at, value)) ?? { error: 'notWritable' };
  }
}
