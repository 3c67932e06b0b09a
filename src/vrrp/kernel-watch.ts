/**
 * What news of interfaces and addresses mean for the instances. In: events of the kernel, after the mirror
 * has taken them in. Out: sockets opened anew, conditions looked at again, addresses that somebody took, and
 * the lines that tell of it.
 */
import { isOn, type KernelAddress, type KernelFact, type Link } from '../ports/kernel.ts';
import { assertNever, type Us } from '../units.ts';
import { formatAddress, isLinkLocal6 } from '../wire/address.ts';
import type { AddressKeeper } from './address-keeper.ts';
import { socketDevice } from './config.ts';
import type { RouterEvent } from './events.ts';
import type { FirewallKeeper } from './firewall-keeper.ts';
import type { GroupKeeper } from './group-keeper.ts';
import type { Holdings } from './holdings.ts';
import type { InstanceSockets } from './instance-sockets.ts';
import type { Interest } from './interest.ts';
import type { OwnLinks } from './own-links.ts';
import type { Instances, Log } from './running.ts';
import { couldBeSource, firstSources, ToldSources } from './told-sources.ts';

/** Lines that tell also of interfaces that nobody uses (seen with 2.2.7). */
const OF_ALL_LINKS = new Set(['interface-added', 'interface-renamed', 'mac-changed']);

export interface KernelWatchParts {
  readonly instances: Instances;
  readonly interest: Interest;
  readonly groups: GroupKeeper;
  readonly sockets: InstanceSockets;
  readonly addresses: AddressKeeper;
  readonly holdings: Holdings;
  readonly ownLinks: OwnLinks;
  readonly firewall: FirewallKeeper;
  /** As they are at the start. */
  readonly links: readonly Link[];
  readonly log: Log;
  /** Every address that comes and goes is told of. */
  readonly reportsAddresses: boolean;
  readonly now: () => Us;
  readonly dispatch: (name: string, event: RouterEvent) => void;
  /** Looks at the conditions of an instance again. */
  readonly refresh: (name: string) => void;
}

export class KernelWatch {
  readonly #parts: KernelWatchParts;
  /** The addresses of each interface that its instances were judged by. */
  readonly #judged = new Map<number, readonly KernelAddress[]>();
  readonly #told: ToldSources;
  /** Interfaces that are switched off. */
  readonly #off: Set<number>;

  constructor(parts: KernelWatchParts) {
    this.#parts = parts;
    const { links, addresses } = parts;
    this.#off = new Set(links.filter((link) => !isOn(link)).map(({ index }) => index));
    this.#told = new ToldSources(links.map(({ index }) => ({ index, addresses: addresses.on(index) })));
  }

  take(event: KernelFact): void {
    const raised = this.#logLinkChanges();
    switch (event.event) {
      case 'link':
      case 'linkGone':
        this.#linkEvent(event);
        break;
      case 'address':
      case 'addressGone':
        this.#addressEvent(event);
        break;
      case 'resync':
        this.#resync();
        break;
      default:
        assertNever(event);
    }
    this.#parts.ownLinks.take(event);
    if (this.#changesVmacs(event)) this.#parts.firewall.setVmacs(this.#parts.ownLinks.vmacs());
    const returned = this.#returned(event);
    for (const name of new Set([...raised, ...returned])) this.#parts.holdings.linkUp(name);
    for (const name of returned) this.#restoreRoutes(name);
  }

  /** Whoever stays MASTER while its interface is off, or did not notice, has lost its routes. */
  #restoreRoutes(link: string): void {
    const { interest, instances, dispatch, now } = this.#parts;
    for (const name of interest.usersOf(link)) {
      if (instances.get(name)?.state.name === 'MASTER')
        dispatch(name, { event: 'routesDropped', nowUs: now() });
    }
  }

