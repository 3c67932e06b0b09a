/**
 * KEEPALIVED-MIB, the VRRP part: groups, instances and what they track. Numbers and order of columns are what
 * 2.2.7 was seen answering. Tables of addresses, routes and rules are in route-objects.ts.
 */
import type { NotifyScripts } from '../../ipc/messages.ts';
import type { Change } from '../../ports/snmp.ts';
import type { Tracked } from '../../vrrp/config.ts';
import type { GroupStatus } from '../../vrrp/group-keeper.ts';
import type { ProcessReport, ScriptReport } from '../../vrrp/report.ts';
import type { InstanceStatus } from '../../vrrp/running.ts';
import type { VarBind } from '../../wire/agentx.ts';
import { commandText } from '../dump/text.ts';
import { VRRP } from './names.ts';
import { type Branches, branches, type Column, type Table } from './tree.ts';
import { familyType, gauge, integer, octets, some, text, truth } from './values.ts';
import { counted, nested, ownInterface, STATES, type VrrpSnmpSource } from './vrrp-source.ts';

const AUTH_TYPES = { none: 0, pass: 1, ah: 2 } as const;
const HIGHEST_PRIORITY = 255;
/** Not above the priority of an address owner, which no instance becomes by itself. */
const HIGHEST_SETTABLE = 254;

type Keyword = Exclude<keyof NotifyScripts, 'serializeUs' | 'reportsDeleted'>;

const hasScript = (scripts: NotifyScripts | undefined): boolean =>
  Object.keys(scripts ?? {}).some((name) => name !== 'serializeUs' && name !== 'reportsDeleted');

const scriptValue = (scripts: NotifyScripts | undefined, keyword: Keyword) =>
  some(scripts?.[keyword], ({ argv }) => text(commandText(argv)));

/** Tracked objects, which have a weight of their own. */
type Kind = 'scripts' | 'files' | 'bfds' | 'processes';

const weightOf = (source: VrrpSnmpSource, kind: Kind, name: string) =>
  integer(source.facts()[kind][name]?.weight ?? 0);
const isReverse = (source: VrrpSnmpSource, kind: Kind, name: string) =>
  truth(source.facts()[kind][name]?.reverse === true);

function groupTable(source: VrrpSnmpSource): Table<GroupStatus> {
  const facts = (name: string) => source.facts().groups[name];
  const script =
    (keyword: Keyword) =>
    ({ name }: GroupStatus) =>
      scriptValue(source.groupNotify()[name], keyword);
  return {
    oid: [...VRRP, 1, 1],
    rows: () => counted(source.report().groups),
    columns: {
      2: ({ name }) => text(name),
      3: ({ state }) => integer(STATES[state]),
      4: ({ name }) => truth(facts(name)?.smtpAlert === true),
      5: ({ name }) => truth(hasScript(source.groupNotify()[name])),
      6: script('notify_master'),
      7: script('notify_backup'),
      8: script('notify_fault'),
      9: script('notify'),
      10: ({ name }) => truth(facts(name)?.trackingWeight === true),
    },
  };
}

function settable(
  get: Column<InstanceStatus>['get'],
  accept: (value: number) => boolean,
  apply: (name: string, value: number) => void,
): Column<InstanceStatus> {
  const set = ({ config }: InstanceStatus, value: VarBind['value']): Change => {
    if (value.type !== 'integer') return { error: 'wrongType' };
    const { value: wanted } = value;
    return accept(wanted) ? { commit: () => apply(config.name, wanted) } : { error: 'wrongValue' };
  };
  return { get, set };
}

function settingColumns(source: VrrpSnmpSource): Table<InstanceStatus>['columns'] {
  const facts = ({ config }: InstanceStatus) => source.facts().instances[config.name];
  const scripts = ({ config }: InstanceStatus) => source.notify()[config.name];
  const script = (keyword: Keyword) => (status: InstanceStatus) => scriptValue(scripts(status), keyword);
  return {
    21: (status) => truth(hasScript(scripts(status)) || scripts(status)?.reportsDeleted === true),
    22: script('notify_master'),
    23: script('notify_backup'),
    24: script('notify_fault'),
    25: script('notify_stop'),
    26: script('notify'),
    27: ({ config }) => integer(config.version === 2 ? 0 : config.accept ? 1 : 2),
    28: ({ config }) => truth(config.promoteSecondaries === true),
    29: (status) => truth(facts(status)?.polledLink === true),
    30: ({ config }) => integer(config.version),
    31: script('notify_master_rx_lower_pri'),
    32: script('notify_deleted'),
    33: (status) => truth(facts(status)?.notifyPriorityChanges === true),
    // Only multicast has a group.
    34: ({ config }) => (config.unicastPeers.length > 0 ? undefined : familyType(config.multicastGroup)),
    35: ({ config }) => (config.unicastPeers.length > 0 ? undefined : octets(config.multicastGroup)),
  };
}

