/**
 * The grammar's model as the VRRP child runs it. In: model. Out: plain data with defaults and times resolved.
 */
import type {
  GlobalValues,
  GroupModel,
  InstanceModel,
  Model,
  ScriptModel,
  TrackModel,
} from '../../grammar/model.ts';
import type { HmacModel, TrackFileModel, TrackProcessModel } from '../../grammar/model-parts.ts';
import type { NotifyScripts, VrrpChildConfig } from '../ipc/messages.ts';
import type { TrackedFileConfig } from '../track/file-tracker.ts';
import { seconds, type Us, us } from '../units.ts';
import type { AuthType, HmacConfig, InstanceConfig, StaticConfig, Tracked } from '../vrrp/config.ts';
import type { TrackedProcessConfig } from '../vrrp/process-match.ts';
import type { TrackedScriptConfig } from '../vrrp/script-runner.ts';
import type { SyncGroupConfig } from '../vrrp/sync-group.ts';
import { AUTH_DATA_LENGTH } from '../wire/vrrp.ts';
import { netlinkBuffers, processEventsBuffer, receiveBuffer } from './buffer-setup.ts';
import { dumpFacts } from './dump-setup.ts';
import { accepts, firewallSetup } from './firewall-setup.ts';
import { linkbeats } from './linkbeat-setup.ts';
import { mailSetup, outletSetup } from './notify-setup.ts';
import { ownLinkConfig, prefixesOf } from './own-link-setup.ts';
import { processOf } from './process-setup.ts';
import {
  staticConfig,
  trackGroupInterfaces,
  virtualAddress,
  virtualRoute,
  virtualRule,
} from './routing-setup.ts';
import { scriptOf } from './script-setup.ts';
import { syncDaemonSetup } from './sync-daemon-setup.ts';

/** What the sync group tracks, its members track; where both name an object, the group's weight holds. */
function tracked(own: readonly TrackModel[], shared: readonly TrackModel[] = []): Tracked[] {
  const named = new Set(shared.map((track) => track.name));
  return [...own.filter((track) => !named.has(track.name)), ...shared].map(
    ({ span: _span, ...track }) => track,
  );
}

const authTypes: Readonly<Record<'PASS' | 'AH' | 'none', AuthType>> = {
  PASS: 'pass',
  AH: 'ah',
  none: 'none',
};

const oldChecksums = { on: 'always', never: 'never', off: 'when-heard' } as const;

const hmacConfig = ({ keys, activeKey, timeWindowSeconds, values }: HmacModel): HmacConfig => ({
  keys: keys.map(({ id, secret }) => ({ id, secret })),
  activeKey,
  antiReplay: values.anti_replay,
  timeWindowUs: seconds(timeWindowSeconds),
  mode: values.mode,
});

export function instanceConfig(model: InstanceModel, group?: GroupModel): InstanceConfig {
  const { values } = model;
  const data = new Uint8Array(AUTH_DATA_LENGTH);
  if (model.auth !== undefined) data.set(model.auth.data.subarray(0, AUTH_DATA_LENGTH));
  return {
    name: model.name,
    family: model.family,
    version: model.version,
    vrid: values.virtual_router_id,
    interface: values.interface,
    ...(values.vrf === undefined ? {} : { vrf: values.vrf }),
    initialMaster: values.state === 'MASTER',
    basePriority: values.priority,
    advertIntervalUs: values.advert_int,
    downTimerAdverts: values.down_timer_adverts,
    preempt: values.preempt,
    preemptDelayUs: values.preempt_delay,
    ...(values.timer_expired_backup === undefined ? {} : { othersPriority: values.timer_expired_backup }),
    auth: { type: authTypes[model.auth?.type ?? 'none'], data },
    ...(model.authHmac === undefined ? {} : { hmac: hmacConfig(model.authHmac) }),
    vips: model.vips.map(virtualAddress),
    excludedVips: model.excludedVips.map(virtualAddress),
    ...ownLinkConfig(model),
    routes: model.routes.map(virtualRoute),
    rules: model.rules.map(virtualRule),
    unicastPeers: model.unicastPeers.map(({ span: _span, ...peer }) => peer),
    ...(values.unicast_fault_no_peer && model.unicastPeers.length === 0 ? { lacksPeers: true as const } : {}),
    checkUnicastSource: values.check_unicast_src,
    ...(values.unicast_ttl === undefined ? {} : { unicastTtl: values.unicast_ttl }),
    ...(model.sourceAddress === undefined ? {} : { sourceAddress: model.sourceAddress }),
    trackSourceAddress: values.track_src_ip === true,
    multicastGroup: model.multicastGroup,
    trackPrimary: values.dont_track_primary !== true,
    trackInterfaces: tracked(model.trackInterfaces, group?.trackInterfaces),
    trackScripts: tracked(model.trackScripts, group?.trackScripts),
    trackFiles: tracked(model.trackFiles, group?.trackFiles),
    trackProcesses: tracked(model.trackProcesses, group?.trackProcesses),
    trackBfds: tracked(model.trackBfds, group?.trackBfds),
    garp: {
      masterDelayUs: values.garp_master_delay,
      masterRepeat: values.garp_master_repeat,
      refreshUs: values.garp_master_refresh,
      refreshRepeat: values.garp_master_refresh_repeat,
      lowerPrioDelayUs: values.garp_lower_prio_delay,
      lowerPrioRepeat: values.garp_lower_prio_repeat,
      extraIfUs: seconds(values.garp_extra_if?.seconds ?? 0),
      extraIfAll: values.garp_extra_if?.all ?? false,
    },
    accept: accepts(model),
    lowerPrioNoAdvert: values.lower_prio_no_advert,
    higherPrioSendAdvert: values.higher_prio_send_advert,
    skipCheckAdvAddr: values.skip_check_adv_addr,
    v3ChecksumAsV2: values.v3_checksum_as_v2,
    oldUnicastChecksum: oldChecksums[values.old_unicast_checksum ?? 'off'],
    ownerIgnoreAdverts: values.owner_ignore_adverts,
    strict: values.strict_mode,
  };
}

