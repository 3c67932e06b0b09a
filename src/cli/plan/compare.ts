/**
 * What a reload would do: two models of the configuration and, where known, who is master now. Pure; the
 * rules are those of the daemon's own reload.
 */

import { bfdInstanceRows } from '../../../grammar/keywords/bfd-instance.ts';
import { globalRows } from '../../../grammar/keywords/global-defs.ts';
import { realServerRows } from '../../../grammar/keywords/real-server.ts';
import { rootRows } from '../../../grammar/keywords/root.ts';
import type { Rows } from '../../../grammar/keywords/row.ts';
import { virtualServerRows } from '../../../grammar/keywords/virtual-server.ts';
import { vrrpInstanceRows } from '../../../grammar/keywords/vrrp-instance.ts';
import { vrrpScriptRows } from '../../../grammar/keywords/vrrp-script.ts';
import { vrrpSyncGroupRows } from '../../../grammar/keywords/vrrp-sync-group.ts';
import type { InstanceModel, Model, VipModel } from '../../../grammar/model.ts';
import type { RealServerModel, VirtualServerModel } from '../../../grammar/model-lvs.ts';
import type { RouteModel, RuleModel } from '../../../grammar/model-parts.ts';
import { virtualAddress, virtualRoute, virtualRule } from '../../proc/routing-setup.ts';
import { addressWords, routeText, ruleText } from '../../vrrp/route-text.ts';
import { changedFields, changedList, changedValues, type Fields, same } from './fields.ts';
import { Outlooks, type Situation } from './outlook.ts';

export type Kind =
  | 'global settings'
  | 'instance'
  | 'sync group'
  | 'script'
  | 'tracked file'
  | 'tracked process'
  | 'BFD session'
  | 'static address'
  | 'static route'
  | 'static rule'
  | 'webhook'
  | 'server group'
  | 'virtual server'
  | 'real server';

/** `replaced`: stopped and started afresh, because it becomes another virtual router. */
export type Action = 'added' | 'removed' | 'changed' | 'replaced';

export interface Change {
  readonly kind: Kind;
  readonly name: string;
  readonly action: Action;
  readonly details: readonly string[];
  /** What becomes of its state. */
  readonly effect?: string;
}

export interface Plan {
  readonly changes: readonly Change[];
  /** How many of each kind stay as they are. */
  readonly untouched: Readonly<Partial<Record<Kind, number>>>;
}

export function compare(before: Model, after: Model, situation: Situation): Plan {
  const plan = new PlanBuilder();
  plan.globals(before, after);
  plan.instances(before, after, situation);
  plan.named('sync group', before.groups, after.groups, vrrpSyncGroupRows);
  plan.named('script', before.scripts, after.scripts, vrrpScriptRows);
  plan.named('tracked file', before.trackFiles, after.trackFiles, {});
  plan.named('tracked process', before.trackProcesses, after.trackProcesses, {});
  plan.named('BFD session', before.bfds, after.bfds, bfdInstanceRows);
  plan.texts('static address', staticAddresses(before), staticAddresses(after));
  plan.texts('static route', staticRoutes(before), staticRoutes(after));
  plan.texts('static rule', staticRules(before), staticRules(after));
  plan.named('webhook', before.webhooks, after.webhooks, {});
  plan.named('server group', before.lvs.virtualServerGroups, after.lvs.virtualServerGroups, {});
  plan.virtualServers(before.lvs.virtualServers, after.lvs.virtualServers);
  return { changes: plan.changes, untouched: plan.untouched };
}

const staticAddresses = (model: Model): string[] => model.staticAddresses.map((one) => addressOn(one, ''));

/** Without what nearly every address has. */
const addressOn = (vip: VipModel, dev: string): string =>
  addressWords(virtualAddress(vip), vip.dev ?? dev)
    .join(' ')
    .replace(/ scope global$/, '');

const routeOf = (route: RouteModel): string => routeText(virtualRoute(route));
const ruleOf = (rule: RuleModel): string => ruleText(virtualRule(rule));
const staticRoutes = (model: Model): string[] => model.staticRoutes.map(routeOf);
const staticRules = (model: Model): string[] => model.staticRules.map(ruleOf);

interface Named {
  readonly name: string;
}

const byName = <T extends Named>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [one.name, one]));

const INSTANCE_LISTS = new Set(['vips', 'excludedVips', 'routes', 'rules']);
const SERVER_LISTS = new Set(['realServers']);

class PlanBuilder {
  readonly changes: Change[] = [];
  readonly untouched: Partial<Record<Kind, number>> = {};

  globals(before: Model, after: Model): void {
    const details = [
      ...changedValues(before.root as Fields, after.root as Fields, rootRows),
      ...changedFields(before.globals as unknown as Fields, after.globals as unknown as Fields, globalRows),
    ];
    if (details.length === 0) this.#keep('global settings');
    else this.changes.push({ kind: 'global settings', name: '', action: 'changed', details });
  }

