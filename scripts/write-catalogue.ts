/** `node scripts/write-catalogue.ts`: writes docs/lint.md from the catalogue of codes. */
import { writeFileSync } from 'node:fs';
import { catalogueDocument } from './lib/catalogue-document.ts';

writeFileSync(new URL('../docs/lint.md', import.meta.url), catalogueDocument());
