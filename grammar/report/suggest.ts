/** What may have been meant by a keyword that its block does not know. */

import { rootRows } from '../keywords/root.ts';
import type { AnyRow, Rows } from '../keywords/row.ts';
import { knownWords } from './known-words.ts';

export const ROOT = 'the outermost level';

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

export function nearest(word: string, candidates: readonly string[]): string[] {
  const lower = word.toLowerCase();
  const most = word.length <= 3 ? 1 : Math.max(1, Math.floor(word.length / 3));
  const scored = candidates
    .map((candidate) => ({ candidate, distance: editDistance(lower, candidate.toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance);
  const best = scored[0]?.distance ?? 0;
  return scored
    .filter(({ distance }) => distance === best)
    .map(({ candidate }) => candidate)
    .slice(0, 3);
}

let index: Map<string, string[]> | undefined;

/** Every keyword with the blocks that know it. */
function blocksOf(keyword: string): readonly string[] {
  index ??= collect(rootRows, ROOT, new Map());
  return index.get(keyword) ?? [];
}

function collect(rows: Rows, name: string, found: Map<string, string[]>): Map<string, string[]> {
  for (const [keyword, row] of Object.entries(rows)) {
    const places = found.get(keyword) ?? [];
    if (places.includes(name)) continue;
    found.set(keyword, [...places, name]);
    const inner = (row as AnyRow).kind === 'block' ? (row as AnyRow & { rows: Rows }).rows : undefined;
    if (inner) collect(inner, keyword, found);
  }
  return found;
}

const quoted = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(' or ');

/** Characters that look like a blank or like nothing, by code point. */
function invisible(keyword: string): string | undefined {
  const found = /[\u00a0\u200b-\u200f\u2028\u2029\u3000\ufeff]/.exec(keyword)?.[0];
  if (found === undefined) return undefined;
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `The word contains the invisible character U+${code}, which is not a blank; type the line anew.`;
}

export function adviceFor(keyword: string, rows: Rows, block: string): string[] {
  const unseen = invisible(keyword);
  if (unseen !== undefined) return [unseen];
  const known = knownWords[keyword] ?? knownWords[keyword.slice(0, 2)];
  if (known !== undefined && Object.hasOwn(knownWords, keyword)) return [known];
  const assignment = /^([a-z_]+)=./i.exec(keyword)?.[1];
  if (assignment !== undefined) return [`Write a blank in place of '=': ${keyword.replace('=', ' ')}`];
  if (keyword.endsWith('\\'))
    return ['Lines are not continued by a backslash; write the statement on one line.'];
  if (known !== undefined) return [known];
  const elsewhere = blocksOf(keyword);
  if (elsewhere.length > 0) return [`'${keyword}' is valid in ${elsewhere.join(', ')}, not in ${block}.`];
  const here = nearest(keyword, Object.keys(rows));
  if (here.length > 0) return [`Did you mean ${quoted(here)}?`];
  index ??= collect(rootRows, ROOT, new Map());
  const other = nearest(keyword, [...index.keys()])[0];
  if (other !== undefined && editDistance(keyword, other, 2) <= 2) {
    return [`Did you mean '${other}'? That is valid in ${blocksOf(other).join(', ')}, not in ${block}.`];
  }
  if (/^\d+\.\d+\.\d+\.\d+|^[0-9a-f]*:[0-9a-f:]+/i.test(keyword)) {
    return ['Addresses stand in a list such as virtual_ipaddress { … }.'];
  }
  return [];
}
