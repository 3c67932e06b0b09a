/**
 * nftables messages (<linux/netfilter/nf_tables.h>). In: operations of one transaction. Out: one datagram
 * with the batch around them; each operation has its own sequence number. Integers of nftables are big
 * endian, registers and keys are raw bytes.
 */
import type {
  FirewallDataType,
  FirewallElement,
  FirewallExpression,
  FirewallOp,
  FirewallSet,
  FirewallTable,
  MetaKey,
} from '../ports/firewall.ts';
import { assertNever } from '../units.ts';
import { concat, cStringBytes, u32Bytes } from './bytes.ts';
import { NLM_F_ACK, NLM_F_CREATE, NLM_F_REQUEST } from './constants.ts';
import { attribute, message, nested } from './message.ts';
import * as nft from './nftables-constants.ts';
import { NLM_F_APPEND } from './route-constants.ts';

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value | 0);
  return bytes;
}

const number = (type: number, value: number): Uint8Array => attribute(type, bigEndian(value));
const text = (type: number, value: string): Uint8Array => attribute(type, cStringBytes(value));
const value = (type: number, bytes: Uint8Array): Uint8Array =>
  nested(type, [attribute(nft.NFTA_DATA_VALUE, bytes)]);

/** struct nfgenmsg: family, version 0, resource id in network order. */
const general = (family: number, resource = 0): Uint8Array =>
  Uint8Array.of(family, 0, resource >> 8, resource & 0xff);

const familyOf = ({ family }: FirewallTable): number => (family === 4 ? nft.NFPROTO_IPV4 : nft.NFPROTO_IPV6);

const metaKeys: Readonly<Record<MetaKey, number>> = {
  iif: nft.NFT_META_IIF,
  oif: nft.NFT_META_OIF,
  oifname: nft.NFT_META_OIFNAME,
  l4proto: nft.NFT_META_L4PROTO,
  oifkind: nft.NFT_META_OIFKIND,
};

interface DataType {
  readonly number: number;
  readonly length: number;
  /** The order that nft is told for a set whose only part this is. */
  readonly order: number;
}

const dataTypes: Readonly<Record<FirewallDataType, DataType>> = {
  ipv4: { number: nft.NFT_TYPE_IPADDR, length: 4, order: nft.NFT_BYTEORDER_NETWORK },
  ipv6: { number: nft.NFT_TYPE_IP6ADDR, length: 16, order: nft.NFT_BYTEORDER_NETWORK },
  'icmpv6-type': { number: nft.NFT_TYPE_ICMP6_TYPE, length: 1, order: nft.NFT_BYTEORDER_HOST },
  ifindex: { number: nft.NFT_TYPE_IFINDEX, length: 4, order: nft.NFT_BYTEORDER_HOST },
  ifname: { number: nft.NFT_TYPE_IFNAME, length: 16, order: nft.NFT_BYTEORDER_HOST },
};

const expression = (name: string, parts: readonly Uint8Array[]): Uint8Array =>
  nested(nft.NFTA_LIST_ELEM, [text(nft.NFTA_EXPR_NAME, name), nested(nft.NFTA_EXPR_DATA, parts)]);

const verdict = (parts: readonly Uint8Array[]): Uint8Array =>
  expression('immediate', [
    number(nft.NFTA_IMMEDIATE_DREG, nft.NFT_REG_VERDICT),
    nested(nft.NFTA_IMMEDIATE_DATA, [nested(nft.NFTA_DATA_VERDICT, parts)]),
  ]);

