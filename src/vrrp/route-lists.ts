/** Lists of routes and rules: what two of them share, and what a reload says of those that go. */
import type { VirtualRoute, VirtualRule } from './config.ts';
import { prefixText, selectorText } from './route-text.ts';

export type PolicyEntry =
  | { readonly kind: 'route'; readonly route: VirtualRoute }
  | { readonly kind: 'rule'; readonly rule: VirtualRule };

export const routeEntries = (routes: readonly VirtualRoute[]): PolicyEntry[] =>
  routes.map((route) => ({ kind: 'route', route }));
export const ruleEntries = (rules: readonly VirtualRule[]): PolicyEntry[] =>
  rules.map((rule) => ({ kind: 'rule', rule }));

/** Text that is the same exactly for entries that are the same in the kernel. */
export function identity(entry: PolicyEntry): string {
  const value = entry.kind === 'route' ? entry.route : entry.rule;
  return JSON.stringify([entry.kind, { ...value, track: undefined, trackGroup: undefined }], (_key, item) => {
    if (typeof item === 'bigint') return `${item}n`;
    return item instanceof Uint8Array ? item.join('.') : item;
  });
}

/** Entries of the first list that the second one does not have. */
export function missingEntries(
  entries: readonly PolicyEntry[],
  others: readonly PolicyEntry[],
): PolicyEntry[] {
  const known = new Set(others.map(identity));
  return entries.filter((entry) => !known.has(identity(entry)));
}

/** What a reload says of entries that go: a line for each, or one when the whole block is gone. */
export function goneLines(
  gone: readonly PolicyEntry[],
  left: number,
): { readonly id: string; readonly args: readonly string[] }[] {
  const [first] = gone;
  if (first === undefined) return [];
  if (left === 0) return [{ id: `${first.kind}-block-removed`, args: [] }];
  return gone.map((entry) =>
    entry.kind === 'route'
      ? { id: 'route-removed', args: [prefixText(entry.route.destination)] }
      : { id: 'rule-removed', args: [selectorText(entry.rule)] },
  );
}
