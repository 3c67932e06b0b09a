/** Packet filters of a namespace as lines, for cases about the accept mode and virtual MACs. */
import { run } from './exec.ts';

/**
 * The rule set without what counts packets, and as 2.2.7 has it: `parent_link_local` with its rule and
 * `mld-report` for the type 143 alone came with 2.3. Indexes of interfaces differ from run to run.
 */
export async function filtersOf(ns: string): Promise<string[]> {
  // By family, because the order of tables is that in which instances became master.
  const families = ['ip', 'ip6'].map((family) =>
    run(['ip', 'netns', 'exec', ns, 'nft', '-nn', 'list', 'ruleset', family]),
  );
  const text = (await Promise.all(families)).join('\n');
  return text
    .replace(/\tset parent_link_local \{\n(.*\n)*?\t\}\n+/, '')
    .replace(/\tset mld-report \{\n(.*\n)*?\t\}\n+/, '')
    .replace('@mld-report', '143')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.includes('@parent_link_local'))
    .map((line) => line.replace(/packets \d+ bytes \d+/, 'packets N bytes N'));
}
