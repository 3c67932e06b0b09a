/** Packet filters of a namespace as lines, for cases about the accept mode and virtual MACs. */
import { run } from './exec.ts';

/**
 * The rule set without what counts packets. `parent_link_local` with its rule is left out while it is empty:
 * it came with 2.3.0, and 2.2.7 has none.
 */
export async function filtersOf(ns: string): Promise<string[]> {
  // By family, because the order of tables is that in which instances became master.
  const families = ['ip', 'ip6'].map((family) =>
    run(['ip', 'netns', 'exec', ns, 'nft', '-nn', 'list', 'ruleset', family]),
  );
  const text = (await Promise.all(families)).join('\n');
  return text
    .replace(/\tset parent_link_local \{\n[^}]*\}\n+/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.includes('@parent_link_local'))
    .map((line) => line.replace(/packets \d+ bytes \d+/, 'packets N bytes N'));
}
