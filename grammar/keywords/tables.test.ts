/**
 * The tables against themselves and against the fact base (reference/keywords.tsv), where that is at hand.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addressOptions } from '../lines/address-line.ts';
import { peerOptions } from '../lines/peer-line.ts';
import { rootRows } from './root.ts';
import type { AnyRow, Rows, Scalar } from './row.ts';

const beside = fileURLToPath(new URL('../../../shared/reference/keywords.tsv', import.meta.url));
const path = process.env.ALIVED_KEYWORDS ?? beside;

/** Rows with a reader of their own. A new one should be a last resort: raise the number with a reason. */
const CUSTOM_BUDGET = 75;

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

describe('fact base', { skip: existsSync(path) ? false : `no keyword list at ${path}` }, () => {
  const facts = existsSync(path)
    ? readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t'))
    : [];
  const rowsOf = (block: string): string[] =>
    facts.filter(([own]) => own === block).map(([, keyword = '']) => keyword);

  it('has every root keyword', () => {
    const missing = rowsOf('(root)').filter((keyword) => !Object.hasOwn(rootRows, keyword));
    assert.deepEqual(missing, []);
  });

  const blocks = [
    'global_defs',
    'vrrp_instance',
    'vrrp_script',
    'vrrp_sync_group',
    'vrrp_instance/authentication',
  ];
  for (const block of blocks) {
    it(`has every keyword of ${block}`, () => {
      const keywords = rowsOf(block);
      assert.ok(keywords.length > 0);
      assert.deepEqual(
        keywords.filter((keyword) => !table.has(`${block}/${keyword}`)),
        [],
      );
    });
  }

  const lists: Readonly<Record<string, readonly string[]>> = {
    'vrrp_instance/virtual_ipaddress': Object.keys(addressOptions),
    'vrrp_instance/virtual_ipaddress_excluded': Object.keys(addressOptions),
    'vrrp_instance/unicast_peer': Object.keys(peerOptions),
    'vrrp_instance/track_interface': ['weight', 'reverse'],
    'vrrp_instance/track_script': ['weight', 'reverse'],
    'vrrp_sync_group/track_interface': ['weight', 'reverse'],
    'vrrp_sync_group/track_script': ['weight', 'reverse'],
  };
  for (const [block, options] of Object.entries(lists)) {
    it(`has every option of ${block} lines`, () => {
      const words = rowsOf(block);
      assert.ok(words.length > 0);
      const row = table.get(block);
      assert.equal(row?.kind, 'list');
      // Upper case words and the ones in parentheses describe the first word and whatever is unknown.
      const wanted = words.filter((word) => /^-?[a-z]/.test(word));
      assert.deepEqual(
        wanted.filter((word) => !options.includes(word)),
        [],
      );
    });
  }
});
