/** lvs_sync_daemon and the older keyword of instances, as the children run them. */
import type { Model } from '../../grammar/model.ts';
import type { SyncDaemonSettings } from '../lvs/sync-daemon.ts';
import type { SyncDaemonConfig } from '../vrrp/sync-daemon.ts';

type Given = NonNullable<Model['globals']['values']['lvs_sync_daemon']>;

const settingsOf = (given: Given, vrid: number): SyncDaemonSettings => ({
  interface: given.interface,
  syncId: given.id ?? vrid,
  ...(given.maxlen === undefined ? {} : { maxLength: given.maxlen }),
  ...(given.port === undefined ? {} : { port: given.port }),
  ...(given.ttl === undefined ? {} : { ttl: given.ttl }),
  ...(given.group === undefined ? {} : { group: given.group.bytes }),
});

/** Without an instance it is for the process of the checkers, which runs both roles. */
export function checkersSyncDaemon({ globals }: Model): { readonly syncDaemon?: SyncDaemonSettings } {
  const given = globals.values.lvs_sync_daemon;
  return given === undefined || given.instance !== undefined ? {} : { syncDaemon: settingsOf(given, 0) };
}

export function syncDaemonSetup({ globals, instances }: Model): { readonly syncDaemon?: SyncDaemonConfig } {
  const given = globals.values.lvs_sync_daemon;
  if (given === undefined) return olderForm(instances);
  const { instance } = given;
  if (instance === undefined) return {};
  const vrid = instances.find(({ name }) => name === instance)?.values.virtual_router_id ?? 0;
  return { syncDaemon: { instance, daemon: settingsOf(given, vrid) } };
}

/** The daemon of an instance gets no id (seen with 2.2.7 and 2.3.3). */
function olderForm(instances: Model['instances']): { readonly syncDaemon?: SyncDaemonConfig } {
  for (const { name, values } of instances) {
    const ifname = values.lvs_sync_daemon_interface;
    if (ifname !== undefined) {
      return { syncDaemon: { instance: name, daemon: { interface: ifname, syncId: 0 } } };
    }
  }
  return {};
}
