/**
 * What the configuration language has to say about a file. A diagnostic never stops the parser: the
 * configuration is repaired as upstream repairs it, and the list decides the exit status of `-t`.
 */

/** Half-open range of UTF-16 offsets into `file`, with its 1-based line. */
export interface Span {
  readonly file: string;
  readonly line: number;
  /** What upstream takes for the number of the line, where that is another one; `none` = it has none. */
  readonly number?: number | 'none';
  /** 1-based column of the first character. */
  readonly column: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Upstream's classes of configuration message. `-t` exits with the status of the class that ranks highest
 * in `exitOfClass` (language.md §7: the least severe class wins, security beats all).
 */
export type DiagnosticClass = 'notice' | 'fatal' | 'general' | 'security' | 'missing-parameter' | 'no-config';

/** Processes that read the file after the parent. */
export type ChildName = 'checker' | 'vrrp' | 'bfd';

export interface Diagnostic {
  /** Stable code, AV0101 style. */
  readonly code: string;
  readonly class: DiagnosticClass;
  /** Upstream's wording, without the `(FILE: Line N)` prefix. */
  readonly text: string;
  /** Absent for checks made after parsing, which upstream prints without a place. */
  readonly span?: Span;
  /** False for messages that `-t` does not show because upstream sends them only to the log. */
  readonly shownByTest?: boolean;
  /** The children that say it under upstream, in the order in which they read; absent = the parent does. */
  readonly saidBy?: readonly ChildName[];
  /** False where upstream gives the line without its file: the main one, read by the parent alone. */
  readonly namesFile?: false;
}
