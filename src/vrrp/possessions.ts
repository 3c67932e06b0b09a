/**
 * What an instance takes possession of when it becomes MASTER, as an engine can carry it out. In: its
 * configuration, the interfaces as they are. Out: addresses and one round of announcements; the same object
 * until something on them changes.
 */
import type { Link } from '../ports/kernel.ts';
import type { Possession } from '../ports/rule-process.ts';
import type { AddressKeeper } from './address-keeper.ts';
import type { Announcer } from './announcer.ts';
import { type InstanceConfig, type VirtualAddress, virtualAddresses } from './config.ts';

function bearersOf(config: InstanceConfig): VirtualAddress[] {
  const byName = new Map(virtualAddresses(config).map((vip) => [vip.dev ?? config.interface, vip]));
  return [...byName.values()];
}

interface Known {
  readonly config: InstanceConfig;
  /** One of each interface that carries some of the addresses. */
  readonly bearers: readonly VirtualAddress[];
  readonly links: readonly (Link | undefined)[];
  readonly possession: Possession | undefined;
}

export class Possessions {
  readonly #addresses: AddressKeeper;
  readonly #announcer: Announcer;
  readonly #known = new Map<string, Known>();

  constructor(addresses: AddressKeeper, announcer: Announcer) {
    this.#addresses = addresses;
    this.#announcer = announcer;
  }

  /** Undefined where something else has to be done before its addresses are there. */
  of(config: InstanceConfig): Possession | undefined {
    const known = this.#known.get(config.name);
    const same = known?.config === config;
    const bearers = same ? known.bearers : bearersOf(config);
    const links = bearers.map((vip) => this.#addresses.linkOf(vip, config));
    if (same && links.every((link, at) => link === known.links[at])) return known.possession;
    const possession = this.#build(config);
    this.#known.set(config.name, { config, bearers, links, possession });
    return possession;
  }

  #build(config: InstanceConfig): Possession | undefined {
    const vips = virtualAddresses(config);
    // A packet filter comes before the addresses.
    if (!config.accept || vips.length === 0) return undefined;
    const addresses = this.#addresses.specs(vips, config);
    if (addresses.length === 0) return undefined;
    // Whoever is announced should be able to answer: routes come first.
    const ready = config.routes.length + config.rules.length === 0 && config.garp.masterRepeat > 0;
    const round = ready ? this.#announcer.round(config.name, vips) : undefined;
    return { addresses, announcements: round ?? [] };
  }

  delete(instance: string): void {
    this.#known.delete(instance);
  }

  /** Something has changed that configuration and interfaces do not show. */
  clear(): void {
    this.#known.clear();
  }
}
