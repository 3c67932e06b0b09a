/** Drafts -> model: defaults from the tables, inheritance from global_defs, plain data for the rest. */
import { us } from '../src/units.ts';
import { type Address, parseIpv4, parseIpv6 } from './codecs/address.ts';
import { type Line, spanOf } from './cst.ts';
import type {
  GroupDraft,
  InstanceDraft,
  Scope,
  ScriptCommand,
  ScriptDraft,
  Session,
  TrackDraft,
  VipDraft,
} from './drafts.ts';
import { globalRows } from './keywords/global-defs.ts';
import { rootRows } from './keywords/root.ts';
import type { Values } from './keywords/row.ts';
import { vrrpInstanceRows } from './keywords/vrrp-instance.ts';
import { type ScriptWeight, vrrpScriptRows } from './keywords/vrrp-script.ts';
import { vrrpSyncGroupRows } from './keywords/vrrp-sync-group.ts';
import { webhookRows } from './keywords/webhook.ts';
import type * as model from './model.ts';
import type { LvsModel } from './model-lvs.ts';
import type { WebhookModel } from './model-parts.ts';
import { resolveLvs } from './resolve-lvs.ts';
import {
  resolveBfd,
  resolveGarpGroup,
  resolveHmac,
  resolveRoute,
  resolveRule,
  resolveTrackFile,
  resolveTrackGroup,
  resolveTrackProcess,
} from './resolve-parts.ts';
import { withDefaults } from './resolve-values.ts';
import { isStrict, OWNER_PRIORITY } from './rules/rule.ts';
import type { Statements } from './statements.ts';

/** RFC 9568 sections 5.1.1.2 and 5.1.2.2. */
const GROUP_V4 = parseIpv4('224.0.0.18');
const GROUP_V6 = parseIpv6('ff02::12');

export function resolveModel(session: Session, statements: Statements): model.Model {
  const globals = resolveGlobals(session);
  let lvs: LvsModel | undefined;
  return {
    get lvs() {
      lvs ??= resolveLvs(session, statements);
      return lvs;
    },
    root: withDefaults(rootRows, session.root.values) as model.RootValues,
    globals,
    scripts: session.scripts.filter((script) => !script.removed).map(resolveScript),
    instances: session.instances.map((instance) => resolveInstance(instance, globals.values, session)),
    groups: session.groups.map((group) => resolveGroup(group, globals.values)),
    ...resolveParts(session),
    webhooks: session.webhooks.map(resolveWebhook),
  };
}

/** What stands beside instances and groups. */
function resolveParts({ vrrp, instanceByName }: Session) {
  return {
    staticAddresses: vrrp.addresses.map(vip),
    staticRoutes: vrrp.routes.map(resolveRoute),
    staticRules: vrrp.rules.map(resolveRule),
    trackGroups: [...vrrp.trackGroups.values()].map((group) => resolveTrackGroup(group, instanceByName)),
    trackFiles: [...vrrp.trackFiles.values()].map(resolveTrackFile),
    trackProcesses: [...vrrp.trackProcesses.values()].map(resolveTrackProcess),
    bfds: [...vrrp.bfdSessions.values()].map((draft) => resolveBfd(draft, vrrp.bfds.get(draft.name))),
    garpGroups: vrrp.garpGroups.map(resolveGarpGroup),
    linkbeats: vrrp.linkbeats,
    interfaceDelays: vrrp.delays,
  };
}

/** Absent properties stay absent: exactOptionalPropertyTypes makes `undefined` a value of its own. */
function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
}

function command(value: unknown): model.Command | undefined {
  const given = value as ScriptCommand | undefined;
  if (!given || given.disabled || given.argv.length === 0) return undefined;
  return { argv: given.argv, uid: given.uid, gid: given.gid };
}

function resolveGlobals(session: Session): model.GlobalModel {
  const given = session.globals.values;
  const lists = (given.notification_email ?? []) as readonly (readonly string[])[];
  return {
    values: withDefaults(globalRows, given) as model.GlobalValues,
    notificationEmail: lists.flat(),
    ...optional('startupScript', command(given.startup_script)),
    ...optional('shutdownScript', command(given.shutdown_script)),
    ...optional('notifyFifoScript', command(given.notify_fifo_script)),
    ...optional('vrrpNotifyFifoScript', command(given.vrrp_notify_fifo_script)),
    ...optional('lvsNotifyFifoScript', command(given.lvs_notify_fifo_script)),
  };
}

