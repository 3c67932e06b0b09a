/** The values of one block: defaults of its table under what the file says. */
import type { Rows } from './keywords/row.ts';

/**
 * What the file says, with the table's defaults for the rest. List blocks have their own place in the
 * model.
 */
export function withDefaults(rows: Rows, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const values = { ...defaultsOf(rows) };
  for (const [keyword, value] of Object.entries(given)) {
    const kind = rows[keyword]?.kind;
    if (value !== undefined && (kind === 'scalar' || kind === 'custom')) values[keyword] = value;
  }
  return values;
}

const defaultsCache = new WeakMap<Rows, Readonly<Record<string, unknown>>>();

/** The defaults of a table, collected once because there may be thousands of blocks of one kind. */
function defaultsOf(rows: Rows): Readonly<Record<string, unknown>> {
  const cached = defaultsCache.get(rows);
  if (cached) return cached;
  const defaults: Record<string, unknown> = {};
  for (const [keyword, row] of Object.entries(rows)) {
    const value = (row as { readonly default?: unknown }).default;
    if (value !== undefined) defaults[keyword] = value;
  }
  defaultsCache.set(rows, defaults);
  return defaults;
}
