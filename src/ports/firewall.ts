/**
 * Packet filters of the kernel (nftables), as one transaction at a time: all of it happens or nothing does.
 * Registers are numbered 1 to 4 and hold 16 bytes each, as NFT_REG_1 to NFT_REG_4 do.
 */
import type { Result } from '../result.ts';
import type { Family } from '../units.ts';

export interface FirewallTable {
  readonly family: Family;
  readonly name: string;
}

export type MetaKey = 'l4proto' | 'iif' | 'oif' | 'oifname' | 'oifkind';

/** One expression of a rule, evaluated in order until one does not match. */
export type FirewallExpression =
  | {
      readonly do: 'payload';
      readonly from: 'network' | 'transport';
      readonly offset: number;
      readonly length: number;
      readonly register: number;
    }
  | { readonly do: 'meta'; readonly key: MetaKey; readonly register: number }
  /** register = register & mask */
  | { readonly do: 'mask'; readonly register: number; readonly mask: Uint8Array }
  | { readonly do: 'equal'; readonly register: number; readonly value: Uint8Array }
  /** Is it in the set? `into`: what the map says of it. */
  | { readonly do: 'lookup'; readonly register: number; readonly set: string; readonly into?: number }
  | { readonly do: 'counter' }
  /** Sends a copy to an address, out of an interface. */
  | { readonly do: 'dup'; readonly address: number; readonly interface: number }
  | { readonly do: 'verdict'; readonly verdict: 'accept' | 'drop' }
  | { readonly do: 'goto'; readonly chain: string };

/** What one part of a key is, so that tools can show it. */
export type FirewallDataType = 'ipv4' | 'ipv6' | 'icmpv6-type' | 'ifindex' | 'ifname';

export interface FirewallSet {
  readonly name: string;
  /** Several parts make a concatenation; each part takes a multiple of four bytes. */
  readonly key: readonly FirewallDataType[];
  /** A map from key to this. */
  readonly data?: FirewallDataType;
  readonly constant?: boolean;
}

export interface FirewallElement {
  readonly key: Uint8Array;
  readonly data?: Uint8Array;
}

export type FirewallOp =
  /** Adding what is there already is no error. */
  | { readonly op: 'addTable' | 'removeTable'; readonly table: FirewallTable }
  | {
      readonly op: 'addChain';
      readonly table: FirewallTable;
      readonly chain: string;
      /** A base chain of the filter kind; its policy is to accept. */
      readonly hook?: { readonly at: 'input' | 'output'; readonly priority: number };
    }
  | { readonly op: 'addSet'; readonly table: FirewallTable; readonly set: FirewallSet }
  | {
      readonly op: 'addRule';
      readonly table: FirewallTable;
      readonly chain: string;
      readonly expressions: readonly FirewallExpression[];
    }
  | {
      readonly op: 'addElements' | 'removeElements';
      readonly table: FirewallTable;
      readonly set: string;
      readonly elements: readonly FirewallElement[];
    };

export interface FirewallError {
  readonly errno: number;
  /** What the kernel said besides the number, or the call that failed; may be empty. */
  readonly text: string;
  /** The operation that the kernel objected to; undefined when it was the transaction as a whole. */
  readonly op?: FirewallOp['op'];
}

export interface Firewall {
  apply(ops: readonly FirewallOp[]): Result<void, FirewallError>;
}
