/**
 * The nftables tables of keepalived, one for each family: what its chains, sets and rules are called and in
 * which order they come (seen with 2.2.7; parent_link_local and mld-report with 2.3.3). Each part of a table
 * is built when something first needs it, so that a host shows what its configuration asks for and no more.
 */
import type { FirewallExpression, FirewallOp, FirewallSet, FirewallTable } from '../ports/firewall.ts';
import type { Family } from '../units.ts';

export interface FirewallSetup {
  /** `nftables` */
  readonly table: string;
  /** `nftables_priority` */
  readonly priority: number;
  /** `nftables_counters` */
  readonly counters: boolean;
  /** `nftables_ifindex` */
  readonly byIndex: boolean;
}

/**
 * `base`: the table. `vips`: addresses whose packets are dropped. `vmacs`: IGMP and MLD reports leave by the
 * interface below the virtual MAC, because a switch would otherwise learn it from a BACKUP.
 */
export type TablePart = 'base' | 'vips' | 'vmacs';

const ICMPV6 = 58;
const ROUTER_SOLICITATION = 133;
const NEIGHBOUR_SOLICITATION = 135;
const NEIGHBOUR_ADVERTISEMENT = 136;
const MLD_REPORT_V1 = 131;
const MLD_REPORT_V2 = 143;
const IGMP = 2;
const SOURCE = { 4: 12, 6: 8 } as const;
const DESTINATION = { 4: 16, 6: 24 } as const;
const ADDRESS_LENGTH = { 4: 4, 6: 16 } as const;

const equal = (register: number, ...bytes: number[]): FirewallExpression => ({
  do: 'equal',
  register,
  value: Uint8Array.from(bytes),
});
const network = (offset: number, length: number): FirewallExpression => ({
  do: 'payload',
  from: 'network',
  offset,
  length,
  register: 1,
});
const lookup = (set: string, register = 1): FirewallExpression => ({ do: 'lookup', register, set });
const DROP: FirewallExpression = { do: 'verdict', verdict: 'drop' };
const icmpType: FirewallExpression = { do: 'payload', from: 'transport', offset: 0, length: 1, register: 1 };
const protocol: FirewallExpression = { do: 'meta', key: 'l4proto', register: 1 };

/** "macvlan", as the kernel compares it: padded to a register. */
const fromVmac: readonly FirewallExpression[] = [
  { do: 'meta', key: 'oifkind', register: 2 },
  { do: 'equal', register: 2, value: padded('macvlan') },
];

/** A name in the 16 bytes that names of interfaces and kinds have in a register. */
export function padded(name: string): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name).subarray(0, bytes.length - 1));
  return bytes;
}

/** fe80::/10 */
const linkLocal = (offset: number): readonly FirewallExpression[] => [
  network(offset, 16),
  { do: 'mask', register: 1, mask: Uint8Array.from([0xff, 0xc0, ...new Array<number>(14).fill(0)]) },
  equal(1, 0xfe, 0x80, ...new Array<number>(14).fill(0)),
];

export class TableLayout {
  readonly table: FirewallTable;
  readonly #setup: FirewallSetup;

  constructor(family: Family, setup: FirewallSetup) {
    this.table = { family, name: setup.table };
    this.#setup = setup;
  }

  part(part: TablePart): FirewallOp[] {
    const { family } = this.table;
    if (part === 'base') return this.#base(family);
    if (part === 'vips') return family === 4 ? this.#vips4() : this.#vips6();
    return family === 4 ? this.#vmacs4() : this.#vmacs6();
  }

