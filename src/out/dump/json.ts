/**
 * keepalived.json: one line, names and order of fields as 2.2.7 has them, with what 2.4.3 added. Numbers with
 * a fraction and the escaped slash are part of what parsers have seen for years.
 */
import type { NotifyScripts } from '../../ipc/messages.ts';
import type { Us } from '../../units.ts';
import type { StateName } from '../../vrrp/events.ts';
import type { ProcessReport } from '../../vrrp/report.ts';
import { routeText } from '../../vrrp/route-text.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import type { VrrpStats } from '../../vrrp/stats.ts';
import { addressTexts, type InstanceDump, MASKED, SCRIPT_TITLES } from './instances.ts';
import { commandText, epochText, ruleDumpText, secondsText } from './text.ts';

/** A number whose text is already right. */
interface Literal {
  readonly literal: string;
}

type Value = string | number | boolean | Literal | readonly string[] | undefined;
type Field = readonly [name: string, value: Value];

const STATES: Readonly<Record<StateName, number>> = { INIT: 0, BACKUP: 1, MASTER: 2, FAULT: 3, STOP: 98 };
const AUTH_TYPES = { none: 0, pass: 1, ah: 2 } as const;
const SCRIPT_FIELDS: Readonly<Record<(typeof SCRIPT_TITLES)[number][0], string>> = {
  notify_backup: 'script_backup',
  notify_master: 'script_master',
  notify_fault: 'script_fault',
  notify_stop: 'script_stop',
  notify_deleted: 'script_deleted',
  notify: 'script',
  notify_master_rx_lower_pri: 'script_master_rx_lower_pri',
};

const quoted = (text: string): string => JSON.stringify(text).replaceAll('/', '\\/');

function valueText(value: Exclude<Value, undefined>): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  return 'literal' in value ? value.literal : `[${value.map(quoted).join(',')}]`;
}

const object = (fields: readonly Field[]): string =>
  `{${fields
    .flatMap(([name, value]) => (value === undefined ? [] : `"${name}":${valueText(value)}`))
    .join(',')}}`;

const seconds = (us: Us): Literal => ({ literal: secondsText(us) });
const bit = (value: boolean): number => (value ? 1 : 0);
/** Lists are left out when they are empty. */
const some = (list: readonly string[]): readonly string[] | undefined =>
  list.length === 0 ? undefined : list;

function settingFields({ config, state }: InstanceStatus, { report }: InstanceDump): Field[] {
  const { garp } = config;
  const changedUs = report.wallUs + state.lastTransitionUs - report.nowUs;
  return [
    ['iname', config.name],
    ['dont_track_primary', bit(!config.trackPrimary)],
    ['skip_check_adv_addr', bit(config.skipCheckAdvAddr)],
    ['strict_mode', bit(config.strict)],
    ['vmac_ifname', config.ownLinks?.main ?? ''],
    ['ifp_ifname', config.ownLinks?.main ?? config.interface],
    ['master_priority', state.master?.priority ?? 0],
    ['last_transition', { literal: state.lastTransitionUs === 0 ? '0.000000' : epochText(changedUs) }],
    ['garp_delay', seconds(garp.masterDelayUs)],
    ['garp_refresh', seconds(garp.refreshUs)],
    ['garp_rep', garp.masterRepeat],
    ['garp_refresh_rep', garp.refreshRepeat],
    ['garp_lower_prio_delay', seconds(garp.lowerPrioDelayUs)],
    ['garp_lower_prio_rep', garp.lowerPrioRepeat],
    ['lower_prio_no_advert', bit(config.lowerPrioNoAdvert)],
    ['higher_prio_send_advert', bit(config.higherPrioSendAdvert)],
    ['vrid', config.vrid],
    ['base_priority', config.basePriority],
    ['effective_priority', state.effectivePriority],
    ['vipset', state.name === 'MASTER'],
    ['promote_secondaries', config.promoteSecondaries === true],
    ['adver_int', seconds(config.advertIntervalUs)],
    ['master_adver_int', seconds(state.masterAdvertIntervalUs)],
    ['accept', bit(config.accept)],
    ['nopreempt', !config.preempt],
    ['preempt_delay', Math.trunc(config.preemptDelayUs / 1e6)],
    ['state', STATES[state.name]],
    ['wantstate', STATES[state.name]],
    ['version', config.version],
  ];
}

