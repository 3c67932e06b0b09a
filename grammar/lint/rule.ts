/** The shape of a rule, and how rules look into a file: by its lines, or by the model they make. */
import type { Line, Tree } from '../cst.ts';
import type { Model } from '../model.ts';
import { type Finding, type FindingInit, newFinding } from '../report/finding.ts';

export interface LintContext {
  readonly tree: Tree;
  readonly model: Model;
  /** Others than the owner may read the main file. */
  readonly worldReadable?: boolean;
}

export interface LintRule {
  readonly code: string;
  readonly check: (context: LintContext) => readonly Finding[];
}

/** A rule's finding: advice, unless the catalogue says otherwise. */
export const advice = (given: FindingInit): Finding => newFinding({ severity: 'lint', ...given });

/** Lines of a block with this keyword, wherever the block was opened. */
export const linesOf = (lines: readonly Line[] | undefined, ...keywords: readonly string[]): Line[] =>
  (lines ?? []).filter((line) => keywords.includes(line.keyword));

/** The lines of the outermost level by keyword: rules ask for them again for each of ten thousand blocks. */
const roots = new WeakMap<Tree, ReadonlyMap<string, Line[]>>();

function rootsOf(tree: Tree): ReadonlyMap<string, Line[]> {
  const known = roots.get(tree);
  if (known) return known;
  const made = Map.groupBy(tree.lines, ({ keyword }) => keyword);
  roots.set(tree, made);
  return made;
}

export const rootBlocks = ({ tree }: LintContext, ...keywords: readonly string[]): readonly Line[] =>
  keywords.flatMap((keyword) => rootsOf(tree).get(keyword) ?? []);

export const inside = (line: Line, ...keywords: readonly string[]): Line[] =>
  linesOf(line.block?.lines, ...keywords);

export const has = (line: Line, keyword: string): boolean => inside(line, keyword).length > 0;

/** First argument of the last line with the keyword, which is the one that counts. */
export const argumentOf = (line: Line, keyword: string): string | undefined =>
  inside(line, keyword).at(-1)?.words[1];

export const numberOf = (line: Line, keyword: string, fallback: number): number => {
  const value = Number(argumentOf(line, keyword) ?? fallback);
  return Number.isFinite(value) ? value : fallback;
};

/** Items of list blocks, such as the lines of track_script. */
export const itemsOf = (line: Line, ...lists: readonly string[]): readonly Line[] =>
  inside(line, ...lists).flatMap((list) => list.block?.lines.filter(({ text }) => text !== '') ?? []);
