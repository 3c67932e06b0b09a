/**
 * Which instances an interface or an address concerns, found without asking each of them: a machine may have
 * a thousand, and as many events at once. In: the configurations that run. Out: names, in the order in which
 * the instances came.
 */
import { addressKey } from '../wire/address.ts';
import { type InstanceConfig, type VirtualAddress, virtualAddresses } from './config.ts';

/** The address as an instance has it; where two are the same, the first one. */
export interface Holder {
  readonly instance: string;
  readonly vip: VirtualAddress;
}

interface AddressPlace {
  readonly address: Uint8Array;
  readonly prefix: number;
}

interface Known {
  readonly config: InstanceConfig;
  /** Place in the order. */
  readonly place: number;
}

const NOBODY: ReadonlySet<string> = new Set();

export class Interest {
  readonly #known = new Map<string, Known>();
  readonly #byLink = new Map<string, Set<string>>();
  readonly #byAddress = new Map<string, Map<string, VirtualAddress>>();
  /** How often each address is a virtual one, wherever. */
  readonly #virtual = new Map<string, number>();
  #nextPlace = 0;

  set(config: InstanceConfig): void {
    const before = this.#known.get(config.name);
    if (before?.config === config) return;
    if (before !== undefined) this.#forget(before.config);
    this.#known.set(config.name, { config, place: before?.place ?? this.#nextPlace++ });
    for (const link of linksOf(config)) {
      const users = this.#byLink.get(link) ?? new Set();
      this.#byLink.set(link, users.add(config.name));
    }
    for (const vip of virtualAddresses(config)) {
      const key = keyOf(vip, vip.dev ?? config.interface);
      const holders = this.#byAddress.get(key) ?? new Map<string, VirtualAddress>();
      if (!holders.has(config.name)) this.#byAddress.set(key, holders.set(config.name, vip));
      this.#countVirtual(vip, 1);
    }
  }

  delete(name: string): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    this.#known.delete(name);
    this.#forget(known.config);
  }

  #forget(config: InstanceConfig): void {
    for (const link of linksOf(config)) {
      const users = this.#byLink.get(link);
      users?.delete(config.name);
      if (users?.size === 0) this.#byLink.delete(link);
    }
    for (const vip of virtualAddresses(config)) {
      const key = keyOf(vip, vip.dev ?? config.interface);
      const holders = this.#byAddress.get(key);
      holders?.delete(config.name);
      if (holders?.size === 0) this.#byAddress.delete(key);
      this.#countVirtual(vip, -1);
    }
  }

  #countVirtual({ address }: VirtualAddress, by: 1 | -1): void {
    const key = addressKey(address);
    const count = (this.#virtual.get(key) ?? 0) + by;
    if (count === 0) this.#virtual.delete(key);
    else this.#virtual.set(key, count);
  }

  /** Whether it is a virtual address of any instance: those come and go, and nobody speaks from them. */
  isVirtual(address: Uint8Array): boolean {
    return this.#virtual.has(addressKey(address));
  }

  isUsed(link: string): boolean {
    return this.#byLink.has(link);
  }

  /** Those that run on the interface, track it, or have an address on it. */
  usersOf(link: string): string[] {
    return this.#inOrder(this.#byLink.get(link) ?? NOBODY);
  }

  /** Those whose virtual address this is, on that interface. */
  holdersOf(address: AddressPlace, link: string): Holder[] {
    const holders = this.#byAddress.get(keyOf(address, link));
    if (holders === undefined) return [];
    return this.#inOrder(holders.keys()).flatMap((instance) => {
      const vip = holders.get(instance);
      return vip === undefined ? [] : [{ instance, vip }];
    });
  }

  #inOrder(names: Iterable<string>): string[] {
    const place = (name: string): number => this.#known.get(name)?.place ?? 0;
    return [...names].sort((a, b) => place(a) - place(b));
  }
}

const keyOf = ({ address, prefix }: AddressPlace, link: string): string =>
  `${addressKey(address)}/${prefix} ${link}`;

function linksOf(config: InstanceConfig): string[] {
  const { ownLinks, trackInterfaces, vrf } = config;
  const own = ownLinks?.names ?? [];
  const of = virtualAddresses(config).flatMap(({ dev }) => dev ?? []);
  const domain = vrf === undefined ? [] : [vrf];
  return [config.interface, ...domain, ...own, ...trackInterfaces.map(({ name }) => name), ...of];
}
