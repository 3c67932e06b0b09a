/**
 * `alived plan NEWFILE`: what a reload with this file would do to the daemon that runs, or to one that runs
 * another file. 0 = nothing would change, 1 = something would, 2 = the reload would be refused or nothing can
 * be said.
 */
import { type Facts, formatDiagnostic, type ParseResult, parseConfig } from '../../../grammar/index.ts';
import type { InstanceModel } from '../../../grammar/model.ts';
import { systemFacts } from '../../proc/facts.ts';
import { type KeptConfig, keptBy, replaying } from '../../proc/kept-config.ts';
import { currentInterfaces, type Interfaces } from '../../proc/links.ts';
import { pidPaths } from '../../proc/pid-paths.ts';
import { FATAL_REASON, type Refusal, refusalOf } from '../../proc/reload-refusal.ts';
import { readPidFile } from '../../runtime/files.ts';
import { enterNetworkNamespace } from '../../runtime/process.ts';
import { sameAddress } from '../../wire/address.ts';
import { takenForGiven } from '../check-facts.ts';
import type { Output } from '../output.ts';
import { compare } from './compare.ts';
import type { Situation } from './outlook.ts';
import { planText } from './text.ts';

export interface PlanOptions {
  readonly against?: string | undefined;
  readonly pidFile?: string | undefined;
  readonly format: 'text' | 'json';
  readonly configId?: string | undefined;
  /** With `against`: both files are for another machine. */
  readonly offline: boolean;
}

const UNCHANGED = 0;
const CHANGES = 1;
const REFUSED = 2;

const REASONS: Readonly<Record<Refusal, string>> = {
  check: 'reload_check_config is set and the file has errors',
  fatal: FATAL_REASON,
  namespace: 'net_namespace cannot change while the daemon runs',
  'ipvs-namespace': 'net_namespace_ipvs cannot change while the daemon runs',
};

export function runPlan(file: string, options: PlanOptions, output: Output): 0 | 1 | 2 {
  const { against } = options;
  const pid = against === undefined ? pidOf(file, options) : 0;
  const kept = pid === 0 ? undefined : keptBy(pid);
  if (against === undefined && kept === undefined) {
    const why = pid === 0 ? 'no daemon runs' : `process ${pid} is no alived that may be looked into`;
    output.err(`${why}; --against FILE compares with another file\n`);
    return REFUSED;
  }
  if (pid !== 0) enterNetworkNamespace(`/proc/${pid}/ns/net`);
  const interfaces = currentInterfaces();
  const before = kept === undefined ? read(against ?? '', options, interfaces) : readKept(kept, interfaces);
  const after = read(file, options, interfaces, kept);
  for (const diagnostic of after.diagnostics) output.err(`${formatDiagnostic(diagnostic)}\n`);
  const refusal = whyRefused(before, after, kept);
  if (refusal !== undefined) {
    if (options.format === 'json') output.out(`${JSON.stringify({ refused: REASONS[refusal] })}\n`);
    else output.err(`The reload would be refused: ${REASONS[refusal]}. The daemon would go on as it is.\n`);
    return REFUSED;
  }
  const plan = compare(before.model, after.model, situationOf(interfaces, kept !== undefined));
  const text =
    options.format === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan, output.colour);
  output.out(text);
  return plan.changes.length === 0 ? UNCHANGED : CHANGES;
}

function pidOf(file: string, options: PlanOptions): number {
  if (options.pidFile !== undefined) return readPidFile(options.pidFile);
  const { model } = read(file, options, { links: [], addresses: [] });
  const none = { namespace: undefined, pidFile: undefined, vrrpPidFile: undefined };
  const paths = pidPaths({ ...none, checkerPidFile: undefined, bfdPidFile: undefined }, model.root);
  return readPidFile(paths.parent);
}

function factsFor({ links }: Interfaces, how: Partial<PlanOptions>, kept?: KeptConfig): Facts {
  const { env } = process;
  const { configId = how.configId, strictIncludes = false, namespace } = kept?.options ?? {};
  const facts = systemFacts({ testing: false, configId, strictIncludes, namespace, env, links });
  return how.offline === true && kept === undefined ? takenForGiven(facts) : facts;
}

const read = (file: string, options: PlanOptions, interfaces: Interfaces, kept?: KeptConfig): ParseResult =>
  parseConfig(file, factsFor(interfaces, options, kept));

const readKept = (kept: KeptConfig, interfaces: Interfaces): ParseResult =>
  parseConfig(kept.options.file, replaying(factsFor(interfaces, {}, kept), kept));

function whyRefused(
  before: ParseResult,
  after: ParseResult,
  kept: KeptConfig | undefined,
): Refusal | undefined {
  const { root, globals } = before.model;
  return refusalOf(after, {
    checks: globals.values.reload_check_config !== undefined,
    namespaceGiven: kept?.options.namespace !== undefined,
    namespace: root.net_namespace,
    ipvsNamespace: root.net_namespace_ipvs,
  });
}

/** A master is known by its addresses, which nobody else on this machine has a reason to hold. */
function situationOf({ links, addresses }: Interfaces, runs: boolean): Situation {
  const isMaster = ({ vips, excludedVips }: InstanceModel): boolean | undefined => {
    const own = [...vips, ...excludedVips];
    if (!runs || own.length === 0) return undefined;
    return own.every((vip) => addresses.some(({ address }) => sameAddress(address, vip.address)));
  };
  const linkProblem = (name: string): string | undefined => {
    if (!runs) return undefined;
    const link = links.find((one) => one.name === name);
    if (link === undefined) return 'does not exist';
    return link.up ? undefined : 'is down';
  };
  return { isMaster, linkProblem };
}
