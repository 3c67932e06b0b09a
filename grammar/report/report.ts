/**
 * The diagnostics of a file as a person wants them: one report for one mistake. In: a file name and facts;
 * out: findings in the order of the file, and the model as it would be read without the mistakes. A mistake
 * that moves everything behind it is corrected in an overlay and the file read again; `-t` never sees that.
 */
import type { Diagnostic } from '../../src/diagnostics.ts';
import { codeOf, entryOf, type Severity } from '../catalogue/index.ts';
import type { Tree } from '../cst.ts';
import type { Facts } from '../facts.ts';
import { type ParseResult, parseConfig, parseTree } from '../index.ts';
import { byPlace, type Finding, newFinding } from './finding.ts';
import { Overlay } from './overlay.ts';
import { type Mistake, survey } from './survey.ts';
import { refusedBy } from './versions.ts';

/** Corrections of braces, and statements without their argument, that one file may need. */
const MAX_ROUNDS = 60;

export interface ReviewOptions {
  /** The version that shall accept the file too. */
  readonly as?: string;
}

export interface Review {
  readonly findings: readonly Finding[];
  /** The result for the corrected files. */
  readonly result: ParseResult;
  readonly textOf: (file: string) => string | undefined;
  /** A finding made on the result, with its places as they are in the real files. */
  readonly restore: (found: Finding) => Finding;
}

export function review(mainFile: string, facts: Facts, { as }: ReviewOptions = {}): Review {
  const overlay = new Overlay();
  const corrected = overlay.facts(facts);
  const real = new Map<string, string>();
  const textOf = (file: string): string | undefined => real.get(file);
  const findings: Finding[] = [];
  const restore = (found: Finding): Finding => restored(found, overlay, textOf);
  const add = (found: Finding): void => {
    findings.push(restore(found));
  };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const tree = parseTree(mainFile, corrected);
    if (round === 0) remember(tree, real);
    if (!mend(survey(tree), overlay, add)) break;
  }
  let result = parseConfig(mainFile, corrected);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const missing = result.diagnostics.find((one) => one.class === 'missing-parameter');
    if (!missing?.span || !blankStatement(missing, result.tree, overlay)) break;
    add(findingOf(missing, result.tree));
    result = parseConfig(mainFile, corrected);
  }
  // What could not be corrected is in the result again, as the cascade it makes.
  const uncorrected = new Set(survey(result.tree).map(({ finding }) => lineOf(finding.span)));
  for (const diagnostic of result.diagnostics) {
    const known = CASCADE.test(diagnostic.code) && uncorrected.has(lineOf(diagnostic.span));
    // Upstream's line about a script that others could change is followed by ours, which has the place.
    const told = diagnostic.code === UNSAFE_SCRIPT && diagnostic.span === undefined;
    if (!known && !told) add(findingOf(diagnostic, result.tree));
  }
  if (as !== undefined) for (const found of refusedBy(result.tree, as)) add(found);
  return { findings: merged(withoutRepeats(findings).sort(byPlace)), result, textOf, restore };
}

/** Unknown keywords and the braces behind them. */
const CASCADE = /^AV003[0-3]$/;

const UNSAFE_SCRIPT = 'AV0214';

const lineOf = (span: Diagnostic['span']): string | undefined => span && `${span.file}:${span.line}`;

function remember(tree: Tree, real: Map<string, string>): void {
  for (const { name, text } of tree.files) real.set(name, text);
}

/** True = something was corrected, so the file must be read again. */
function mend(mistakes: readonly Mistake[], overlay: Overlay, add: (found: Finding) => void): boolean {
  let changed = false;
  // Blanking keeps offsets; the only correction that moves them is decisive and comes alone.
  for (const { finding, correction } of mistakes) {
    add(finding);
    if (!correction) continue;
    const { file, from, to, insert } = correction;
    const done = insert === '' ? overlay.blank(file, from, to) : overlay.insert(file, from, insert);
    changed ||= done;
  }
  return changed;
}

function restored(found: Finding, overlay: Overlay, textOf: Review['textOf']): Finding {
  const related = found.related.map(({ text, span }) => ({ text, span: overlay.restore(span, textOf) }));
  return { ...found, related, ...(found.span ? { span: overlay.restore(found.span, textOf) } : {}) };
}

function blankStatement({ span }: Diagnostic, tree: Tree, overlay: Overlay): boolean {
  const file = tree.files.find(({ name }) => name === span?.file);
  return span !== undefined && file !== undefined && overlay.blank(file, span.start, span.end);
}

function severityOf(diagnostic: Diagnostic, code: string): Severity {
  const known = entryOf(code)?.severity ?? 'error';
  // What upstream only logs does not make a configuration wrong.
  return diagnostic.shownByTest === false && known === 'error' ? 'warning' : known;
}

function findingOf(diagnostic: Diagnostic, tree: Tree): Finding {
  const code = codeOf(diagnostic);
  const text = diagnostic.text.trim();
  return newFinding({
    code,
    severity: severityOf(diagnostic, code),
    text,
    span: narrowed(diagnostic, tree),
  });
}

/** The quoted value that the text is about, when it stands in the statement. */
function narrowed({ span, text }: Diagnostic, tree: Tree): Diagnostic['span'] {
  const source = tree.files.find(({ name }) => name === span?.file)?.text.slice(span?.start, span?.end);
  if (!span || source === undefined) return span;
  const values = [...text.matchAll(/'([^']+)'|\[([^\]]+)\]/g)].map((match) => match[1] ?? match[2] ?? '');
  for (const value of values) {
    const at = source.lastIndexOf(value);
    if (at < 0) continue;
    const start = span.start + at;
    return { ...span, start, end: start + value.length, column: span.column + at };
  }
  return span;
}

const NUMBER = /^AV031[0-4]$/;

/** A refused number and what the keyword says about it are one mistake. */
function merged(findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding, index) => {
    const before = findings[index - 1];
    const follows = (a: Finding | undefined, b: Finding | undefined): boolean =>
      NUMBER.test(a?.code ?? '') && !NUMBER.test(b?.code ?? '') && overlap(a, b);
    if (follows(before, finding)) return [];
    const after = findings[index + 1];
    return after && follows(finding, after)
      ? [{ ...finding, help: [...finding.help, after.text] }]
      : [finding];
  });
}

/** On one statement: the number stands inside it. */
function overlap(a: Finding | undefined, b: Finding | undefined): boolean {
  const [one, other] = [a?.span, b?.span];
  return (
    one !== undefined &&
    other !== undefined &&
    one.file === other.file &&
    one.start >= other.start &&
    one.end <= other.end
  );
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, span, text }) => {
    const key = `${code}\0${span?.file}\0${span?.start}\0${text}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
