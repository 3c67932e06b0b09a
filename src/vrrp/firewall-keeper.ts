/**
 * Who keeps the packet filters as they should be. In: addresses whose packets are to be dropped (no_accept),
 * and the virtual MAC interfaces there are. Out: transactions that lead from what is there to what should be.
 * After a refusal nothing is certain, so the next one starts from an empty table.
 */
import type { Firewall, FirewallElement, FirewallOp } from '../ports/firewall.ts';
import type { Family } from '../units.ts';
import { isLinkLocal6 } from '../wire/address.ts';
import { type FirewallSetup, padded, TableLayout, type TablePart } from './firewall-tables.ts';
import type { Log } from './running.ts';

/** An address on an interface whose packets are dropped. */
export interface BlockedAddress {
  readonly family: Family;
  readonly address: Uint8Array;
  readonly ifindex: number;
}

/** A virtual MAC interface of an instance. */
export interface FirewallVmac {
  readonly index: number;
  readonly name: string;
  readonly parentIndex: number;
  /** Families of the addresses of its instance. */
  readonly families: readonly Family[];
  /** The address that it shares with the interface below. */
  readonly linkLocal?: Uint8Array;
}

interface Entry {
  readonly family: Family;
  readonly part: TablePart;
  readonly set: string;
  readonly element: FirewallElement;
}

type Keyed = readonly [key: string, entry: Entry];

const FAMILIES: readonly Family[] = [4, 6];

export class FirewallKeeper {
  readonly #port: Firewall;
  readonly #log: Log;
  #setup: FirewallSetup | undefined;
  /** How many instances want it, by key. */
  readonly #blocked = new Map<string, { readonly entry: Entry; users: number }>();
  #vmacs: ReadonlyMap<string, Entry> = new Map();
  #vmacIndexes: ReadonlySet<number> = new Set();
  /** What the kernel holds. */
  readonly #there = new Map<string, Entry>();
  readonly #parts = new Set<string>();
  #certain = false;

  constructor(port: Firewall, log: Log) {
    this.#port = port;
    this.#log = log;
  }