export function trackedScript(model: ScriptModel): TrackedScriptConfig {
  return {
    name: model.name,
    rise: model.rise,
    fall: model.fall,
    initFail: model.initFail,
    intervalUs: model.intervalUs,
    spec: { ...scriptOf(model), timeoutUs: model.timeoutUs },
  };
}

export function trackedFile({ name, path, values }: TrackFileModel): TrackedFileConfig {
  const init = values.init_file;
  return { name, path, ...(init === undefined ? {} : { init: { ...init } }) };
}

export function trackedProcess(model: TrackProcessModel): TrackedProcessConfig {
  const { name, command, match, fullCommand, quorum, quorumMax } = model;
  return {
    name,
    command: [...command],
    ...(match === undefined ? {} : { match }),
    fullCommand,
    quorum,
    // Infinity does not survive the way to the child.
    ...(Number.isFinite(quorumMax) ? { quorumMax } : {}),
    terminateDelayUs: us(model.terminateDelayUs),
    forkDelayUs: us(model.forkDelayUs),
  };
}

/** Only what somebody tracks: a file or process that nobody looks at needs no watching. */
function usedBy<T extends { readonly name: string }>(
  model: Model,
  list: 'trackFiles' | 'trackProcesses',
  objects: readonly T[],
): T[] {
  const owners = [...model.instances, ...model.groups];
  const used = new Set(owners.flatMap((owner) => owner[list].map(({ name }) => name)));
  return objects.filter(({ name }) => used.has(name));
}

function notifyScripts(
  { notify, values }: InstanceModel | GroupModel,
  globals: GlobalValues,
  reportsDeleted: boolean,
): NotifyScripts {
  const serializeUs = values.notify_serialize ?? globals.notify_serialize;
  const scripts = Object.entries(notify).map(([event, command]) => [event, scriptOf(command)] as const);
  const serialized = serializeUs === undefined ? {} : { serializeUs };
  return { ...Object.fromEntries(scripts), ...serialized, reportsDeleted };
}

/** The longer of vrrp_startup_delay and what is left of vrrp_delay_after_boot. */
function startupDelay(model: Model, uptimeUs: number): Us {
  const { vrrp_startup_delay: plain, vrrp_delay_after_boot: afterBoot } = model.globals.values;
  return us(Math.max(plain, afterBoot - uptimeUs, 0));
}

/**
 * An instance cannot do without the interfaces of its addresses, routes and rules, whatever weight it gives
 * them elsewhere; those of the next hops of one route stand in for each other (seen with 2.2.7).
 */
