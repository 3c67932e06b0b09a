/** What dumps tell of a configuration, from the grammar's model. */
import type { GroupModel, InstanceModel, Model, TrackModel } from '../../grammar/model.ts';
import type { DumpFacts, TrackedLists } from '../ipc/dump-facts.ts';
import type { Tracked } from '../vrrp/config.ts';
import { dumpNaming } from './dump-files.ts';
import { globalLines } from './dump-globals.ts';

const TTL_IPV4 = 255;
const TTL_IPV6 = 64;

const plain = (tracks: readonly TrackModel[]): Tracked[] => tracks.map(({ span: _span, ...track }) => track);

const tracked = (owner: InstanceModel | GroupModel): TrackedLists => ({
  interfaces: plain(owner.trackInterfaces),
  scripts: plain(owner.trackScripts),
  files: plain(owner.trackFiles),
  processes: plain(owner.trackProcesses),
  bfds: plain(owner.trackBfds),
});

const byName = <T extends { readonly name: string }, U>(list: readonly T[], of: (one: T) => U) =>
  Object.fromEntries(list.map((one) => [one.name, of(one)]));

function instanceFacts(model: InstanceModel): DumpFacts['instances'][string] {
  const { values: v, unicastPeers } = model;
  const multicast = unicastPeers.length === 0;
  const buffer = v.kernel_rx_buf_size;
  return {
    tracked: tracked(model),
    smtpAlert: v.smtp_alert,
    notifyPriorityChanges: v.notify_priority_changes,
    debug: v.debug ?? 0,
    ...(buffer === undefined ? {} : { receiveBuffer: buffer }),
    unicastWithoutPeers: multicast && (v.check_unicast_src || v.unicast_fault_no_peer === true),
    faultWithoutPeers: v.unicast_fault_no_peer === true,
    ...(v.linkbeat_use_polling ? { polledLink: true as const } : {}),
    unicastTtl: v.unicast_ttl ?? (model.family === 4 ? TTL_IPV4 : TTL_IPV6),
  };
}

export function dumpFacts(model: Model): DumpFacts {
  return {
    globals: globalLines(model, 'vrrp'),
    naming: dumpNaming(model),
    jsonVersion: model.globals.values.json_version === 2 ? 2 : 1,
    instances: byName(model.instances, instanceFacts),
    groups: byName(model.groups, (group) => ({
      tracked: tracked(group),
      smtpAlert: group.values.smtp_alert === true,
      trackingWeight: group.trackingWeight,
    })),
    scripts: byName(model.scripts, ({ weight, reverse, timeoutUs, values }) => ({
      weight,
      reverse,
      timeoutUs: values.timeout === undefined ? (0 as typeof timeoutUs) : timeoutUs,
    })),
    files: byName(model.trackFiles, ({ weight, reverse }) => ({ weight, reverse })),
    processes: byName(model.trackProcesses, ({ weight, reverse }) => ({ weight, reverse })),
    bfds: byName(model.bfds, ({ weight, reverse }) => ({ weight, reverse })),
    trackGroups: model.trackGroups.map(({ name, members }) => ({ name, members: [...members] })),
  };
}