function instanceTable(source: VrrpSnmpSource): Table<InstanceStatus> {
  const facts = ({ config }: InstanceStatus) => source.facts().instances[config.name];
  const groupOf = (name: string) => source.report().groups.find(({ members }) => members.includes(name));
  const tracksOthers = (status: InstanceStatus): boolean =>
    facts(status)?.tracked.interfaces.some(({ name }) => name !== status.config.interface) === true;
  return {
    oid: [...VRRP, 3, 1],
    rows: () => counted(source.report().instances),
    columns: {
      2: ({ config }) => text(config.name),
      3: ({ config }) => gauge(config.vrid),
      4: ({ state }) => integer(STATES[state.name]),
      5: ({ config }) =>
        integer(
          STATES[config.initialMaster || config.basePriority === HIGHEST_PRIORITY ? 'MASTER' : 'BACKUP'],
        ),
      6: ({ state }) => integer(STATES[state.wantsMaster ? 'MASTER' : state.name]),
      7: settable(
        ({ config }) => integer(config.basePriority),
        (value) => value >= 1 && value <= HIGHEST_SETTABLE,
        (name, value) => source.setBasePriority(name, value),
      ),
      8: ({ state }) => integer(state.effectivePriority),
      9: ({ state }) => truth(state.name === 'MASTER'),
      10: (status) => text(ownInterface(status)),
      11: (status) => truth(tracksOthers(status)),
      12: ({ config }) => gauge(Math.round(config.advertIntervalUs / (config.version === 2 ? 1e6 : 1e4))),
      13: settable(
        ({ config }) => truth(config.preempt),
        (value) => value === 1 || value === 2,
        (name, value) => source.setPreempt(name, value === 1),
      ),
      14: ({ config }) => gauge(Math.trunc(config.preemptDelayUs / 1e6)),
      15: ({ config }) => integer(AUTH_TYPES[config.auth.type]),
      16: ({ config }) => truth(source.syncInstance() === config.name),
      17: ({ config }) =>
        source.syncInstance() === config.name ? some(source.syncInterface(), text) : undefined,
      18: ({ config }) => some(groupOf(config.name), ({ name }) => text(name)),
      19: ({ config }) => gauge(Math.trunc(config.garp.masterDelayUs / 1e6)),
      20: (status) => truth(facts(status)?.smtpAlert === true),
      ...settingColumns(source),
    },
  };
}

/** Where one kind of tracked objects is: of instances, of groups, and from which column its name stands. */
const TRACKED = [
  { kind: 'interfaces', instances: 4, groups: 14, first: 1 },
  { kind: 'scripts', instances: 5, groups: 15, first: 2 },
  { kind: 'files', instances: 12, groups: 16, first: 2 },
  { kind: 'bfds', instances: 17, groups: 19, first: 2 },
  { kind: 'processes', instances: 20, groups: 22, first: 2 },
] as const;

function trackedTables(source: VrrpSnmpSource): Table<Tracked>[] {
  const ofInstance = ({ config }: InstanceStatus) => source.facts().instances[config.name]?.tracked;
  const ofGroup = ({ name }: GroupStatus) => source.facts().groups[name]?.tracked;
  /** Those of files, BFD sessions and processes have the weight of the object (seen with 2.2.7). */
  const weighed = (kind: (typeof TRACKED)[number]['kind'], tracked: Tracked): Tracked => {
    if (kind === 'interfaces' || kind === 'scripts') return tracked;
    return { ...tracked, ...source.facts()[kind][tracked.name] };
  };
  return TRACKED.flatMap(({ kind, instances, groups, first }) => {
    const columns: Table<Tracked>['columns'] = {
      [first]: ({ name }) => text(name),
      [first === 1 ? 2 : 3]: (tracked) => integer(weighed(kind, tracked).weight),
      [first === 1 ? 3 : 4]: (tracked) => truth(weighed(kind, tracked).reverse),
    };
    const table = (number: number, rows: Table<Tracked>['rows']) => ({
      oid: [...VRRP, number, 1],
      rows,
      columns,
    });
    return [
      table(instances, () => nested(source.report().instances, (one) => ofInstance(one)?.[kind] ?? [])),
      table(groups, () => nested(source.report().groups, (one) => ofGroup(one)?.[kind] ?? [])),
    ];
  });
}

