/**
 * Faults and priority as a function of current facts. In: configuration, interfaces, addresses and script
 * results as they are now. Out: `Conditions`. Nothing is counted up or down, so no order of events can leave
 * an instance in a state that its facts do not justify.
 */
import type { KernelAddress, Link } from '../ports/kernel.ts';
import { isLinkLocal6, sameAddress } from '../wire/address.ts';
import type { InstanceConfig, Tracked } from './config.ts';
import type { Conditions, Fault } from './events.ts';
import type { ScriptStatus } from './script-tracker.ts';

/** Everything an instance's conditions depend on. */
export interface Facts {
  readonly link: (name: string) => Link | undefined;
  readonly addresses: (ifindex: number) => readonly KernelAddress[];
  readonly script: (name: string) => ScriptStatus;
  /** The VRRP socket that could not be opened, if any. */
  readonly socketError: { readonly call: string; readonly errno: number } | undefined;
}

const IFA_F_SECONDARY = 0x01;
const IFA_F_TENTATIVE = 0x40;

export function conditionsOf(config: InstanceConfig, facts: Facts): Conditions {
  const faults: Fault[] = [];
  const link = facts.link(config.interface);
  if (link === undefined) faults.push({ kind: 'no-interface' });
  else if (config.trackPrimary && !link.up) faults.push({ kind: 'interface-down', interface: link.name });
  const sourceAddress = link === undefined ? undefined : sourceOf(config, facts.addresses(link.index));
  if (link !== undefined && sourceAddress === undefined) faults.push({ kind: 'no-source-address' });
  if (facts.socketError !== undefined) faults.push({ kind: 'socket', ...facts.socketError });

  let priorityDelta = 0;
  for (const tracked of config.trackInterfaces) {
    const up = facts.link(tracked.name)?.up ?? false;
    if (tracked.weight === 0 && up === tracked.reverse) {
      faults.push({ kind: 'tracked-interface', interface: tracked.name });
    }
    priorityDelta += weigh(tracked, up);
  }
  let waiting = false;
  for (const tracked of config.trackScripts) {
    const status = facts.script(tracked.name);
    if (status === 'unknown') {
      if (tracked.weight === 0) waiting = true;
      continue;
    }
    const up = status === 'up';
    if (tracked.weight === 0 && up === tracked.reverse) faults.push({ kind: 'script', name: tracked.name });
    priorityDelta += weigh(tracked, up);
  }
  return { faults, waiting, priorityDelta, ...(sourceAddress === undefined ? {} : { sourceAddress }) };
}

/** Up adds a positive weight, down adds a negative one; `reverse` exchanges up and down. */
function weigh(tracked: Tracked, up: boolean): number {
  const counts = tracked.reverse ? !up : up;
  if (tracked.weight > 0) return counts ? tracked.weight : 0;
  return counts ? 0 : tracked.weight;
}

/**
 * The configured source address, else the interface's primary IPv4 or link-local IPv6 address. Our own
 * virtual addresses never count, because they are there only while we are MASTER.
 */
function sourceOf(config: InstanceConfig, addresses: readonly KernelAddress[]): Uint8Array | undefined {
  if (config.sourceAddress !== undefined) {
    if (!config.trackSourceAddress) return config.sourceAddress;
    const { sourceAddress } = config;
    return addresses.some((a) => sameAddress(a.address, sourceAddress)) ? sourceAddress : undefined;
  }
  const virtual = [...config.vips, ...config.excludedVips];
  const own = addresses.filter(
    (a) => a.family === config.family && !virtual.some((vip) => sameAddress(vip.address, a.address)),
  );
  if (config.family === 6) {
    return own.find((a) => isLinkLocal6(a.address) && (a.flags & IFA_F_TENTATIVE) === 0)?.address;
  }
  return (own.find((a) => (a.flags & IFA_F_SECONDARY) === 0) ?? own[0])?.address;
}