  #rule(chain: string, ...expressions: FirewallExpression[]): FirewallOp {
    const last = expressions.at(-1);
    const counted: FirewallExpression[] = this.#setup.counters ? [{ do: 'counter' }] : [];
    const all = last === undefined ? [] : [...expressions.slice(0, -1), ...counted, last];
    return { op: 'addRule', table: this.table, chain, expressions: all };
  }

  #chain(chain: string, at?: 'input' | 'output'): FirewallOp {
    const { table } = this;
    const { priority } = this.#setup;
    return { op: 'addChain', table, chain, ...(at === undefined ? {} : { hook: { at, priority } }) };
  }

  #set(set: FirewallSet): FirewallOp {
    return { op: 'addSet', table: this.table, set };
  }

  #types(set: string, ...types: number[]): FirewallOp[] {
    const elements = types.map((type) => ({ key: Uint8Array.of(type) }));
    return [
      this.#set({ name: set, key: ['icmpv6-type'], constant: true }),
      { op: 'addElements', table: this.table, set, elements },
    ];
  }

  #base(family: Family): FirewallOp[] {
    const table: FirewallOp[] = [{ op: 'addTable', table: this.table }, this.#chain('out', 'output')];
    if (family === 4) return table;
    const { byIndex } = this.#setup;
    // While BACKUP a virtual MAC must not answer for the link-local address that it shares.
    return [
      ...table,
      this.#set({ name: 'parent_link_local', key: ['ipv6', byIndex ? 'ifindex' : 'ifname'] }),
      this.#rule(
        'out',
        protocol,
        equal(1, ICMPV6),
        icmpType,
        equal(1, NEIGHBOUR_ADVERTISEMENT),
        ...fromVmac,
        network(SOURCE[6], 16),
        { do: 'meta', key: byIndex ? 'oif' : 'oifname', register: 2 },
        lookup('parent_link_local'),
        DROP,
      ),
    ];
  }

  #vips4(): FirewallOp[] {
    return [
      this.#chain('in', 'input'),
      this.#set({ name: 'vips', key: ['ipv4'] }),
      this.#rule('in', network(DESTINATION[4], 4), lookup('vips'), DROP),
      this.#rule('out', network(SOURCE[4], 4), lookup('vips'), DROP),
    ];
  }

  /** Neighbour discovery has to go on; link-local addresses only mean something on an interface. */
  #vips6(): FirewallOp[] {
    const discovery = [
      network(6, 1),
      equal(1, ICMPV6),
      icmpType,
      lookup('neighbor-discovery'),
      { do: 'verdict', verdict: 'accept' },
    ] as const;
    return [
      this.#chain('in', 'input'),
      this.#chain('in_link_local'),
      this.#chain('out_link_local'),
      this.#set({ name: 'vips', key: ['ipv6'] }),
      ...this.#types('neighbor-discovery', NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT),
      this.#rule('in', ...discovery),
      this.#rule('in', ...linkLocal(DESTINATION[6]), { do: 'goto', chain: 'in_link_local' }),
      this.#rule('out', ...discovery),
      this.#rule('out', ...linkLocal(SOURCE[6]), { do: 'goto', chain: 'out_link_local' }),
      this.#rule('in', network(DESTINATION[6], 16), lookup('vips'), DROP),
      this.#rule('out', network(SOURCE[6], 16), lookup('vips'), DROP),
      this.#set({ name: 'vips_link_local', key: ['ipv6', 'ifindex'] }),
      this.#linkLocalRule('in', DESTINATION[6], 'iif'),
      this.#linkLocalRule('out', SOURCE[6], 'oif'),
    ];
  }

  #linkLocalRule(direction: 'in' | 'out', offset: number, key: 'iif' | 'oif'): FirewallOp {
    const interfaceIndex: FirewallExpression = { do: 'meta', key, register: 2 };
    return this.#rule(
      `${direction}_link_local`,
      network(offset, 16),
      interfaceIndex,
      lookup('vips_link_local'),
      DROP,
    );
  }

  /** A copy of the report out of the interface below, and none out of the virtual one. */
  #redirect(family: Family, ...report: readonly FirewallExpression[]): FirewallOp {
    return this.#rule(
      'out',
      ...report,
      network(DESTINATION[family], ADDRESS_LENGTH[family]),
      ...fromVmac,
      { do: 'meta', key: 'oif', register: 2 },
      { do: 'lookup', register: 2, set: 'vmac_map', into: 2 },
      { do: 'dup', address: 1, interface: 2 },
      DROP,
    );
  }

  #vmacs4(): FirewallOp[] {
    return [
      this.#set({ name: 'vmac_map', key: ['ifindex'], data: 'ifindex' }),
      this.#redirect(4, network(9, 1), equal(1, IGMP)),
    ];
  }

  #vmacs6(): FirewallOp[] {
    return [
      this.#set({ name: 'vmac_map', key: ['ifindex'], data: 'ifindex' }),
      this.#set({ name: 'vmac_set', key: ['ifindex'] }),
      ...this.#types('mld-report', MLD_REPORT_V2, MLD_REPORT_V1),
      this.#redirect(6, protocol, equal(1, ICMPV6), icmpType, lookup('mld-report')),
      this.#rule(
        'out',
        protocol,
        equal(1, ICMPV6),
        icmpType,
        equal(1, ROUTER_SOLICITATION),
        ...fromVmac,
        { do: 'meta', key: 'oif', register: 2 },
        lookup('vmac_set', 2),
        DROP,
      ),
    ];
  }
}
