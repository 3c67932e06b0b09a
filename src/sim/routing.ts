/**
 * Routes and rules of a simulated node. In: requests of the router under test, removals by others. Out:
 * errors as Linux gives them, and news after a short while.
 */
import type { RouteSpec, Routing, RoutingEvent, RoutingOp, RuleSpec } from '../ports/routing.ts';
import {
  slotOfKernelRoute,
  slotOfKernelRule,
  slotOfRoute,
  slotOfRule,
  toKernelRoute,
  toKernelRule,
} from '../vrrp/route-match.ts';

const EEXIST = 17;
const ESRCH = 3;
const ENOENT = 2;

export class SimRouting implements Routing {
  readonly #report: (deliver: () => void) => void;
  readonly #listeners: ((event: RoutingEvent) => void)[] = [];
  #routes: RouteSpec[] = [];
  #rules: RuleSpec[] = [];

  /** `report` runs what it is given when the process gets to read its notifications. */
  constructor(report: (deliver: () => void) => void) {
    this.#report = report;
  }

  apply(ops: readonly RoutingOp[]) {
    return ops.map((op) => ({ errno: this.#applyOne(op), text: '', sequence: 0 }));
  }

  #applyOne(op: RoutingOp): number {
    const slot = this.#slotOf(op);
    const held = this.slots().includes(slot);
    if (op.op === 'addRoute' || op.op === 'addRule') {
      if (held) return EEXIST;
      if ('route' in op) this.#routes = [...this.#routes, op.route];
      else this.#rules = [...this.#rules, op.rule];
      return 0;
    }
    if (!held) return op.op === 'removeRoute' ? ESRCH : ENOENT;
    this.removeByHand(slot);
    return 0;
  }

  #slotOf(op: RoutingOp): string {
    return 'route' in op ? slotOfRoute(op.route) : slotOfRule(op.rule);
  }

  held() {
    return { routes: this.#routes.map(toKernelRoute), rules: this.#rules.map(toKernelRule) };
  }

  subscribe(listener: (event: RoutingEvent) => void): void {
    this.#listeners.push(listener);
  }

  /** Everything that is there, by slot. */
  slots(): string[] {
    const { routes, rules } = this.held();
    return [...routes.map(slotOfKernelRoute), ...rules.map(slotOfKernelRule)];
  }

  /** Somebody types `ip route del` or `ip rule del`. */
  removeByHand(slot: string): void {
    const routes = this.#routes.filter((route) => slotOfRoute(route) === slot);
    const rules = this.#rules.filter((rule) => slotOfRule(rule) === slot);
    this.#routes = this.#routes.filter((route) => !routes.includes(route));
    this.#rules = this.#rules.filter((rule) => !rules.includes(rule));
    for (const route of routes) this.#tell({ event: 'routeGone', route: toKernelRoute(route) });
    for (const rule of rules) this.#tell({ event: 'ruleGone', rule: toKernelRule(rule) });
  }

  #tell(event: RoutingEvent): void {
    this.#report(() => {
      for (const listener of this.#listeners) listener(event);
    });
  }

  /** The machine lost power. */
  clear(): void {
    this.#routes = [];
    this.#rules = [];
  }
}