function withNeeded(config: InstanceConfig): InstanceConfig {
  const { vips, excludedVips, routes, rules } = config;
  const addresses = [...vips, ...excludedVips].filter(({ track }) => track).map(({ dev }) => dev);
  const lines = [
    ...routes.filter(({ track }) => track).map(({ device }) => device),
    ...rules.filter(({ track }) => track).flatMap(({ iif, oif }) => [iif, oif]),
  ];
  const needed = new Set([
    ...addresses.filter((name) => name !== config.interface),
    // With dont_track_primary it is a route or rule that makes the own interface one that is needed.
    ...lines.filter((name) => name !== config.interface || !config.trackPrimary),
  ]);
  const names = [...needed].filter((name) => name !== undefined);
  return {
    ...config,
    trackInterfaces: [
      ...config.trackInterfaces.filter(({ name }) => !needed.has(name)),
      ...names.map((name) => ({ name, weight: 0, reverse: false })),
    ],
  };
}

/** An interface that the instance itself tracks keeps the weight it has there. */
function withTrackGroups(config: InstanceConfig, more: readonly Tracked[] = []): InstanceConfig {
  const own = new Set(config.trackInterfaces.map(({ name }) => name));
  const trackInterfaces = [...config.trackInterfaces, ...more.filter(({ name }) => !own.has(name))];
  return { ...config, trackInterfaces };
}

function groupConfig(model: GroupModel): SyncGroupConfig {
  const names = (tracked: readonly TrackModel[]): string[] => tracked.map((track) => track.name);
  return {
    name: model.name,
    members: [...model.members],
    trackInterfaces: names(model.trackInterfaces),
    trackScripts: names(model.trackScripts),
    trackFiles: names(model.trackFiles),
    trackProcesses: names(model.trackProcesses),
    trackBfds: names(model.trackBfds),
  };
}

function instanceConfigs(model: Model, statics: StaticConfig): InstanceConfig[] {
  const needed = trackGroupInterfaces(model.trackGroups, statics);
  const groupOf = new Map(model.groups.flatMap((group) => group.members.map((member) => [member, group])));
  return model.instances.map((instance) => {
    const config = withNeeded(instanceConfig(instance, groupOf.get(instance.name)));
    const buffer = receiveBuffer(instance, model.globals.values);
    const sized = buffer === undefined ? config : { ...config, receiveBuffer: buffer };
    return withTrackGroups(sized, needed.get(instance.name));
  });
}

/** `umask`: that of the command line. */
export function vrrpChildConfig(model: Model, uptimeUs: number, umask?: number): VrrpChildConfig {
  const globals = model.globals.values;
  const statics = staticConfig(model);
  const events = processEventsBuffer(globals);
  const instances = instanceConfigs(model, statics);
  return {
    instances,
    linkbeats: linkbeats(model, instances),
    netlinkBuffers: netlinkBuffers(globals),
    linkPrefixes: prefixesOf(model.globals.values),
    statics,
    ...firewallSetup(model),
    ...syncDaemonSetup(model),
    groups: model.groups.map(groupConfig),
    scripts: model.scripts.map(trackedScript),
    interfaceDelays: model.interfaceDelays.map((delays) => ({
      interface: delays.interface,
      downUs: us(delays.downUs),
      upUs: us(delays.upUs),
    })),
    trackFiles: usedBy(model, 'trackFiles', model.trackFiles).map(trackedFile),
    trackProcesses: usedBy(model, 'trackProcesses', model.trackProcesses).map(trackedProcess),
    trackBfds: model.bfds.filter((bfd) => bfd.tellsVrrp).map((bfd) => bfd.name),
    ...(events === undefined ? {} : { processEventsBuffer: events }),
    notify: Object.fromEntries(
      model.instances.map((instance) => [
        instance.name,
        notifyScripts(instance, globals, instance.reportsDeleted),
      ]),
    ),
    groupNotify: Object.fromEntries(
      model.groups.map((group) => [group.name, notifyScripts(group, globals, false)]),
    ),
    garpIntervalUs: globals.vrrp_garp_interval,
    gnaIntervalUs: globals.vrrp_gna_interval,
    garpGroups: model.garpGroups.map((group) => ({
      interfaces: [...group.interfaces],
      garpIntervalUs: us(group.garpIntervalUs),
      gnaIntervalUs: us(group.gnaIntervalUs),
    })),
    disableLocalIgmp: globals.disable_local_igmp,
    startupDelayUs: startupDelay(model, uptimeUs),
    outlets: outletSetup(model, 'vrrp'),
    writesStatesOnReload: globals.fifo_write_vrrp_states_on_reload,
    ...mailSetup(model),
    dump: dumpFacts(model),
    logUnknownVrids: globals.log_unknown_vrids === true,
    process: processOf('vrrp', globals, umask),
  };
}
