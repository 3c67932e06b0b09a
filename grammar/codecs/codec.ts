/**
 * A codec turns one word into a value and back. It never throws: a word it cannot read gives a complaint in
 * upstream's wording, and some words give both, because upstream repairs them and goes on.
 */

export interface Parsed<T> {
  /** Absent = the word is refused. */
  readonly value?: T;
  /** Upstream's text about the word; present with a value when the word was repaired. */
  readonly complaint?: string;
  /** One more text, said before the complaint. */
  readonly remark?: string;
}

export interface ParseMode {
  /** `-t` refuses what a running daemon repairs with "WARNING - ". */
  readonly testing: boolean;
}

export interface Codec<T> {
  /** How the manual names the argument, such as `UINT(1..255)`. */
  readonly name: string;
  parse(word: string, mode: ParseMode): Parsed<T>;
  /** The canonical spelling; parsing it gives the value again. */
  print(value: T): string;
}

/** Any word, unchanged. */
export const text: Codec<string> = {
  name: 'STRING',
  parse: (word) => ({ value: word }),
  print: (value) => (value === '' || /[\s{}#!]/.test(value) ? `"${value}"` : value),
};

/** One of a fixed set of words. */
export function oneOf<const W extends string>(...words: readonly W[]): Codec<W> {
  return {
    name: words.join('|'),
    parse: (word) => {
      const found = words.find((candidate) => candidate === word);
      return found === undefined ? {} : { value: found };
    },
    print: (value) => value,
  };
}

/** Exactly these six spellings, lower case (language.md §6). */
export const boolean: Codec<boolean> = {
  name: 'BOOL',
  parse: (word) => {
    if (word === 'true' || word === 'on' || word === 'yes') return { value: true };
    if (word === 'false' || word === 'off' || word === 'no') return { value: false };
    return {};
  },
  print: (value) => (value ? 'on' : 'off'),
};
