/** Tracked scripts, files, processes and BFD sessions in keepalived.data. */
import type { DumpFacts, TrackedLists, WeightFacts } from '../../ipc/dump-facts.ts';
import type { Us } from '../../units.ts';
import type { Tracked } from '../../vrrp/config.ts';
import type { ProcessReport, ScriptReport, VrrpReport } from '../../vrrp/report.ts';
import { commandText, listed, secondsText, title, trackedText, yesNo } from './text.ts';

const NO_WEIGHT: WeightFacts = { weight: 0, reverse: false };

const weightText = ({ weight, reverse }: WeightFacts): string => `${weight}${reverse ? ' reverse' : ''}`;

/** Who tracks it: instances that say so themselves, then the members of groups that do. */
function trackingInstances(
  list: keyof TrackedLists,
  object: string,
  { instances, groups }: DumpFacts,
  report: VrrpReport,
): string[] {
  const named = (lists: TrackedLists | undefined): Tracked[] =>
    (lists?.[list] ?? []).filter(({ name }) => name === object);
  const own = report.instances.flatMap(({ config: { name } }) =>
    named(instances[name]?.tracked).map((tracked) => ({ ...tracked, name })),
  );
  const shared = report.groups.flatMap((group) =>
    named(groups[group.name]?.tracked).flatMap((tracked) =>
      group.members.map((member) => ({ ...tracked, name: member })),
    ),
  );
  const taken = new Set(shared.map(({ name }) => name));
  return [...own.filter(({ name }) => !taken.has(name)), ...shared].map((one) => trackedText(one, ','));
}

/** Upstream's counter between 0 and rise + fall - 1, of which the upper part is good. */
function resultOf({ config, state }: ScriptReport): number {
  if (state.status !== 'up') return state.against;
  return config.rise + config.fall - 1 - state.against;
}

const SCRIPT_STATES = { up: 'GOOD', down: 'BAD', unknown: 'INIT', 'presumed-down': 'INIT' } as const;

export function scriptSection(report: VrrpReport, facts: DumpFacts): string[] {
  const { scripts } = report.trackers;
  if (scripts.length === 0) return [];
  const lines = scripts.flatMap((script) => {
    const { config, state, running } = script;
    const { spec, name } = config;
    const more = facts.scripts[name];
    return [
      ` VRRP Script = ${name}`,
      `   Command = ${commandText(spec.argv)}`,
      `   Interval = ${secondsText(config.intervalUs)} sec`,
      `   Timeout = ${secondsText(more?.timeoutUs ?? (0 as Us))} sec`,
      `   Weight = ${weightText(more ?? NO_WEIGHT)}`,
      `   Rise = ${config.rise}`,
      `   Fall = ${config.fall}`,
      `   Result = ${resultOf(script)}`,
      `   Insecure = ${yesNo(false)}`,
      `   Init state = ${state.seen ? 'unknown' : config.initFail ? 'failed' : 'unknown'}`,
      `   Status = ${SCRIPT_STATES[state.status]}`,
      `   Script uid:gid = ${spec.uid}:${spec.gid}`,
      '   VRRP instances :',
      ...listed('Tracking instances', trackingInstances('scripts', name, facts, report)),
      `   State = ${running ? 'running' : 'idle'}`,
    ];
  });
  return [title('VRRP Scripts'), ...lines];
}

export function fileSection(report: VrrpReport, facts: DumpFacts): string[] {
  const { files } = report.trackers;
  if (files.length === 0) return [];
  const lines = files.flatMap(({ config: { name, path }, value }) => [
    ` Track file = ${name}`,
    `   File = ${path}`,
    `   Status = ${value}`,
    `   Weight = ${weightText(facts.files[name] ?? NO_WEIGHT)}`,
    ...listed('Tracking instances', trackingInstances('files', name, facts, report)),
  ]);
  return [title('VRRP Track files'), ...lines];
}

function processLines({ config, count, quorum, waits }: ProcessReport, facts: DumpFacts): string[] {
  const [command = '', ...parameters] = config.command;
  const seconds = (us: number): string => `${(us / 1e6).toFixed(6)}s`;
  return [
    ` VRRP Track process = ${config.name}`,
    `   Process = ${command}`,
    ...(parameters.length === 0 ? [] : [`   Parameters = ${commandText(parameters)}`]),
    `   Min processes = ${config.quorum}`,
    ...(config.quorumMax === undefined ? [] : [`   Max processes = ${config.quorumMax}`]),
    `   Current processes = ${count}`,
    `   Have quorum = ${quorum}`,
    `   Weight = ${weightText(facts.processes[config.name] ?? NO_WEIGHT)}`,
    `   Terminate delay = ${seconds(config.terminateDelayUs)}`,
    `   Fork delay = ${seconds(config.forkDelayUs)}`,
    `   Fork delay timer ${waits === 'fork' ? '' : 'not '}running`,
    `   Terminate delay timer ${waits === 'terminate' ? '' : 'not '}running`,
    `   Full command = ${config.fullCommand}`,
  ];
}

export function processSection(report: VrrpReport, facts: DumpFacts): string[] {
  const { processes } = report.trackers;
  if (processes.length === 0) return [];
  const lines = processes.flatMap((one) => [
    ...processLines(one, facts),
    ...listed('Tracking instances', trackingInstances('processes', one.config.name, facts, report)),
  ]);
  return [title('VRRP Track processes'), ...lines];
}

export function bfdSection(report: VrrpReport, facts: DumpFacts): string[] {
  const { bfds } = report.trackers;
  if (bfds.length === 0) return [];
  const lines = bfds.flatMap(({ name, up }) => [
    ` VRRP Track BFD = ${name}`,
    `   Weight = ${weightText(facts.bfds[name] ?? NO_WEIGHT)}`,
    `   Bfd is ${up ? 'up' : 'down'}`,
    '   Tracking VRRP instances :',
    ...listed('Tracking instances', trackingInstances('bfds', name, facts, report)),
  ]);
  return [title('VRRP Track BFDs'), ...lines];
}
