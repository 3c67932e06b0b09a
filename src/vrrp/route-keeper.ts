/**
 * Routes and rules in the kernel, of instances and of the static blocks. In: entries to add or remove, news
 * of the kernel. Out: netlink batches, a log line for what the kernel refused, and whose entry somebody else
 * took away.
 */
import type { Kernel } from '../ports/kernel.ts';
import type {
  NextHop,
  RouteSpec,
  Routing,
  RoutingEvent,
  RoutingOp,
  RoutingResult,
  RuleSpec,
} from '../ports/routing.ts';
import { assertNever } from '../units.ts';
import { atOnce, type InLots } from './breath.ts';
import { identity, type PolicyEntry } from './route-lists.ts';
import { sameNextHop, slotOfKernelRoute, slotOfKernelRule, slotOfRoute, slotOfRule } from './route-match.ts';
import { routeText, ruleText } from './route-text.ts';

/** Name of an instance, or undefined for the static blocks. */
export type Owner = string | undefined;

export interface Lost {
  readonly owner: Owner;
  readonly entry: PolicyEntry;
}

type Spec = { readonly route: RouteSpec } | { readonly rule: RuleSpec };

interface Installed extends Lost {
  readonly slot: string;
  readonly spec: Spec;
}

const EEXIST = 17;

type Log = (id: string, args: readonly (string | number)[]) => void;

export class RouteKeeper {
  readonly #routing: Routing;
  readonly #kernel: Kernel;
  readonly #log: Log;
  readonly #lost: (lost: Lost) => void;
  readonly #inLots: InLots;
  readonly #installed = new Map<string, Installed>();
  /** Keys of the installed by slot: a notification finds its entry without a search. */
  readonly #bySlot = new Map<string, Set<string>>();
  /** Removals of ours whose notification is still to come, by slot. */
  readonly #expectedGone = new Map<string, Spec[]>();
  #subscribed = false;

  constructor(routing: Routing, kernel: Kernel, log: Log, lost: (lost: Lost) => void, inLots = atOnce) {
    this.#routing = routing;
    this.#kernel = kernel;
    this.#log = log;
    this.#lost = lost;
    this.#inLots = inLots;
  }

  /** Also asks for what should be there: somebody may have replaced it, which the kernel does not tell. */
  add(owner: Owner, entries: readonly PolicyEntry[]): void {
    if (entries.length > 0) this.#subscribe();
    const wanted = this.#resolve(owner, entries);
    const ops = wanted.map(([, { spec }]) => opOf('add', spec));
    const results = this.#apply(ops);
    wanted.forEach(([key, one], index) => {
      const result = results[index];
      if (result === undefined) return;
      if (result.errno === 0 || result.errno === EEXIST) this.#note(key, one);
      else this.#refused('add', one, result);
    });
  }

  /** Takes off what is there as far as this process knows; an error means that it was not. */
  remove(owner: Owner, entries: readonly PolicyEntry[]): void {
    const found: Installed[] = [];
    for (const entry of entries) {
      const key = keyOf(owner, entry);
      const one = this.#installed.get(key);
      if (one === undefined) continue;
      this.#forget(key, one);
      found.push(one);
    }
    const results = this.#apply(found.map(({ spec }) => opOf('remove', spec)));
    found.forEach((one, index) => {
      const result = results[index];
      if (result?.errno === 0) this.#expectGone(one);
      else if (result !== undefined) this.#refused('remove', one, result);
    });
  }

  /** Takes off what a predecessor may have left behind, in silence: mostly there is nothing. */
  clear(owner: Owner, entries: readonly PolicyEntry[]): void {
    const specs = this.#resolve(owner, entries).map(([, { spec }]) => spec);
    if (specs.length > 0) this.#apply(specs.map((spec) => opOf('remove', spec)));
  }