function resolveWebhook({ name, values: given }: Scope): WebhookModel {
  const values = withDefaults(webhookRows, given) as Values<typeof webhookRows>;
  return {
    name,
    url: values.url ?? '',
    ...optional('secretHeader', values.secret_header),
    timeoutUs: values.timeout,
    retries: values.retries,
    ...optional('caFile', values.ca_file),
  };
}

const placeOf = (line: Line | undefined) =>
  line ? spanOf(line.place) : { file: '', line: 0, column: 0, start: 0, end: 0 };

function resolveScript(script: ScriptDraft): model.ScriptModel {
  const values = withDefaults(vrrpScriptRows, script.values) as model.ScriptValues;
  const weight: ScriptWeight = values.weight ?? { weight: 0, reverse: false };
  return {
    name: script.name,
    span: placeOf(script.line),
    values,
    argv: script.command ?? [],
    uid: script.user?.uid ?? 0,
    gid: script.user?.gid ?? 0,
    intervalUs: values.interval,
    timeoutUs: values.timeout ?? values.interval,
    weight: weight.weight,
    reverse: weight.reverse,
    rise: values.rise,
    fall: values.fall,
    initFail: values.init_fail,
  };
}

const track = ({ name, weight, reverse, line }: TrackDraft): model.TrackModel => ({
  name,
  weight,
  reverse,
  span: spanOf(line.place),
});

const trackers = (owner: InstanceDraft | GroupDraft) => ({
  trackFiles: owner.trackFiles.map(track),
  trackProcesses: owner.trackProcesses.map(track),
  trackBfds: owner.trackBfds.map(track),
});

/** A script that turned out unusable is not tracked by anybody. */
const usable = (tracks: readonly TrackDraft[], session: Session): model.TrackModel[] =>
  tracks.filter(({ name }) => session.scriptByName.get(name)?.removed === false).map(track);

const EVENTS: readonly model.NotifyEvent[] = [
  'notify',
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify_deleted',
  'notify_master_rx_lower_pri',
];

function notify(values: Readonly<Record<string, unknown>>): model.InstanceModel['notify'] {
  const commands: Partial<Record<model.NotifyEvent, model.Command>> = {};
  for (const event of EVENTS) {
    const found = command(values[event]);
    if (found) commands[event] = found;
  }
  return commands;
}

/** An instance or group that does not say otherwise. */
const globalAlert = ({ smtp_alert_vrrp, smtp_alert }: model.GlobalValues) => ({
  smtp_alert: smtp_alert_vrrp ?? smtp_alert ?? false,
});

function resolveGroup(group: GroupDraft, globals: model.GlobalValues): model.GroupModel {
  return {
    name: group.name,
    span: placeOf(group.line),
    values: withDefaults(vrrpSyncGroupRows, {
      ...globalAlert(globals),
      ...group.values,
    }) as model.GroupValues,
    members: group.instances.map((instance) => instance.name),
    trackInterfaces: group.trackInterfaces.map(track),
    trackScripts: group.trackScripts.map(track),
    ...trackers(group),
    notify: notify(group.values),
    trackingWeight: Boolean(group.values.sync_group_tracking_weight ?? group.values.global_tracking),
  };
}

function vip(draft: VipDraft): model.VipModel {
  return {
    family: draft.address.family,
    address: draft.address.bytes,
    prefix: draft.prefix,
    scope: draft.scope,
    flags: draft.flags,
    track: draft.track,
    useVmac: draft.useVmac,
    span: spanOf(draft.line.place),
    ...optional('dev', draft.dev),
    ...optional('peer', draft.peer),
    ...optional('broadcast', draft.broadcast),
    ...optional('label', draft.label),
    ...optional('preferredLft', draft.preferredLft),
    ...optional('protocol', draft.protocol),
    ...optional('trackGroup', draft.trackGroup),
  };
}

