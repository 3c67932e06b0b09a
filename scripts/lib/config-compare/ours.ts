/** The same file through the grammar in this process, with the facts that `-t` itself uses. */
import { readFileSync } from 'node:fs';
import type { Facts } from '../../../grammar/facts.ts';
import { exitStatusOf, numberOf, parseConfig } from '../../../grammar/index.ts';
import { systemFacts } from '../../../src/proc/facts.ts';
import { currentLinks } from '../../../src/proc/links.ts';
import type { Verdict } from './verdict.ts';

export interface OwnRun extends Verdict {
  readonly elapsedMs: number;
  /** The stack of an exception: the grammar never throws. */
  readonly thrown?: string;
}

/** Answers of the account database and the disk do not change during a run, and are asked for very often. */
function remembered<A extends readonly unknown[], R>(ask: (...args: A) => R): (...args: A) => R {
  const known = new Map<string, R>();
  return (...args) => {
    const key = JSON.stringify(args);
    const old = known.get(key);
    if (old !== undefined || known.has(key)) return old as R;
    const answer = ask(...args);
    known.set(key, answer);
    return answer;
  };
}

/** Names that the resolver of a namespace without a network knows: the hosts file, and old numeric forms. */
function hostsFile(): (host: string) => boolean {
  const lines = readFileSync('/etc/hosts', 'utf8').split('\n');
  const names = new Set(lines.flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1)));
  const numeric = /^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/i;
  return (host) => names.has(host) || numeric.test(host) || host === 'localhost';
}

/** Call it in the namespace and working directory of the comparison. */
export function namespaceFacts(): Facts {
  const facts = systemFacts({
    testing: true,
    configId: undefined,
    strictIncludes: false,
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    links: currentLinks(),
  });
  return {
    ...facts,
    user: remembered(facts.user),
    group: remembered(facts.group),
    script: remembered(facts.script),
    resolves: hostsFile(),
  };
}

export function runOurs(file: string, facts: Facts): OwnRun {
  const before = performance.now();
  try {
    const { diagnostics } = parseConfig(file, facts);
    const shown = diagnostics.filter(({ shownByTest }) => shownByTest !== false);
    const messages = shown.map(({ span, text }) => ({ line: numberOf(span) ?? null, text: asLatin1(text) }));
    return { exit: exitStatusOf(diagnostics), messages, elapsedMs: performance.now() - before };
  } catch (error) {
    const thrown = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { exit: -2, messages: [], elapsedMs: performance.now() - before, thrown };
  }
}

/** Upstream's output is bytes, compared one by one, so letters beyond ASCII are taken apart again. */
function asLatin1(text: string): string {
  return /[^\0-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}
