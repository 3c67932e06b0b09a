/**
 * Real configuration files with what keepalived 2.2.7 -t said about them. The corpus is not part of the
 * project (its licences differ): ALIVED_CORPUS names its directory, else ../shared/corpus/dev beside the
 * checkout is tried.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Facts } from './facts.ts';
import { exitStatusOf, numberOf, type ParseResult, parseConfig } from './index.ts';
import { objectFacts } from './testing.ts';

const beside = fileURLToPath(new URL('../../shared/corpus/dev', import.meta.url));
const directory = process.env.ALIVED_CORPUS ?? beside;
const present = existsSync(join(directory, 'oracle.json'));

interface Verdict {
  readonly exit: number;
  readonly messages: readonly { readonly line: number | null; readonly text: string }[];
}

/** Programs of the machine of the observation that the files run by absolute path or through PATH. */
const PROGRAMS = new Set([
  'ip',
  'bash',
  'cat',
  'curl',
  'echo',
  'false',
  'grep',
  'kill',
  'killall',
  'ls',
  'perl',
  'pgrep',
  'pidof',
  'ps',
  'python3',
  'sh',
  'sleep',
  'systemctl',
  'test',
  'touch',
  'true',
  'wget',
]);

/** Messages that differ on purpose: 2.4.3's behaviour, or a build option of the observed binary. */
const DELIBERATE = (
  JSON.parse(
    readFileSync(new URL('../fixtures/config/deliberate.json', import.meta.url), 'utf8'),
  ) as readonly { readonly pattern: string }[]
).map(({ pattern }) => new RegExp(pattern));

function factsFor(name: string, bytes: Uint8Array, interfaces: readonly string[]): Facts {
  return objectFacts({
    files: { [name]: bytes },
    interfaces,
    users: { root: { uid: 0, gid: 0 }, nobody: { uid: 65534, gid: 65534 } },
    groups: { root: 0, nogroup: 65534 },
    overrides: {
      script: (argv0) => {
        const base = argv0.replace(/^(\/usr)?\/s?bin\//, '');
        const executable = PROGRAMS.has(base);
        return executable ? { path: `/usr/bin/${base}`, executable } : { executable };
      },
      resolves: (host) => host === 'localhost',
      namespaceExists: () => false,
    },
  });
}

/** Exit statuses from here on are those of timeout and of the shell: 2.2.7 hung or died. */
const NO_VERDICT = 124;

interface Comparison {
  readonly name: string;
  readonly result: ParseResult;
  readonly verdict: Verdict;
  readonly elapsedMs: number;
}

function compareAll(): Comparison[] {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(directory, file), 'utf8')) as T;
  const oracle = read<Record<string, Verdict>>('oracle.json');
  const { interfaces } = read<{ interfaces: string[] }>('oracle_env.json');
  const names = readdirSync(directory).filter((name) => name.endsWith('.conf'));
  return names.map((name) => {
    const facts = factsFor(name, readFileSync(join(directory, name)), interfaces);
    const before = performance.now();
    const result = parseConfig(name, facts);
    const verdict = oracle[name];
    assert.ok(verdict, name);
    return { name, result, verdict, elapsedMs: performance.now() - before };
  });
}

const lines = (messages: Iterable<{ readonly line: number | null; readonly text: string }>): Set<string> =>
  new Set(
    [...messages]
      .filter(({ text }) => !DELIBERATE.some((some) => some.test(text)))
      // The observation left out the folder that it ran in, which ${_PWD} stands for.
      .map(({ line, text }) => `${line}: ${text.replaceAll("'/etc/keepalived/", "'")}`),
  );

function difference({ result, verdict }: Comparison): string[] {
  const shown = result.diagnostics.filter((diagnostic) => diagnostic.shownByTest !== false);
  const got = lines(shown.map(({ span, text }) => ({ line: numberOf(span) ?? null, text })));
  const wanted = lines(verdict.messages);
  return [
    ...[...wanted].filter((line) => !got.has(line)).map((line) => `- ${line}`),
    ...[...got].filter((line) => !wanted.has(line)).map((line) => `+ ${line}`),
  ];
}

describe('corpus of real configurations', { skip: present ? false : `no corpus at ${directory}` }, () => {
  const comparisons = present ? compareAll() : [];

  it('reads every file within a second', () => {
    assert.ok(comparisons.length > 200);
    for (const { name, elapsedMs } of comparisons) assert.ok(elapsedMs < 1000, `${name}: ${elapsedMs} ms`);
  });

  it('places every diagnostic inside its file', () => {
    for (const { name, result } of comparisons) {
      for (const { span, text } of result.diagnostics) {
        if (!span) continue;
        const file = result.tree.files.find((candidate) => candidate.name === span.file);
        assert.ok(file, `${name}: ${text}`);
        assert.ok(
          span.start >= 0 && span.end <= file.text.length && span.start <= span.end,
          `${name}: ${text}`,
        );
        assert.ok(span.line >= 1 && span.line <= file.text.split('\n').length, `${name}: ${text}`);
      }
    }
  });

  it('agrees with 2.2.7', (context) => {
    // A file that 2.2.7 dies of has no verdict to agree with.
    const covered = comparisons.filter(({ verdict }) => verdict.exit >= 0 && verdict.exit < NO_VERDICT);
    // A message that differs on purpose may change the exit status; nothing else may.
    const exits = covered.filter(
      ({ result, verdict }) =>
        exitStatusOf(result.diagnostics) === verdict.exit ||
        [...result.diagnostics, ...verdict.messages].some(({ text }) =>
          DELIBERATE.some((some) => some.test(text)),
        ),
    );
    const same = covered.filter((comparison) => difference(comparison).length === 0);
    for (const comparison of covered) {
      for (const line of difference(comparison)) context.diagnostic(`${comparison.name} ${line}`);
    }
    context.diagnostic(`covered ${covered.length}, same exit ${exits.length}, same messages ${same.length}`);
    assert.ok(covered.length >= 120, `${covered.length} covered`);
    assert.ok(same.length === covered.length, `${covered.length - same.length} files differ in messages`);
    assert.equal(exits.length, covered.length, 'exit statuses differ');
  });
});
