/**
 * The house rules as data. In: every text file of the tree, TypeScript already scanned (source.ts). Out:
 * violations with a place. A rule sees only what it is given, so a test can plant a violation in memory and
 * look for it; scripts/tidy.test.ts does that and then runs all rules over the real tree.
 */
import type { SourceFile } from './source.ts';

/** Any text file of the tree, path relative to the root with forward slashes. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface Tree {
  readonly files: readonly TextFile[];
  readonly sources: readonly SourceFile[];
}

export interface Violation {
  readonly path: string;
  /** From 1; absent for a property of the whole file. */
  readonly line?: number;
  readonly detail: string;
}

export interface Rule {
  readonly name: string;
  readonly check: (tree: Tree) => readonly Violation[];
}

/** A rule on one scanned file at a time. */
export function sourceRule(name: string, check: (file: SourceFile) => readonly Violation[]): Rule {
  return { name, check: ({ sources }) => sources.flatMap(check) };
}

export const isTest = (path: string): boolean => path.endsWith('.test.ts') || /(^|\/)testing[/.]/.test(path);

export function formatViolation({ path, line, detail }: Violation): string {
  return line === undefined ? `${path}: ${detail}` : `${path}:${line}: ${detail}`;
}
