/** The shape of one option of a route or rule line: routes and rules differ in what they read into. */
import type { RouteOwner } from './route-draft.ts';
import type { WordReader } from './word-reader.ts';

/** `drop` = the entry goes and the reason has been said; `end` = the rest of the line is not read. */
export type Outcome = 'ok' | 'drop' | 'end';

export interface LineOption<R> {
  /** How the manual shows what follows the keyword. */
  readonly args: string;
  readonly doc: string;
  readonly aliasOf?: string;
  /** Of static blocks only. */
  readonly owner?: RouteOwner;
  readonly read: (reader: R, keyword: string) => Outcome;
}

/** An option with one word whose value may be refused, which drops the entry. */
export function valued<R extends { readonly words: WordReader }>(
  args: string,
  doc: string,
  read: (reader: R, word: string, keyword: string) => boolean,
  aliasOf?: string,
): LineOption<R> {
  return {
    args,
    doc,
    ...(aliasOf === undefined ? {} : { aliasOf }),
    read: (reader, keyword) => {
      const word = reader.words.take();
      return word !== undefined && read(reader, word, keyword) ? 'ok' : 'drop';
    },
  };
}
