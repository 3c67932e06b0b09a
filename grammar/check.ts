/**
 * Lines x keyword tables -> model and diagnostics. In: a tree and the facts; out: the configuration as
 * upstream would run it after its repairs, and everything upstream would say, in its order: parent pass,
 * VRRP pass, then the checks across lines (language.md §1, §7). Never throws on any input.
 */
import type { Diagnostic } from '../src/diagnostics.ts';
import { type Line, spanOf, type Tree } from './cst.ts';
import { newScope, type ReportOptions, type Session } from './drafts.ts';
import type { Facts } from './facts.ts';
import { rootRows } from './keywords/root.ts';
import type { Model } from './model.ts';
import { resolveModel } from './resolve.ts';
import { beforeInstances, instanceRules } from './rules/index.ts';
import { scriptFiles, startStopScripts, unusedScripts } from './rules/script-files.ts';
import { vridConflicts } from './rules/vrid-conflicts.ts';
import { walk } from './walk.ts';

/** Why the daemon must not run: upstream's exit status 2 and 6. */
export type Fatal = 'missing-parameter' | 'config' | 'no-config';

export interface CheckResult {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  readonly fatal?: Fatal;
}

const DEFAULT_CODE = 'AV0200';

interface Outcome {
  stopped: boolean;
  fatal: Fatal | undefined;
}

export function checkConfig(tree: Tree, facts: Facts): CheckResult {
  const diagnostics: Diagnostic[] = [...tree.diagnostics];
  const outcome: Outcome = { stopped: false, fatal: undefined };
  const notYet = new Set<string>();
  const session = createSession(facts, diagnostics, outcome, notYet);
  const stopped = (): boolean => outcome.stopped;
  const common = { tree, rows: rootRows, session, stopped };
  walk({ ...common, process: 'parent' });
  if (!stopped()) startStopScripts.check(session);
  // Upstream's children cannot start in a namespace that is not there, so their blocks are never looked at.
  const namespace = session.root.values.net_namespace;
  const reachable = typeof namespace !== 'string' || (facts.namespaceExists?.(namespace) ?? true);
  if (!stopped() && reachable) walk({ ...common, process: 'vrrp' });
  if (!stopped() && reachable) applyRules(session);
  const unique = withoutRepeats(diagnostics);
  const noConfig = unique.some((diagnostic) => diagnostic.class === 'no-config');
  const fatal = outcome.fatal ?? (noConfig ? 'no-config' : undefined);
  const model = resolveModel(session, [...notYet]);
  return { model, diagnostics: unique, ...(fatal === undefined ? {} : { fatal }) };
}

function createSession(
  facts: Facts,
  diagnostics: Diagnostic[],
  outcome: Outcome,
  notYet: Set<string>,
): Session {
  const report = (text: string, line?: Line, options: ReportOptions = {}): void => {
    if (options.fatal) outcome.fatal ??= 'config';
    if (options.class === 'missing-parameter') outcome.fatal = 'missing-parameter';
    diagnostics.push({
      code: options.code ?? DEFAULT_CODE,
      class: options.class ?? 'general',
      text,
      ...(line ? { span: spanOf(line.place) } : {}),
      ...(options.shown === false ? { shownByTest: false } : {}),
    });
  };
  return {
    facts,
    report,
    stop: () => {
      outcome.stopped = true;
    },
    notYet: (kind, line) => {
      if (notYet.has(kind)) return;
      notYet.add(kind);
      const text = `${kind} is not supported yet - ignoring`;
      report(text, line, { class: 'notice', shown: false, code: 'AV0300' });
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
    commands: [],
    saidNoScriptUser: false,
    missingInterface: false,
  };
}

/** The checks after parsing. Upstream makes none when an interface is missing. */
function applyRules(session: Session): void {
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
    for (const rule of instanceRules) {
      if (rule.check(instance, session) === 'stop') return;
    }
  }
  if (vridConflicts.check(session) === 'stop') return;
  if (session.instances.length > 0) unusedScripts.check(session);
}

/** Upstream parses in several processes and repeats itself; each message at a place is given once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ span, text }) => {
    const key = span ? `${span.file}\0${span.line}\0${text}` : text;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