function expressionBytes(one: FirewallExpression): Uint8Array {
  switch (one.do) {
    case 'payload':
      return expression('payload', [
        number(nft.NFTA_PAYLOAD_DREG, one.register),
        number(
          nft.NFTA_PAYLOAD_BASE,
          one.from === 'network' ? nft.NFT_PAYLOAD_NETWORK_HEADER : nft.NFT_PAYLOAD_TRANSPORT_HEADER,
        ),
        number(nft.NFTA_PAYLOAD_OFFSET, one.offset),
        number(nft.NFTA_PAYLOAD_LEN, one.length),
      ]);
    case 'meta':
      return expression('meta', [
        number(nft.NFTA_META_KEY, metaKeys[one.key]),
        number(nft.NFTA_META_DREG, one.register),
      ]);
    case 'mask':
      return expression('bitwise', [
        number(nft.NFTA_BITWISE_SREG, one.register),
        number(nft.NFTA_BITWISE_DREG, one.register),
        number(nft.NFTA_BITWISE_LEN, one.mask.length),
        value(nft.NFTA_BITWISE_MASK, one.mask),
        value(nft.NFTA_BITWISE_XOR, new Uint8Array(one.mask.length)),
      ]);
    case 'equal':
      return expression('cmp', [
        number(nft.NFTA_CMP_SREG, one.register),
        number(nft.NFTA_CMP_OP, nft.NFT_CMP_EQ),
        value(nft.NFTA_CMP_DATA, one.value),
      ]);
    case 'lookup':
      return expression('lookup', [
        number(nft.NFTA_LOOKUP_SREG, one.register),
        ...(one.into === undefined ? [] : [number(nft.NFTA_LOOKUP_DREG, one.into)]),
        text(nft.NFTA_LOOKUP_SET, one.set),
      ]);
    case 'counter':
      return expression('counter', []);
    case 'dup':
      return expression('dup', [
        number(nft.NFTA_DUP_SREG_ADDR, one.address),
        number(nft.NFTA_DUP_SREG_DEV, one.interface),
      ]);
    case 'verdict':
      return verdict([number(nft.NFTA_VERDICT_CODE, one.verdict === 'drop' ? nft.NF_DROP : nft.NF_ACCEPT)]);
    case 'goto':
      return verdict([number(nft.NFTA_VERDICT_CODE, nft.NFT_GOTO), text(nft.NFTA_VERDICT_CHAIN, one.chain)]);
    default:
      return assertNever(one);
  }
}

function chainParts({ table, chain, hook }: Extract<FirewallOp, { op: 'addChain' }>): Uint8Array[] {
  const named = [text(nft.NFTA_CHAIN_TABLE, table.name), text(nft.NFTA_CHAIN_NAME, chain)];
  if (hook === undefined) return named;
  const at = hook.at === 'input' ? nft.NF_INET_LOCAL_IN : nft.NF_INET_LOCAL_OUT;
  return [
    ...named,
    nested(nft.NFTA_CHAIN_HOOK, [
      number(nft.NFTA_HOOK_HOOKNUM, at),
      number(nft.NFTA_HOOK_PRIORITY, hook.priority),
    ]),
    number(nft.NFTA_CHAIN_POLICY, nft.NF_ACCEPT),
    text(nft.NFTA_CHAIN_TYPE, 'filter'),
  ];
}

function setParts(table: FirewallTable, set: FirewallSet, id: number): Uint8Array[] {
  const key = set.key.map((part) => dataTypes[part]);
  const [only] = key;
  // A concatenation that starts with an address still says "host", as keepalived does.
  const order = key.length === 1 && only !== undefined ? only.order : nft.NFT_BYTEORDER_HOST;
  const data = set.data === undefined ? undefined : dataTypes[set.data];
  const flags = (set.constant ? nft.NFT_SET_CONSTANT : 0) | (data === undefined ? 0 : nft.NFT_SET_MAP);
  // User data: type, length, value, each its own little record.
  const record = (type: number, orderOf: number): Uint8Array =>
    concat([Uint8Array.of(type, 4), u32Bytes(orderOf)]);
  return [
    text(nft.NFTA_SET_TABLE, table.name),
    text(nft.NFTA_SET_NAME, set.name),
    ...(flags === 0 ? [] : [number(nft.NFTA_SET_FLAGS, flags)]),
    number(
      nft.NFTA_SET_KEY_TYPE,
      key.reduce((type, part) => (type << nft.NFT_TYPE_BITS) | part.number, 0),
    ),
    number(
      nft.NFTA_SET_KEY_LEN,
      key.reduce((length, part) => length + part.length, 0),
    ),
    ...(data === undefined
      ? []
      : [number(nft.NFTA_SET_DATA_TYPE, data.number), number(nft.NFTA_SET_DATA_LEN, data.length)]),
    number(nft.NFTA_SET_ID, id),
    attribute(
      nft.NFTA_SET_USERDATA,
      concat([
        record(nft.NFT_UDATA_SET_KEYBYTEORDER, order),
        ...(data === undefined ? [] : [record(nft.NFT_UDATA_SET_DATABYTEORDER, data.order)]),
      ]),
    ),
  ];
}

