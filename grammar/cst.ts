/**
 * The concrete syntax tree: lines that may own a block. It is the only thing the rest of the language sees,
 * so a checker, a printer and an editor work on the same shape. Words are split when somebody looks.
 */
import type { Diagnostic, Span } from '../src/diagnostics.ts';
import { splitWords } from './words.ts';

export interface SourceFile {
  /** Spelled as in `-f` or on the include line: messages show it so. */
  readonly name: string;
  readonly text: string;
}

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
  readonly line: number;
  /** Offset of the first character of the physical line, for the column. */
  readonly lineStart: number;
  readonly start: number;
  readonly end: number;
}

/** `keyword` = ordinary statement; the others are braces that stand for themselves. */
export type LineKind = 'keyword' | 'close' | 'stray-close' | 'too-deep';

export interface LineInit {
  readonly kind: LineKind;
  readonly text: string;
  readonly place: Place;
  readonly block?: Block | undefined;
}

/** One statement: its text after comments and definitions, and the block that follows it. */
export class Line {
  readonly kind: LineKind;
  readonly text: string;
  readonly place: Place;
  readonly block: Block | undefined;
  #words: readonly string[] | undefined;

  constructor(init: LineInit) {
    this.kind = init.kind;
    this.text = init.text;
    this.place = init.place;
    this.block = init.block;
  }

  get words(): readonly string[] {
    this.#words ??= splitWords(this.text);
    return this.#words;
  }

  /** The keyword, or an empty string. */
  get keyword(): string {
    return this.words[0] ?? '';
  }

  get span(): Span {
    return spanOf(this.place);
  }
}

export interface Tree {
  readonly lines: readonly Line[];
  readonly files: readonly SourceFile[];
  /** What the source stage had to say. */
  readonly diagnostics: readonly Diagnostic[];
  /** Opening braces without a partner at the end of the input. */
  readonly missingCloses: number;
}

export function spanOf({ file, line, lineStart, start, end }: Place): Span {
  return { file: file.name, line, column: start - lineStart + 1, start, end };
}
