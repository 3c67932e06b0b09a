/**
 * The kernel's interfaces and addresses, rebuilt from rtnetlink messages. In: messages of a dump or of the
 * notification groups, in order. Out: the events that each one means. A message that changes nothing, such
 * as a replay of what the dump already showed, means no event.
 */
import type { KernelAddress, KernelEvent, Link } from '../ports/kernel.ts';
import { equalBytes } from './bytes.ts';
import type { Message } from './message.ts';
import { type AddressMessage, parseAddress } from './rtnl-addr.ts';
import { parseLink } from './rtnl-link.ts';
import { parseForwarding } from './rtnl-netconf.ts';

/** The lists stay the same objects until something on them changes. */
export interface Mirror {
  links(): readonly Link[];
  linkByName(name: string): Link | undefined;
  linkByIndex(index: number): Link | undefined;
  addresses(ifindex: number): readonly KernelAddress[];
  take(message: Message): KernelEvent[];
}

const sameLink = (a: Link, b: Link): boolean =>
  a.name === b.name &&
  a.flags === b.flags &&
  a.up === b.up &&
  a.mtu === b.mtu &&
  a.type === b.type &&
  a.kind === b.kind &&
  a.lowerIndex === b.lowerIndex &&
  a.masterIndex === b.masterIndex &&
  a.group === b.group &&
  a.mode === b.mode &&
  equalBytes(a.mac, b.mac);

/** What makes an address another one for the kernel: IPv4 allows the same address with several prefixes. */
const addressKey = ({ address, peer }: AddressMessage): string =>
  `${address.family} ${address.address.join('.')}/${address.prefix} ${peer?.join('.') ?? ''}`;

const placeKey = ({ address, prefix }: KernelAddress): string => `${address.join('.')}/${prefix}`;
/** Of addresses of which a notification of the second would change nothing in the first. */
const wholeKey = (one: KernelAddress): string => `${placeKey(one)} ${one.flags} ${one.scope}`;

/** What happened between two mirrors: what is gone comes first, as the kernel tells it. */
export function newsBetween(before: Mirror, after: Mirror): KernelEvent[] {
  const gone: KernelEvent[] = [];
  const fresh: KernelEvent[] = [];
  for (const link of before.links()) {
    const left = new Set(after.addresses(link.index).map(placeKey));
    for (const address of before.addresses(link.index)) {
      if (!left.has(placeKey(address))) gone.push({ event: 'addressGone', address });
    }
    if (after.linkByIndex(link.index) === undefined)
      gone.push({ event: 'linkGone', link: { ...link, up: false } });
  }
  for (const link of after.links()) {
    const known = before.linkByIndex(link.index);
    if (known === undefined || !sameLink(known, link)) fresh.push({ event: 'link', link });
    const held = new Set(before.addresses(link.index).map(wholeKey));
    for (const address of after.addresses(link.index)) {
      if (!held.has(wholeKey(address))) fresh.push({ event: 'address', address });
    }
  }
  return [...gone, ...fresh];
}

export function createMirror(): Mirror {
  const links = new Map<number, Link>();
  const indexByName = new Map<string, number>();
  const addresses = new Map<number, Map<string, KernelAddress>>();
  let linkList: readonly Link[] | undefined;
  const addressLists = new Map<number, readonly KernelAddress[]>();

  function addressesOf(ifindex: number): readonly KernelAddress[] {
    const known = addressLists.get(ifindex);
    if (known !== undefined) return known;
    const list = [...(addresses.get(ifindex)?.values() ?? [])];
    addressLists.set(ifindex, list);
    return list;
  }

  function forgetName(link: Link): void {
    // Another interface may have taken the name meanwhile.
    if (indexByName.get(link.name) === link.index) indexByName.delete(link.name);
  }

  function takeLink(link: Link): KernelEvent[] {
    const known = links.get(link.index);
    if (known !== undefined && sameLink(known, link)) return [];
    if (known !== undefined) forgetName(known);
    linkList = undefined;
    links.set(link.index, link);
    indexByName.set(link.name, link.index);
    return [{ event: 'link', link }];
  }

  function dropLink(link: Link): KernelEvent[] {
    const known = links.get(link.index);
    if (known === undefined) return [];
    const left = addressesOf(link.index);
    addresses.delete(link.index);
    addressLists.delete(link.index);
    linkList = undefined;
    forgetName(known);
    links.delete(link.index);
    return [
      ...left.map((address): KernelEvent => ({ event: 'addressGone', address })),
      { event: 'linkGone', link },
    ];
  }

  function takeAddress(message: AddressMessage): KernelEvent[] {
    const { address, gone } = message;
    const key = addressKey(message);
    const ofLink = addresses.get(address.ifindex) ?? new Map<string, KernelAddress>();
    const known = ofLink.get(key);
    if (gone) {
      ofLink.delete(key);
      addressLists.delete(address.ifindex);
      return known === undefined ? [] : [{ event: 'addressGone', address }];
    }
    ofLink.set(key, address);
    addresses.set(address.ifindex, ofLink);
    addressLists.delete(address.ifindex);
    const same = known !== undefined && known.flags === address.flags && known.scope === address.scope;
    return same ? [] : [{ event: 'address', address }];
  }

  return {
    links() {
      linkList ??= [...links.values()];
      return linkList;
    },
    linkByName(name) {
      const index = indexByName.get(name);
      return index === undefined ? undefined : links.get(index);
    },
    linkByIndex: (index) => links.get(index),
    addresses: addressesOf,
    take(message) {
      const link = parseLink(message);
      if (link !== undefined) return link.gone ? dropLink(link.link) : takeLink(link.link);
      const forwarding = parseForwarding(message);
      if (forwarding !== undefined) return [{ event: 'forwarding', ifindex: forwarding }];
      const address = parseAddress(message);
      return address === undefined ? [] : takeAddress(address);
    },
  };
}
