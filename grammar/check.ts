/**
 * Lines x keyword tables -> model and diagnostics. In: a tree and the facts; out: the configuration as
 * upstream would run it after its repairs, and everything upstream would say, in its order: parent pass,
 * VRRP pass, then the checks across lines (language.md §1, §7). Never throws on any input.
 */
import type { Diagnostic } from '../src/diagnostics.ts';
import type { Line, Tree } from './cst.ts';
import { newScope, type ReportOptions, type Session } from './drafts.ts';
import type { Facts } from './facts.ts';
import { rootRows } from './keywords/root.ts';
import type { PassProcess } from './keywords/row.ts';
import { newLvs } from './lvs-drafts.ts';
import type { Model } from './model.ts';
import { Reports } from './reports.ts';
import { resolveModel } from './resolve.ts';
import { bfdRules } from './rules/bfd.ts';
import { checkerRules } from './rules/checkers.ts';
import { afterInstances, beforeInstances, instanceRules } from './rules/index.ts';
import type { SessionRule } from './rules/rule.ts';
import { scriptFiles, startStopScripts, unusedScripts } from './rules/script-files.ts';
import { vridConflicts } from './rules/vrid-conflicts.ts';
import { newVrrpParts, startPass } from './vrrp-drafts.ts';
import { walk } from './walk.ts';

/** Why the daemon must not run: upstream's exit status 2 and 6. */
export type Fatal = 'missing-parameter' | 'config' | 'no-config';

export interface CheckResult {
  readonly tree: Tree;
  /** Built when somebody asks: a check has no use for it. */
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  readonly fatal?: Fatal;
}

interface Outcome {
  stopped: boolean;
  fatal: Fatal | undefined;
}

export function checkConfig(tree: Tree, facts: Facts): CheckResult {
  const reports = new Reports(tree.diagnostics, tree.mainFile);
  const outcome: Outcome = { stopped: false, fatal: undefined };
  const session = createSession(facts, reports, outcome);
  const stopped = (): boolean => outcome.stopped;
  const reported = (): number => reports.count;
  const common = { tree, rows: rootRows, session, stopped, reported };
  walk({ ...common, process: 'parent' });
  if (!stopped()) startStopScripts.check(session);
  // Upstream's children cannot start in a namespace that is not there, so their blocks are never looked at.
  const namespace = facts.namespace ?? session.root.values.net_namespace;
  const reachable = typeof namespace !== 'string' || (facts.namespaceExists?.(namespace) ?? true);
  const parentSaidNoScriptUser = session.saidNoScriptUser;
  if (reachable) {
    for (const [process, applyRules] of childPasses) {
      if (stopped()) break;
      session.known.clear();
      session.pass = process;
      startPass(session.vrrp, process);
      session.saidNoScriptUser = parentSaidNoScriptUser;
      walk({ ...common, process });
      if (!stopped()) applyRules(session);
    }
  }
  const said = reports.diagnostics;
  // Without its namespace upstream ends well, whatever it has said (observed on 2.2.7).
  const unique = reachable || stopped() ? said : said.map((one) => ({ ...one, class: 'notice' as const }));
  const noConfig = unique.some((diagnostic) => diagnostic.class === 'no-config');
  const fatal = outcome.fatal ?? (noConfig ? 'no-config' : undefined);
  let model: Model | undefined;
  return {
    tree,
    diagnostics: unique,
    ...(fatal === undefined ? {} : { fatal }),
    get model() {
      model ??= resolveModel(session, tree.statements);
      return model;
    },
  };
}

function createSession(facts: Facts, reports: Reports, outcome: Outcome): Session {
  const report = (text: string, line?: Line, options: ReportOptions = {}): void => {
    if (options.fatal) outcome.fatal ??= 'config';
    if (options.class === 'missing-parameter') outcome.fatal = 'missing-parameter';
    reports.add(text, line, session.pass, options);
  };
  const session: Session = {
    facts,
    report,
    stop: () => {
      outcome.stopped = true;
    },
    known: new Set(),
    instanceByName: new Map(),
    groupByName: new Map(),
    scriptByName: new Map(),
    root: newScope('root', ''),
    globals: newScope('globals', ''),
    scripts: [],
    instances: [],
    groups: [],
    webhooks: [],
    lvs: newLvs(),
    pass: 'parent',
    vrrp: newVrrpParts(),
    commands: [],
    saidNoScriptUser: false,
    missingInterface: false,
  };
  return session;
}

/** Each child reads the files and then makes its checks, in this order under `-t`. */
const childPasses: readonly (readonly [PassProcess, (session: Session) => void])[] = [
  ['checker', inOrder(checkerRules)],
  ['vrrp', applyVrrpRules],
  ['bfd', inOrder(bfdRules)],
];

function inOrder(rules: readonly SessionRule[]): (session: Session) => void {
  return (session) => {
    for (const rule of rules) if (rule.check(session) === 'stop') return;
  };
}

/** The checks after parsing. Upstream makes none when an interface is missing. */
function applyVrrpRules(session: Session): void {
  if (session.missingInterface) {
    const text = 'Non-existent interface specified in configuration';
    session.report(text, undefined, { class: 'fatal', fatal: true, code: 'AV0201' });
    return;
  }
  for (const rule of beforeInstances) {
    // Without an instance nothing could run a script, and upstream does not look at one.
    if (rule === scriptFiles && session.instances.length === 0) continue;
    if (rule.check(session) === 'stop') return;
  }
  for (const instance of session.instances) {
    // By index: an iterator for each of thousands of instances would cost as much as the rules.
    for (let at = 0; at < instanceRules.length; at++) {
      if (instanceRules[at]?.check(instance, session) === 'stop') return;
    }
  }
  if (vridConflicts.check(session) === 'stop') return;
  for (const rule of afterInstances) rule.check(session);
  if (session.instances.length > 0) unusedScripts.check(session);
}
