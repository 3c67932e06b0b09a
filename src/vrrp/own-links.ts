/**
 * Interfaces of our own in the kernel: made, adopted, kept as they should be, and removed. In: the plan of a
 * configuration, news of interfaces and addresses. Out: kernel writes, settings, log lines. An interface that
 * somebody deletes, or that goes with the one below it, is made again as soon as that is possible.
 */
import {
  isOn,
  type Kernel,
  type KernelFact,
  type Link,
  type LinkOp,
  type LinkResult,
} from '../ports/kernel.ts';
import type { Sysctl } from '../ports/sysctl.ts';
import type { Family } from '../units.ts';
import { isLinkLocal6 } from '../wire/address.ts';
import type { InstanceConfig } from './config.ts';
import { InterfaceSettings } from './interface-settings.ts';
import { type LinkLocals, linkLocals } from './link-local.ts';
import {
  fits,
  type LinkPlan,
  type LinkPrefixes,
  lowerIndexOf,
  type OwnLink,
  planLinks,
  sitsOn,
} from './own-link-plan.ts';
import type { Log } from './running.ts';
import { vrfOf } from './vrf.ts';

const ENODEV = 19;
const NO_PLAN: LinkPlan = { instances: [], links: [], stale: [], lines: [] };

export interface LinkSetup {
  readonly instances: readonly InstanceConfig[];
  readonly linkPrefixes?: LinkPrefixes;
}

/** An interface of ours in the kernel. */
export interface PresentLink {
  readonly index: number;
  readonly name: string;
  readonly parentIndex: number;
  /** Of the addresses that can be on it. */
  readonly families: readonly Family[];
  /** The address that it shares with the interface below. */
  readonly linkLocal?: Uint8Array;
}

const defaultPrefixes: LinkPrefixes = { vmac: 'vrrp', address: 'vrrp' };
const kindText = (link: OwnLink): string => (link.link.kind === 'macvlan' ? 'VMAC' : 'ipvlan');

export class OwnLinks {
  readonly #kernel: Kernel;
  readonly #log: Log;
  readonly #settings: InterfaceSettings;
  readonly #locals: LinkLocals;
  #plan = NO_PLAN;
  /** The links of the plan by their own name, and by that of the interface below. */
  #byName: ReadonlyMap<string, OwnLink> = new Map();
  #byBase: ReadonlyMap<string, readonly OwnLink[]> = new Map();
  #promoting: readonly InstanceConfig[] = [];
  /** What waits for an interface with the same MAC address to go. */
  #blocked: readonly OwnLink[] = [];
  #planned: { readonly setup: LinkSetup; readonly plan: LinkPlan } | undefined;
  /** Made by the last change: nothing of a predecessor can be on them. */
  readonly #fresh = new Set<string>();
  /** By name: what this process made or adopted, in that order. */
  readonly #ours = new Map<string, OwnLink>();

  /** By index: what this process has removed and the kernel has yet to tell of. */
  readonly #removed = new Set<number>();

  constructor(kernel: Kernel, sysctl: Sysctl, log: Log) {
    this.#kernel = kernel;
    this.#log = log;
    this.#settings = new InterfaceSettings(sysctl, log);
    this.#locals = linkLocals(kernel, log);
  }

  get links(): readonly OwnLink[] {
    return (this.#planned?.plan ?? this.#plan).links;
  }

  /** As the plan has them, or the one that comes next. */
  get instances(): readonly InstanceConfig[] {
    return (this.#planned?.plan ?? this.#plan).instances;
  }

  isNew(name: string): boolean {
    return this.#fresh.has(name);
  }

  /** The VMACs that are there now, for those who have to know every one of them: packet filters. */
  vmacs(): PresentLink[] {
    return this.#plan.links.flatMap((link) => {
      if (link.link.kind !== 'macvlan') return [];
      const there = this.#kernel.linkByName(link.name);
      const base = this.#kernel.linkByName(link.base);
      if (there === undefined || base === undefined) return [];
      const linkLocal = link.linkLocal ? this.#locals.of(link.name) : undefined;
      const { index, name } = there;
      const shared = linkLocal === undefined ? {} : { linkLocal };
      return [{ index, name, parentIndex: base.index, families: link.families, ...shared }];
    });
  }

