/** All house rules, in the order in which they are reported. */
import { readFileSync } from 'node:fs';
import { cycles } from './cycles.ts';
import { dependenciesExplained, linksResolve } from './documents.ts';
import { corpusRule } from './fixtures.ts';
import { apart, directions, environment, layersKnown, noEvents, purity } from './layers.ts';
import type { Rule } from './rule.ts';
import {
  anyType,
  bannedSyntax,
  defaultExports,
  fileLength,
  functionLength,
  importEndings,
  lineLength,
  mainFiles,
} from './style.ts';
import { words } from './words.ts';

const digests = readFileSync(new URL('corpus-digests.txt', import.meta.url), 'utf8');

export const rules: readonly Rule[] = [
  directions,
  layersKnown,
  ...apart,
  purity,
  environment,
  cycles,
  noEvents,
  fileLength,
  functionLength,
  lineLength,
  defaultExports,
  anyType,
  bannedSyntax,
  importEndings,
  mainFiles,
  words,
  corpusRule(digests),
  dependenciesExplained,
  linksResolve,
];
