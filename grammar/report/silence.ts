/**
 * Silencing: `# alived: ignore AV0901, AV0902` on the line of a finding or alone on the line above it, and a
 * list of codes for the whole run. A comment without codes silences every finding there.
 */
import type { Finding } from './finding.ts';

const MARK = /[#!]\s*alived:\s*ignore\b([^#!]*)$/;

export interface SilenceOptions {
  readonly disabled: ReadonlySet<string>;
  readonly textOf: (file: string) => string | undefined;
}

/** Codes named in the comment of a line; an empty list means all. */
function ignoredOn(line: string | undefined): readonly string[] | undefined {
  const match = MARK.exec(line ?? '');
  return match ? (match[1]?.match(/AV\d{4}/gi) ?? []).map((code) => code.toUpperCase()) : undefined;
}

const isComment = (line: string | undefined): boolean => /^\s*[#!]/.test(line ?? '');

export function withoutSilenced(
  findings: readonly Finding[],
  { disabled, textOf }: SilenceOptions,
): Finding[] {
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    const known = lines.get(file) ?? (textOf(file) ?? '').split('\n');
    lines.set(file, known);
    return known;
  };
  return findings.filter(({ code, span }) => {
    if (disabled.has(code)) return false;
    if (!span) return true;
    const own = linesOf(span.file);
    const above = own[span.line - 2];
    const marks = [ignoredOn(own[span.line - 1]), isComment(above) ? ignoredOn(above) : undefined];
    return !marks.some((codes) => codes !== undefined && (codes.length === 0 || codes.includes(code)));
  });
}
