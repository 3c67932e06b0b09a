/**
 * Include lines: which files they name and what is said when some cannot be read (language.md §4). The five
 * keyword variants differ only in how severe a missing file is.
 */
import type { FileProblem } from './facts.ts';

/** What must hold for an include to be in order; each letter of `includeX` switches one on. */
export interface IncludeChecks {
  readonly read: boolean;
  readonly match: boolean;
  readonly wildcard_match: boolean;
  readonly brace_match: boolean;
}

export const NO_CHECKS: IncludeChecks = {
  read: false,
  match: false,
  wildcard_match: false,
  brace_match: false,
};
export const ALL_CHECKS: IncludeChecks = { read: true, match: true, wildcard_match: true, brace_match: true };

const BY_LETTER: Readonly<Record<string, Partial<IncludeChecks>>> = {
  r: { read: true },
  m: { match: true },
  w: { wildcard_match: true, match: true },
  b: { brace_match: true },
  a: ALL_CHECKS,
};

export interface IncludeLine {
  readonly pattern: string;
  readonly checks: IncludeChecks;
}

const INCLUDE = /^include([rmwba]?)[ \t\f\r\v]+(.+)$/s;

/** `include` without a path and `includex` are ordinary, unknown keywords. */
export function parseInclude(text: string, defaults: IncludeChecks): IncludeLine | undefined {
  if (!text.startsWith('include')) return undefined;
  const match = INCLUDE.exec(text);
  if (!match?.[2]) return undefined;
  return { pattern: match[2].trim(), checks: { ...defaults, ...BY_LETTER[match[1] ?? ''] } };
}

export interface IncludeProblem {
  readonly text: string;
  /** True = the daemon refuses to start and `-t` ends with 6. */
  readonly strict: boolean;
}

const hasWildcard = (pattern: string): boolean => /[*?[]/.test(pattern);
const hasBraces = (pattern: string): boolean => pattern.includes('{');

/**
 * What a pattern without any, or without all, of its files means; undefined = silence. Any of the checks
 * other than `brace_match` lets a missing wildcard pass unless it is the one that asks for wildcards.
 */
export function unmatched(
  line: IncludeLine,
  matches: number,
  missingAlternatives: boolean,
  missingDirectory: boolean,
): IncludeProblem | undefined {
  const { pattern, checks } = line;
  if (hasBraces(pattern)) {
    if (!missingAlternatives) return undefined;
    return { text: `Some config files missing: "${pattern}".`, strict: checks.brace_match };
  }
  if (matches > 0) return undefined;
  if (!hasWildcard(pattern) || missingDirectory) {
    return { text: `Config files missing '${pattern}'.`, strict: checks.match };
  }
  return checks.wildcard_match ? { text: `No config files matched '${pattern}'.`, strict: true } : undefined;
}

/** A file that is there but cannot be used. Every letter but none makes this an error (observed, 2.2.7). */
export function unusable(
  name: string,
  problem: FileProblem,
  reason: string,
  checks: IncludeChecks,
): IncludeProblem {
  const strict = checks.read || checks.match || checks.wildcard_match || checks.brace_match;
  const texts: Record<FileProblem, string> = {
    missing: `Config files missing '${name}'.`,
    // Upstream has its names from glob(3), which marks directories.
    directory: `Configuration file '${name.replace(/\/?$/, '/')}' is a directory - skipping`,
    'not-regular': `Configuration file '${name}' is not a regular non-executable file - skipping`,
    unreadable: `Configuration file '${name}' open problem (${reason}) - skipping`,
  };
  return { text: texts[problem], strict };
}

/** The alternatives of `{a,b}`; a pattern without braces is its own only alternative. */
export function braceAlternatives(pattern: string): string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!match) return [pattern];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',').flatMap((part) => braceAlternatives(before + part + after));
}

/** Applies the words of an `include_check` line to the checks in force. */
export function applyIncludeCheck(words: readonly string[], current: IncludeChecks): IncludeChecks {
  if (words.length === 0) return ALL_CHECKS;
  const signed = /^[+-]/.test(words[0] ?? '');
  let checks: IncludeChecks = signed ? current : NO_CHECKS;
  for (const word of words) {
    const name = word.replace(/^[+-]/, '');
    if (name in NO_CHECKS) checks = { ...checks, [name]: !word.startsWith('-') };
  }
  return checks;
}
