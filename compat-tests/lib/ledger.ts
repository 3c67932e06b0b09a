/**
 * The compatibility ledger: for every case and pairing of daemons what is known of it. A result is judged
 * against its entry; both a change for the worse and an unrecorded improvement fail the run, so the file
 * stays true.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assertNever } from '../../src/units.ts';
import type { Difference } from './compare.ts';

export type Entry =
  | { readonly status: 'equal' }
  /** `paths` are the only places that may differ. */
  | { readonly status: 'differs'; readonly reason: string; readonly paths: readonly string[] }
  | { readonly status: 'unsupported'; readonly reason: string }
  | { readonly status: 'flaky'; readonly reason: string }
  /** Newer than the keepalived here: the case states what it expects, and nothing is compared. */
  | { readonly status: 'uncompared'; readonly reason: string };

export type Ledger = { [caseName: string]: { [pairing: string]: Entry } };

export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

const FILE = fileURLToPath(new URL('../ledger.json', import.meta.url));

export function readLedger(): Ledger {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Ledger;
  } catch {
    return {};
  }
}

export function writeLedger(ledger: Ledger): void {
  const names = Object.keys(ledger).sort();
  const sorted = Object.fromEntries(names.map((name) => [name, sortKeys(ledger[name] ?? {})]));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

function sortKeys<T>(record: { [key: string]: T }): { [key: string]: T } {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a run found; a scenario that broke off differs at the path `error`. */
export function judge(entry: Entry | undefined, found: readonly Difference[]): Verdict {
  const equal = found.length === 0;
  if (entry === undefined) {
    return { passed: false, text: equal ? 'equal, but not in the ledger' : 'differs, not in the ledger' };
  }
  switch (entry.status) {
    case 'equal':
      return equal ? { passed: true, text: 'equal' } : { passed: false, text: 'differs, ledger says equal' };
    case 'differs': {
      if (equal) return { passed: false, text: 'equal now, ledger says differs' };
      const fresh = found.filter((difference) => !entry.paths.includes(difference.path));
      if (fresh.length === 0) return { passed: true, text: `differs as recorded: ${entry.reason}` };
      return { passed: false, text: `differs at new places: ${fresh.map((f) => f.path).join(', ')}` };
    }
    case 'unsupported':
      if (equal) return { passed: false, text: 'equal now, ledger says unsupported' };
      return { passed: true, text: `unsupported: ${entry.reason}` };
    case 'uncompared':
      if (equal) return { passed: true, text: `as the case expects, uncompared: ${entry.reason}` };
      return { passed: false, text: 'not as the case expects' };
    case 'flaky':
      return { passed: true, text: `flaky (${equal ? 'equal' : 'differs'} this time): ${entry.reason}` };
    default:
      return assertNever(entry);
  }
}

/** The entry that a run would leave behind; a reason given by a person is kept while it still applies. */
export function recorded(entry: Entry | undefined, found: readonly Difference[]): Entry {
  if (entry?.status === 'flaky' || entry?.status === 'uncompared') return entry;
  if (found.length === 0) return { status: 'equal' };
  if (entry?.status === 'unsupported') return entry;
  const reason = entry?.status === 'differs' ? entry.reason : 'not yet explained';
  return { status: 'differs', reason, paths: found.map((difference) => difference.path) };
}

/** For a case about what only a later keepalived has, or none: then `since` is `alived`. */
export const uncompared = (since: string): Entry => ({
  status: 'uncompared',
  reason:
    since === 'alived'
      ? 'an extension of alived'
      : `keepalived has it since ${since}; built from its documentation`,
});
