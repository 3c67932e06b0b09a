/**
 * What a block says, to be compared with a block of a file that was read earlier: the characters from its
 * keyword to its brace, and the statements that are not what the file has there. Two blocks of the same text
 * are the same statements in the same order, whatever stands between them.
 */
import { sameUnits, type Units } from './source-file.ts';
import type { Statements } from './statements.ts';

export interface BlockText {
  readonly units: Units;
  readonly start: number;
  readonly end: number;
  /** Those that a substitution made or that hold quotes. */
  readonly asides: string;
}

/** undefined for a block that is not closed, or that lies in more than one file. */
export function blockText(statements: Statements, index: number): BlockText | undefined {
  const close = statements.closeOf(index);
  return close < 0 ? undefined : statements.textBetween(index, close);
}

export function sameText(a: BlockText, b: BlockText): boolean {
  const length = a.end - a.start;
  if (length !== b.end - b.start || a.asides !== b.asides) return false;
  return sameUnits(a.units, a.start, b.units, b.start, length);
}

/** All that is outside of some blocks, given as the indexes of their opening statements in order. */
export function textOutside(statements: Statements, blocks: readonly number[]): string {
  const texts: string[] = [];
  let next = 0;
  for (let index = 0; index < statements.count; index++) {
    if (index === blocks[next]) {
      next++;
      index = statements.closeOf(index);
      // Where the block was: what comes before and after it does not become one.
      texts.push('');
    } else texts.push(`${statements.kindOf(index)}${statements.textOf(index)}`);
  }
  return texts.join('\n');
}