  instances(before: Model, after: Model, situation: Situation): void {
    const [old, now] = [byName(before.instances), byName(after.instances)];
    const outlooks = new Outlooks(before, after, situation);
    for (const one of old.values()) {
      if (now.has(one.name)) continue;
      this.#instance(one.name, 'removed', [], outlooks.leaving(one));
    }
    for (const one of now.values()) {
      const { name } = one;
      const was = old.get(name);
      const effect = outlooks.effect(name);
      if (was === undefined) this.#instance(name, 'added', [], effect);
      else if (outlooks.beginsAnew(name)) {
        this.#instance(name, 'replaced', instanceDetails(was, one), effect);
      } else {
        const details = instanceDetails(was, one);
        // The state of one whose own text stays may change with its sync group.
        if (details.length === 0 && effect === undefined) this.#keep('instance');
        else this.#instance(name, 'changed', details, effect);
      }
    }
  }

  #instance(name: string, action: Action, details: readonly string[], effect: string | undefined): void {
    this.changes.push({
      kind: 'instance',
      name,
      action,
      details,
      ...(effect === undefined ? {} : { effect }),
    });
  }

  named<T extends Named>(
    kind: Kind,
    before: readonly T[],
    after: readonly T[],
    rows: Rows,
    added?: Effect<T>,
  ): void {
    this.#diff(
      kind,
      before,
      after,
      (was, one) => changedFields(was as unknown as Fields, one as unknown as Fields, rows),
      added,
    );
  }

  texts(kind: Kind, before: readonly string[], after: readonly string[]): void {
    const named = (all: readonly string[]): Named[] => all.map((name) => ({ name }));
    this.#diff(kind, named(before), named(after), () => []);
  }

  virtualServers(before: readonly VirtualServerModel[], after: readonly VirtualServerModel[]): void {
    const kind = 'virtual server';
    this.#diff(kind, before, after, (was, one) =>
      changedFields(was as unknown as Fields, one as unknown as Fields, virtualServerRows, SERVER_LISTS),
    );
    const old = byName(before);
    for (const one of after) {
      const was = old.get(one.name);
      if (was === undefined) continue;
      const inside = (servers: VirtualServerModel['realServers']) =>
        servers.map((server) => ({ ...server, name: `${server.name} of ${one.name}` }));
      this.named(
        'real server',
        inside(was.realServers),
        inside(one.realServers),
        realServerRows,
        serverAdded,
      );
    }
  }

  #diff<T extends Named>(
    kind: Kind,
    before: readonly T[],
    after: readonly T[],
    details: (was: T, one: T) => readonly string[],
    added?: Effect<T>,
  ): void {
    const [old, now] = [byName(before), byName(after)];
    for (const { name } of old.values()) {
      if (!now.has(name)) this.changes.push({ kind, name, action: 'removed', details: [] });
    }
    for (const one of now.values()) {
      const { name } = one;
      const was = old.get(name);
      if (was === undefined) {
        const effect = added?.(one);
        this.changes.push({
          kind,
          name,
          action: 'added',
          details: [],
          ...(effect === undefined ? {} : { effect }),
        });
        continue;
      }
      // Most of a large configuration is the same, and comparing is cheaper than telling.
      const found = same(was, one) ? [] : [...new Set(details(was, one))];
      if (found.length === 0) this.#keep(kind);
      else this.changes.push({ kind, name, action: 'changed', details: found });
    }
  }

  #keep(kind: Kind): void {
    this.untouched[kind] = (this.untouched[kind] ?? 0) + 1;
  }
}

/** Undefined = nothing to be said. */
type Effect<T> = (one: T) => string | undefined;

const serverAdded: Effect<RealServerModel> = ({ alpha }) =>
  alpha ? 'it gets no connections before its checks succeed' : undefined;

function instanceDetails(was: InstanceModel, one: InstanceModel): string[] {
  if (same(was, one)) return [];
  const addressText = (dev: string) => (vip: VipModel) => addressOn(vip, dev);
  const [from, to] = [addressText(was.values.interface), addressText(one.values.interface)];
  return [
    ...changedFields(was as unknown as Fields, one as unknown as Fields, vrrpInstanceRows, INSTANCE_LISTS),
    ...changedList('address', was.vips.map(from), one.vips.map(to)),
    ...changedList('excluded address', was.excludedVips.map(from), one.excludedVips.map(to)),
    ...changedList('route', was.routes.map(routeOf), one.routes.map(routeOf)),
    ...changedList('rule', was.rules.map(ruleOf), one.rules.map(ruleOf)),
  ];
}
