/**
 * Logical lines -> statements. A statement ends at the end of its line or at a brace; braces count wherever
 * they stand outside `"…"` (language.md §3). Lines without a special character, which is almost all of a
 * large file, are cut where they stand, without a string or an object for each.
 */
import type { Place } from './cst.ts';
import type { SourceFile, Units } from './source-file.ts';
import { CLOSE, OPEN, PLAIN, STRAY, type StatementKind, Statements, TOO_DEEP } from './statements.ts';
import { isBlank } from './words.ts';

/** Real files nest six deep. The limit keeps the recursive parser off the end of the stack. */
export const MAX_NESTING = 64;

/** Upstream reads 1022 characters and the newline at a time; the rest of a longer line is a new statement. */
export const CHUNK = 1023;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const LOWER_I = 0x69;
const LOWER_N = 0x6e;
const LOWER_C = 0x63;

/** Few statements, with their indent and newline, are shorter than 2^3 characters. */
const SHORTEST_STATEMENT = 3;

/** What a character means to the fast path. */
const BRACE_CLASS = 1;
const SPECIAL_CLASS = 2;
const NEWLINE_CLASS = 4;

const classes = new Uint8Array(0x10000);
classes[OPEN_BRACE] = BRACE_CLASS;
classes[CLOSE_BRACE] = BRACE_CLASS;
classes[NEWLINE] = NEWLINE_CLASS;
// Comments, quotes, definitions, conditions, sequences, NUL: these lines take the long way.
for (const special of '#!"\\$@~\0') classes[special.charCodeAt(0)] = SPECIAL_CLASS;

/** A line as the source stage hands it over. */
export interface LogicalLine {
  readonly text: string;
  /** Where `text` stands in the file, or the whole physical line when `exact` is false. */
  readonly place: Place;
  /** False after a substitution: offsets inside `text` mean nothing then. */
  readonly exact: boolean;
}

/** A place in a file that the scanner has reached: offset, and the number of the line before it. */
export interface Reached {
  at: number;
  line: number;
}

/** Who takes the lines. */
export interface LineSink {
  /** May take whole lines from `reached` on that need no look at every stage. */
  scanPlainLines(file: SourceFile, reached: Reached): void;
  feed(line: LogicalLine): void;
}

export class Scanner implements LineSink {
  readonly statements = new Statements();
  #depth = 0;
  #tooDeep = 0;

  /** Opening braces that nothing has closed so far. */
  get open(): number {
    return this.#depth + this.#tooDeep;
  }

  /** Takes whole lines as long as they hold nothing special, and moves `reached` to the first that does. */
  scanPlainLines(file: SourceFile, reached: Reached): void {
    const { units } = file;
    const { length } = units;
    let { at, line } = reached;
    // A character may be three bytes, and bytes are what upstream counts.
    const limit = units instanceof Uint8Array ? CHUNK : CHUNK / 3;
    if (at === 0) this.statements.reserve(length >> SHORTEST_STATEMENT);
    while (at < length) {
      let start = at;
      while (start < length && units[start] !== NEWLINE && isBlank(units[start] as number)) start++;
      let end = start;
      let seen = 0;
      let brace = -1;
      for (; end < length; end++) {
        const kind = classes[units[end] as number] as number;
        if (kind === 0) continue;
        if (kind === NEWLINE_CLASS) break;
        if (seen === 0) brace = end;
        seen |= kind;
      }
      if ((seen & SPECIAL_CLASS) !== 0 || end - at >= limit) break;
      // `include` and its relatives are the only keywords that work before statements exist.
      if (units[start] === LOWER_I && units[start + 1] === LOWER_N && units[start + 2] === LOWER_C) break;
      const next = end + 1;
      while (end > start && isBlank(units[end - 1] as number)) end--;
      // Most braces are the last character of their line.
      if (seen !== 0 && brace !== end - 1 && includesBehindBrace(units, brace, end)) break;
      line++;
      at = next;
      if (start === end) continue;
      if (seen === 0) this.statements.add(PLAIN, file, start, end, line);
      else this.#braces(file, start, end, line);
    }
    reached.at = Math.min(at, length);
    reached.line = line;
  }

  #braces(file: SourceFile, from: number, end: number, line: number): void {
    const { units } = file;
    let start = from;
    for (let at = from; at < end; at++) {
      const code = units[at];
      if (code !== OPEN_BRACE && code !== CLOSE_BRACE) continue;
      let stop = at;
      while (stop > start && isBlank(units[stop - 1] as number)) stop--;
      if (code === OPEN_BRACE) this.#openAt(file, start, stop, at, line);
      else {
        if (stop > start) this.statements.add(PLAIN, file, start, stop, line);
        this.statements.add(this.#closeKind(), file, at, at + 1, line);
      }
      start = at + 1;
      while (start < end && isBlank(units[start] as number)) start++;
    }
    if (start < end) this.statements.add(PLAIN, file, start, end, line);
  }

