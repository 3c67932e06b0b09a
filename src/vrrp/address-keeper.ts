/**
 * The virtual addresses in the kernel. In: lists to add or remove. Out: one netlink batch, a log line for
 * what the kernel refused, and the memory of which removals were our own doing.
 */
import type { AddressSpec, Kernel, KernelAddress, KernelOp, Link, OpResult } from '../ports/kernel.ts';
import { addressKey, formatAddress, formatMac, sameAddress } from '../wire/address.ts';
import { atOnce, type InLots } from './breath.ts';
import { type InstanceConfig, type VirtualAddress, virtualAddresses } from './config.ts';

/** Upstream marks what it adds with this address protocol (2.3.2 and later). */
const IFAPROT_KEEPALIVED = 18;
const EEXIST = 17;
const EADDRNOTAVAIL = 99;
const ENODEV = 19;

type Log = (id: string, args: readonly (string | number)[]) => void;

/** A line of the log about an interface. */
export interface LinkChange {
  readonly id: string;
  readonly args: readonly string[];
  readonly link: Link;
}

export class AddressKeeper {
  readonly #kernel: Kernel;
  readonly #log: Log;
  readonly #inLots: InLots;
  /** Removals of ours whose notification is still to come, by interface and address. */
  readonly #expectedGone = new Map<string, number>();
  readonly #refused = new Set<string>();
  readonly #known = new Map<number, Link>();
  #seen: readonly Link[] | undefined;
  /** Keys of the addresses of a list of the kernel's. */
  readonly #keys = new WeakMap<readonly KernelAddress[], ReadonlySet<string>>();

  constructor(kernel: Kernel, log: Log, inLots = atOnce) {
    this.#kernel = kernel;
    this.#log = log;
    this.#inLots = inLots;
  }

  linkOf(address: VirtualAddress, config: InstanceConfig | undefined): Link | undefined {
    const name = address.dev ?? config?.interface;
    return name === undefined ? undefined : this.linkNamed(name);
  }

  linkNamed(name: string): Link | undefined {
    return this.#kernel.linkByName(name);
  }

  /** What the kernel would be asked to add. */
  specs(addresses: readonly VirtualAddress[], config: InstanceConfig): AddressSpec[] {
    return addresses.flatMap((address) => {
      const link = this.linkOf(address, config);
      return link === undefined ? [] : [specOf(address, link.index)];
    });
  }

  /** Takes off what may be there. */
  withdraw(specs: readonly AddressSpec[]): void {
    this.#carryOut(specs.map((spec) => ({ op: 'removeAddress', spec })));
  }

  apply(action: 'add' | 'remove', addresses: readonly VirtualAddress[], config?: InstanceConfig): void {
    const ops: KernelOp[] = [];
    for (const address of addresses) {
      const link = this.linkOf(address, config);
      if (link === undefined) continue;
      const spec = specOf(address, link.index);
      // What the kernel refused to take needs no second refusal on the way out.
      if (action === 'remove' && this.#refused.delete(keyOf(spec))) continue;
      ops.push({ op: action === 'add' ? 'addAddress' : 'removeAddress', spec });
    }
    this.#carryOut(ops);
  }

  #carryOut(ops: readonly KernelOp[]): void {
    for (const result of this.#inLots(ops, (lot) => this.#kernel.apply(lot))) this.#settle(result);
  }

  #settle({ op, errno, text, sequence }: OpResult): void {
    const { spec } = op;
    if (errno === 0) {
      if (op.op === 'removeAddress') this.#expectGone(spec);
      return;
    }
    const adding = op.op === 'addAddress';
    if (adding ? errno === EEXIST : errno === EADDRNOTAVAIL || errno === ENODEV) return;
    if (adding) this.#refused.add(keyOf(spec));
    this.#log('netlink-error', [errno, adding ? 'RTM_NEWADDR(20)' : 'RTM_DELADDR(21)', sequence, 0]);
    if (text === '') return;
    const link = this.#kernel.linkByIndex(spec.ifindex);
    this.#log('address-refused', [formatAddress(spec.address), link?.name ?? String(spec.ifindex), text]);
  }

