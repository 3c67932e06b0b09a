/**
 * The tables against themselves and against the fact base (reference/keywords.tsv), where that is at hand.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '../index.ts';
import { objectFacts } from '../testing.ts';
import { rootRows } from './root.ts';
import type { AnyRow, Rows, Scalar } from './row.ts';

const beside = fileURLToPath(new URL('../../../shared/reference/keywords.tsv', import.meta.url));
const path = process.env.ALIVED_KEYWORDS ?? beside;

/** Rows with a reader of their own. A new one should be a last resort: raise the number with a reason. */
const CUSTOM_BUDGET = 150;

function allRows(rows: Rows, at = ''): (readonly [path: string, row: AnyRow])[] {
  return Object.entries(rows).flatMap(([keyword, row]) => {
    const own = at === '' ? keyword : `${at}/${keyword}`;
    const typed = row as AnyRow;
    const inner = typed.kind === 'block' ? allRows(typed.rows, own) : [];
    return [[own, typed] as const, ...inner];
  });
}

const table = new Map(allRows(rootRows));

describe('keyword tables', () => {
  it('document every row in a sentence', () => {
    for (const [keyword, row] of table) assert.match(row.doc, /^[A-Z`].*\.$/s, keyword);
  });

  it('keep custom readers within the budget', () => {
    const count = [...table.values()].filter((row) => row.kind === 'custom').length;
    assert.ok(count <= CUSTOM_BUDGET, `${count} custom rows`);
  });

  it('give scalars with a default a value that prints and parses to itself', () => {
    for (const [keyword, row] of table) {
      if (row.kind !== 'scalar') continue;
      const { codec, default: value } = row as Scalar<unknown, unknown>;
      // Some defaults, such as "no interval", cannot be written: the keyword is left out instead.
      if (value === undefined || codec.name === '' || Number(value) === 0) continue;
      assert.deepEqual(codec.parse(codec.print(value), { testing: true }).value, value, keyword);
    }
  });

  it('point aliases at rows that exist', () => {
    for (const [keyword, row] of table) {
      if (row.kind !== 'scalar' || row.aliasOf === undefined) continue;
      assert.ok(table.has(keyword.replace(/[^/]*$/, row.aliasOf)), `${keyword} -> ${row.aliasOf}`);
    }
  });
});

interface Fact {
  readonly block: string;
  readonly keyword: string;
  readonly kind: string;
  readonly default: string;
  readonly since: string;
  readonly process: string;
}

function readFacts(): Fact[] {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map((line) => {
    const fields = line.split('\t');
    return Object.fromEntries(names.map((name, at) => [name, fields[at] ?? ''])) as unknown as Fact;
  });
}

const pathOf = ({ block, keyword }: Fact): string => (block === '(root)' ? keyword : `${block}/${keyword}`);
const parentOf = (own: string): string => own.split('/').slice(0, -1).join('/');

/** Who uses a row: what it says, or what its block says. In global_defs the VRRP process unless said. */
function usersOf(own: string): string {
  const row = table.get(own);
  const said = row?.passes?.join('+') ?? row?.process;
  if (said !== undefined) return said;
  const parent = parentOf(own);
  return parent === '' || parent === 'global_defs' ? 'vrrp' : usersOf(parent);
}

const asSet = (users: string): string[] =>
  (users === 'all' ? ['bfd', 'checker', 'vrrp'] : users.replace('global', 'parent').split('+')).toSorted();

/** The first words of lines and what stands for any other word are described, not enumerated. */
const isOption = (keyword: string): boolean => !keyword.startsWith('(') && !/^[A-Z]|DEST/.test(keyword);

/** Options that exist since a release behind the fact base's list of options. */
const NEWER_OPTIONS = new Set(['protocol']);

describe('fact base', { skip: existsSync(path) ? false : `no keyword list at ${path}` }, () => {
  const facts = existsSync(path) ? readFacts() : [];
  const keywords = facts.filter(({ kind }) => kind !== 'line-option' && kind !== 'directive');
  const blocks = Map.groupBy(keywords, ({ block }) => block);

  it('is the list of 531 keywords, 258 line options and 19 directives', () => {
    const count = (kind: string): number => facts.filter((fact) => fact.kind === kind).length;
    assert.deepEqual([keywords.length, count('line-option'), count('directive')], [531, 258, 19]);
  });

  for (const [block, own] of blocks) {
    const prefix = block === '(root)' ? '' : `${block}/`;
    it(`${block}: the same keywords in both`, () => {
      const wanted = own.map(pathOf).toSorted();
      const got = [...table.keys()].filter(
        (key) =>
          key.startsWith(prefix) && parentOf(key) === prefix.slice(0, -1) && !table.get(key)?.extension,
      );
      assert.deepEqual(got.toSorted(), wanted);
    });

    it(`${block}: the same release, process and default`, () => {
      const off: string[] = [];
      for (const fact of own) {
        const row = table.get(pathOf(fact));
        if (!row) continue;
        const since = row.since ?? '2.2.7';
        if (since !== fact.since) off.push(`${fact.keyword}: since ${since}, not ${fact.since}`);
        const users = usersOf(pathOf(fact));
        if (asSet(users).join() !== asSet(fact.process).join()) {
          off.push(`${fact.keyword}: process ${users}, not ${fact.process}`);
        }
        const problem = defaultProblem(row, fact.default);
        if (problem !== undefined) off.push(`${fact.keyword}: default ${problem}`);
      }
      assert.deepEqual(off, []);
    });
  }

  for (const [block, own] of Map.groupBy(
    facts.filter(({ kind }) => kind === 'line-option'),
    (fact) => fact.block,
  )) {
    it(`${block}: the same options of its lines in both`, () => {
      const row = table.get(block);
      assert.equal(row?.kind, 'list');
      const wanted = own.map(({ keyword }) => keyword).filter(isOption);
      const got = row.options.filter((word) => isOption(word) && !NEWER_OPTIONS.has(word));
      const newer = wanted.filter((word) => NEWER_OPTIONS.has(word));
      assert.deepEqual([...got, ...newer].toSorted(), wanted.toSorted());
    });
  }
});

/** Where the fact base has a plain value, the row must have it too. */
function defaultProblem(row: AnyRow, wanted: string): string | undefined {
  if (row.kind !== 'scalar') return undefined;
  const { codec, default: value } = row as Scalar<unknown, unknown>;
  // What is inherited or worked out has no default of its own.
  if (value === undefined) return undefined;
  const shown = typeof value === 'boolean' ? (value ? 'on' : 'off') : codec.print(value);
  const plain = /^(-?\d+(\.\d+)?|on|off)$/.exec(wanted)?.[1];
  if (plain === undefined || shown === plain || Number(shown) === Number(plain)) return undefined;
  return `${shown}, not ${plain}`;
}

describe('directives of the source stage', () => {
  const samples: Readonly<Record<string, string>> = {
    include: 'include o.conf',
    includer: 'includer o.conf',
    includem: 'includem o.conf',
    includew: 'includew o.conf',
    includeb: 'includeb o.conf',
    includea: 'includea o.conf',
    '# or !': '# x\n! x',
    '@ID line': '@node1 use_pid_dir',
    '@^ID line': '@^other use_pid_dir',
    '$NAME=VALUE': '$A=use_pid_dir\n$A',
    '${_PWD}': 'net_namespace_ipvs ${_PWD}',
    '${_INSTANCE}': 'net_namespace_ipvs ${_INSTANCE}',
    '${_RANDOM [MIN [MAX]]}': 'net_namespace_ipvs ${_RANDOM 1 1}',
    '${_ENV NAME}': 'net_namespace_ipvs ${_ENV HOME}',
    '${_HASH}': 'net_namespace_ipvs "${_HASH}"',
    '${_BANG}': 'net_namespace_ipvs "${_BANG}"',
    '~SEQ(VAR,[START,[STEP,]]END) rest': '~SEQ(A, 1, 1) use_pid_dir',
    '~SEQx(...)': '~SEQx(A, 1, 1) use_pid_dir',
    '~LST(VAR|{V1,V2..}, VALUES...) rest': '~LST(A, 1) use_pid_dir',
  };
  const facts = existsSync(path) ? readFacts().filter(({ kind }) => kind === 'directive') : [];

  it('are those of the fact base', { skip: facts.length === 0 }, () => {
    assert.deepEqual(facts.map(({ keyword }) => keyword).toSorted(), Object.keys(samples).toSorted());
  });

  for (const [directive, text] of Object.entries(samples)) {
    it(`${directive} is understood`, () => {
      const files = { 'k.conf': `${text}\n`, 'o.conf': 'use_pid_dir\n' };
      const overrides = { random: () => 1, env: () => '/root' };
      const { diagnostics } = parseConfig('k.conf', objectFacts({ files, overrides }));
      assert.deepEqual(
        diagnostics.map(({ text: said }) => said),
        [],
      );
    });
  }
});