  #apply(ops: readonly RoutingOp[]): RoutingResult[] {
    return this.#inLots(ops, (lot) => this.#routing.apply(lot));
  }

  /** The kernel dropped these without a word. */
  forget(owner: Owner, entries: readonly PolicyEntry[]): void {
    for (const entry of entries) {
      const key = keyOf(owner, entry);
      const one = this.#installed.get(key);
      if (one !== undefined) this.#forget(key, one);
    }
  }

  #note(key: string, one: Installed): void {
    this.#installed.set(key, one);
    const keys = this.#bySlot.get(one.slot) ?? new Set();
    this.#bySlot.set(one.slot, keys.add(key));
  }

  #forget(key: string, { slot }: Installed): void {
    this.#installed.delete(key);
    const keys = this.#bySlot.get(slot);
    keys?.delete(key);
    if (keys?.size === 0) this.#bySlot.delete(slot);
  }

  #expectGone({ slot, spec }: Installed): void {
    this.#expectedGone.set(slot, [...(this.#expectedGone.get(slot) ?? []), spec]);
  }

  #refused(action: 'add' | 'remove', { entry }: Installed, { errno, text, sequence }: RoutingResult): void {
    const types =
      entry.kind === 'route'
        ? { add: 'RTM_NEWROUTE(24)', remove: 'RTM_DELROUTE(25)' }
        : { add: 'RTM_NEWRULE(32)', remove: 'RTM_DELRULE(33)' };
    this.#log('netlink-error', [errno, types[action], sequence, 0]);
    // Words about a removal would only say again that the entry is not there.
    if (text === '' || action === 'remove') return;
    const what = entry.kind === 'route' ? routeText(entry.route) : ruleText(entry.rule);
    this.#log('route-refused', [entry.kind, what, text]);
  }

  #resolve(owner: Owner, entries: readonly PolicyEntry[]): (readonly [string, Installed])[] {
    return entries.flatMap((entry) => {
      const spec = this.#specOf(entry);
      if (spec === undefined) return [];
      const slot = 'route' in spec ? slotOfRoute(spec.route) : slotOfRule(spec.rule);
      return [[keyOf(owner, entry), { owner, entry, slot, spec }] as const];
    });
  }

  /** Undefined while an interface that the entry names is not there. */
  #specOf(entry: PolicyEntry): Spec | undefined {
    if (entry.kind === 'rule') return { rule: entry.rule };
    const { device, vrf, nextHops, ...route } = entry.route;
    const index = device === undefined ? undefined : this.#kernel.linkByName(device)?.index;
    if (device !== undefined && index === undefined) return undefined;
    const hops: NextHop<number>[] = [];
    for (const { device: name, ...hop } of nextHops) {
      const through = name === undefined ? undefined : this.#kernel.linkByName(name)?.index;
      if (name !== undefined && through === undefined) return undefined;
      hops.push({ ...hop, ...(through === undefined ? {} : { device: through }) });
    }
    const table = vrf === undefined ? undefined : this.#kernel.linkByName(vrf)?.vrfTable;
    if (vrf !== undefined && table === undefined) return undefined;
    return {
      route: {
        ...route,
        nextHops: hops,
        ...(index === undefined ? {} : { device: index }),
        ...(table === undefined ? {} : { table }),
      },
    };
  }

  #subscribe(): void {
    if (this.#subscribed) return;
    this.#subscribed = true;
    this.#routing.subscribe((event) => this.#take(event));
  }

  #take(event: RoutingEvent): void {
    switch (event.event) {
      case 'routeGone':
        this.#gone(slotOfKernelRoute(event.route), (spec) =>
          'route' in spec ? sameNextHop(spec.route, event.route) : false,
        );
        break;
      case 'ruleGone':
        this.#gone(slotOfKernelRule(event.rule), () => true);
        break;
      case 'resync':
        this.#resync();
        break;
      default:
        assertNever(event);
    }
  }

  #gone(slot: string, fits: (spec: Spec) => boolean): void {
    const expected = this.#expectedGone.get(slot) ?? [];
    const ours = expected.findIndex(fits);
    if (ours >= 0) {
      expected.splice(ours, 1);
      if (expected.length === 0) this.#expectedGone.delete(slot);
      return;
    }
    for (const key of this.#bySlot.get(slot) ?? []) {
      const one = this.#installed.get(key);
      if (one === undefined || !fits(one.spec)) continue;
      this.#forget(key, one);
      this.#lost(one);
      return;
    }
  }

  /** After lost notifications the tables themselves are read. */
  #resync(): void {
    this.#expectedGone.clear();
    const held = this.#routing.held();
    if (held === undefined) return;
    const routes = Map.groupBy(held.routes, slotOfKernelRoute);
    const rules = new Set(held.rules.map(slotOfKernelRule));
    const missing = [...this.#installed].filter(([, { slot, spec }]) =>
      'route' in spec ? !routes.get(slot)?.some((route) => sameNextHop(spec.route, route)) : !rules.has(slot),
    );
    // All are forgotten first: whoever loses one takes the others off, and must not ask for those again.
    for (const [key, one] of missing) this.#forget(key, one);
    for (const [, one] of missing) this.#lost(one);
  }
}

function opOf(action: 'add' | 'remove', spec: Spec): RoutingOp {
  return 'route' in spec
    ? { op: action === 'add' ? 'addRoute' : 'removeRoute', route: spec.route }
    : { op: action === 'add' ? 'addRule' : 'removeRule', rule: spec.rule };
}

const keyOf = (owner: Owner, entry: PolicyEntry): string => `${owner ?? ''}|${identity(entry)}`;