  /** The interface that is switched on again: the kernel has dropped its routes and told nobody. */
  #returned(event: KernelFact): string[] {
    if (event.event !== 'link' && event.event !== 'linkGone') return [];
    const { index, name } = event.link;
    if (event.event === 'link' && isOn(event.link)) return this.#off.delete(index) ? [name] : [];
    if (event.event === 'link') this.#off.add(index);
    else this.#off.delete(index);
    return [];
  }

  /** Packet filters name VMACs by index, and by the link-local address that they share. */
  #changesVmacs(event: KernelFact): boolean {
    const { ownLinks, firewall, addresses } = this.#parts;
    if (event.event === 'resync') return true;
    if (event.event === 'link' || event.event === 'linkGone') {
      const { name, index } = event.link;
      return ownLinks.owns(name) && firewall.hasVmac(index) === (event.event === 'linkGone');
    }
    const { family, address, ifindex } = event.address;
    if (family !== 6 || !isLinkLocal6(address)) return false;
    const name = addresses.linkByIndex(ifindex)?.name;
    return name !== undefined && ownLinks.owns(name);
  }

  #linkEvent(event: Extract<KernelFact, { event: 'link' | 'linkGone' }>): void {
    const { link } = event;
    const { instances, interest, groups, ownLinks, sockets, log, refresh } = this.#parts;
    if (event.event === 'linkGone') {
      this.#judged.delete(link.index);
      this.#told.forget(link.index);
    } else {
      // An interface that joins or leaves a VRF takes its addresses with it.
      for (const address of this.#parts.addresses.on(link.index)) this.#bind(address);
    }
    const users = interest.usersOf(link.name);
    if (event.event === 'linkGone' && !ownLinks.wasRemoved(link.index)) {
      log(users.length > 0 ? 'interface-deleted' : 'unused-interface-deleted', [link.name]);
    }
    if (users.length === 0) return;
    for (const name of users) {
      const running = instances.get(name);
      if (running !== undefined && socketDevice(running.config) === link.name) sockets.open(running);
    }
    for (const name of groups.inTurn(users, 'trackInterfaces', link.name)) refresh(name);
  }

  /**
   * The mirror is always ahead of the events: what follows from a link that went up or down may come out of
   * another event before its own, and the log should tell the cause first.
   * Returns the names of those that came up.
   */
  #logLinkChanges(): string[] {
    const { addresses, interest, log, ownLinks } = this.#parts;
    const changes = addresses.linkChanges();
    for (const { id, args, link } of changes) {
      // Whoever made an interface need not be told that there is one.
      const told = OF_ALL_LINKS.has(id) ? !ownLinks.owns(link.name) : interest.isUsed(link.name);
      if (told) log(id, args);
      if (id !== 'interface-added') continue;
      if (changes.some((one) => one.id === 'interface-renamed' && one.link === link)) this.#renamed(link);
      if (!link.up) this.#logDown(link);
    }
    return changes.flatMap(({ id, link }) => (id.endsWith('-reports-up') ? link.name : []));
  }

  /** Its addresses come with it. */
  #renamed({ name, index }: Link): void {
    const { addresses, interest, log } = this.#parts;
    if (!interest.isUsed(name)) return;
    for (const { address } of firstSources(addresses.on(index))) {
      log('assigned-address', [formatAddress(address), name]);
    }
  }

  /** Of an interface that has come back below one of ours (seen with 2.2.7). */
  #logDown(link: Link): void {
    for (const name of this.#parts.interest.usersOf(link.name)) {
      const config = this.#parts.instances.get(name)?.config;
      if (config?.ownLinks !== undefined && config.interface === link.name)
        this.#parts.log('interface-is-down', [name, link.name]);
    }
  }

  #addressEvent(event: Extract<KernelFact, { event: 'address' | 'addressGone' }>): void {
    const { address } = event;
    const { instances, interest, addresses, holdings, log, dispatch, now } = this.#parts;
    const link = addresses.linkByIndex(address.ifindex);
    const ours = event.event === 'addressGone' && addresses.wasOurDoing(address);
    let told = false;
    let virtual = holdings.isStatic(address, event.event === 'addressGone' && !ours);
    for (const { instance, vip } of link === undefined ? [] : interest.holdersOf(address, link.name)) {
      virtual = true;
      const isMaster = instances.get(instance)?.state.name === 'MASTER';
      if (event.event === 'address' || ours || !isMaster || !vip.track) continue;
      log('reflector-removed', [formatAddress(address.address), link?.name ?? '']);
      told = true;
      dispatch(instance, { event: 'addressLost', address: vip, nowUs: now() });
    }
    if (link !== undefined) this.#judge(link);
    if (event.event === 'address') this.#bind(address);
    const own = ours || (virtual && event.event === 'address');
    if (this.#parts.reportsAddresses && !own && !told && link !== undefined) {
      const report = event.event === 'address' ? 'reflector-address' : 'reflector-removed';
      log(report, [formatAddress(address.address), link.name]);
    }
    if (virtual || ours || link === undefined || !interest.isUsed(link.name)) return;
    if (!couldBeSource(address) || !this.#isNews(event, link)) return;
    const id = event.event === 'address' ? 'assigned-address' : 'deassigned-address';
    log(id, [formatAddress(address.address), link.name]);
  }

  #isNews(event: Extract<KernelFact, { event: 'address' | 'addressGone' }>, { name, index }: Link): boolean {
    const { addresses, interest } = this.#parts;
    const own = addresses.on(index).filter((one) => interest.holdersOf(one, name).length === 0);
    return this.#told.isNews(event.event, event.address, own);
  }

  /**
   * The addresses of an interface as they are now, once for a batch of events: the mirror is ahead of them,
   * and a thousand instances that take over tell of a thousand addresses.
   */
  #judge({ name, index }: Link): void {
    const { addresses, instances, interest, refresh, sockets } = this.#parts;
    const now = addresses.on(index);
    if (this.#judged.get(index) === now) return;
    this.#judged.set(index, now);
    for (const user of interest.usersOf(name)) {
      const running = instances.get(user);
      if (running !== undefined) sockets.follow(running);
      refresh(user);
    }
  }

  /** Somebody has the source address of an instance now, on whichever interface; 2.2.7 never looks again. */
  #bind({ address }: KernelAddress): void {
    const { sockets, refresh } = this.#parts;
    for (const running of sockets.waitingFor(address)) {
      sockets.open(running);
      refresh(running.config.name);
    }
  }

  /** After lost notifications every fact may have changed, also the presence of our own addresses. */
  #resync(): void {
    const { instances, sockets, addresses, log, refresh, dispatch, now } = this.#parts;
    log('netlink-resync', []);
    addresses.forgetExpected();
    for (const [name, running] of [...instances]) {
      sockets.open(running);
      refresh(name);
      const lost = running.state.name === 'MASTER' ? addresses.firstMissing(running.config) : undefined;
      if (lost !== undefined) dispatch(name, { event: 'addressLost', address: lost, nowUs: now() });
    }
  }
}
