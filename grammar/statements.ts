/**
 * Statements in flat arrays: kind, offsets and line number of each, in the order of reading. Three million of
 * them are an ordinary load balancer; an object for each would cost more memory than upstream takes for
 * everything. What a substitution made has a text and a place of its own, kept on the side.
 */
import type { BlockText } from './block-text.ts';
import type { Place } from './cst.ts';
import type { SourceFile } from './source-file.ts';
import { sameUnits, textOf } from './source-file.ts';
import { splitUnits, splitWords, WordCache } from './words.ts';

/** A statement without a block. */
export const PLAIN = 1;
/** A statement, perhaps an empty one, with the `{` that follows it. */
export const OPEN = 2;
export const CLOSE = 3;
/** A `}` that closes nothing. */
export const STRAY = 4;
/** A brace nested deeper than the scanner's limit; it stays in the tree as text. */
export const TOO_DEEP = 5;

export type StatementKind = typeof PLAIN | typeof OPEN | typeof CLOSE | typeof STRAY | typeof TOO_DEEP;

const BRACE = 0x7b;
const FIRST_CAPACITY = 1024;

/** Statements from `from` on come from `file`, until the next segment. */
interface Segment {
  readonly from: number;
  readonly file: SourceFile;
}

interface Aside {
  readonly text: string;
  readonly place: Place;
}

export class Statements {
  #count = 0;
  #kinds = new Uint8Array(FIRST_CAPACITY);
  #starts: Int32Array = new Int32Array(FIRST_CAPACITY);
  #ends: Int32Array = new Int32Array(FIRST_CAPACITY);
  #lines: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** For an opening statement: the index of its closing brace, or 0. */
  #closes: Int32Array = new Int32Array(0);
  readonly #segments: Segment[] = [];
  readonly #asides = new Map<number, Aside>();
  /** Braces that stand apart from their statement. */
  readonly #braces = new Map<number, Place>();
  readonly #cache = new WordCache();
  #last: Segment | undefined;
  #lastEnd = 0;

  get count(): number {
    return this.#count;
  }