/** What an instance takes over from global_defs when it says nothing itself. */
function inherited(instance: InstanceDraft, globals: model.GlobalValues, session: Session) {
  const strict = isStrict(instance, session);
  const owner = instance.values.priority === OWNER_PRIORITY;
  return {
    garp_master_delay: globals.vrrp_garp_master_delay,
    garp_master_repeat: globals.vrrp_garp_master_repeat,
    garp_master_refresh: globals.vrrp_garp_master_refresh,
    garp_master_refresh_repeat: globals.vrrp_garp_master_refresh_repeat,
    garp_lower_prio_delay: strict
      ? us(0)
      : (globals.vrrp_garp_lower_prio_delay ?? globals.vrrp_garp_master_delay),
    garp_lower_prio_repeat: strict
      ? 0
      : (globals.vrrp_garp_lower_prio_repeat ?? globals.vrrp_garp_master_repeat),
    garp_extra_if: globals.vrrp_garp_extra_if,
    down_timer_adverts: globals.vrrp_down_timer_adverts,
    lower_prio_no_advert: globals.vrrp_lower_prio_no_advert ?? strict,
    higher_prio_send_advert: globals.vrrp_higher_prio_send_advert ?? false,
    skip_check_adv_addr: globals.vrrp_skip_check_adv_addr,
    strict_mode: strict,
    v3_checksum_as_v2: globals.v3_checksum_as_v2,
    // Only an owner may ignore the adverts of others; strict mode makes it do so.
    owner_ignore_adverts: owner && (globals.vrrp_owner_ignore_adverts ?? strict),
    ...globalAlert(globals),
    notify_priority_changes: groupToggle(instance) ?? globals.vrrp_notify_priority_changes,
    preempt: true,
  };
}

const groupToggle = (instance: InstanceDraft): boolean | undefined =>
  instance.group?.values.notify_priority_changes as boolean | undefined;

function resolveValues(
  instance: InstanceDraft,
  globals: model.GlobalValues,
  session: Session,
): model.InstanceValues {
  const given = { ...inherited(instance, globals, session), ...instance.values };
  const values = withDefaults(vrrpInstanceRows, given);
  const ttls = instance.peers.some((peer) => peer.minTtl > 0 || peer.maxTtl < 255);
  return {
    ...values,
    interface: values.interface ?? '',
    virtual_router_id: values.virtual_router_id ?? 0,
    priority: values.priority ?? 100,
    state: values.state ?? 'BACKUP',
    preempt: !values.nopreempt,
    owner_ignore_adverts: Boolean(values.owner_ignore_adverts) && values.priority === OWNER_PRIORITY,
    check_unicast_src: Boolean(values.check_unicast_src) || globals.vrrp_check_unicast_src || ttls,
  } as model.InstanceValues;
}

function resolveAuth(instance: InstanceDraft): model.InstanceModel['auth'] {
  const { auth_type: type, auth_pass: pass } = (instance.auth ?? {}) as model.AuthenticationValues;
  if (type === undefined || pass === undefined) return undefined;
  return { type, data: new TextEncoder().encode(pass).slice(0, 8) };
}

function resolveInstance(
  instance: InstanceDraft,
  globals: model.GlobalValues,
  session: Session,
): model.InstanceModel {
  const values = resolveValues(instance, globals, session);
  const family = instance.family ?? 4;
  const source = (instance.values.unicast_src_ip ?? instance.values.mcast_src_ip) as Address | undefined;
  const configured =
    values.mcast_dst_ip ?? (family === 4 ? globals.vrrp_mcast_group4 : globals.vrrp_mcast_group6);
  const standard = (family === 4 ? GROUP_V4 : GROUP_V6) ?? new Uint8Array(0);
  return {
    name: instance.name,
    span: placeOf(instance.line),
    family,
    version: instance.version ?? (family === 6 ? 3 : 2),
    values,
    vips: instance.vips.map(vip),
    excludedVips: instance.excludedVips.map(vip),
    unicastPeers: instance.peers.map(({ address, minTtl, maxTtl, line }) => ({
      address: address.bytes,
      minTtl,
      maxTtl,
      span: spanOf(line.place),
    })),
    ...optional('sourceAddress', source?.bytes),
    multicastGroup: configured?.bytes ?? standard,
    ...optional('auth', resolveAuth(instance)),
    trackInterfaces: instance.trackInterfaces.map(track),
    trackScripts: usable(instance.trackScripts, session),
    ...trackers(instance),
    routes: instance.routes.map(resolveRoute),
    rules: instance.rules.map(resolveRule),
    ...optional('authHmac', resolveHmac(instance)),
    notify: notify(instance.values),
    reportsDeleted: instance.values.notify_deleted !== undefined,
  };
}