function scriptFields(scripts: NotifyScripts | undefined): Field[] {
  return SCRIPT_TITLES.map(([keyword]) => {
    const script = scripts?.[keyword];
    return [SCRIPT_FIELDS[keyword], script === undefined ? undefined : commandText(script.argv)];
  });
}

function dataFields(status: InstanceStatus, dump: InstanceDump): Field[] {
  const { report, facts, notify } = dump;
  const { config } = status;
  const more = facts.instances[config.name];
  const commands = new Map(
    report.trackers.scripts.map(({ config: { name, spec } }) => [name, commandText(spec.argv)]),
  );
  const names = (list: readonly { readonly name: string }[] = []): string[] => list.map(({ name }) => name);
  return [
    ...settingFields(status, dump),
    ['smtp_alert', more?.smtpAlert ?? false],
    ['notify_deleted', notify[config.name]?.reportsDeleted ?? false],
    ...scriptFields(notify[config.name]),
    ['vips', some(addressTexts(config.vips, status, report))],
    ['evips', some(addressTexts(config.excludedVips, status, report))],
    ['vroutes', some(config.routes.map(routeText))],
    ['vrules', some(config.rules.map(ruleDumpText))],
    ['track_ifp', some(names(more?.tracked.interfaces))],
    ['track_script', some(names(more?.tracked.scripts).flatMap((name) => commands.get(name) ?? []))],
    ['track_process', some(names(more?.tracked.processes))],
    ['auth_type', AUTH_TYPES[config.auth.type]],
    ['auth_data', config.auth.type === 'none' ? undefined : MASKED],
  ];
}

const statFields = (stats: VrrpStats): Field[] => [
  ['advert_rcvd', stats.advertRcvd],
  ['advert_sent', stats.advertSent],
  ['become_master', stats.becomeMaster],
  ['release_master', stats.releaseMaster],
  ['packet_len_err', stats.packetLenErr],
  ['advert_interval_err', stats.advertIntervalErr],
  ['ip_ttl_err', stats.ipTtlErr],
  ['invalid_type_rcvd', stats.invalidTypeRcvd],
  ['addr_list_err', stats.addrListErr],
  ['invalid_authtype', stats.invalidAuthtype],
  ['authtype_mismatch', stats.authtypeMismatch],
  ['auth_failure', stats.authFailure],
  ['auth_ext_missing', stats.authExtMissing],
  ['auth_ext_malformed', stats.authExtMalformed],
  ['auth_ext_unknown_key', stats.authExtUnknownKey],
  ['auth_ext_invalid_hmac', stats.authExtInvalidHmac],
  ['auth_ext_stale', stats.authExtStale],
  ['auth_ext_replay', stats.authExtReplay],
  ['pri_zero_rcvd', stats.priZeroRcvd],
  ['pri_zero_sent', stats.priZeroSent],
];

const instanceText = (status: InstanceStatus, dump: InstanceDump): string =>
  `{"data":${object(dataFields(status, dump))},"stats":${object(statFields(status.stats))}}`;

function processText({ config, count, quorum, waits }: ProcessReport, dump: InstanceDump): string {
  const [command = '', ...parameters] = config.command;
  return object([
    ['process', command],
    ['parameters', parameters.length === 0 ? undefined : parameters.join(' ')],
    ['param_match', config.match ?? 'none'],
    ['min_processes', config.quorum],
    ['max_processes', config.quorumMax],
    ['current_processes', count],
    ['have_quorum', quorum],
    ['weight', dump.facts.processes[config.name]?.weight ?? 0],
    ['terminate_delay', seconds(config.terminateDelayUs as Us)],
    ['fork_delay', seconds(config.forkDelayUs as Us)],
    ['fork_delay_timer_running', waits === 'fork'],
    ['terminate_delay_timer_running', waits === 'terminate'],
    ['full_command', config.fullCommand],
  ]);
}

/** The file as a whole; version 2 is what `json_version 2` asks for. */
export function vrrpJsonText(dump: InstanceDump): string {
  const { report, facts } = dump;
  const instances = `[${report.instances.map((status) => instanceText(status, dump)).join(',')}]`;
  if (facts.jsonVersion === 1) return instances;
  const processes = report.trackers.processes.map((one) => processText(one, dump)).join(',');
  return `{"vrrp":${instances},"track_process":[${processes}]}`;
}
