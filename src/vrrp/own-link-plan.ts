/**
 * Interfaces of our own (VMACs and ipvlans): which ones a configuration needs, and what they are called. In:
 * instances as configured, the interfaces that exist, the names that are ours already. Out: the interfaces
 * wanted, in order of the configuration, and the instances with each VIP told where it belongs. Names and
 * their fallbacks as seen with 2.2.7.
 */
import type { Link, LinkKind } from '../ports/kernel.ts';
import type { Family } from '../units.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import type { InstanceConfig, VirtualAddress } from './config.ts';

export interface OwnLink {
  readonly name: string;
  /** The instance whose lines tell of it. */
  readonly owner: string;
  readonly base: string;
  readonly link: LinkKind;
  /** Of the addresses that it is for. */
  readonly family: Family;
  /** Absent = that of the interface below. */
  readonly group?: number;
  readonly notify: boolean;
  /** Those that have any business on it, its own first. */
  readonly families: readonly Family[];
  /** It sends from a link-local address, that of the interface below. */
  readonly linkLocal: boolean;
  /** Of an ipvlan: the source of adverts. */
  readonly address?: { readonly address: Uint8Array; readonly prefix: number };
}

export interface PlanLine {
  readonly id: string;
  readonly args: readonly string[];
}

export interface LinkPlan {
  readonly instances: readonly InstanceConfig[];
  readonly links: readonly OwnLink[];
  /** An interface with the right address under a name that is not wanted any more. */
  readonly stale: readonly { readonly owner: string; readonly name: string }[];
  readonly lines: readonly PlanLine[];
}

export interface LinkPrefixes {
  readonly vmac: string;
  /** Of those that only addresses ask for. */
  readonly address: string;
}

export interface PlanFacts {
  readonly links: readonly Link[];
  /** Names of the interfaces that this process made or adopted. */
  readonly ours: ReadonlySet<string>;
}

const MAX_NAME = 15;
const MOST_NAMES = 255;
const MACVLAN_MODE_PRIVATE = 1;

/**
 * Macvlans do not stack, nor do ipvlans: one on top of another sits beside it. 0 where what is below belongs
 * to another namespace, as in most containers.
 */
const below = (base: Link, { kind }: LinkKind): number => (base.kind === kind ? base.lowerIndex : base.index);

/** What to name as the interface below, which the kernel replaces by the one below that where it has to. */
export const lowerIndexOf = (base: Link, wanted: LinkKind): number => below(base, wanted) || base.index;

/** Whether an interface sits where the wanted one should. */
export const sitsOn = (found: Link, base: Link, wanted: LinkKind): boolean =>
  found.kind === wanted.kind && found.lowerIndex === below(base, wanted);

/** Whether an interface is what was asked for, whoever made it. */
export function fits(found: Link, base: Link, wanted: LinkKind): boolean {
  if (!sitsOn(found, base, wanted)) return false;
  if (wanted.kind === 'ipvlan') return found.mode === 0;
  return found.mode === MACVLAN_MODE_PRIVATE && sameAddress(found.mac, wanted.mac);
}

export function virtualMac(config: InstanceConfig, family: Family): Uint8Array {
  const given = config.ownLink?.kind === 'macvlan' ? config.ownLink.mac : undefined;
  if (given === undefined) return Uint8Array.of(0, 0, 0x5e, 0, family === 4 ? 1 : 2, config.vrid);
  return given.length === 6 ? given : Uint8Array.of(...given, config.vrid);
}

/** PREFIX.VRID, for IPv6 then PREFIX6.VRID, then PREFIX1.VRID and so on; the prefix gives way to the rest. */
function* names(prefix: string, vrid: number, family: Family): Generator<string> {
  const numbers = family === 6 ? ['', '6'] : [''];
  for (let number = 1; number <= MOST_NAMES; number++) {
    if (family === 4 || number !== 6) numbers.push(String(number));
  }
  for (const number of numbers) {
    const rest = `${number}.${vrid}`;
    yield `${prefix.slice(0, MAX_NAME - rest.length)}${rest}`;
  }
}

