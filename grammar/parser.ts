/**
 * Statement tokens -> tree, with Chevrotain. Three rules for the whole language: what a keyword means is a
 * table look-up later, never a grammar rule, so start-up and speed do not depend on the number of keywords.
 * Every token vector the scanner can produce is a sentence of this grammar: there is no error recovery.
 */
import { EmbeddedActionsParser } from 'chevrotain';
import { type Block, Line, type LineKind, type Place } from './cst.ts';
import { Close, Open, Plain, type StatementToken, Stray, statementTokens, TooDeep } from './scanner.ts';

const lineOf = (token: unknown, kind: LineKind, block?: Block): Line => {
  const statement = token as StatementToken;
  return new Line({ kind, text: statement.image, place: statement.place, block });
};

const NOWHERE: Place = { file: { name: '', text: '' }, line: 0, lineStart: 0, start: 0, end: 0 };

class StatementParser extends EmbeddedActionsParser {
  constructor() {
    super(statementTokens, { maxLookahead: 1 });
    this.performSelfAnalysis();
  }

  readonly file = this.RULE('file', (): Line[] => {
    const lines: Line[] = [];
    this.MANY(() => {
      lines.push(
        this.OR([
          { ALT: () => this.SUBRULE(this.line) },
          { ALT: () => lineOf(this.CONSUME(Stray), 'stray-close') },
        ]),
      );
    });
    return lines;
  });

  readonly line = this.RULE(
    'line',
    (): Line =>
      this.OR([
        { ALT: () => lineOf(this.CONSUME(Plain), 'keyword') },
        { ALT: () => lineOf(this.CONSUME(TooDeep), 'too-deep') },
        {
          ALT: () => {
            const token = this.CONSUME(Open);
            return lineOf(token, 'keyword', this.SUBRULE(this.block, { ARGS: [token] }));
          },
        },
      ]),
  );

  readonly block = this.RULE('block', (opened?: unknown): Block => {
    const lines: Line[] = [];
    let close: Line | undefined;
    this.MANY(() => {
      lines.push(this.SUBRULE(this.line));
    });
    this.OPTION(() => {
      close = lineOf(this.CONSUME(Close), 'close');
    });
    const token = opened as StatementToken | undefined;
    // During Chevrotain's recording phase there is no token; the block built then is thrown away.
    const open = token?.brace ?? token?.place ?? NOWHERE;
    return close ? { open, lines, close } : { open, lines };
  });
}

let shared: StatementParser | undefined;

/** Building the parser costs milliseconds, so it is made on first use and kept. */
export function parseStatements(tokens: StatementToken[]): Line[] {
  shared ??= new StatementParser();
  shared.input = tokens;
  const lines = shared.file();
  const [problem] = shared.errors;
  shared.input = [];
  if (problem)
    throw new Error(`the scanner produced a token order the grammar does not know: ${problem.message}`);
  return lines;
}
