/** RTM_NEWNETCONF (linux/netconf.h): a setting of an interface has changed. In: a message. */
import { i32 } from './bytes.ts';
import { NETCONFA_FORWARDING, NETCONFA_IFINDEX, RTM_NEWNETCONF } from './constants.ts';
import { attributes, type Message } from './message.ts';

const AF_INET6 = 10;
/** A byte with the family, and padding. */
const netconfmsgLength = 4;

/** The interface whose forwarding of IPv6 it tells of; below zero, all of them or those to come. */
export function parseForwarding({ type, payload }: Message): number | undefined {
  if (type !== RTM_NEWNETCONF || payload.length < netconfmsgLength || payload[0] !== AF_INET6)
    return undefined;
  const found = attributes(payload, netconfmsgLength);
  const ifindex = found.get(NETCONFA_IFINDEX);
  return ifindex === undefined || !found.has(NETCONFA_FORWARDING) ? undefined : i32(ifindex);
}
