import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { catalogue } from '../../grammar/catalogue/index.ts';
import { catalogueDocument } from './catalogue-document.ts';

it('docs/lint.md is what the catalogue says', () => {
  const written = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8');
  assert.equal(written, catalogueDocument(), 'run node scripts/write-catalogue.ts');
  for (const { code } of catalogue) assert.ok(written.includes(`### ${code}: `), code);
});