  owns(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whether an interface that is gone was removed here, which has been told of. */
  wasRemoved(index: number): boolean {
    return this.#removed.delete(index);
  }

  /** VMACs for whose sake an interface answers ARP requests in another way than before. */
  arpResets(base: string): number {
    if (!this.#settings.quieted(base)) return 0;
    const counts = (link: OwnLink) => link.base === base && link.family === 4 && link.link.kind === 'macvlan';
    return [...this.#ours.values()].filter(counts).length;
  }

  #adopt(plan: LinkPlan): void {
    this.#plan = plan;
    this.#byName = new Map(plan.links.map((link) => [link.name, link]));
    this.#byBase = Map.groupBy(plan.links, ({ base }) => base);
    this.#promoting = plan.instances.filter((config) => config.promoteSecondaries);
  }

  /**
   * Whether every address of the instance belongs on an interface that was made a moment ago. A new ipvlan
   * counts for its addresses, though they are put on the interface below (seen with 2.2.7).
   */
  isFresh({ vips, excludedVips, ownLinks }: InstanceConfig): boolean {
    const main = this.#plan.links.find(({ name }) => name === ownLinks?.main);
    if (main?.link.kind === 'ipvlan' && this.#fresh.has(main.name)) return true;
    return [...vips, ...excludedVips].every(
      ({ dev = '' }) =>
        this.#fresh.has(dev) || (this.owns(dev) && this.#kernel.linkByName(dev) === undefined),
    );
  }

  /** What a configuration comes to, said in the log once; nothing is changed yet. */
  plan(setup: LinkSetup): LinkPlan {
    if (this.#planned?.setup === setup) return this.#planned.plan;
    const prefixes = setup.linkPrefixes ?? defaultPrefixes;
    const facts = { links: this.#kernel.links(), ours: new Set(this.#ours.keys()) };
    const plan = planLinks(setup.instances, prefixes, facts);
    this.#planned = { setup, plan };
    for (const { id, args } of plan.lines) this.#log(id, args);
    return plan;
  }

  /**
   * A change of configuration has three parts. First comes what does not stand in the way of what is there;
   * the instances that the plan leaves behind still run.
   */
  begin(plan: LinkPlan): void {
    this.#adopt(plan);
    const leaving = [...this.#ours.values()].filter((old) => !this.owns(old.name));
    const taken = new Set(leaving.map(seatOf));
    const blocked = (link: OwnLink): boolean =>
      plan.stale.length > 0 || (link.link.kind === 'macvlan' && taken.has(seatOf(link)));
    this.#fresh.clear();
    this.#blocked = plan.links.filter(blocked);
    const standing = new Set(this.#blocked);
    this.#ensure(plan.links.filter((link) => !standing.has(link)));
    this.#promote();
  }

  /** Then, those instances being gone, what only they needed goes and makes room. */
  proceed(running: Iterable<{ readonly config: InstanceConfig }>): void {
    const inUse = new Set([...running].flatMap(({ config }) => config.ownLinks?.names ?? []));
    for (const { owner, name } of this.#plan.stale) {
      this.#log('vmac-deleting-old', [owner, name]);
      if (this.#remove(owner, name)) this.#log('interface-deleted', [name]);
      this.#ours.delete(name);
    }
    this.#retire(inUse);
    this.#ensure(this.#blocked);
    this.#blocked = [];
  }

  /** At last, what instances that go on have left behind. */
  finish(): void {
    this.#retire(new Set());
  }

  #retire(inUse: ReadonlySet<string>): void {
    for (const [name, old] of [...this.#ours]) {
      if (this.owns(name) || inUse.has(name)) continue;
      if (this.#remove(old.owner, name)) this.#log('interface-deleted', [name]);
      this.#ours.delete(name);
    }
    this.#kernel.drain();
  }

  #promote(): void {
    for (const config of this.#promoting) this.#settings.promoteSecondaries(config.interface);
  }

  /** News that may concern an interface of ours or one below it. */
  take(event: KernelFact): void {
    if (event.event === 'resync') {
      this.#ensure(this.#plan.links);
      this.#promote();
      return;
    }
    if (event.event === 'address' || event.event === 'addressGone') {
      const { family, address, ifindex } = event.address;
      const name = this.#kernel.linkByIndex(ifindex)?.name;
      if (family !== 6 || name === undefined || !isLinkLocal6(address)) return;
      const own = event.event === 'addressGone' ? this.#byName.get(name) : undefined;
      const lost = own !== undefined && this.#locals.lost(name, address) ? [own] : [];
      this.#follow([...lost, ...(this.#byBase.get(name) ?? [])]);
      return;
    }
    const { name } = event.link;
    if (event.event === 'linkGone') {
      this.#settings.forget(name);
      this.#locals.forget(name);
    }
    const own = this.#byName.get(name);
    const concerned = [...(own === undefined ? [] : [own]), ...(this.#byBase.get(name) ?? [])];
    this.#ensure(concerned.filter((link) => this.#kernel.linkByName(link.name) === undefined));
    if (event.event === 'link') {
      this.#enslave(concerned, true);
      this.#follow(concerned);
      this.#promote();
    }
  }

  /** The end of the daemon: interfaces go, settings come back. */
  end(): void {
    for (const [name, link] of this.#ours) this.#remove(link.owner, name);
    this.#ours.clear();
    this.#adopt(NO_PLAN);
    this.#settings.restore();
  }

  /** An ipvlan is called a VMAC here (seen with 2.2.7). */
  #remove(owner: string, name: string): boolean {
    const there = this.#kernel.linkByName(name);
    if (there === undefined) return false;
    const result = this.#takeOff(there);
    this.#locals.forget(name);
    if (result === undefined || result.errno === ENODEV) return false;
    if (result.errno !== 0) this.#refused(result);
    this.#log(result.errno === 0 ? 'vmac-removed' : 'vmac-not-removed', [owner, name]);
    return result.errno === 0;
  }

  #takeOff({ name, index }: Link): LinkResult | undefined {
    const [result] = this.#kernel.changeLinks([{ op: 'removeLink', name }]);
    if (result?.errno === 0) this.#removed.add(index);
    return result;
  }

  /** Makes what is missing and adopts what fits, all of it in a few batches. */
  #ensure(links: readonly OwnLink[]): void {
    if (links.length === 0) return;
    for (const link of links) {
      const base = this.#kernel.linkByName(link.base);
      if (base === undefined) continue;
      const found = this.#kernel.linkByName(link.name);
      if (found !== undefined && !fits(found, base, link.link)) this.#replace(link, found, base);
      else if (found === undefined) {
        if (!this.#create(link, base)) continue;
        this.#fresh.add(link.name);
      }
      this.#ours.set(link.name, link);
    }
    this.#kernel.drain();
    this.#enslave(links, false);
    this.#raise(links);
    this.#kernel.drain();
    this.#follow(links);
  }

  #create(link: OwnLink, base: Link): boolean {
    const { name, owner, link: kind } = link;
    const group = link.group ?? base.group ?? 0;
    const spec = { name, lowerIndex: lowerIndexOf(base, kind), link: kind, group };
    const ops: LinkOp[] = [{ op: 'addLink', spec }];
    if (wantsNoAddresses(link)) ops.push({ op: 'changeLink', name, noAddresses: true });
    if (link.notify) ops.push({ op: 'changeLink', name: link.base, group: base.group ?? 0 });
    const [made] = this.#kernel.changeLinks(ops);
    if (made === undefined || made.errno !== 0) {
      // The interface below can go before the kernel has told of it.
      if (made === undefined || made.errno === ENODEV) return false;
      this.#refused(made);
      this.#log('vmac-not-created', [owner, kindText(link), name]);
      return false;
    }
    this.#log('vmac-created', [owner, kindText(link), name]);
    return true;
  }

  /** Under the name that was asked for there is another interface, which had its chance in the checks. */
  #replace(link: OwnLink, found: Link, base: Link): void {
    const { name, owner } = link;
    this.#log('vmac-incompatible', [owner, kindText(link), name]);
    if (sitsOn(found, base, link.link)) {
      this.#log('vmac-updating', [owner, kindText(link), name]);
      const [result] = this.#kernel.changeLinks([{ op: 'reshapeLink', name, link: link.link }]);
      if (result?.errno === 0) this.#log('vmac-updated', [owner, kindText(link), name]);
      else if (result !== undefined) {
        this.#refused(result);
        this.#log('vmac-not-created', [owner, kindText(link), name]);
      }
      return;
    }
    this.#log('vmac-replacing', [owner, kindText(link), name]);
    const removed = this.#takeOff(found);
    if (removed?.errno === 0) this.#log('interface-deleted', [name]);
    else if (removed !== undefined) this.#refused(removed);
    this.#create(link, base);
  }

  /** An interface of ours belongs to the VRF of the one below it, wherever that goes. */
  #enslave(links: readonly OwnLink[], told: boolean): void {
    const byIndex = (index: number) => this.#kernel.linkByIndex(index);
    const indexOf = (link: Link): number => vrfOf(link, byIndex)?.index ?? 0;
    const moves = links.flatMap(({ name, owner, base }) => {
      const there = this.#kernel.linkByName(name);
      const below = this.#kernel.linkByName(base);
      if (there === undefined || below === undefined || indexOf(there) === indexOf(below)) return [];
      const op: LinkOp = { op: 'changeLink', name, masterIndex: indexOf(below) };
      return [{ op, owner, name }];
    });
    const results = this.#kernel.changeLinks(moves.map(({ op }) => op));
    moves.forEach(({ owner, name }, at) => {
      const result = results[at];
      if (result === undefined) return;
      if (result.errno !== 0) this.#refused(result);
      else if (told) this.#log('vmac-vrf-changed', [owner, name]);
    });
  }

  /** Settings first, so that an interface never answers for an address as the defaults would have it. */
  #raise(links: readonly OwnLink[]): void {
    const ops: LinkOp[] = [];
    const others = this.#kernel.links().flatMap(({ name }) => (this.owns(name) ? [] : name));
    for (const link of links) {
      const there = this.#kernel.linkByName(link.name);
      if (there === undefined) continue;
      this.#settings.prepare(link, others);
      const { name } = link;
      if (wantsNoAddresses(link) && this.#settings.generatesAddresses(name)) {
        ops.push({ op: 'changeLink', name, noAddresses: true });
      }
      if (!isOn(there)) ops.push({ op: 'changeLink', name, up: true });
    }
    for (const result of this.#kernel.changeLinks(ops)) if (result.errno !== 0) this.#refused(result);
  }

  #follow(links: readonly OwnLink[]): void {
    if (!links.some((link) => link.linkLocal || link.address !== undefined)) return;
    const virtual = this.#plan.instances.flatMap(({ vips, excludedVips }) => [...vips, ...excludedVips]);
    if (this.#locals.follow(links, virtual)) this.#kernel.reread();
  }

  #refused({ errno, sequence, op, text }: LinkResult): void {
    const type = op.op === 'removeLink' ? 'RTM_DELLINK(17)' : 'RTM_NEWLINK(16)';
    this.#log('netlink-error', [errno, type, sequence, 0]);
    const name = op.op === 'addLink' ? op.spec.name : op.name;
    if (text !== '') this.#log('link-refused', [name, text]);
  }
}

/** The kernel may give an ipvlan an address: two of them on one interface never get the same. */
const wantsNoAddresses = (link: OwnLink): boolean => link.link.kind === 'macvlan';

/** What only one macvlan can have. */
const seatOf = ({ base, link }: OwnLink): string =>
  link.kind === 'macvlan' ? `${base}/${link.mac.join()}` : '';
