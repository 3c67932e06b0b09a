/**
 * The concrete syntax tree: lines that may own a block. It is the only thing the rest of the language sees,
 * so a checker, a printer and an editor work on the same shape. The statements themselves lie in flat arrays
 * (statements.ts); a line is a look at one of them, and words are split when somebody looks.
 */
import type { Diagnostic, Span } from '../src/diagnostics.ts';
import type { SourceFile } from './source-file.ts';
import { CLOSE, OPEN, PLAIN, STRAY, type StatementKind, type Statements } from './statements.ts';
import { splitWords } from './words.ts';

export type { SourceFile } from './source-file.ts';

export interface Block {
  /** Place of the `{`, which may stand on a later line than the keyword. */
  readonly open: Place;
  readonly lines: readonly Line[];
  /** Absent when the file ended first. */
  readonly close?: Line;
}

/** Where a statement came from: a file, upstream's line number and UTF-16 offsets. */
export interface Place {
  readonly file: SourceFile;
  /** As the passes of upstream's children count. */
  readonly line: number;
  /** Offset of the first character of the physical line, for the column. */
  readonly lineStart: number;
  readonly start: number;
  readonly end: number;
}

/** `keyword` = ordinary statement; the others are braces that stand for themselves. */
export type LineKind = 'keyword' | 'close' | 'stray-close' | 'too-deep';

/** One statement: its text after comments and definitions, and the block that follows it. */
export interface Line {
  readonly kind: LineKind;
  readonly text: string;
  readonly words: readonly string[];
  /** The keyword, or an empty string. */
  readonly keyword: string;
  readonly place: Place;
  readonly span: Span;
  readonly block: Block | undefined;
}

const KINDS: Readonly<Record<StatementKind, LineKind>> = {
  [PLAIN]: 'keyword',
  [OPEN]: 'keyword',
  [CLOSE]: 'close',
  [STRAY]: 'stray-close',
  5: 'too-deep',
};

/** A statement of the arrays, seen as a line. */
export class StatementLine implements Line {
  readonly #statements: Statements;
  readonly #index: number;
  #words: readonly string[] | undefined;

  constructor(statements: Statements, index: number) {
    this.#statements = statements;
    this.#index = index;
  }

  get kind(): LineKind {
    return KINDS[this.#statements.kindOf(this.#index)];
  }

  get text(): string {
    return this.#statements.textOf(this.#index);
  }

  get words(): readonly string[] {
    this.#words ??= this.#statements.wordsOf(this.#index);
    return this.#words;
  }

  get keyword(): string {
    return this.words[0] ?? '';
  }

  get place(): Place {
    return this.#statements.placeOf(this.#index);
  }

  get span(): Span {
    return spanOf(this.place);
  }

  get block(): Block | undefined {
    const opens = this.#statements.kindOf(this.#index) === OPEN;
    return opens ? blockOf(this.#statements, this.#index) : undefined;
  }
}

/** A line of the tree, which others walk more than once: it keeps its block. */
class TreeLine extends StatementLine {
  #block: Block | undefined;

  override get block(): Block | undefined {
    this.#block ??= super.block;
    return this.#block;
  }
}

/** A brace that upstream takes for a statement of its own. */
export class BraceLine implements Line {
  readonly kind = 'keyword';
  readonly block = undefined;
  readonly text: string;
  readonly place: Place;

  constructor(text: '{' | '}', place: Place) {
    this.text = text;
    this.place = place;
  }

  get words(): readonly string[] {
    return splitWords(this.text);
  }

  get keyword(): string {
    return this.text;
  }

  get span(): Span {
    return spanOf(this.place);
  }
}

function blockOf(statements: Statements, index: number): Block {
  const close = statements.closeOf(index);
  const lines = linesBetween(statements, index + 1, close < 0 ? statements.count : close);
  const open = statements.braceOf(index);
  return close < 0 ? { open, lines } : { open, lines, close: new StatementLine(statements, close) };
}

/** The statements from `from` up to `end` that are not inside a block of another. */
function linesBetween(statements: Statements, from: number, end: number): Line[] {
  const lines: Line[] = [];
  for (let at = from; at < end; at++) {
    lines.push(new TreeLine(statements, at));
    if (statements.kindOf(at) !== OPEN) continue;
    const close = statements.closeOf(at);
    at = close < 0 ? end : close;
  }
  return lines;
}

/** Everything that was read. */
export class Tree {
  readonly statements: Statements;
  readonly files: readonly SourceFile[];
  /** What the source stage had to say. */
  readonly diagnostics: readonly Diagnostic[];
  /** Opening braces without a partner at the end of the input. */
  readonly missingCloses: number;
  /** The file that upstream's parent leaves unnamed: the main one, when there is no second one. */
  readonly mainFile: string | undefined;
  #lines: readonly Line[] | undefined;

  constructor(parts: Pick<Tree, 'statements' | 'files' | 'diagnostics' | 'missingCloses' | 'mainFile'>) {
    this.statements = parts.statements;
    this.files = parts.files;
    this.diagnostics = parts.diagnostics;
    this.missingCloses = parts.missingCloses;
    this.mainFile = parts.mainFile;
  }

  /** The lines of the outermost level. */
  get lines(): readonly Line[] {
    this.#lines ??= linesBetween(this.statements, 0, this.statements.count);
    return this.#lines;
  }
}

/** `inParent` asks for the number that upstream's first pass gives the line. */
export function spanOf({ file, line, lineStart, start, end }: Place, inParent = false): Span {
  const real = file.realLine(line, start);
  const counted = inParent ? file.lineInParent(line, start) : line;
  // The parent gives no place at all before it has counted a line.
  const number = inParent && counted === 0 ? 'none' : counted;
  const span = { file: file.name, line: real, column: start - lineStart + 1, start, end };
  return number === real ? span : { ...span, number };
}
