/**
 * Requests that create, change and remove interfaces (man 7 rtnetlink). In: a LinkOp. Out: one message of a
 * batch. An interface is found by its name, so a batch can go on with what it has just created.
 */
import type { LinkKind, LinkOp, LinkSpec } from '../ports/kernel.ts';
import { assertNever } from '../units.ts';
import { cStringBytes, u32Bytes } from './bytes.ts';
import {
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INFO_KIND,
  IFLA_IPVLAN_FLAGS,
  IFLA_IPVLAN_MODE,
  IFLA_LINK,
  IFLA_LINKINFO,
  IFLA_MACVLAN_MODE,
  IFLA_MASTER,
  IN6_ADDR_GEN_MODE_NONE,
  IPVLAN_F_PRIVATE,
  IPVLAN_F_VEPA,
  IPVLAN_MODE_L2,
  MACVLAN_MODE_PRIVATE,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_NEWLINK,
} from './constants.ts';
import { attribute, nested } from './message.ts';
import { IFLA_INFO_DATA } from './route-constants.ts';
import type { MessageWriter } from './writer.ts';

const AF_INET6 = 10;
const ipvlanFlags = { bridge: 0, private: IPVLAN_F_PRIVATE, vepa: IPVLAN_F_VEPA } as const;

const u16Bytes = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);

function begin(writer: MessageWriter, type: number, more: number, seq: number, up = false): void {
  writer.begin(type, NLM_F_REQUEST | NLM_F_ACK | more, seq);
  // struct ifinfomsg: family, type, index, flags, and which of the flags are meant.
  writer.u32(0);
  writer.u32(0);
  writer.u32(up ? IFF_UP : 0);
  writer.u32(up ? IFF_UP : 0);
}

function writeKind(writer: MessageWriter, link: LinkKind): void {
  const data =
    link.kind === 'macvlan'
      ? [attribute(IFLA_MACVLAN_MODE, u32Bytes(MACVLAN_MODE_PRIVATE))]
      : [
          attribute(IFLA_IPVLAN_MODE, u16Bytes(IPVLAN_MODE_L2)),
          attribute(IFLA_IPVLAN_FLAGS, u16Bytes(ipvlanFlags[link.mode])),
        ];
  if (link.kind === 'macvlan') writer.attribute(IFLA_ADDRESS, link.mac);
  const kind = attribute(IFLA_INFO_KIND, new TextEncoder().encode(link.kind));
  writer.raw(nested(IFLA_LINKINFO, [kind, nested(IFLA_INFO_DATA, data)]));
}

function writeNew(writer: MessageWriter, { name, lowerIndex, link, group }: LinkSpec, seq: number): void {
  begin(writer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, seq);
  writer.attribute(IFLA_IFNAME, cStringBytes(name));
  writer.attributeU32(IFLA_LINK, lowerIndex);
  // The default group goes without saying, and only a few kinds of interface take the attribute at creation.
  if (group !== 0) writer.attributeU32(IFLA_GROUP, group);
  writeKind(writer, link);
  writer.end();
}

function writeChange(writer: MessageWriter, op: Extract<LinkOp, { op: 'changeLink' }>, seq: number): void {
  begin(writer, RTM_NEWLINK, 0, seq, op.up);
  writer.attribute(IFLA_IFNAME, cStringBytes(op.name));
  if (op.group !== undefined) writer.attributeU32(IFLA_GROUP, op.group);
  if (op.masterIndex !== undefined) writer.attributeU32(IFLA_MASTER, op.masterIndex);
  if (op.noAddresses) {
    const mode = attribute(IFLA_INET6_ADDR_GEN_MODE, Uint8Array.of(IN6_ADDR_GEN_MODE_NONE));
    writer.raw(nested(IFLA_AF_SPEC, [nested(AF_INET6, [mode])]));
  }
  writer.end();
}

export function writeLinkOp(writer: MessageWriter, op: LinkOp, seq: number): void {
  switch (op.op) {
    case 'addLink':
      writeNew(writer, op.spec, seq);
      return;
    case 'changeLink':
      writeChange(writer, op, seq);
      return;
    case 'reshapeLink':
      begin(writer, RTM_NEWLINK, 0, seq);
      writer.attribute(IFLA_IFNAME, cStringBytes(op.name));
      writeKind(writer, op.link);
      writer.end();
      return;
    case 'removeLink':
      begin(writer, RTM_DELLINK, 0, seq);
      writer.attribute(IFLA_IFNAME, cStringBytes(op.name));
      writer.end();
      return;
    default:
      assertNever(op);
  }
}
