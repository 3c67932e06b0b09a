/**
 * RTM_NEWRULE and RTM_DELRULE (<linux/fib_rules.h>). In: a RuleSpec or a message. Out: a request, or what
 * identifies the rule that a message speaks of.
 */
import type { KernelRule, Prefix, RuleSpec } from '../ports/routing.ts';
import { concat, cString, cStringBytes, u8, u32 } from './bytes.ts';
import { NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLM_F_REQUEST } from './constants.ts';
import { attributes, type Message, message } from './message.ts';
import * as rt from './route-constants.ts';
import { be64 } from './rtnl-encap.ts';
import { addressLength, familyNumber, familyOf, shortTable } from './rtnl-route.ts';
import type { MessageWriter } from './writer.ts';

const headerLength = 12;

export const actionNumbers: Readonly<Record<RuleSpec['action'], number>> = {
  table: rt.FR_ACT_TO_TBL,
  l3mdev: rt.FR_ACT_TO_TBL,
  goto: rt.FR_ACT_GOTO,
  nop: rt.FR_ACT_NOP,
  blackhole: rt.FR_ACT_BLACKHOLE,
  unreachable: rt.FR_ACT_UNREACHABLE,
  prohibit: rt.FR_ACT_PROHIBIT,
};

/** struct fib_rule_port_range, in host order. */
function ports([first, last]: readonly [number, number]): Uint8Array {
  return concat([Uint8Array.of(first & 0xff, first >> 8), Uint8Array.of(last & 0xff, last >> 8)]);
}

function writeSelectors(writer: MessageWriter, rule: RuleSpec): void {
  if (rule.to !== undefined) writer.attribute(rt.FRA_DST, rule.to.address);
  if (rule.from !== undefined) writer.attribute(rt.FRA_SRC, rule.from.address);
  writer.attributeU32(rt.FRA_PRIORITY, rule.priority);
  if (rule.mark !== undefined) {
    writer.attributeU32(rt.FRA_FWMARK, rule.mark.mark);
    writer.attributeU32(rt.FRA_FWMASK, rule.mark.mask);
  }
  if (rule.iif !== undefined) writer.attribute(rt.FRA_IIFNAME, cStringBytes(rule.iif));
  if (rule.oif !== undefined) writer.attribute(rt.FRA_OIFNAME, cStringBytes(rule.oif));
  if (rule.tunnelId !== undefined) writer.attribute(rt.FRA_TUN_ID, be64(rule.tunnelId));
  if (rule.uidRange !== undefined) writer.attributeU32(rt.FRA_UID_RANGE, ...rule.uidRange);
  if (rule.ipProtocol !== undefined) writer.attribute(rt.FRA_IP_PROTO, Uint8Array.of(rule.ipProtocol));
  if (rule.sourcePorts !== undefined) writer.attribute(rt.FRA_SPORT_RANGE, ports(rule.sourcePorts));
  if (rule.destinationPorts !== undefined) {
    writer.attribute(rt.FRA_DPORT_RANGE, ports(rule.destinationPorts));
  }
}

function writeAction(writer: MessageWriter, rule: RuleSpec): void {
  if (rule.table !== undefined) writer.attributeU32(rt.FRA_TABLE, rule.table);
  if (rule.target !== undefined) writer.attributeU32(rt.FRA_GOTO, rule.target);
  if (rule.realms !== undefined) writer.attributeU32(rt.FRA_FLOW, rule.realms);
  if (rule.suppressPrefixLength !== undefined) {
    writer.attributeU32(rt.FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefixLength);
  }
  if (rule.suppressGroup !== undefined) writer.attributeU32(rt.FRA_SUPPRESS_IFGROUP, rule.suppressGroup);
  if (rule.action === 'l3mdev') writer.attribute(rt.FRA_L3MDEV, Uint8Array.of(1));
  if (rule.protocol !== undefined) writer.attribute(rt.FRA_PROTOCOL, Uint8Array.of(rule.protocol));
}

function writeRule(writer: MessageWriter, rule: RuleSpec): void {
  writer.u8(familyNumber[rule.family], rule.to?.length ?? 0, rule.from?.length ?? 0, rule.tos ?? 0);
  writer.u8(shortTable(rule.table ?? rt.RT_TABLE_UNSPEC), 0, 0, actionNumbers[rule.action]);
  writer.u32(rule.not ? rt.FIB_RULE_INVERT : 0);
  writeSelectors(writer, rule);
  writeAction(writer, rule);
  writer.end();
}

/** Refused with EEXIST when an equal rule is there. */
export function writeNewRule(writer: MessageWriter, rule: RuleSpec, seq: number): void {
  writer.begin(rt.RTM_NEWRULE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, seq);
  writeRule(writer, rule);
}

export function writeDelRule(writer: MessageWriter, rule: RuleSpec, seq: number): void {
  writer.begin(rt.RTM_DELRULE, NLM_F_REQUEST | NLM_F_ACK, seq);
  writeRule(writer, rule);
}

/** Undefined for other messages and families. */
export function parseRule(
  received: Message,
): { readonly gone: boolean; readonly rule: KernelRule } | undefined {
  if (received.type !== rt.RTM_NEWRULE && received.type !== rt.RTM_DELRULE) return undefined;
  const { payload } = received;
  const family = familyOf(u8(payload));
  if (payload.length < headerLength || family === undefined) return undefined;
  const found = attributes(payload, headerLength);
  const prefix = (bytes: Uint8Array | undefined, length: number): Prefix | undefined =>
    bytes === undefined ? undefined : { address: bytes.slice(0, addressLength[family]), length };
  const [to, from] = [
    prefix(found.get(rt.FRA_DST), u8(payload, 1)),
    prefix(found.get(rt.FRA_SRC), u8(payload, 2)),
  ];
  const [table, iif, oif] = [found.get(rt.FRA_TABLE), found.get(rt.FRA_IIFNAME), found.get(rt.FRA_OIFNAME)];
  const rule: KernelRule = {
    family,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    priority: u32(found.get(rt.FRA_PRIORITY) ?? new Uint8Array(4)),
    table: table === undefined ? u8(payload, 4) : u32(table),
    protocol: u8(found.get(rt.FRA_PROTOCOL) ?? new Uint8Array(1)),
    action: u8(payload, 7),
    ...(iif === undefined ? {} : { iif: cString(iif) }),
    ...(oif === undefined ? {} : { oif: cString(oif) }),
  };
  return { gone: received.type === rt.RTM_DELRULE, rule };
}

/** All rules of both families. */
export const ruleDump = (seq: number): Uint8Array =>
  message({ type: rt.RTM_GETRULE, flags: NLM_F_REQUEST | NLM_F_DUMP, seq }, [new Uint8Array(headerLength)]);
