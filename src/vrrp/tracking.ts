/**
 * Faults and priority as a function of current facts. In: configuration, interfaces, addresses and script
 * results as they are now. Out: `Conditions`. Nothing is counted up or down, so no order of events can leave
 * an instance in a state that its facts do not justify.
 */
import {
  IFA_F_SECONDARY,
  IFA_F_TENTATIVE,
  type Kernel,
  type KernelAddress,
  type Link,
} from '../ports/kernel.ts';
import { BIND, type NetError } from '../ports/net.ts';
import { isLinkLocal6, sameAddress } from '../wire/address.ts';
import { advertInterface, type InstanceConfig, type Tracked } from './config.ts';
import type { Conditions, Fault } from './events.ts';
import { fileMeaning } from './file-value.ts';
import type { ScriptStatus } from './script-tracker.ts';
import { vrfOf } from './vrf.ts';

/** What the source of adverts depends on. */
export interface SourceFacts {
  readonly link: (name: string) => Link | undefined;
  /** The VRF that the interface is a part of, if any. */
  readonly vrf: (link: Link) => Link | undefined;
  readonly addresses: (ifindex: number) => readonly KernelAddress[];
  /** Whether any interface has it. */
  readonly isPresent: (address: Uint8Array) => boolean;
  /** Whether it is a virtual address of any instance. */
  readonly isVirtual: (address: Uint8Array) => boolean;
}

export const sourceFacts = (kernel: Kernel, isVirtual: SourceFacts['isVirtual']): SourceFacts => ({
  link: (name) => kernel.linkByName(name),
  vrf: (link) => vrfOf(link, (index) => kernel.linkByIndex(index)),
  addresses: (ifindex) => kernel.addresses(ifindex),
  isPresent: (wanted) =>
    kernel
      .links()
      .some(({ index }) => kernel.addresses(index).some(({ address }) => sameAddress(address, wanted))),
  isVirtual,
});

/** Everything an instance's conditions depend on. */
export interface Facts extends SourceFacts {
  readonly script: (name: string) => ScriptStatus;
  /** The number in a tracked file; undefined when it is not watched. */
  readonly file: (name: string) => number | undefined;
  /** Whether a tracked process has its quorum; undefined when nobody counts. */
  readonly process: (name: string) => boolean | undefined;
  /** Whether a BFD session is up. */
  readonly bfd: (name: string) => boolean;
  /** The VRRP socket that could not be opened, if any. */
  readonly socketError: NetError | undefined;
}

export function conditionsOf(config: InstanceConfig, facts: Facts): Conditions {
  const faults: Fault[] = [];
  const sourceAddress =
    config.interface === '' ? speakInVrf(config, facts, faults) : speak(config, facts, faults);
  if (config.lacksPeers) faults.push({ kind: 'no-peers' });
  if (facts.socketError !== undefined) faults.push(socketFault(facts.socketError));

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
    if (tracked.weight === 0 && (status === 'unknown' || status === 'presumed-down')) {
      // Whether it may run is decided by the first result, as 2.2.7 was seen doing also with init_fail.
      waiting = true;
      continue;
    }
    if (status === 'unknown') continue;
    const up = status === 'up';
    if (tracked.weight === 0 && up === tracked.reverse) faults.push({ kind: 'script', name: tracked.name });
    priorityDelta += weigh(tracked, up);
  }
  for (const tracked of config.trackFiles) {
    const value = facts.file(tracked.name);
    if (value === undefined) continue;
    const { fault, status, priorityDelta: delta } = fileMeaning(tracked, value);
    if (fault) faults.push({ kind: 'file', name: tracked.name, status });
    priorityDelta += delta;
  }
  for (const tracked of config.trackProcesses) {
    const up = facts.process(tracked.name);
    if (up === undefined) continue;
    if (tracked.weight === 0 && up === tracked.reverse) faults.push({ kind: 'process', name: tracked.name });
    priorityDelta += weigh(tracked, up);
  }
  for (const tracked of config.trackBfds) {
    const up = facts.bfd(tracked.name);
    if (tracked.weight === 0 && up === tracked.reverse) faults.push({ kind: 'bfd', name: tracked.name });
    priorityDelta += weigh(tracked, up);
  }
  return { faults, waiting, priorityDelta, ...(sourceAddress === undefined ? {} : { sourceAddress }) };
}