interface Wanted extends Omit<OwnLink, 'name'> {
  readonly key: string;
  readonly given: string | undefined;
  /** Whether the log says so when it exists already (seen with 2.2.7: not of those for addresses only). */
  readonly told: boolean;
  readonly prefix: string;
  readonly vrid: number;
}

class Planner {
  readonly #facts: PlanFacts;
  readonly #links: ReadonlyMap<string, Link>;
  readonly #byLower: ReadonlyMap<number, readonly Link[]>;
  readonly #byKey = new Map<string, OwnLink>();
  readonly #names = new Set<string>();
  readonly stale: { owner: string; name: string }[] = [];
  readonly lines: PlanLine[] = [];

  constructor(facts: PlanFacts) {
    this.#facts = facts;
    this.#links = new Map(facts.links.map((link) => [link.name, link]));
    this.#byLower = Map.groupBy(facts.links, ({ lowerIndex }) => lowerIndex);
  }

  get links(): OwnLink[] {
    return [...this.#byKey.values()];
  }

  find(key: string): OwnLink | undefined {
    return this.#byKey.get(key);
  }

  /** The interface for a request: one that is planned already, one that exists, or one to be made. */
  take({ key, given, told, prefix, vrid, ...wanted }: Wanted): string {
    const { owner } = wanted;
    const shared = this.#byKey.get(key);
    if (shared !== undefined) {
      if (told && shared.owner !== owner) {
        this.lines.push({ id: 'vmac-found', args: [owner, shared.name] });
        if (given !== undefined && given !== shared.name) {
          this.lines.push({ id: 'vmac-name-mismatch', args: [owner, given, shared.name] });
        }
      }
      return shared.name;
    }
    const base = this.#link(wanted.base);
    const found = base && this.#existing(base, wanted.link, given);
    if (told && found !== undefined) this.lines.push({ id: 'vmac-found', args: [owner, found.name] });
    if (found !== undefined && given !== undefined && found.name !== given) {
      this.stale.push({ owner, name: found.name });
    }
    const name = given ?? found?.name ?? this.#freeName(prefix, vrid, wanted.family);
    this.#names.add(name);
    this.#byKey.set(key, { ...wanted, name });
    return name;
  }

  #link(name: string): Link | undefined {
    return this.#links.get(name);
  }

