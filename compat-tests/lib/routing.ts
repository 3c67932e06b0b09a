/** Routes and rules of a namespace as lines, for cases about virtual and static routes and rules. */
import { run } from './exec.ts';

/** The kernel's own rules, which every namespace has. */
const STANDARD_RULE = /^(0|32766|32767):/;

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter(Boolean)
    .map((line) => line.replace(/expires \d+sec/, 'expires'));
}

/** What carries the protocol of keepalived, in all tables, with all that `ip -d` tells; rules of anybody. */
export async function policyOf(ns: string): Promise<string[]> {
  const found: string[] = [];
  for (const family of ['-4', '-6']) {
    const ip = ['ip', '-n', ns, '-d', family];
    const routes = lines(await run([...ip, 'route', 'show', 'table', 'all', 'proto', '18']));
    // Next hops stand on lines of their own, behind their route.
    found.push(...new Set(routes));
    found.push(...lines(await run([...ip, 'rule', 'show'])).filter((line) => !STANDARD_RULE.test(line)));
  }
  return found;
}
