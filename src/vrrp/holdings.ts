/**
 * Routes and rules of instances, and static_ipaddress, static_routes and static_rules, which are there for
 * the life of the daemon. In: effects of routers, the static configuration, news of what was taken away and
 * of interfaces that came up. Out: kernel writes and log lines. A static entry that somebody removes is put
 * back at once (seen with 2.2.7), unless it says no_track; what an instance lost is for its router to judge.
 */
import type { Kernel, KernelAddress } from '../ports/kernel.ts';
import type { Routing } from '../ports/routing.ts';
import { addressKey, formatAddress } from '../wire/address.ts';
import type { AddressKeeper } from './address-keeper.ts';
import { atOnce } from './breath.ts';
import type { StaticAddress, StaticConfig } from './config.ts';
import type { RouterEffect } from './events.ts';
import { type Lost, RouteKeeper } from './route-keeper.ts';
import { goneLines, missingEntries, type PolicyEntry, routeEntries, ruleEntries } from './route-lists.ts';
import { routeText, ruleText, staticAddressText } from './route-text.ts';

const NOTHING: StaticConfig = { addresses: [], routes: [], rules: [] };

export interface HoldingsPorts {
  readonly kernel: Kernel;
  readonly routing: Routing;
}

export interface HoldingsOutputs {
  log(id: string, args: readonly (string | number)[]): void;
  /** A tracked route or rule of an instance was taken away. */
  routeLost(instance: string): void;
}

export class Holdings {
  readonly #addresses: AddressKeeper;
  readonly #routes: RouteKeeper;
  readonly #out: HoldingsOutputs;
  #config: StaticConfig = NOTHING;
  /** The static addresses, by what a notification tells of one. */
  #byPlace = new Map<string, StaticAddress[]>();
  #ended = false;

  constructor(ports: HoldingsPorts, addresses: AddressKeeper, out: HoldingsOutputs, inLots = atOnce) {
    this.#addresses = addresses;
    this.#out = out;
    this.#routes = new RouteKeeper(
      ports.routing,
      ports.kernel,
      (id, args) => out.log(id, args),
      (lost) => this.#lost(lost),
      inLots,
    );
  }

  carryOut(instance: string, effect: Extract<RouterEffect, { effect: 'routing' }>): void {
    this.#routes[effect.action](instance, [...ruleEntries(effect.rules), ...routeEntries(effect.routes)]);
  }

  /** Addresses come first: routes need them. */
  install(config: StaticConfig): void {
    this.retire(config);
    const before = new Set(this.#config.addresses.map(keyOf));
    this.#keep(config);
    this.#addresses.apply(
      'add',
      config.addresses.filter((one) => !before.has(keyOf(one))),
    );
    this.#routes.add(undefined, [...routeEntries(config.routes), ...ruleEntries(config.rules)]);
  }

  /** The first half of a reload: takes off what the next configuration does not have. */
  retire(next: StaticConfig): void {
    const { rules, routes, addresses } = this.#config;
    const goneRules = missingEntries(ruleEntries(rules), ruleEntries(next.rules));
    const goneRoutes = missingEntries(routeEntries(routes), routeEntries(next.routes));
    const staying = new Set(next.addresses.map(keyOf));
    const goneAddresses = addresses.filter((one) => !staying.has(keyOf(one)));
    for (const line of goneLines(goneRules, next.rules.length)) this.#out.log(line.id, line.args);
    this.#routes.remove(undefined, goneRules);
    for (const line of goneLines(goneRoutes, next.routes.length)) this.#out.log(line.id, line.args);
    this.#routes.remove(undefined, goneRoutes);
    for (const one of goneAddresses) {
      this.#out.log('static-address-gone', [`${formatAddress(one.address)}/${one.prefix}`, one.dev]);
    }
    this.#addresses.apply('remove', goneAddresses);
    const gone = new Set<unknown>(goneAddresses);
    for (const entry of [...goneRules, ...goneRoutes])
      gone.add(entry.kind === 'route' ? entry.route : entry.rule);
    this.#keep({
      addresses: addresses.filter((one) => !gone.has(one)),
      routes: routes.filter((route) => !gone.has(route)),
      rules: rules.filter((rule) => !gone.has(rule)),
    });
  }

  #keep(config: StaticConfig): void {
    this.#config = config;
    this.#byPlace = Map.groupBy(config.addresses, placeOf);
  }

  /** The daemon stops: nothing is put back any more. */
  end(): void {
    this.#ended = true;
    const { addresses, routes, rules } = this.#config;
    this.#keep(NOTHING);
    this.#routes.remove(undefined, [...ruleEntries(rules), ...routeEntries(routes)]);
    this.#addresses.apply('remove', addresses);
  }

  #lost({ owner, entry }: Lost): void {
    const { track } = entry.kind === 'route' ? entry.route : entry.rule;
    if (!track || this.#ended) return;
    if (owner === undefined) this.#restore([entry]);
    else this.#out.routeLost(owner);
  }

  #restore(entries: readonly PolicyEntry[]): void {
    for (const entry of entries) {
      this.#routes.add(undefined, [entry]);
      if (entry.kind === 'route') this.#out.log('restoring-route', [routeText(entry.route)]);
      else this.#out.log('restoring-rule', [ruleText(entry.rule)]);
    }
  }

  /** Whether the address is one of the static ones; `taken` by somebody else, it is put back. */
  isStatic(address: KernelAddress, taken: boolean): boolean {
    const found = this.#byPlace
      .get(placeOf(address))
      ?.find((one) => this.#addresses.linkOf(one, undefined)?.index === address.ifindex);
    if (found?.track && taken) this.#restoreAddress(found);
    return found !== undefined;
  }

  #restoreAddress(address: StaticAddress): void {
    this.#addresses.apply('add', [address]);
    this.#out.log('restoring-address', [staticAddressText(address)]);
  }

  /** The kernel drops routes, and IPv6 addresses, of an interface that goes down, mostly without a word. */
  linkUp(name: string): void {
    for (const address of this.#config.addresses) {
      if (address.dev === name && address.track) this.#restoreAddress(address);
    }
    const routes = this.#config.routes.filter((route) => route.track && route.device === name);
    this.#routes.forget(undefined, routeEntries(routes));
    this.#restore(routeEntries(routes));
  }
}

const placeOf = ({ address, prefix }: Pick<KernelAddress, 'address' | 'prefix'>): string =>
  `${addressKey(address)}/${prefix}`;
const keyOf = (one: StaticAddress): string => `${placeOf(one)} ${one.dev ?? ''}`;
