/**
 * Finds the cases: every `<area>/<case>/case.ts` beside lib/, which exports `run`
 * and, if nothing may run beside it, `alone`; with `since`, what it is about is newer than the keepalived
 * that the laboratory has, and the case itself states what it expects; with `modules`, it is played in the
 * kernel lab alone.
 */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './scene.ts';

export interface CompatCase {
  /** `area/case`, the key of the ledger and the name of the recorded observation. */
  readonly name: string;
  readonly run: Scenario;
  /** Runs with nothing beside it, because milliseconds matter. */
  readonly alone: boolean;
  /** The release of keepalived that brought it: only alived plays the case. */
  readonly since?: string;
  /** Modules of the kernel that it needs. */
  readonly modules: readonly string[];
}

const ROOT = new URL('../', import.meta.url);

export async function findCases(pattern: RegExp): Promise<CompatCase[]> {
  const found: CompatCase[] = [];
  for (const area of folders(ROOT)) {
    if (area === 'lib') continue;
    for (const name of folders(new URL(`${area}/`, ROOT))) {
      const file = new URL(`${area}/${name}/case.ts`, ROOT);
      const full = `${area}/${name}`;
      if (!existsSync(fileURLToPath(file)) || !pattern.test(full)) continue;
      const module = (await import(file.href)) as Partial<Omit<CompatCase, 'name'>>;
      if (module.run === undefined) throw new Error(`${full}/case.ts exports no run`);
      const since = module.since === undefined ? {} : { since: module.since };
      const { run, alone = false, modules = [] } = module;
      found.push({ name: full, run, alone, modules, ...since });
    }
  }
  return found;
}

function folders(at: URL): string[] {
  const entries = readdirSync(at, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
