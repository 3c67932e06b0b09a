/** Regular expressions on what servers answer, in bounded time. */
import type { Result } from '../result.ts';

export interface PatternSpec {
  /** In the syntax of PCRE2. */
  readonly source: string;
  /** Options of PCRE2 by the names that regex_options has for them. */
  readonly options: readonly string[];
}

export interface Pattern {
  /** What it finds depends on where the text begins. */
  readonly anchored: boolean;
  /**
   * Whether a match begins between the offsets (both included), in bytes. Undefined when that took too long
   * to find out.
   */
  matches(bytes: Uint8Array, minOffset: number, maxOffset: number): boolean | undefined;
}

export interface Patterns {
  /** The error says what there is no equivalent for, or what is wrong. */
  compile(spec: PatternSpec): Result<Pattern, string>;
}
