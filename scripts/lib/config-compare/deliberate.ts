/** fixtures/config/deliberate.json: the messages in which alived differs from 2.2.7 on purpose, and why. */
import { readFileSync } from 'node:fs';

interface Entry {
  readonly pattern: string;
  readonly reason: string;
  /** The version whose behaviour is right, or `build` for an option of the observed binary. */
  readonly version: string;
}

const path = new URL('../../../fixtures/config/deliberate.json', import.meta.url);

let known: readonly { readonly pattern: RegExp; readonly reason: string }[] | undefined;

/** Why messages with this text may differ, or undefined. */
export function deliberateReason(text: string): string | undefined {
  known ??= (JSON.parse(readFileSync(path, 'utf8')) as readonly Entry[]).map((entry) => ({
    pattern: new RegExp(entry.pattern),
    reason: `${entry.reason} (${entry.version})`,
  }));
  return known.find(({ pattern }) => pattern.test(text))?.reason;
}