  #openAt(file: SourceFile, start: number, stop: number, at: number, line: number): void {
    const { statements } = this;
    if (this.#depth >= MAX_NESTING) {
      if (stop > start) statements.add(PLAIN, file, start, stop, line);
      this.#tooDeep++;
      statements.add(TOO_DEEP, file, at, at + 1, line);
      return;
    }
    this.#depth++;
    if (stop > start) {
      statements.add(OPEN, file, start, stop, line);
    } else if (statements.count > 0 && statements.kindOf(statements.count - 1) === PLAIN) {
      // The keyword stood on an earlier line: `vrrp_instance A` and `{` below it are one opening statement.
      statements.openLast({ file, line, lineStart: file.lineStart(at), start: at, end: at + 1 });
    } else {
      statements.add(OPEN, file, at, at, line);
    }
  }

  #closeKind(): StatementKind {
    if (this.#tooDeep > 0) {
      this.#tooDeep--;
      return TOO_DEEP;
    }
    if (this.#depth === 0) return STRAY;
    this.#depth--;
    return CLOSE;
  }

  /** A line that has come the long way. */
  feed(line: LogicalLine): void {
    const { text } = line;
    let from = 0;
    let quoted = false;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) quoted = !quoted;
      else if (!quoted && (code === OPEN_BRACE || code === CLOSE_BRACE)) {
        if (code === OPEN_BRACE) this.#openIn(line, from, at);
        else {
          this.#statementIn(line, from, at);
          this.#brace(this.#closeKind(), '}', line, at);
        }
        from = at + 1;
      }
    }
    this.#statementIn(line, from, text.length);
  }

  #statementIn(line: LogicalLine, from: number, end: number, kind: StatementKind = PLAIN): boolean {
    const [start, stop] = trimmed(line.text, from, end);
    if (start === stop) return false;
    const place = placeIn(line, start, stop);
    const text = line.text.slice(start, stop);
    // Words with quotes are cut in another way, so such a statement keeps its text.
    if (line.exact && !text.includes('"')) {
      this.statements.add(kind, place.file, place.start, place.end, place.line);
    } else {
      this.statements.addAside(kind, text, place);
    }
    return true;
  }

  #brace(kind: StatementKind, text: '{' | '}', line: LogicalLine, at: number): void {
    const place = placeIn(line, at, at + 1);
    if (line.exact) this.statements.add(kind, place.file, place.start, place.end, place.line);
    else this.statements.addAside(kind, text, place);
  }

  #openIn(line: LogicalLine, from: number, at: number): void {
    const { statements } = this;
    const brace = placeIn(line, at, at + 1);
    if (this.#depth >= MAX_NESTING) {
      this.#statementIn(line, from, at);
      this.#tooDeep++;
      this.#brace(TOO_DEEP, '{', line, at);
      return;
    }
    this.#depth++;
    if (this.#statementIn(line, from, at, OPEN)) {
      statements.setBrace(brace);
    } else if (statements.count > 0 && statements.kindOf(statements.count - 1) === PLAIN) {
      statements.openLast(brace);
    } else {
      statements.addAside(OPEN, '', brace);
      statements.setBrace(brace);
    }
  }
}

/** What follows a brace may be an include: such a line takes the long way. */
function includesBehindBrace(units: Units, start: number, end: number): boolean {
  let afterBrace = false;
  for (let at = start; at < end; at++) {
    const code = units[at] as number;
    if (code === OPEN_BRACE || code === CLOSE_BRACE) afterBrace = true;
    else if (!isBlank(code)) {
      if (afterBrace && code === LOWER_I && units[at + 1] === LOWER_N && units[at + 2] === LOWER_C)
        return true;
      afterBrace = false;
    }
  }
  return false;
}

function trimmed(text: string, from: number, end: number): readonly [start: number, end: number] {
  let start = from;
  let stop = end;
  while (start < stop && isBlank(text.charCodeAt(start))) start++;
  while (stop > start && isBlank(text.charCodeAt(stop - 1))) stop--;
  return [start, stop];
}

function placeIn({ exact, place }: LogicalLine, start: number, end: number): Place {
  if (!exact) return place;
  const { file, line, lineStart } = place;
  return { file, line, lineStart, start: place.start + start, end: place.start + end };
}
