/**
 * Statements -> pairs of braces, with Chevrotain. A token is a whole statement and there are three rules for
 * the whole language: what a keyword means is a table look-up later, never a grammar rule, so start-up and
 * speed do not depend on the number of keywords. Every vector the scanner can produce is a sentence of this
 * grammar: there is no error recovery.
 */
import { createToken, EmbeddedActionsParser, type IToken, Lexer, type TokenType } from 'chevrotain';
import { CLOSE, OPEN, PLAIN, STRAY, type StatementKind, type Statements, TOO_DEEP } from './statements.ts';

const Plain = createToken({ name: 'Plain', pattern: Lexer.NA });
const Open = createToken({ name: 'Open', pattern: Lexer.NA });
const Close = createToken({ name: 'Close', pattern: Lexer.NA });
const Stray = createToken({ name: 'Stray', pattern: Lexer.NA });
const TooDeep = createToken({ name: 'TooDeep', pattern: Lexer.NA });

const tokenOf = (tokenType: TokenType): IToken => ({
  image: '',
  startOffset: 0,
  tokenType,
  tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
});

/** The parser only looks at kinds, so all statements of one kind share a token: a vector costs no objects. */
const shared: Readonly<Record<StatementKind, IToken>> = {
  [PLAIN]: tokenOf(Plain),
  [OPEN]: tokenOf(Open),
  [CLOSE]: tokenOf(Close),
  [STRAY]: tokenOf(Stray),
  [TOO_DEEP]: tokenOf(TooDeep),
};

/**
 * The alternatives and repetitions are made once: written in place, as Chevrotain's examples have them, they
 * would be half a kilobyte of new functions for each statement.
 */
export class StatementParser extends EmbeddedActionsParser {
  /** For each opening statement the index of its closing brace. */
  closes = new Int32Array(0);
  /** Index of the next statement. */
  next = 0;
  /** The opening statements around the next one. */
  readonly #open: number[] = [];
  #closed = false;

  constructor(skipValidations: boolean) {
    super([Plain, Open, Close, Stray, TooDeep], { maxLookahead: 1, skipValidations });
    this.performSelfAnalysis();
  }

  readonly #plain = {
    ALT: (): void => {
      this.CONSUME(Plain);
      this.next++;
    },
  };
  readonly #tooDeep = {
    ALT: (): void => {
      this.CONSUME(TooDeep);
      this.next++;
    },
  };
  readonly #stray = {
    ALT: (): void => {
      this.CONSUME(Stray);
      this.next++;
    },
  };
  readonly #nested = { ALT: (): void => this.SUBRULE(this.block) };
  readonly #anywhere = [this.#plain, this.#nested, this.#tooDeep, this.#stray];
  readonly #inBlock = [this.#plain, this.#nested, this.#tooDeep];
  readonly #fileStatement = (): void => {
    this.OR(this.#anywhere);
  };
  readonly #blockStatement = (): void => {
    this.OR(this.#inBlock);
  };
  readonly #closing = (): void => {
    this.CONSUME(Close);
    this.#closed = true;
  };

  readonly file = this.RULE('file', (): void => {
    this.MANY(this.#fileStatement);
  });

  readonly block = this.RULE('block', (): void => {
    this.#open.push(this.next++);
    this.CONSUME(Open);
    this.MANY(this.#blockStatement);
    this.#closed = false;
    this.OPTION(this.#closing);
    const open = this.#open.pop() ?? 0;
    if (this.#closed) this.closes[open] = this.next++;
  });
}

let parser: StatementParser | undefined;

/** Statements parsed at a time; a vector of all of them would cost more memory than their arrays. */
const PORTION = 4096;

/** Finds the block of each opening statement. Building the parser costs milliseconds: it is kept. */
export function pairBraces(statements: Statements): void {
  // Chevrotain's checks of the grammar are made by a test, not at every start.
  parser ??= new StatementParser(true);
  const { count } = statements;
  parser.closes = new Int32Array(count);
  parser.next = 0;
  let tokens: IToken[] = [];
  let depth = 0;
  for (let index = 0; index < count; index++) {
    const kind = statements.kindOf(index);
    tokens.push(shared[kind]);
    if (kind === OPEN) depth++;
    else if (kind === CLOSE) depth--;
    // Between two blocks of the outermost level the vector can be cut.
    if (depth > 0 || (tokens.length < PORTION && index < count - 1)) continue;
    parsePortion(parser, tokens);
    tokens = [];
  }
  if (tokens.length > 0) parsePortion(parser, tokens);
  statements.setCloses(parser.closes);
  parser.closes = new Int32Array(0);
}

function parsePortion(own: StatementParser, tokens: IToken[]): void {
  own.input = tokens;
  own.file();
  const [problem] = own.errors;
  own.input = [];
  if (problem) throw new Error(`the scanner produced an order the grammar does not know: ${problem.message}`);
}
