/** Where things are in the tree: KEEPALIVED-MIB (as 2.2.7 answers it), RFC 2787 and RFC 6527. */
import type { Oid } from '../../wire/agentx.ts';

export const KEEPALIVED: Oid = [1, 3, 6, 1, 4, 1, 9586, 100, 5];
export const GLOBALS: Oid = [...KEEPALIVED, 1];
export const VRRP: Oid = [...KEEPALIVED, 2];
export const CHECKER: Oid = [...KEEPALIVED, 3];
export const RFC2787: Oid = [1, 3, 6, 1, 2, 1, 68];
export const RFC6527: Oid = [1, 3, 6, 1, 2, 1, 207];
