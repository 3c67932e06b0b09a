/**
 * The grammar's model as the VRRP child runs it. In: model. Out: plain data with defaults and times resolved.
 */
import type { Command, InstanceModel, Model, ScriptModel } from '../../grammar/model.ts';
import type { NotifyScripts, VrrpChildConfig } from '../ipc/messages.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import { type Us, us } from '../units.ts';
import type { InstanceConfig, VirtualAddress } from '../vrrp/config.ts';
import type { TrackedScriptConfig } from '../vrrp/script-runner.ts';
import { AUTH_DATA_LENGTH } from '../wire/vrrp.ts';

const specOf = ({ argv, uid, gid }: Command): ScriptSpec => ({ argv: [...argv], uid, gid });

function plainVip({ useVmac: _vmac, span: _span, ...vip }: InstanceModel['vips'][number]): VirtualAddress {
  // 2.2.7 was seen giving an IPv4 address with preferred_lft 0 its full life.
  if (vip.family === 6 || vip.preferredLft !== 0) return vip;
  const { preferredLft: _none, ...lasting } = vip;
  return lasting;
}

export function instanceConfig(model: InstanceModel): InstanceConfig {
  const { values } = model;
  const data = new Uint8Array(AUTH_DATA_LENGTH);
  const pass = model.auth?.type === 'PASS';
  if (pass && model.auth !== undefined) data.set(model.auth.data.subarray(0, AUTH_DATA_LENGTH));
  return {
    name: model.name,
    family: model.family,
    version: model.version,
    vrid: values.virtual_router_id,
    interface: values.interface,
    initialMaster: values.state === 'MASTER',
    basePriority: values.priority,
    advertIntervalUs: values.advert_int,
    downTimerAdverts: values.down_timer_adverts,
    preempt: values.preempt,
    preemptDelayUs: values.preempt_delay,
    auth: { type: pass ? 'pass' : 'none', data },
    vips: model.vips.map(plainVip),
    excludedVips: model.excludedVips.map(plainVip),
    unicastPeers: model.unicastPeers.map(({ span: _span, ...peer }) => peer),
    checkUnicastSource: values.check_unicast_src,
    ...(values.unicast_ttl === undefined ? {} : { unicastTtl: values.unicast_ttl }),
    ...(model.sourceAddress === undefined ? {} : { sourceAddress: model.sourceAddress }),
    trackSourceAddress: values.track_src_ip === true,
    multicastGroup: model.multicastGroup,
    trackPrimary: values.dont_track_primary !== true,
    trackInterfaces: model.trackInterfaces.map(({ span: _span, ...tracked }) => tracked),
    trackScripts: model.trackScripts.map(({ span: _span, ...tracked }) => tracked),
    garp: {
      masterDelayUs: values.garp_master_delay,
      masterRepeat: values.garp_master_repeat,
      refreshUs: values.garp_master_refresh,
      refreshRepeat: values.garp_master_refresh_repeat,
      lowerPrioDelayUs: values.garp_lower_prio_delay,
      lowerPrioRepeat: values.garp_lower_prio_repeat,
    },
    lowerPrioNoAdvert: values.lower_prio_no_advert,
    higherPrioSendAdvert: values.higher_prio_send_advert,
    skipCheckAdvAddr: values.skip_check_adv_addr,
    v3ChecksumAsV2: values.v3_checksum_as_v2,
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
    spec: { ...specOf(model), timeoutUs: model.timeoutUs },
  };
}

function notifyScripts(model: InstanceModel): NotifyScripts {
  const scripts = Object.entries(model.notify).map(([event, command]) => [event, specOf(command)] as const);
  return { ...Object.fromEntries(scripts), reportsDeleted: model.reportsDeleted };
}

/** The longer of vrrp_startup_delay and what is left of vrrp_delay_after_boot. */
function startupDelay(model: Model, uptimeUs: number): Us {
  const { vrrp_startup_delay: plain, vrrp_delay_after_boot: afterBoot } = model.globals.values;
  return us(Math.max(plain, afterBoot - uptimeUs, 0));
}

export function vrrpChildConfig(model: Model, uptimeUs: number): VrrpChildConfig {
  const globals = model.globals.values;
  return {
    instances: model.instances.map(instanceConfig),
    scripts: model.scripts.map(trackedScript),
    notify: Object.fromEntries(model.instances.map((instance) => [instance.name, notifyScripts(instance)])),
    garpIntervalUs: globals.vrrp_garp_interval,
    gnaIntervalUs: globals.vrrp_gna_interval,
    startupDelayUs: startupDelay(model, uptimeUs),
    logUnknownVrids: globals.log_unknown_vrids === true,
    process: {
      name: globals.vrrp_process_name ?? (globals.process_names === true ? 'keepalived_vrrp' : undefined),
      nice: globals.vrrp_priority,
      realtimePriority: globals.vrrp_rt_priority,
      rlimitRttimeUs: globals.vrrp_rlimit_rttime,
      cpus: globals.vrrp_cpu_affinity ?? [],
    },
  };
}
