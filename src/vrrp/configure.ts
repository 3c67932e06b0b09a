/**
 * A reload that keeps the instance: what changed is applied in place, what did not change is not touched, so
 * an instance with an identical configuration produces no effect at all.
 */
import type { Us } from '../units.ts';
import { formatAddress, sameAddress } from '../wire/address.ts';
import { buildAdverts } from './advert.ts';
import type { InstanceConfig, VirtualAddress } from './config.ts';
import { Draft } from './draft.ts';
import { virtualMac } from './own-link-plan.ts';
import { goneLines, missingEntries, routeEntries, ruleEntries } from './route-lists.ts';
import { effectivePriority, type Step } from './state.ts';

/** False when the change touches what makes it this virtual router: it is then stopped and started afresh. */
export function sameRouter(a: InstanceConfig, b: InstanceConfig): boolean {
  return (
    a.name === b.name &&
    a.vrid === b.vrid &&
    a.interface === b.interface &&
    a.ownLinks?.main === b.ownLinks?.main &&
    a.family === b.family &&
    a.version === b.version &&
    a.unicastPeers.length > 0 === b.unicastPeers.length > 0
  );
}

export function configure(before: Draft, config: InstanceConfig): Step {
  const old = before.config;
  const draft = new Draft(config, before.state, before.nowUs);
  const from = draft.state.effectivePriority;
  const to = effectivePriority(config, draft.state.conditions.priorityDelta, false);
  draft.set({ effectivePriority: to, demoted: false });
  if (from !== to) draft.emit({ effect: 'priority', from, to });
  if (config.version === 2 || draft.state.master === undefined) {
    draft.set({ masterAdvertIntervalUs: config.advertIntervalUs });
  }
  if (draft.state.name === 'MASTER') reconfigureMaster(draft, old);
  else if (draft.state.name === 'BACKUP' && timersDiffer(old, config, from, to)) draft.hold('unchanged');
  return { state: draft.state, effects: draft.effects };
}

function timersDiffer(old: InstanceConfig, config: InstanceConfig, from: number, to: number): boolean {
  return (
    from !== to ||
    old.preempt !== config.preempt ||
    old.advertIntervalUs !== config.advertIntervalUs ||
    old.downTimerAdverts !== config.downTimerAdverts
  );
}

function reconfigureMaster(draft: Draft, old: InstanceConfig): void {
  const { config } = draft;
  retireRouting(draft, old);
  const gone = [
    missingFrom(old.vips, config.vips),
    missingFrom(old.excludedVips, config.excludedVips),
  ] as const;
  // An address that moved between the two lists stays on the interface.
  const kept = [...config.vips, ...config.excludedVips];
  for (const [list, addresses] of [
    ['vips', gone[0]],
    ['evips', gone[1]],
  ] as const) {
    const leaving = missingFrom(addresses, kept);
    for (const vip of leaving) {
      const where = vip.dev ?? config.interface;
      draft.log('vip-gone', `${formatAddress(vip.address)}/${vip.prefix}`, where);
    }
    if (leaving.length > 0) draft.emit({ effect: 'addresses', action: 'remove', list, addresses: leaving });
  }
  const before = [...old.vips, ...old.excludedVips];
  const added = [missingFrom(config.vips, before), missingFrom(config.excludedVips, before)] as const;
  refilter(draft, old);
  // Told of every master, also where none is new; those that somebody took off stay off (seen with 2.2.7).
  for (const [list, all, fresh] of [
    ['vips', config.vips, added[0]],
    ['evips', config.excludedVips, added[1]],
  ] as const) {
    if (all.length > 0) draft.log(`setting-${list}`);
    if (fresh.length > 0) draft.emit({ effect: 'addresses', action: 'add', list, addresses: fresh });
  }
  // All of them: what somebody took off and nobody tracks comes back with a reload (seen with 2.2.7).
  draft.routing('add', config.routes, []);
  draft.routing('add', [], config.rules);
  if (added[0].length + added[1].length > 0 || otherMac(old, config)) {
    draft.announce(config.garp.masterRepeat);
    if (config.garp.masterDelayUs > 0) draft.arm('garpDelayed', config.garp.masterDelayUs);
  }
  if (advertsDiffer(draft, old)) draft.advertise(draft.nowUs);
  rearm(draft, 'garpRefresh', old.garp.refreshUs, config.garp.refreshUs);
  rearm(draft, 'garpExtraIf', old.garp.extraIfUs, config.garp.extraIfUs);
}

