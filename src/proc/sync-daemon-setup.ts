/** lvs_sync_daemon and the older keyword of instances, as the VRRP child runs them. */
import type { Model } from '../../grammar/model.ts';
import type { SyncDaemonConfig } from '../vrrp/sync-daemon.ts';

/** Without an instance it is not for the VRRP process: then both daemons run beside the checkers. */
export function syncDaemonSetup({ globals, instances }: Model): { readonly syncDaemon?: SyncDaemonConfig } {
  const given = globals.values.lvs_sync_daemon;
  if (given === undefined) return olderForm(instances);
  const { instance, id, maxlen, port, ttl, group } = given;
  if (instance === undefined) return {};
  const vrid = instances.find(({ name }) => name === instance)?.values.virtual_router_id ?? 0;
  return {
    syncDaemon: {
      instance,
      daemon: {
        interface: given.interface,
        syncId: id ?? vrid,
        ...(maxlen === undefined ? {} : { maxLength: maxlen }),
        ...(port === undefined ? {} : { port }),
        ...(ttl === undefined ? {} : { ttl }),
        ...(group === undefined ? {} : { group: group.bytes }),
      },
    },
  };
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
