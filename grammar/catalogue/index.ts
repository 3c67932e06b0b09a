/**
 * Every kind of message with its stable code. In: a diagnostic or a code; out: the entry. Codes are worked
 * out only when somebody looks at them: `-t` prints texts, never codes.
 */
import type { Diagnostic } from '../../src/diagnostics.ts';
import type { CatalogueEntry } from './entry.ts';
import { lineEntries } from './lines.ts';
import { lintEntries } from './lint.ts';
import { serviceEntries } from './services.ts';
import { valueEntries } from './values.ts';
import { vrrpEntries } from './vrrp.ts';

export type { CatalogueEntry, Severity } from './entry.ts';

/** What a reporter that names no code leaves behind. */
export const UNSPECIFIC = 'AV0200';

/** In order of code. */
export const catalogue: readonly CatalogueEntry[] = [
  ...lineEntries,
  ...valueEntries,
  ...vrrpEntries,
  ...serviceEntries,
  ...lintEntries,
].sort((a, b) => (a.code < b.code ? -1 : 1));

const byCode = new Map(catalogue.map((entry) => [entry.code, entry]));

export const entryOf = (code: string): CatalogueEntry | undefined => byCode.get(code.toUpperCase());

/** The entries that know a text, of the kind that goes first. */
export function entriesFor(text: string): readonly CatalogueEntry[] {
  const found = catalogue.filter(({ match }) => match?.test(text));
  for (const wanted of ['quotes', undefined] as const) {
    const some = found.filter(({ kind }) => kind === wanted);
    if (some.length > 0) return some;
  }
  // Among the general ones the first decides.
  return found.slice(0, 1);
}

/** The code of a text whose reporter gave none. */
export const codeOfText = (text: string): string => entriesFor(text)[0]?.code ?? UNSPECIFIC;

export const codeOf = ({ code, text }: Pick<Diagnostic, 'code' | 'text'>): string =>
  code === UNSPECIFIC ? codeOfText(text) : code;