  /** A table cannot be renamed while it is in use; everything else of a table holds from its making. */
  configure(setup: FirewallSetup | undefined): void {
    if (setup === undefined) return;
    if (this.#setup === undefined) this.#setup = setup;
    else if (this.#setup.table !== setup.table) this.#log('nftables-name-kept', []);
  }

  block(addresses: readonly BlockedAddress[]): void {
    const entries = addresses.map((address) => keyed(blockedEntry(address)));
    for (const [key, entry] of entries) {
      const known = this.#blocked.get(key);
      if (known === undefined) this.#blocked.set(key, { entry, users: 1 });
      else known.users += 1;
    }
    this.#sync(entries);
  }

  unblock(addresses: readonly BlockedAddress[]): void {
    const entries = addresses.map((address) => keyed(blockedEntry(address)));
    for (const [key] of entries) {
      const known = this.#blocked.get(key);
      if (known === undefined) continue;
      known.users -= 1;
      if (known.users === 0) this.#blocked.delete(key);
    }
    this.#sync(entries);
  }

  hasVmac(index: number): boolean {
    return this.#vmacIndexes.has(index);
  }

  setVmacs(vmacs: readonly FirewallVmac[]): void {
    const byIndex = this.#setup?.byIndex ?? false;
    const entries = vmacs.flatMap((vmac) => vmacEntries(vmac, byIndex));
    const before = this.#vmacs;
    this.#vmacs = new Map(entries.map(keyed));
    this.#vmacIndexes = new Set(vmacs.map(({ index }) => index));
    this.#sync([...before, ...this.#vmacs]);
  }

  /** Takes away what a predecessor left behind, when nothing has been built in its place. */
  settle(): void {
    if (!this.#certain) this.#sync([]);
  }

  end(): void {
    const tables = this.#setup === undefined ? [] : FAMILIES.filter((family) => this.#has(family, 'base'));
    this.#blocked.clear();
    this.#vmacs = new Map();
    if (tables.length === 0) return;
    this.#apply(tables.map((family) => ({ op: 'removeTable', table: this.#layout(family).table })));
    this.#there.clear();
    this.#parts.clear();
    this.#certain = false;
    this.#setup = undefined;
  }

  #layout(family: Family): TableLayout {
    if (this.#setup === undefined) throw new Error('no firewall is configured');
    return new TableLayout(family, this.#setup);
  }

  #has(family: Family, part: TablePart): boolean {
    return this.#parts.has(`${family} ${part}`);
  }

  #isWanted(key: string): boolean {
    return this.#blocked.has(key) || this.#vmacs.has(key);
  }

  /** What else is wanted or there has not changed since the last time, unless that one went wrong. */
  #sync(changed: readonly Keyed[]): void {
    if (this.#setup === undefined) return;
    const ops: FirewallOp[] = [];
    let looked = changed;
    if (!this.#certain) {
      this.#there.clear();
      this.#parts.clear();
      ops.push(...FAMILIES.flatMap((family) => this.#clear(family)));
      looked = [...this.#vmacs, ...[...this.#blocked].map(([key, { entry }]) => [key, entry] as const)];
    }
    const once = [...new Map(looked)];
    const gone = once.filter(([key]) => this.#there.has(key) && !this.#isWanted(key));
    const fresh = once.filter(([key]) => !this.#there.has(key) && this.#isWanted(key));
    ops.push(...this.#elements('removeElements', gone));
    for (const [, { family, part }] of fresh) {
      for (const needed of ['base', part] as const) {
        if (this.#has(family, needed)) continue;
        ops.push(...this.#layout(family).part(needed));
        this.#parts.add(`${family} ${needed}`);
      }
    }
    ops.push(...this.#elements('addElements', fresh));
    if (ops.length === 0) return;
    this.#certain = this.#apply(ops);
    for (const [key] of gone) this.#there.delete(key);
    for (const [key, entry] of fresh) this.#there.set(key, entry);
  }

  /** A table that may not be there is made before it goes, because its absence would cancel everything. */
  #clear(family: Family): FirewallOp[] {
    const { table } = this.#layout(family);
    return [
      { op: 'addTable', table },
      { op: 'removeTable', table },
    ];
  }

  /** One operation for each set, in the order in which the sets are met. */
  #elements(op: 'addElements' | 'removeElements', entries: readonly Keyed[]): FirewallOp[] {
    const sets = new Map<string, { readonly of: Entry; readonly elements: FirewallElement[] }>();
    for (const [, entry] of entries) {
      const name = `${entry.family} ${entry.set}`;
      const known = sets.get(name);
      if (known === undefined) sets.set(name, { of: entry, elements: [entry.element] });
      else known.elements.push(entry.element);
    }
    return [...sets.values()].map(({ of: { family, set }, elements }) => ({
      op,
      table: this.#layout(family).table,
      set,
      elements,
    }));
  }

  #apply(ops: readonly FirewallOp[]): boolean {
    const result = this.#port.apply(ops);
    if (!result.ok) {
      const { op, errno, text } = result.error;
      this.#log('firewall-refused', [op ?? 'transaction', errno, text]);
    }
    return result.ok;
  }
}

const keyOf = ({ family, set, element }: Entry): string => `${family} ${set} ${element.key.join('.')}`;

const keyed = (entry: Entry): Keyed => [keyOf(entry), entry];

/** An integer in the order of the host, which is little endian wherever this runs. */
function indexBytes(index: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, index, true);
  return bytes;
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

function blockedEntry({ family, address, ifindex }: BlockedAddress): Entry {
  const local = family === 6 && isLinkLocal6(address);
  return {
    family,
    part: 'vips',
    set: local ? 'vips_link_local' : 'vips',
    element: { key: local ? joined(address, indexBytes(ifindex)) : address },
  };
}

function vmacEntries(
  { index, name, parentIndex, families, linkLocal }: FirewallVmac,
  byIndex: boolean,
): Entry[] {
  const key = indexBytes(index);
  return families.flatMap((family) => {
    const of = { family, part: 'vmacs' } as const;
    const map: Entry = { ...of, set: 'vmac_map', element: { key, data: indexBytes(parentIndex) } };
    if (family === 4) return [map];
    const shared: Entry[] =
      linkLocal === undefined
        ? []
        : [
            {
              ...of,
              set: 'parent_link_local',
              element: { key: joined(linkLocal, byIndex ? key : padded(name)) },
            },
          ];
    return [map, { ...of, set: 'vmac_set', element: { key } }, ...shared];
  });
}
