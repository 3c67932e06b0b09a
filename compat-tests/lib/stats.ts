/** The counters of a router's first instance, from the file that SIGUSR2 asks for. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './poll.ts';
import type { Router } from './router.ts';

/** How often a router sent depends on how long the case took. */
const TIMED = /^(?:Advertisements\/Sent|Became master|Released master)$/;

/** `Section/Counter` of those that are not 0. The section of signed adverts is one of 2.4 alone. */
export async function countersOf(router: Router): Promise<Record<string, number>> {
  const file = join(router.daemon.dir, 'keepalived.stats');
  rmSync(file, { force: true });
  router.daemon.signal('SIGUSR2');
  const text = await until(() => whole(file), 5_000, 'the statistics');
  const counters: Record<string, number> = {};
  let section = '';
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^\s+([^:]+):\s*(\d*)$/.exec(line) ?? [];
    if (value === '') section = name;
    const key = line.startsWith('    ') ? `${section}/${name}` : name;
    if (Number(value) > 0 && !TIMED.test(key)) counters[key] = Number(value);
  }
  return counters;
}

function whole(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return /Priority Zero:\n.*\n.*Sent: \d+\n/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