/** unknown(1), bad(2), good(3) */
const scriptResult = ({ state }: ScriptReport): number =>
  state.status === 'up' ? 3 : state.status === 'down' ? 2 : 1;

function scriptTable(source: VrrpSnmpSource): Table<ScriptReport> {
  return {
    oid: [...VRRP, 9, 1],
    rows: () => counted(source.report().trackers.scripts),
    columns: {
      2: ({ config }) => text(config.name),
      3: ({ config }) => text(commandText(config.spec.argv)),
      4: ({ config }) => integer(Math.round(config.intervalUs / 1e6)),
      5: ({ config }) => weightOf(source, 'scripts', config.name),
      6: (script) => integer(scriptResult(script)),
      7: ({ config }) => gauge(config.rise),
      8: ({ config }) => gauge(config.fall),
      9: ({ config }) => isReverse(source, 'scripts', config.name),
    },
  };
}

const MATCHES = { none: 0, exact: 1, initial: 2, partial: 3 } as const;

function processTable(source: VrrpSnmpSource): Table<ProcessReport> {
  return {
    oid: [...VRRP, 21, 1],
    rows: () => counted(source.report().trackers.processes),
    columns: {
      2: ({ config }) => text(config.name),
      3: ({ config }) => text(config.command[0] ?? ''),
      4: ({ config }) => text(config.command.slice(1).join(' ')),
      5: ({ config }) => integer(MATCHES[config.match ?? 'none']),
      6: ({ config }) => weightOf(source, 'processes', config.name),
      7: ({ config }) => isReverse(source, 'processes', config.name),
      8: ({ config }) => gauge(config.quorum),
      9: ({ config }) => integer(config.quorumMax ?? -1),
      10: ({ config }) => gauge(config.forkDelayUs),
      11: ({ config }) => gauge(config.terminateDelayUs),
      12: ({ config }) => truth(config.fullCommand),
      13: ({ count }) => integer(count),
      14: ({ quorum }) => truth(quorum),
    },
  };
}

export function vrrpObjects(source: VrrpSnmpSource): Branches[] {
  const moment = () => source.moment();
  const files: Table<ReturnType<VrrpSnmpSource['report']>['trackers']['files'][number]> = {
    oid: [...VRRP, 13, 1],
    rows: () => counted(source.report().trackers.files),
    columns: {
      2: ({ config }) => text(config.name),
      3: ({ config }) => text(config.path),
      4: ({ value }) => integer(value),
      5: ({ config }) => weightOf(source, 'files', config.name),
      6: ({ config }) => isReverse(source, 'files', config.name),
    },
  };
  const bfds: Table<{ readonly name: string; readonly up: boolean }> = {
    oid: [...VRRP, 18, 1],
    rows: () => counted(source.report().trackers.bfds),
    columns: {
      2: ({ name }) => text(name),
      3: ({ up }) => integer(up ? 1 : 0),
      4: ({ name }) => weightOf(source, 'bfds', name),
      5: ({ name }) => isReverse(source, 'bfds', name),
    },
  };
  const members: Table<string> = {
    oid: [...VRRP, 2, 1],
    rows: () => nested(source.report().groups, ({ members: names }) => names),
    columns: { 2: text },
  };
  return [
    branches(groupTable(source), moment),
    branches(members, moment),
    branches(instanceTable(source), moment),
    ...trackedTables(source).map((table) => branches(table, moment)),
    branches(scriptTable(source), moment),
    branches(files, moment),
    branches(bfds, moment),
    branches(processTable(source), moment),
  ];
}
