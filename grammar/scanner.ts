/**
 * Logical lines -> statement tokens. A statement ends at the end of its line or at a brace; braces count
 * wherever they stand outside `"…"` (language.md §3). The token vector goes to the Chevrotain parser, whose
 * tokens are whole statements: one object each, words are cut later.
 */
import { createToken, type IToken, Lexer, type TokenType } from 'chevrotain';
import type { Place } from './cst.ts';
import { isBlank } from './words.ts';

/** A statement without a block. */
export const Plain = createToken({ name: 'Plain', pattern: Lexer.NA });
/** A statement, perhaps an empty one, with the `{` that follows it. */
export const Open = createToken({ name: 'Open', pattern: Lexer.NA });
export const Close = createToken({ name: 'Close', pattern: Lexer.NA });
/** A `}` that closes nothing: the parser takes it as a line of its own. */
export const Stray = createToken({ name: 'Stray', pattern: Lexer.NA });
/** A brace nested deeper than `MAX_NESTING`; it stays in the tree as text. */
export const TooDeep = createToken({ name: 'TooDeep', pattern: Lexer.NA });

export const statementTokens: TokenType[] = [Plain, Open, Close, Stray, TooDeep];

/** Real files nest six deep. The limit keeps the recursive parser off the end of the stack. */
export const MAX_NESTING = 64;

export interface StatementToken extends IToken {
  readonly place: Place;
  /** For `Open`: where the brace stands. */
  brace?: Place;
}

/** A line as the source stage hands it over. */
export interface LogicalLine {
  readonly text: string;
  /** Where `text` stands in the file, or the whole physical line when `exact` is false. */
  readonly place: Place;
  /** False after a substitution: offsets inside `text` mean nothing then. */
  readonly exact: boolean;
}

export interface Scanner {
  feed(line: LogicalLine): void;
  finish(): { readonly tokens: StatementToken[]; readonly missingCloses: number };
}

export function createScanner(): Scanner {
  const tokens: StatementToken[] = [];
  let depth = 0;
  let tooDeep = 0;

  const placeOf = ({ exact, place }: LogicalLine, start: number, end: number): Place => {
    if (!exact) return place;
    const { file, line, lineStart } = place;
    return { file, line, lineStart, start: place.start + start, end: place.start + end };
  };

  const push = (tokenType: TokenType, image: string, place: Place): StatementToken => {
    const token: StatementToken = {
      image,
      startOffset: place.start,
      tokenType,
      tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
      place,
    };
    tokens.push(token);
    return token;
  };

  const openBrace = (image: string, place: Place, brace: Place): void => {
    if (depth >= MAX_NESTING) {
      if (image !== '') push(Plain, image, place);
      tooDeep++;
      push(TooDeep, '{', brace);
      return;
    }
    depth++;
    const last = tokens.at(-1);
    if (image === '' && last?.tokenType === Plain) {
      // The keyword stood on an earlier line: `vrrp_instance A` and `{` below it are one opening statement.
      last.tokenType = Open;
      last.tokenTypeIdx = Open.tokenTypeIdx ?? 0;
      last.brace = brace;
    } else {
      push(Open, image, image === '' ? brace : place).brace = brace;
    }
  };

  const closeBrace = (brace: Place): void => {
    if (tooDeep > 0) {
      tooDeep--;
      push(TooDeep, '}', brace);
    } else if (depth > 0) {
      depth--;
      push(Close, '}', brace);
    } else {
      push(Stray, '}', brace);
    }
  };

  const feed = (line: LogicalLine): void => {
    const text = line.text;
    let from = 0;
    let quoted = false;
    const statement = (end: number): { image: string; place: Place } => {
      let start = from;
      let stop = end;
      while (start < stop && isBlank(text.charCodeAt(start))) start++;
      while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop--;
      return { image: text.slice(start, stop), place: placeOf(line, start, stop) };
    };
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) quoted = !quoted;
      else if (!quoted && (code === 0x7b || code === 0x7d)) {
        const { image, place } = statement(at);
        const brace = placeOf(line, at, at + 1);
        if (code === 0x7b) {
          openBrace(image, place, brace);
        } else {
          if (image !== '') push(Plain, image, place);
          closeBrace(brace);
        }
        from = at + 1;
      }
    }
    const rest = statement(text.length);
    if (rest.image !== '') push(Plain, rest.image, rest.place);
  };

  return { feed, finish: () => ({ tokens, missingCloses: depth + tooDeep }) };
}