  /** Makes room at once for what a large file may hold: memory that is not touched costs nothing. */
  reserve(more: number): void {
    const wanted = this.#count + more;
    if (wanted > this.#kinds.length) this.#grow(wanted);
  }

  /** A statement that stands in the file as it is. */
  add(kind: StatementKind, file: SourceFile, start: number, end: number, line: number): void {
    const index = this.#count++;
    if (index === this.#kinds.length) this.#grow(index * 2);
    this.#kinds[index] = kind;
    this.#starts[index] = start;
    this.#ends[index] = end;
    this.#lines[index] = line;
    if (this.#segments.at(-1)?.file !== file) this.#segments.push({ from: index, file });
  }

  /** A statement whose text differs from what the file has there. */
  addAside(kind: StatementKind, text: string, place: Place): void {
    this.#asides.set(this.#count, { text, place });
    this.add(kind, place.file, place.start, place.end, place.line);
  }

  /** `{` at `brace` belongs to the last statement. */
  openLast(brace: Place): void {
    this.#kinds[this.#count - 1] = OPEN;
    this.#braces.set(this.#count - 1, brace);
  }

  setBrace(brace: Place): void {
    this.#braces.set(this.#count - 1, brace);
  }

  /** Room for the pairs of braces that the parser finds. */
  setCloses(closes: Int32Array): void {
    this.#closes = closes;
  }

  kindOf(index: number): StatementKind {
    return (this.#kinds[index] ?? PLAIN) as StatementKind;
  }

  /** Index of the brace that closes the block of `index`; -1 when the file ended first. */
  closeOf(index: number): number {
    return this.#closes[index] || -1;
  }

  textOf(index: number): string {
    const aside = this.#asides.size > 0 ? this.#asides.get(index) : undefined;
    if (aside) return aside.text;
    return textOf(this.#fileOf(index).units, this.#starts[index] ?? 0, this.#ends[index] ?? 0);
  }

  wordsOf(index: number): readonly string[] {
    const aside = this.#asides.size > 0 ? this.#asides.get(index) : undefined;
    if (aside) return splitWords(aside.text);
    const { units } = this.#fileOf(index);
    return splitUnits(units, this.#starts[index] ?? 0, this.#ends[index] ?? 0, this.#cache);
  }

  /** True for a statement of no words but the brace that follows it. */
  isEmpty(index: number): boolean {
    const aside = this.#asides.size > 0 ? this.#asides.get(index) : undefined;
    return aside ? aside.text === '' : this.#starts[index] === this.#ends[index];
  }

  /** True when the blocks of two statements hold the same statements, all as they stand in their file. */
  sameBlock(index: number, other: number): boolean {
    const last = this.#closes[index] ?? 0;
    const otherLast = this.#closes[other] ?? 0;
    if (last === 0 || otherLast === 0 || last - index !== otherLast - other) return false;
    for (let at = index, to = other; at <= last; at++, to++) {
      if (this.#kinds[at] !== this.#kinds[to] || !this.#sameText(at, to)) return false;
    }
    return true;
  }

  #sameText(index: number, other: number): boolean {
    const start = this.#starts[index] ?? 0;
    const from = this.#starts[other] ?? 0;
    const length = (this.#ends[index] ?? 0) - start;
    if (length !== (this.#ends[other] ?? 0) - from) return false;
    if (this.#asides.size > 0 && (this.#asides.has(index) || this.#asides.has(other))) return false;
    const { units } = this.#fileOf(index);
    // Looked up a second time only where there is more than one file.
    const others = this.#segments.length > 1 ? this.#fileOf(other).units : units;
    return sameUnits(units, start, others, from, length);
  }

  /** What the file has from one statement to another; undefined when they stand in different files. */
  textBetween(first: number, last: number): BlockText | undefined {
    const file = this.#fileOf(first);
    if (this.#lastEnd <= last) return undefined;
    return {
      units: file.units,
      start: this.#starts[first] ?? 0,
      end: this.#ends[last] ?? 0,
      asides: this.#asidesBetween(first, last),
    };
  }

  /** Texts and places among the statements, with the kinds of all; empty when there are none. */
  #asidesBetween(first: number, last: number): string {
    const found: string[] = [];
    for (let at = first; this.#asides.size > 0 && at <= last; at++) {
      const aside = this.#asides.get(at);
      if (aside !== undefined) found.push(`${at - first} ${aside.text}`);
    }
    return found.length === 0 ? '' : [this.#kinds.subarray(first, last + 1).join(''), ...found].join('\n');
  }

  placeOf(index: number): Place {
    const aside = this.#asides.get(index);
    if (aside) return aside.place;
    const file = this.#fileOf(index);
    const start = this.#starts[index] ?? 0;
    let end = this.#ends[index] ?? 0;
    if (start === end) end++;
    return { file, line: this.#lines[index] ?? 1, lineStart: file.lineStart(start), start, end };
  }

  /** Place of the `{` of an opening statement. */
  braceOf(index: number): Place {
    const apart = this.#braces.get(index);
    if (apart) return apart;
    const place = this.placeOf(index);
    const { units } = place.file;
    let start = this.#ends[index] ?? 0;
    while (start < units.length && units[start] !== BRACE) start++;
    return { ...place, start, end: start + 1 };
  }

  #fileOf(index: number): SourceFile {
    const last = this.#last;
    if (last && index >= last.from && index < this.#lastEnd) return last.file;
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#segments[middle]?.from ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const found = this.#segments[low];
    if (!found) throw new Error(`statement ${index} has no file`);
    this.#last = found;
    this.#lastEnd = this.#segments[low + 1]?.from ?? this.#count;
    return found.file;
  }

  #grow(capacity: number): void {
    const copy = (old: Int32Array): Int32Array => {
      const next = new Int32Array(capacity);
      next.set(old);
      return next;
    };
    const kinds = new Uint8Array(capacity);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    this.#starts = copy(this.#starts);
    this.#ends = copy(this.#ends);
    this.#lines = copy(this.#lines);
  }
}