const socketFault = ({ call, errno }: NetError): Fault =>
  call === BIND ? { kind: 'foreign-source' } : { kind: 'socket', call, errno };

/** Without an interface, only a VRF can be missing. */
function speakInVrf({ vrf, sourceAddress }: InstanceConfig, facts: Facts, faults: Fault[]) {
  if (vrf !== undefined && !facts.link(vrf)?.up) faults.push({ kind: 'interface-down', interface: vrf });
  return sourceAddress;
}

/** Whether the interfaces of the instance can carry it, and the address that it sends from. */
function speak(config: InstanceConfig, facts: Facts, faults: Fault[]): Uint8Array | undefined {
  const link = facts.link(config.interface);
  if (link === undefined) faults.push({ kind: 'no-interface' });
  else if (config.trackPrimary && !link.up) faults.push({ kind: 'interface-down', interface: link.name });
  for (const name of config.ownLinks?.names ?? []) {
    const own = facts.link(name);
    if (own === undefined || (config.trackPrimary && !own.up)) {
      faults.push({ kind: 'interface-down', interface: name });
    }
  }
  const speaker = speakerOf(config, facts);
  const sourceAddress =
    speaker === undefined ? undefined : sourceOf(config, facts.addresses(speaker.index), facts);
  if (speaker !== undefined && sourceAddress === undefined) faults.push({ kind: 'no-source-address' });
  return sourceAddress;
}

/** An IPv4 advert says who we are on the interface below, an IPv6 one comes from its own interface. */
const speakerOf = (config: InstanceConfig, { link }: Pick<SourceFacts, 'link'>): Link | undefined =>
  link(config.family === 4 ? config.interface : advertInterface(config));

/**
 * The address that the socket of a unicast instance belongs to: the one that is configured, else that of its
 * interface, which is kept for as long as the interface has it. Absent with multicast.
 */
export function unicastSource(
  config: InstanceConfig,
  facts: SourceFacts,
  present: Uint8Array | undefined,
): Uint8Array | undefined {
  if (config.unicastPeers.length === 0) return undefined;
  if (config.sourceAddress !== undefined) return config.sourceAddress;
  const speaker = speakerOf(config, facts);
  if (speaker === undefined) return undefined;
  const addresses = facts.addresses(speaker.index);
  const kept = present !== undefined && addresses.some((one) => sameAddress(one.address, present));
  return kept ? present : sourceOf(config, addresses, facts);
}

export function sameConditions(a: Conditions, b: Conditions): boolean {
  return (
    a.waiting === b.waiting &&
    a.priorityDelta === b.priorityDelta &&
    sameFaults(a.faults, b.faults) &&
    (a.sourceAddress?.join() ?? '') === (b.sourceAddress?.join() ?? '')
  );
}

/** Mostly there are none, and a machine with many instances asks often. */
const sameFaults = (a: readonly Fault[], b: readonly Fault[]): boolean =>
  a.length === b.length && (a.length === 0 || JSON.stringify(a) === JSON.stringify(b));

/** Up adds a positive weight, down adds a negative one; `reverse` turns the sign (seen with 2.2.7). */
function weigh({ weight, reverse }: Tracked, up: boolean): number {
  if (up !== weight > 0) return 0;
  return reverse ? -weight : weight;
}

/**
 * The configured source address, else the interface's primary IPv4 or link-local IPv6 address. Virtual
 * addresses never count, of whichever instance, because they are there only while it is MASTER.
 */
function sourceOf(
  config: InstanceConfig,
  addresses: readonly KernelAddress[],
  { isVirtual }: Pick<SourceFacts, 'isVirtual'>,
): Uint8Array | undefined {
  if (config.sourceAddress !== undefined) {
    if (!config.trackSourceAddress) return config.sourceAddress;
    const { sourceAddress } = config;
    return addresses.some((a) => sameAddress(a.address, sourceAddress)) ? sourceAddress : undefined;
  }
  const isOwn = (a: KernelAddress): boolean => a.family === config.family && !isVirtual(a.address);
  if (config.family === 6) {
    const usable = (a: KernelAddress): boolean => (a.flags & IFA_F_TENTATIVE) === 0;
    return addresses.find((a) => isLinkLocal6(a.address) && usable(a) && isOwn(a))?.address;
  }
  const primary = addresses.find((a) => (a.flags & IFA_F_SECONDARY) === 0 && isOwn(a));
  return (primary ?? addresses.find(isOwn))?.address;
}