  /** One under the given name comes before one under another. */
  #existing(base: Link, wanted: LinkKind, given: string | undefined): Link | undefined {
    const there = this.#byLower.get(below(base, wanted)) ?? [];
    const fitting = there.filter((link) => !this.#names.has(link.name) && fits(link, base, wanted));
    // Ipvlans are told apart by nothing but their names.
    if (wanted.kind === 'ipvlan') {
      return fitting.find(
        ({ name }) => name === given || (given === undefined && this.#facts.ours.has(name)),
      );
    }
    return fitting.find(({ name }) => name === given) ?? fitting[0];
  }

  #freeName(prefix: string, vrid: number, family: Family): string {
    for (const name of names(prefix, vrid, family)) {
      if (this.#names.has(name)) continue;
      if (this.#link(name) === undefined || this.#facts.ours.has(name)) return name;
    }
    return `${prefix}.${vrid}`.slice(-MAX_NAME);
  }
}

export function planLinks(
  instances: readonly InstanceConfig[],
  prefixes: LinkPrefixes,
  facts: PlanFacts,
): LinkPlan {
  const planner = new Planner(facts);
  const resolved: InstanceConfig[] = [];
  for (const config of instances) {
    const rival = sharedWith(config, planner);
    if (rival === undefined) resolved.push(resolve(config, prefixes, planner));
    else planner.lines.push({ id: 'vmac-shared', args: [rival.owner, rival.address, config.name] });
  }
  return { instances: resolved, links: planner.links, stale: planner.stale, lines: planner.lines };
}

const keyOf = (base: string, mac: Uint8Array): string => `${base}/${mac.join(':')}`;

/**
 * Whether the VIP is on the VMAC of its instance, on one for its own sake, or on a plain interface. An ipvlan
 * is for adverts alone: its VIPs are on the interface below (seen with 2.2.7).
 */
function placeOf(config: InstanceConfig, vip: VirtualAddress): 'main' | 'own' | 'plain' {
  const home = (vip.dev ?? config.interface) === config.interface && vip.family === config.family;
  if (config.ownLink?.kind === 'macvlan' && home) return 'main';
  return vip.useVmac || (config.vmacAddresses && !home) ? 'own' : 'plain';
}

/**
 * Two instances can be master on different machines, so addresses of one cannot be on a VMAC of the other:
 * the later one is not run (seen with 2.2.7).
 */
function sharedWith(
  config: InstanceConfig,
  planner: Planner,
): { owner: string; address: string } | undefined {
  for (const vip of [...config.vips, ...config.excludedVips]) {
    if (placeOf(config, vip) !== 'own') continue;
    const found = planner.find(keyOf(vip.dev ?? config.interface, virtualMac(config, vip.family)));
    if (found !== undefined && found.owner !== config.name) {
      return { owner: found.owner, address: `${formatAddress(vip.address)}/${vip.prefix}` };
    }
  }
  return undefined;
}

function resolve(config: InstanceConfig, prefixes: LinkPrefixes, planner: Planner): InstanceConfig {
  const used = new Set<string>();
  const main = config.ownLink && planner.take(mainLink(config, config.ownLink, prefixes));
  if (main !== undefined) used.add(main);
  const place = (vip: VirtualAddress): VirtualAddress => {
    const where = placeOf(config, vip);
    if (where === 'plain') return vip;
    const dev = where === 'main' && main !== undefined ? main : planner.take(vipLink(config, vip, prefixes));
    used.add(dev);
    return { ...vip, dev };
  };
  const vips = config.vips.map(place);
  const excludedVips = config.excludedVips.map(place);
  if (used.size === 0) return config;
  const ownLinks = { ...(main === undefined ? {} : { main }), names: [...used] };
  return { ...config, vips, excludedVips, ownLinks };
}

function mainLink(
  config: InstanceConfig,
  request: NonNullable<InstanceConfig['ownLink']>,
  prefixes: LinkPrefixes,
): Wanted {
  const { name: owner, interface: base, family, vrid } = config;
  const addresses = [...config.vips, ...config.excludedVips];
  const macvlan = request.kind === 'macvlan';
  const mac = virtualMac(config, family);
  const address = macvlan ? undefined : request.address;
  return {
    key: macvlan ? keyOf(base, mac) : `${base}/ipvlan/${owner}`,
    given: request.name,
    told: true,
    prefix: prefixes.vmac,
    vrid,
    owner,
    base,
    link: macvlan ? { kind: 'macvlan', mode: 'private', mac } : { kind: 'ipvlan', mode: request.mode },
    family,
    ...(request.group === undefined ? {} : { group: request.group }),
    notify: macvlan && request.notify === true,
    // Those of all addresses of the instance count, wherever they are (seen with 2.2.7).
    families: [...new Set([family, ...addresses.map((vip) => vip.family)])],
    linkLocal: macvlan && family === 6 && !config.transmitOnBase,
    ...(address === undefined ? {} : { address }),
  };
}

function vipLink(config: InstanceConfig, vip: VirtualAddress, prefixes: LinkPrefixes): Wanted {
  const { name: owner, vrid } = config;
  const { family } = vip;
  const base = vip.dev ?? config.interface;
  const mac = virtualMac(config, family);
  return {
    key: keyOf(base, mac),
    given: undefined,
    told: false,
    prefix: prefixes.address,
    vrid,
    owner,
    base,
    link: { kind: 'macvlan', mode: 'private', mac },
    family,
    notify: false,
    families: [family],
    linkLocal: family === 6,
  };
}
