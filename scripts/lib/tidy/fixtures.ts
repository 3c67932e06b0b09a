/**
 * The corpus of real configurations has licences of its own and stays outside the project. Its files are
 * known here by digest only, so that a copy is found with or without the corpus at hand.
 */
import { createHash } from 'node:crypto';
import type { Rule } from './rule.ts';

/** Shorter ones say too little to belong to anybody. */
const MIN_LENGTH = 80;

/** Comments, blank lines and spacing do not make a copy another file. */
function normalise(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/[#!].*/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return lines.filter((line) => line !== '').join('\n');
}

/** 16 hex digits, or undefined for a file that is too short to be recognised. */
export function digestOf(text: string): string | undefined {
  const normal = normalise(text);
  if (normal.length < MIN_LENGTH) return undefined;
  return createHash('sha256').update(normal).digest('hex').slice(0, 16);
}

/** `known`: digests, one a line. */
export function corpusRule(known: string): Rule {
  const digests = new Set(known.split('\n').filter((line) => line !== ''));
  return {
    name: 'no file of the corpus is in the tree',
    check: ({ files }) =>
      files.flatMap(({ path, text }) => {
        const digest = digestOf(text);
        return digest !== undefined && digests.has(digest) ? [{ path, detail: 'a corpus file' }] : [];
      }),
  };
}
