/**
 * fixtures/config/: configurations with what keepalived 2.2.7 -t was observed to say about them. A fixture
 * may carry `differs`, with the reason and the exact difference, where alived says something else on
 * purpose.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Facts } from './facts.ts';
import { exitStatusOf, numberOf, parseConfig } from './index.ts';
import { objectFacts } from './testing.ts';

interface Message {
  readonly line: number | null;
  readonly text: string;
}

interface Expectation {
  readonly observed: string;
  readonly exit: number;
  readonly messages: readonly Message[];
  readonly differs?: {
    readonly reason: string;
    readonly exit: number;
    readonly missing: readonly Message[];
    readonly extra: readonly Message[];
  };
}

const root = new URL('../fixtures/config/', import.meta.url);
const readJson = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, root), 'utf8')) as T;
const show = ({ line, text }: Message): string => (line === null ? text : `(Line ${line}) ${text}`);

/** The machine of the observation: three bridges, root, and the programs the fixtures name. */
function observedFacts(text: string): Facts {
  return objectFacts({
    files: { 'k.conf': text },
    scripts: {
      '/usr/bin/true': {},
      '/usr/bin/false': {},
      '/usr/bin/printf': {},
      '/etc': { executable: false, directory: true },
      '/etc/passwd': { executable: false },
    },
    // The resolver there also took the old numeric forms for addresses.
    overrides: { resolves: (host) => host === 'localhost' || /^\d(\.\d)?$/.test(host) },
  });
}

function run(text: string): { readonly exit: number; readonly messages: string[] } {
  const { diagnostics } = parseConfig('k.conf', observedFacts(text));
  const shown = diagnostics.filter((diagnostic) => diagnostic.shownByTest !== false);
  const messages = shown.map(({ span, text: said }) => show({ line: numberOf(span) ?? null, text: said }));
  return { exit: exitStatusOf(diagnostics), messages: [...new Set(messages)].sort() };
}

const topics = readdirSync(root).filter((topic) => topic !== 'keywords' && !topic.includes('.'));

for (const topic of topics) {
  describe(`fixtures/config/${topic}`, () => {
    const names = readdirSync(new URL(`${topic}/`, root)).filter((name) => name.endsWith('.conf'));
    assert.ok(names.length > 0);
    for (const name of names) {
      it(name, () => {
        const expected = readJson<Expectation>(`${topic}/${name.replace(/\.conf$/, '.json')}`);
        const text = readFileSync(new URL(`${topic}/${name}`, root), 'utf8');
        const { differs } = expected;
        const missing = new Set(differs?.missing.map(show));
        const wanted = expected.messages.map(show).filter((message) => !missing.has(message));
        const got = run(text);
        assert.deepEqual(got.messages, [...wanted, ...(differs?.extra ?? []).map(show)].sort());
        assert.equal(got.exit, differs?.exit ?? expected.exit);
      });
    }
  });
}

interface Matrix {
  readonly cases: readonly {
    readonly case: string;
    readonly text: string;
    /** Null when upstream crashed or never ended; then the file has to be refused here. */
    readonly exit: number | null;
    readonly messages: readonly string[];
  }[];
}

describe('fixtures/config/keywords: each keyword with eight kinds of argument', () => {
  for (const name of readdirSync(new URL('keywords/', root))) {
    const { cases } = readJson<Matrix>(`keywords/${name}`);
    for (const [keyword, own] of Map.groupBy(cases, ({ case: label }) => label.split(' ', 1)[0])) {
      it(`${name.replace('.json', '')} ${keyword}`, () => {
        for (const { case: label, text, exit, messages } of own) {
          const got = run(text);
          if (exit === null) {
            assert.notEqual(got.exit, 0, label);
            continue;
          }
          assert.deepEqual(got.messages, [...messages].sort(), label);
          assert.equal(got.exit, exit, label);
        }
      });
    }
  }
});
