/**
 * A daemon of IPVS that synchronises connections, as it is configured, compared with another one and with
 * what runs in the kernel.
 */
import type { IpvsDaemon } from '../ports/ipvs.ts';
import { sameAddress } from '../wire/address.ts';

/** As it runs in either role. */
export type SyncDaemonSettings = Omit<IpvsDaemon, 'role'>;

const sameGroup = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : sameAddress(a, b);

export const sameSyncDaemon = (a: SyncDaemonSettings, b: SyncDaemonSettings): boolean =>
  a.interface === b.interface &&
  a.syncId === b.syncId &&
  a.maxLength === b.maxLength &&
  a.port === b.port &&
  a.ttl === b.ttl &&
  sameGroup(a.group, b.group);

/** What the kernel fills in where nothing is configured (Linux, ip_vs). */
const KERNEL_DEFAULTS = { port: 8848, ttl: 1, group: Uint8Array.of(224, 0, 0, 81) } as const;

/** Whether a daemon that runs is as configured. The kernel chooses and rounds the length by itself. */
export const fits = (running: IpvsDaemon, wanted: SyncDaemonSettings): boolean =>
  (running.port ?? KERNEL_DEFAULTS.port) === (wanted.port ?? KERNEL_DEFAULTS.port) &&
  (running.ttl ?? KERNEL_DEFAULTS.ttl) === (wanted.ttl ?? KERNEL_DEFAULTS.ttl) &&
  sameAddress(running.group ?? KERNEL_DEFAULTS.group, wanted.group ?? KERNEL_DEFAULTS.group) &&
  (running.role === 'backup' || wanted.maxLength === undefined || running.maxLength === wanted.maxLength);

/** Of the daemons in the kernel those that go by the name of ours. */
export const namedLike = (found: readonly IpvsDaemon[], ours: SyncDaemonSettings): IpvsDaemon[] =>
  found.filter((other) => other.interface === ours.interface && other.syncId === ours.syncId);
