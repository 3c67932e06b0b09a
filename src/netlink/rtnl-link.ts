/**
 * RTM_NEWLINK and RTM_DELLINK (man 7 rtnetlink). In: a message. Out: a Link as the mirror keeps it.
 * Requests that create and change interfaces are in rtnl-link-write.ts.
 * The dump request carries the full ifinfomsg that strict checking (NETLINK_GET_STRICT_CHK) demands.
 */
import type { Link } from '../ports/kernel.ts';
import { cString, i32, u8, u16, u32 } from './bytes.ts';
import {
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFF_LOOPBACK,
  IFF_MULTICAST,
  IFF_RUNNING,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_GROUP,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_IPVLAN_MODE,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_MACVLAN_MODE,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_OPERSTATE,
  IFLA_WIRELESS,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  RTM_DELLINK,
  RTM_GETLINK,
  RTM_NEWLINK,
} from './constants.ts';
import { type Attributes, attributes, type Message, message } from './message.ts';
import { IFLA_INFO_DATA, IFLA_VRF_TABLE } from './route-constants.ts';

const ifinfomsgLength = 16;

export interface LinkMessage {
  readonly gone: boolean;
  readonly link: Link;
}

/** IFF_UP is the operator's will, IFF_RUNNING and the operational state (RFC 2863) are the wire. */
function canCarryTraffic(flags: number, found: Attributes): boolean {
  const operstate = u8(found.get(IFLA_OPERSTATE) ?? new Uint8Array(1));
  const wanted = IFF_UP | IFF_RUNNING;
  return (flags & wanted) === wanted && (operstate === IF_OPER_UNKNOWN || operstate === IF_OPER_UP);
}

function kindOf(found: Attributes): string {
  const info = found.get(IFLA_LINKINFO);
  const kind = info === undefined ? undefined : attributes(info).get(IFLA_INFO_KIND);
  return kind === undefined ? '' : cString(kind);
}

/** What the drivers that matter here say of themselves. */
function dataOf(found: Attributes, kind: string): Pick<Link, 'vrfTable' | 'mode'> {
  const info = found.get(IFLA_LINKINFO);
  const bytes = info === undefined ? undefined : attributes(info).get(IFLA_INFO_DATA);
  const data = bytes === undefined ? undefined : attributes(bytes);
  const table = kind === 'vrf' ? data?.get(IFLA_VRF_TABLE) : undefined;
  if (table !== undefined) return { vrfTable: u32(table) };
  const macvlan = kind === 'macvlan' ? data?.get(IFLA_MACVLAN_MODE) : undefined;
  if (macvlan !== undefined) return { mode: u32(macvlan) };
  const ipvlan = kind === 'ipvlan' ? data?.get(IFLA_IPVLAN_MODE) : undefined;
  return ipvlan === undefined ? {} : { mode: u16(ipvlan) };
}

/**
 * Undefined for other messages and for those that do not describe the whole interface: bridge port
 * notifications (family AF_BRIDGE) and wireless events would otherwise look like a change or a removal.
 */
export function parseLink(message: Message): LinkMessage | undefined {
  if (message.type !== RTM_NEWLINK && message.type !== RTM_DELLINK) return undefined;
  const { payload } = message;
  if (payload.length < ifinfomsgLength || u8(payload) !== 0) return undefined;
  const found = attributes(payload, ifinfomsgLength);
  const name = found.get(IFLA_IFNAME);
  const index = i32(payload, 4);
  if (name === undefined || index <= 0 || found.has(IFLA_WIRELESS)) return undefined;
  const flags = u32(payload, 8);
  const gone = message.type === RTM_DELLINK;
  // With a namespace id the index belongs to that other namespace and means nothing here.
  const lower = found.has(IFLA_LINK_NETNSID) ? undefined : found.get(IFLA_LINK);
  const kind = kindOf(found);
  const group = found.get(IFLA_GROUP);
  const number = (value: Uint8Array | undefined): number => (value === undefined ? 0 : u32(value));
  const link: Link = {
    index,
    name: cString(name),
    up: !gone && canCarryTraffic(flags, found),
    flags,
    loopback: (flags & IFF_LOOPBACK) !== 0,
    multicast: (flags & IFF_MULTICAST) !== 0,
    mtu: number(found.get(IFLA_MTU)),
    mac: (found.get(IFLA_ADDRESS) ?? new Uint8Array(0)).slice(),
    type: u16(payload, 2),
    kind,
    lowerIndex: number(lower),
    masterIndex: number(found.get(IFLA_MASTER)),
    ...dataOf(found, kind),
    ...(group === undefined || u32(group) === 0 ? {} : { group: u32(group) }),
  };
  return { gone, link };
}

export const linkDump = (seq: number): Uint8Array =>
  message({ type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, seq }, [new Uint8Array(ifinfomsgLength)]);
