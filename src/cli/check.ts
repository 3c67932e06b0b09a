/** `alived check`: findings as text, JSON or SARIF. 0 = clean, 1 = warnings or advice only, 2 = errors. */
import { statSync } from 'node:fs';
import { lint } from '../../grammar/lint/index.ts';
import { byPlace, type Finding, reportStatus } from '../../grammar/report/finding.ts';
import { formatJson, formatSarif } from '../../grammar/report/json.ts';
import { review } from '../../grammar/report/report.ts';
import { withoutSilenced } from '../../grammar/report/silence.ts';
import { formatText } from '../../grammar/report/text.ts';
import { ALIVED_VERSION } from '../out/version.ts';
import { machineFacts } from './check-facts.ts';
import type { Output } from './output.ts';

export interface CheckOptions {
  readonly format: 'text' | 'json' | 'sarif';
  readonly as?: string | undefined;
  readonly disable: readonly string[];
  readonly lint: boolean;
  readonly offline: boolean;
  readonly configId?: string | undefined;
}

export function runCheck(files: readonly string[], options: CheckOptions, output: Output): 0 | 1 | 2 {
  const facts = machineFacts(options);
  const texts = new Map<string, string>();
  const textOf = (file: string): string | undefined => texts.get(file);
  const findings: Finding[] = [];
  for (const file of files) {
    const found = review(file, facts, options.as === undefined ? {} : { as: options.as });
    for (const { name } of found.result.tree.files) texts.set(name, found.textOf(name) ?? '');
    const { tree, model } = found.result;
    const advice = options.lint ? lint({ tree, model, worldReadable: isWorldReadable(file) }) : [];
    const all = [...found.findings, ...advice.map(found.restore)].sort(byPlace);
    findings.push(...withoutSilenced(all, { disabled: new Set(options.disable), textOf: found.textOf }));
  }
  output.out(formatted(findings, options, output, textOf));
  if (options.format === 'text') output.err(summary(findings));
  return reportStatus(findings);
}

function formatted(
  findings: readonly Finding[],
  { format }: CheckOptions,
  { colour }: Output,
  textOf: (file: string) => string | undefined,
): string {
  if (format === 'json') return formatJson(findings);
  if (format === 'sarif') return formatSarif(findings, { toolVersion: ALIVED_VERSION, textOf });
  return formatText(findings, { colour, textOf });
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']): number =>
    findings.filter((finding) => finding.severity === severity).length;
  const parts = [
    [count('error'), 'error', 'errors'],
    [count('warning'), 'warning', 'warnings'],
    [count('lint'), 'piece of advice', 'pieces of advice'],
  ] as const;
  const said = parts.filter(([number]) => number > 0);
  if (said.length === 0) return '';
  const list = said.map(([number, one, many]) => `${number} ${number === 1 ? one : many}`).join(', ');
  return `${list}; alived explain CODE says more\n`;
}

function isWorldReadable(file: string): boolean {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o004) !== 0;
}