const elementBytes = ({ key, data }: FirewallElement): Uint8Array =>
  nested(nft.NFTA_LIST_ELEM, [
    value(nft.NFTA_SET_ELEM_KEY, key),
    ...(data === undefined ? [] : [value(nft.NFTA_SET_ELEM_DATA, data)]),
  ]);

/** An attribute's length has 16 bits: more elements go into further messages. */
export const ELEMENTS_PER_MESSAGE = 500;

interface Request {
  readonly type: number;
  readonly flags: number;
  readonly parts: readonly Uint8Array[];
}

function requestOf(op: FirewallOp, id: number): Request {
  const table = op.table.name;
  switch (op.op) {
    case 'addTable':
      return { type: nft.NFT_MSG_NEWTABLE, flags: NLM_F_CREATE, parts: [text(nft.NFTA_TABLE_NAME, table)] };
    case 'removeTable':
      return { type: nft.NFT_MSG_DELTABLE, flags: 0, parts: [text(nft.NFTA_TABLE_NAME, table)] };
    case 'addChain':
      return { type: nft.NFT_MSG_NEWCHAIN, flags: NLM_F_CREATE, parts: chainParts(op) };
    case 'addSet':
      return { type: nft.NFT_MSG_NEWSET, flags: NLM_F_CREATE, parts: setParts(op.table, op.set, id) };
    case 'addRule':
      return {
        type: nft.NFT_MSG_NEWRULE,
        flags: NLM_F_CREATE | NLM_F_APPEND,
        parts: [
          text(nft.NFTA_RULE_TABLE, table),
          text(nft.NFTA_RULE_CHAIN, op.chain),
          nested(nft.NFTA_RULE_EXPRESSIONS, op.expressions.map(expressionBytes)),
        ],
      };
    case 'addElements':
    case 'removeElements':
      return {
        type: op.op === 'addElements' ? nft.NFT_MSG_NEWSETELEM : nft.NFT_MSG_DELSETELEM,
        flags: op.op === 'addElements' ? NLM_F_CREATE : 0,
        parts: [
          text(nft.NFTA_SET_ELEM_LIST_TABLE, table),
          text(nft.NFTA_SET_ELEM_LIST_SET, op.set),
          nested(nft.NFTA_SET_ELEM_LIST_ELEMENTS, op.elements.map(elementBytes)),
        ],
      };
    default:
      return assertNever(op);
  }
}

const border = (type: number, seq: number): Uint8Array =>
  message({ type, flags: NLM_F_REQUEST, seq }, [general(0, nft.NFNL_SUBSYS_NFTABLES)]);

/**
 * The whole transaction. The operation at index i has the sequence number firstSeq + 1 + i, and the borders
 * have those before and after.
 */
export function firewallBatch(ops: readonly FirewallOp[], firstSeq: number): Uint8Array {
  const body = ops.map((op, index) => {
    const { type, flags, parts } = requestOf(op, index + 1);
    return message(
      {
        type: (nft.NFNL_SUBSYS_NFTABLES << 8) | type,
        flags: NLM_F_REQUEST | NLM_F_ACK | flags,
        seq: (firstSeq + 1 + index) >>> 0,
      },
      [general(familyOf(op.table)), ...parts],
    );
  });
  return concat([
    border(nft.NFNL_MSG_BATCH_BEGIN, firstSeq),
    ...body,
    border(nft.NFNL_MSG_BATCH_END, (firstSeq + 1 + ops.length) >>> 0),
  ]);
}

/** Splits long lists of elements, so that each operation fits into a message. */
export function fitting(ops: readonly FirewallOp[]): FirewallOp[] {
  return ops.flatMap((op) => {
    if (op.op !== 'addElements' && op.op !== 'removeElements') return [op];
    const pieces: FirewallOp[] = [];
    for (let at = 0; at < op.elements.length; at += ELEMENTS_PER_MESSAGE) {
      pieces.push({ ...op, elements: op.elements.slice(at, at + ELEMENTS_PER_MESSAGE) });
    }
    return pieces;
  });
}
