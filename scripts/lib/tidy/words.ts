/** What must not be in any file of the project: paths of a machine, and words about how a text came to be. */
import type { Rule } from './rule.ts';
import { lineAt } from './source.ts';

// The parts are joined here so that this file does not contain what it looks for.
const join = (...parts: readonly string[]): string => parts.join('');

const banned: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', new RegExp(join('(?<![\\w.$}-])/(?:wo', 'rk|ho', 'me/\\w+|ro', 'ot)/'), 'g')],
  ['a word about the making', new RegExp(join('(?<!SNMP |AgentX )\\bsub-?ag', 'ents?\\b'), 'gi')],
  ['a word about the making', new RegExp(join('\\b(?:language mo', 'del|chat', 'bot|L', 'LMs?)\\b'), 'g')],
  [
    'a word about the making',
    new RegExp(join('\\b(?:this|last|previous|next|earlier|working) sess', 'ions?\\b'), 'gi'),
  ],
  ['a word about the making', new RegExp(join('\\b(?:your|my|the) (?:pro', 'mpt|br', 'ief)\\b'), 'gi')],
];

/** Observations name files of the machine they were made on, and example configurations name homes. */
const exempt = (path: string): boolean => path.startsWith('fixtures/') || path === 'package-lock.json';

export const words: Rule = {
  name: 'no machine paths, no words about the making',
  check: ({ files }) =>
    files.flatMap(({ path, text }) =>
      banned.flatMap(([what, pattern]) =>
        exempt(path) && what !== 'a word about the making'
          ? []
          : [...text.matchAll(pattern)].map((match) => ({
              path,
              line: lineAt(text, match.index),
              detail: `${what}: ${match[0].trim()}`,
            })),
      ),
    ),
};