  #expectGone(spec: KernelAddress): void {
    const key = keyOf(spec);
    this.#expectedGone.set(key, (this.#expectedGone.get(key) ?? 0) + 1);
  }

  /** Whether a removal that the kernel reports is one that we asked for; each is asked about once. */
  wasOurDoing(address: KernelAddress): boolean {
    const key = keyOf(address);
    const expected = this.#expectedGone.get(key) ?? 0;
    if (expected <= 1) this.#expectedGone.delete(key);
    else this.#expectedGone.set(key, expected - 1);
    return expected > 0;
  }

  /** After lost notifications none of the expected ones can be waited for. */
  forgetExpected(): void {
    this.#expectedGone.clear();
  }

  /** First tracked address that should be there and is not. */
  firstMissing(config: InstanceConfig): VirtualAddress | undefined {
    return virtualAddresses(config).find((vip) => {
      const link = this.linkOf(vip, config);
      if (!vip.track || link === undefined) return false;
      return !this.#keysOn(link).has(addressKey(vip.address));
    });
  }

  #keysOn({ index }: Link): ReadonlySet<string> {
    const list = this.#kernel.addresses(index);
    const known = this.#keys.get(list);
    if (known !== undefined) return known;
    const keys = new Set(list.map(({ address }) => addressKey(address)));
    this.#keys.set(list, keys);
    return keys;
  }

  /** Log lines for the links that changed since the last call. */
  linkChanges(): LinkChange[] {
    const changes: LinkChange[] = [];
    const links = this.#kernel.links();
    if (links === this.#seen) return changes;
    this.#seen = links;
    for (const link of links) {
      const before = this.#known.get(link.index);
      if (before === link) continue;
      this.#known.set(link.index, link);
      changes.push(...changesBetween(before, link));
    }
    for (const [index, link] of this.#known) {
      if (this.#kernel.linkByIndex(index) !== undefined || !link.up) continue;
      this.#known.set(index, { ...link, up: false });
      changes.push({ id: 'netlink-reports-down', args: [link.name], link });
    }
    return changes;
  }

  /** What is on an interface: the same list until something changes. */
  on(ifindex: number): readonly KernelAddress[] {
    return this.#kernel.addresses(ifindex);
  }

  /** Also a link that is gone, for the events that follow its end. */
  linkByIndex(index: number): Link | undefined {
    return this.#kernel.linkByIndex(index) ?? this.#known.get(index);
  }

  /** Takes the links as they are at start for known, so that only later ones are "added". */
  learnLinks(): void {
    for (const link of this.#kernel.links()) this.#known.set(link.index, link);
  }
}

/** A link under another name is one that goes and one that comes. */
function changesBetween(before: Link | undefined, link: Link): LinkChange[] {
  const { name } = link;
  const changes: LinkChange[] = [];
  const same = before?.name === name ? before : undefined;
  if (before !== undefined && same === undefined) {
    if (before.up) changes.push({ id: 'netlink-reports-down', args: [before.name], link: before });
    changes.push({ id: 'interface-renamed', args: [before.name, name], link });
  }
  if (same === undefined) changes.push({ id: 'interface-added', args: [name], link });
  if (before !== undefined && !sameAddress(before.mac, link.mac)) {
    changes.push({ id: 'mac-changed', args: [name, formatMac(before.mac), formatMac(link.mac)], link });
  }
  if ((same?.up ?? false) === link.up) return changes;
  const teller = link.polled ? 'linkbeat' : 'netlink';
  return [...changes, { id: `${teller}-reports-${link.up ? 'up' : 'down'}`, args: [name], link }];
}

function specOf(address: VirtualAddress, ifindex: number): AddressSpec {
  return {
    ifindex,
    family: address.family,
    address: address.address,
    prefix: address.prefix,
    scope: address.scope,
    flags: address.flags,
    protocol: IFAPROT_KEEPALIVED,
    ...(address.peer === undefined ? {} : { peer: address.peer }),
    ...(address.broadcast === undefined ? {} : { broadcast: address.broadcast }),
    ...(address.label === undefined ? {} : { label: address.label }),
    ...(address.preferredLft === undefined ? {} : { preferredLft: address.preferredLft }),
  };
}

const keyOf = (address: KernelAddress): string => `${address.ifindex}/${addressKey(address.address)}`;
