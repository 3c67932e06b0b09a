import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { catalogue, codeOf, codeOfText, entriesFor, entryOf, UNSPECIFIC } from './index.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/config/', import.meta.url));
const beside = fileURLToPath(new URL('../../../shared/corpus/dev', import.meta.url));
const oracle = join(process.env.ALIVED_CORPUS ?? beside, 'oracle.json');

interface Said {
  readonly text: string;
}

interface Recorded {
  readonly messages?: readonly Said[];
  readonly differs?: { readonly extra: readonly Said[] };
  readonly cases?: readonly { readonly messages?: readonly string[] }[];
}

const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

/** Every text of the recordings, whatever their form. */
function recordedTexts(): Set<string> {
  const texts = new Set<string>();
  const paths = readdirSync(fixtures, { recursive: true, encoding: 'utf8' });
  for (const path of paths.filter((name) => name.endsWith('.json') && name.includes('/'))) {
    const { messages = [], differs, cases = [] } = readJson<Recorded>(join(fixtures, path));
    for (const { text } of [...messages, ...(differs?.extra ?? [])]) texts.add(text);
    for (const { messages: own = [] } of cases) {
      for (const message of own) texts.add(message.replace(/^\(Line \d+\) /, ''));
    }
  }
  return texts;
}

function assertKnown(texts: Iterable<string>): void {
  for (const text of texts) {
    const codes = entriesFor(text).map(({ code }) => code);
    assert.equal(codes.length, 1, `${text}: ${codes.length === 0 ? 'no code' : codes.join(' and ')}`);
  }
}

describe('catalogue', () => {
  it('has each code once, with a title and an explanation', () => {
    const codes = catalogue.map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
    for (const { code, title, explain } of catalogue) {
      assert.match(code, /^AV\d{4}$/);
      assert.ok(title.length > 5 && explain.length > 30, code);
    }
  });

  it('gives every recorded message exactly one code', () => {
    const texts = recordedTexts();
    assert.ok(texts.size > 1000, `${texts.size} texts`);
    assertKnown(texts);
  });

  it('gives every message of the corpus exactly one code', { skip: !existsSync(oracle) }, () => {
    const files = Object.values(readJson<Record<string, { readonly messages: readonly Said[] }>>(oracle));
    assertKnown(files.flatMap(({ messages }) => messages.map(({ text }) => text)));
  });

  it('does not let quoted text decide', () => {
    assert.equal(codeOfText("Unknown keyword 'number '9' outside range [1, 2]'"), 'AV0030');
    assert.equal(codeOfText('VRRP parsed invalid IP deprecated. skipping IP...'), 'AV0501');
    assert.equal(codeOfText('something nobody has said'), UNSPECIFIC);
  });

  it('keeps the code of a reporter', () => {
    assert.equal(codeOf({ code: 'AV0033', text: 'whatever' }), 'AV0033');
    assert.equal(codeOf({ code: UNSPECIFIC, text: "invalid number 'x'" }), 'AV0310');
    assert.equal(entryOf('av0310')?.title, 'not a number');
    assert.equal(entryOf('AV9999'), undefined);
  });
});