/** Packet filters follow a change of the accept mode, and of the addresses where they are not accepted. */
function refilter(draft: Draft, old: InstanceConfig): void {
  const blockedBy = (config: InstanceConfig): readonly VirtualAddress[] =>
    config.accept ? [] : [...config.vips, ...config.excludedVips];
  const [before, now] = [blockedBy(old), blockedBy(draft.config)];
  const gone = missingFrom(before, now);
  const fresh = missingFrom(now, before);
  if (gone.length > 0) draft.emit({ effect: 'firewall', action: 'unblock', addresses: gone });
  if (fresh.length === 0) return;
  draft.log('setting-firewall');
  draft.emit({ effect: 'firewall', action: 'block', addresses: fresh });
}

function rearm(draft: Draft, timer: 'garpRefresh' | 'garpExtraIf', before: Us, now: Us): void {
  if (before === now) return;
  if (now > 0) draft.arm(timer, now);
  else draft.emit({ effect: 'cancel', timer });
}

/** What the new configuration does not have goes before anything comes. */
function retireRouting(draft: Draft, old: InstanceConfig): void {
  const { routes, rules } = draft.config;
  const lists = [
    [missingEntries(ruleEntries(old.rules), ruleEntries(rules)), rules.length],
    [missingEntries(routeEntries(old.routes), routeEntries(routes)), routes.length],
  ] as const;
  for (const [gone, left] of lists) {
    if (gone.length === 0) continue;
    for (const { id, args } of goneLines(gone, left)) draft.emit({ effect: 'log', id, args });
    draft.emit({
      effect: 'routing',
      action: 'remove',
      routes: gone.flatMap((entry) => (entry.kind === 'route' ? entry.route : [])),
      rules: gone.flatMap((entry) => (entry.kind === 'rule' ? entry.rule : [])),
    });
  }
}

/** Addresses are the same when the kernel would hold the same entry for them. */
function missingFrom(
  addresses: readonly VirtualAddress[],
  others: readonly VirtualAddress[],
): VirtualAddress[] {
  return addresses.filter(
    (address) =>
      !others.some((other) => sameAddress(address.address, other.address) && sameEntry(address, other)),
  );
}

function sameEntry(a: VirtualAddress, b: VirtualAddress): boolean {
  return (
    a.prefix === b.prefix &&
    a.dev === b.dev &&
    a.scope === b.scope &&
    a.label === b.label &&
    a.flags === b.flags &&
    a.preferredLft === b.preferredLft &&
    sameOptional(a.peer, b.peer) &&
    sameOptional(a.broadcast, b.broadcast)
  );
}

function sameOptional(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameAddress(a, b);
}

function advertsDiffer(draft: Draft, old: InstanceConfig): boolean {
  const { config, state } = draft;
  const source = state.conditions.sourceAddress;
  if (source === undefined) return false;
  if (old.advertIntervalUs !== config.advertIntervalUs) return true;
  if (old.othersPriority !== config.othersPriority) return true;
  const { effectivePriority: priority, oldChecksumHeard: heard } = state;
  const now = buildAdverts(config, source, priority, heard);
  const before = effectivePriority(old, state.conditions.priorityDelta, false);
  const then = buildAdverts(old, source, before, heard);
  return (
    now.length !== then.length ||
    now.some((datagram, i) => {
      const other = then[i];
      return (
        other === undefined ||
        !sameAddress(datagram.destination, other.destination) ||
        datagram.bytes.length !== other.bytes.length ||
        datagram.bytes.some((byte, at) => byte !== other.bytes[at])
      );
    })
  );
}

/** Neighbours still send to the MAC address that the VMAC had. */
const otherMac = (a: InstanceConfig, b: InstanceConfig): boolean =>
  a.ownLink !== undefined && virtualMac(a, a.family).join() !== virtualMac(b, b.family).join();
