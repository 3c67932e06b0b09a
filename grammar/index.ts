/**
 * The configuration language in one call: a file name and facts in, model and diagnostics out. Needs no
 * root, no kernel and no node:* module, so a linter or an editor can use it as the daemon does.
 */
import type { Diagnostic, Span } from '../src/diagnostics.ts';
import { assertNever } from '../src/units.ts';
import { type CheckResult, checkConfig } from './check.ts';
import { Tree } from './cst.ts';
import type { Facts } from './facts.ts';
import { pairBraces } from './parser.ts';
import { Scanner } from './scanner.ts';
import { readSource } from './source.ts';

export { type CheckResult, checkConfig, type Fatal } from './check.ts';
export { type Line, type SourceFile, Tree } from './cst.ts';
export type { Facts, FileContent, InterfaceFacts, ScriptFacts } from './facts.ts';
export type * from './model.ts';

export type ParseResult = CheckResult;

/** Reads the file and everything it includes. */
export function parseTree(mainFile: string, facts: Facts): Tree {
  const scanner = new Scanner();
  const { files, diagnostics, mainFile: only } = readSource(mainFile, facts, scanner);
  const { statements, open } = scanner;
  pairBraces(statements);
  return new Tree({ statements, files, diagnostics, missingCloses: open, mainFile: only });
}

export function parseConfig(mainFile: string, facts: Facts): ParseResult {
  return checkConfig(parseTree(mainFile, facts), facts);
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

/** `(FILE: Line N) text`, `(Line N) text`, or only the text of a check made after parsing. */
export function formatDiagnostic({ span, text, namesFile }: Diagnostic): string {
  const number = numberOf(span);
  if (!span || number === undefined) return text;
  const file = namesFile === false ? '' : `${span.file}: `;
  return `(${file}Line ${number}) ${text}`;
}

/** As the log has it: what upstream tells the log alone has no place there. */
export function logText(diagnostic: Diagnostic): string {
  return diagnostic.shownByTest === false ? diagnostic.text : formatDiagnostic(diagnostic);
}

/** The number of the line as upstream has it; undefined = it gives no place. */
export function numberOf(span: Span | undefined): number | undefined {
  if (!span || span.number === 'none') return undefined;
  return span.number ?? span.line;
}
