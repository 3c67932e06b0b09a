/** One entry of a report for people: a diagnostic with its code, what belongs to it, and advice. */
import type { Span } from '../../src/diagnostics.ts';
import type { Severity } from '../catalogue/index.ts';

export interface Related {
  readonly text: string;
  readonly span: Span;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly text: string;
  readonly span?: Span;
  /** Other places that belong to it, such as "block opened here". */
  readonly related: readonly Related[];
  /** Advice, one sentence each. */
  readonly help: readonly string[];
}

export interface FindingInit {
  readonly code: string;
  readonly severity?: Severity;
  readonly text: string;
  readonly span?: Span | undefined;
  readonly related?: readonly Related[];
  readonly help?: readonly string[];
}

export function newFinding({ span, ...given }: FindingInit): Finding {
  const { severity = 'error', related = [], help = [] } = given;
  return { ...given, severity, related, help, ...(span ? { span } : {}) };
}

/** 0 = nothing to say, 1 = warnings and advice only, 2 = errors. Notes do not count. */
export function reportStatus(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === 'error')) return 2;
  return findings.some(({ severity }) => severity !== 'note') ? 1 : 0;
}

/** By file and line; what has no place comes last. */
export function byPlace(a: Finding, b: Finding): number {
  if (!a.span || !b.span) return Number(!a.span) - Number(!b.span);
  if (a.span.file !== b.span.file) return a.span.file < b.span.file ? -1 : 1;
  // Reports of one line keep the order in which they were made.
  return a.span.line - b.span.line;
}
