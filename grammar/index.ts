/**
 * The configuration language in one call: a file name and facts in, model and diagnostics out. Needs no
 * root, no kernel and no node:* module, so a linter or an editor can use it as the daemon does.
 */
import type { Diagnostic } from '../src/diagnostics.ts';
import { assertNever } from '../src/units.ts';
import { type CheckResult, checkConfig } from './check.ts';
import type { Tree } from './cst.ts';
import type { Facts } from './facts.ts';
import { parseStatements } from './parser.ts';
import { createScanner } from './scanner.ts';
import { readSource } from './source.ts';

export { type CheckResult, checkConfig, type Fatal } from './check.ts';
export { Line, type SourceFile, type Tree } from './cst.ts';
export type { Facts, FileContent, InterfaceFacts, ScriptFacts } from './facts.ts';
export type * from './model.ts';

export interface ParseResult extends CheckResult {
  readonly tree: Tree;
}

/** Reads the file and everything it includes. */
export function parseTree(mainFile: string, facts: Facts): Tree {
  const scanner = createScanner();
  const { files, diagnostics } = readSource(mainFile, facts, scanner.feed);
  const { tokens, missingCloses } = scanner.finish();
  return { lines: parseStatements(tokens), files, diagnostics, missingCloses };
}

export function parseConfig(mainFile: string, facts: Facts): ParseResult {
  const tree = parseTree(mainFile, facts);
  return { ...checkConfig(tree, facts), tree };
}

/**
 * The exit status of `-t` (language.md §7). The class that ranks highest wins, which is the least severe one:
 * an ordinary error hides a fatal one, a security violation hides everything, and a missing parameter ends
 * the run before anything else can count.
 */
export function exitStatusOf(diagnostics: readonly Diagnostic[]): 0 | 2 | 4 | 5 | 6 {
  let status: 0 | 4 | 5 | 6 = 0;
  for (const { class: kind, shownByTest } of diagnostics) {
    if (shownByTest === false) continue;
    switch (kind) {
      case 'missing-parameter':
        return 2;
      case 'security':
      case 'no-config':
        status = 6;
        break;
      case 'general':
        if (status < 5) status = 5;
        break;
      case 'fatal':
        if (status < 4) status = 4;
        break;
      case 'notice':
        break;
      default:
        assertNever(kind);
    }
  }
  return status;
}

/** `(FILE: Line N) text`, or only the text of a check made after parsing. */
export function formatDiagnostic({ span, text }: Diagnostic): string {
  return span ? `(${span.file}: Line ${span.line}) ${text}` : text;
}
