/**
 * What SNMP has to tell of: the objects that an agent asks for, and what of them only the configuration
 * knows, which is plain data because it crosses processes.
 */
import type { Oid, SnmpError, VarBind } from '../wire/agentx.ts';

/** A new value of an object: refused with an error, or taken with `commit`. */
export type Change = { readonly error: SnmpError } | { readonly commit: () => void };

export interface SnmpObjects {
  get(oid: Oid): VarBind;
  /** The first object after `start`, or at it with `include`, that is before `end`; an empty end is none. */
  next(start: Oid, include: boolean, end: Oid): VarBind;
  /** What a set of this object would do; nothing has changed yet. */
  change(bind: VarBind): Change;
}

/** A switch that may be left to what the wider one says. */
export type Switch = boolean | undefined;

export interface SnmpGlobals {
  readonly version: string;
  readonly routerId: string;
  readonly smtp: {
    /** 4 or 16 bytes; absent = a name, or no server. */
    readonly address?: Uint8Array;
    readonly port: number;
    readonly timeoutSeconds: number;
    readonly from: string;
    readonly to: readonly string[];
    /** False with no_email_faults. */
    readonly faults: boolean;
    readonly alert: Switch;
    readonly alertVrrp: Switch;
    readonly alertChecker: Switch;
  };
  readonly lvsFlush: boolean;
  readonly lvsFlushOnStop: 'no' | 'all' | 'VS';
  /** Empty = that of the machine. */
  readonly namespace: string;
  readonly dynamicInterfaces: boolean;
  readonly allowInterfaceChanges: boolean;
}

export type SnmpGroupMember =
  | { readonly mark: number }
  /** Both 4 or 16 bytes, and the same for a single address. */
  | { readonly first: Uint8Array; readonly last: Uint8Array; readonly port: number };

export interface SnmpGroup {
  readonly name: string;
  readonly members: readonly SnmpGroupMember[];
}

export interface SnmpSetup {
  /** Of the agent: `unix:PATH`, a path, `tcp:HOST:PORT` or `HOST:PORT`. */
  readonly socket: string;
  readonly vrrp: boolean;
  /** VRRP-MIB */
  readonly rfc2787: boolean;
  /** VRRPV3-MIB */
  readonly rfc6527: boolean;
  readonly checker: boolean;
  readonly traps: boolean;
  readonly globals: SnmpGlobals;
  /** virtual_server_group; empty where the checker part is not wanted. */
  readonly groups: readonly SnmpGroup[];
  /** How long counters of the kernel are good. */
  readonly statisticsUs: { readonly virtual: number; readonly real: number };
}
