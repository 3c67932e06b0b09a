/**
 * Looks for mistakes that make a file read differently from what was meant: unknown keywords and blocks, and
 * braces that are missing or too many. In: a tree; out: findings, each with the correction that lets the rest
 * be read. At most one correction of a brace at a time: it moves everything behind it.
 */
import type { Span } from '../../src/diagnostics.ts';
import { type Line, type SourceFile, spanOf, type Tree } from '../cst.ts';
import { rootRows } from '../keywords/root.ts';
import type { AnyRow, Rows } from '../keywords/row.ts';
import { type Finding, newFinding } from './finding.ts';
import { adviceFor, ROOT } from './suggest.ts';

export interface Correction {
  readonly file: SourceFile;
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

export interface Mistake {
  readonly finding: Finding;
  readonly correction?: Correction;
  /** Everything behind it reads differently once it is mended. */
  readonly decisive: boolean;
}

interface Frame {
  readonly rows: Rows;
  readonly name: string;
  readonly line: Line | undefined;
  readonly kind: 'block' | 'list';
}

interface Survey {
  readonly tree: Tree;
  readonly strays: readonly Line[];
  readonly mistakes: Mistake[];
}

const NO_ROWS: Rows = {};

export function survey(tree: Tree): Mistake[] {
  const strays = tree.lines.filter(({ kind }) => kind === 'stray-close');
  const state: Survey = { tree, strays, mistakes: [] };
  const root: Frame = { rows: rootRows, name: ROOT, line: undefined, kind: 'block' };
  const decisive = surveyLines(state, tree.lines, [root]) ?? leftover(state);
  return decisive === undefined ? state.mistakes : [decisive];
}

const rowOf = ({ rows }: Frame, keyword: string): AnyRow | undefined =>
  Object.hasOwn(rows, keyword) ? (rows[keyword] as AnyRow | undefined) : undefined;

function surveyLines(state: Survey, lines: readonly Line[], frames: readonly Frame[]): Mistake | undefined {
  const frame = frames.at(-1);
  if (!frame) return undefined;
  for (const [index, line] of lines.entries()) {
    if (line.kind !== 'keyword' || line.text === '' || line.keyword === '') continue;
    const found = surveyLine(state, line, frames, lines[index - 1]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function surveyLine(
  state: Survey,
  line: Line,
  frames: readonly Frame[],
  before: Line | undefined,
): Mistake | undefined {
  const frame = frames.at(-1);
  if (!frame) return undefined;
  const row = rowOf(frame, line.keyword);
  if (row === undefined) {
    const brace =
      unclosed(state, line, frames) ??
      closedEarly(state, line, frames, before) ??
      headless(state, line, frames);
    if (brace !== undefined) return brace;
    if (frame.kind === 'block') state.mistakes.push(unknown(line, frame));
    else if (line.block) return surveyLines(state, line.block.lines, frames);
    return undefined;
  }
  const opens = row.kind === 'block' || row.kind === 'list';
  if (!opens) {
    if (line.block) state.mistakes.push(noBlock(line));
    return undefined;
  }
  if (!line.block) return state.strays.length > 0 ? missingOpen(line) : undefined;
  const rows = row.kind === 'block' ? row.rows : NO_ROWS;
  const name = line.keyword;
  return surveyLines(state, line.block.lines, [...frames, { rows, name, line, kind: row.kind }]);
}

/** A brace is missing, and this keyword belongs to a block further out: the blocks between end before it. */
function unclosed(state: Survey, line: Line, frames: readonly Frame[]): Mistake | undefined {
  if (state.tree.missingCloses === 0) return undefined;
  const outer = frames.findLastIndex((frame, index) => {
    const row = index < frames.length - 1 ? rowOf(frame, line.keyword) : undefined;
    return row !== undefined && frame.kind === 'block' && (row.kind !== 'custom' || line.words.length > 1);
  });
  const levels = frames.length - 1 - outer;
  const open = frames.at(-1)?.line;
  if (outer < 0 || levels > state.tree.missingCloses || !open || !isExact(line)) return undefined;
  return openBlock(open, line.place.file, line.span.start, '}'.repeat(levels));
}

function openBlock(open: Line, file: SourceFile, at: number, braces: string): Mistake {
  const finding = newFinding({
    code: 'AV0034',
    text: `Block '${open.keyword}' is not closed`,
    span: open.span,
    related: [{ text: 'it should be closed before this', span: spanAt(file, at) }],
    help: [
      `Add '${braces}' ${at >= file.text.length ? 'at the end of the file' : `before line ${lineNumber(file, at)}`}.`,
    ],
  });
  return { finding, correction: { file, from: at, to: at, insert: braces }, decisive: true };
}

/** Closing braces are left over, and this keyword belongs into the block that ended just before it. */
function closedEarly(
  state: Survey,
  line: Line,
  frames: readonly Frame[],
  before: Line | undefined,
): Mistake | undefined {
  const close = before?.block?.close;
  const frame = frames.at(-1);
  if (state.strays.length === 0 || !before || !close || !frame) return undefined;
  const row = rowOf(frame, before.keyword);
  if (row?.kind !== 'block' || !Object.hasOwn(row.rows, line.keyword) || !isExact(close)) return undefined;
  const finding = newFinding({
    code: 'AV0033',
    text: "Extra '}' ends a block too early",
    span: close.span,
    related: [
      { text: `block '${before.keyword}' opened here`, span: before.span },
      { text: `'${line.keyword}' belongs to it`, span: line.span },
    ],
  });
  return { finding, correction: removal(close), decisive: true };
}

/** Closing braces are left over, and this keyword belongs into global_defs, whose first line is not there. */
function headless(state: Survey, line: Line, frames: readonly Frame[]): Mistake | undefined {
  const globals = rootRows.global_defs.rows;
  const outermost = frames.length === 1 && state.strays.some((stray) => stray.span.start > line.span.start);
  if (!outermost || !Object.hasOwn(globals, line.keyword) || !isExact(line)) return undefined;
  const finding = newFinding({
    code: 'AV0031',
    text: `'${line.keyword}' belongs to global_defs, which is not open here`,
    span: wordSpan(line),
    help: ["Add 'global_defs {' before this line; its closing brace is there already."],
  });
  const at = line.span.start;
  return {
    finding,
    correction: { file: line.place.file, from: at, to: at, insert: 'global_defs {' },
    decisive: true,
  };
}

function missingOpen(line: Line): Mistake | undefined {
  if (!isExact(line)) return undefined;
  const { file } = line.place;
  const at = line.span.end;
  const finding = newFinding({
    code: 'AV0031',
    text: `Missing '{' after '${line.text}'`,
    span: line.span,
    help: [`Write: ${line.text} {`],
  });
  return { finding, correction: { file, from: at, to: at, insert: ' {' }, decisive: true };
}

function unknown(line: Line, { rows, name }: Frame): Mistake {
  const inside = line.block === undefined ? 0 : countLines(line.block.lines);
  const what = line.block === undefined ? 'keyword' : 'block';
  const finding = newFinding({
    code: 'AV0030',
    text: `Unknown ${what} '${line.keyword}' in ${name}`,
    span: wordSpan(line),
    help: [
      ...adviceFor(line.keyword, rows, name),
      ...(inside > 0
        ? [
            inside === 1
              ? 'The line inside it was not checked.'
              : `The ${inside} lines inside it were not checked.`,
          ]
        : []),
    ],
  });
  return isExact(line)
    ? { finding, correction: removal(line), decisive: false }
    : { finding, decisive: false };
}

function noBlock(line: Line): Mistake {
  const brace = line.block === undefined ? line.span : spanOf(line.block.open);
  const finding = newFinding({
    code: 'AV0032',
    text: `'${line.keyword}' takes no block`,
    span: brace,
    help: ['A brace that is part of a value must stand in double quotes.'],
  });
  return isExact(line)
    ? { finding, correction: removal(line), decisive: false }
    : { finding, decisive: false };
}

const countLines = (lines: readonly Line[]): number =>
  lines.reduce((sum, line) => sum + 1 + (line.block ? countLines(line.block.lines) : 0), 0);

/** Braces that no keyword explains: the indentation decides, or else the last block that was opened. */
function leftover(state: Survey): Mistake | undefined {
  const { tree, strays } = state;
  if (tree.missingCloses > 0) {
    const blocks = allBlocks(tree.lines);
    const open =
      blocks.find((line) => indentOf(closeOf(line)) < indentOf(line)) ??
      blocks.find((line) => !closeOf(line));
    const file = open?.place.file;
    if (!open || !file) return undefined;
    const at = closeOf(open)?.span.start ?? file.text.length;
    return openBlock(open, file, at, closeOf(open) ? '}' : '}'.repeat(tree.missingCloses));
  }
  const [stray] = strays;
  if (!stray || !isExact(stray)) return undefined;
  const early = allBlocks(tree.lines).find((line) => indentOf(closeOf(line)) > indentOf(line));
  const related =
    early === undefined ? [] : [{ text: `block '${early.keyword}' opened here`, span: early.span }];
  const close = early === undefined ? undefined : closeOf(early);
  const text = "Extra '}' found";
  const more = close
    ? [...related, { text: 'perhaps this brace is the one too many', span: close.span }]
    : related;
  const finding = newFinding({ code: 'AV0033', text, span: stray.span, related: more });
  return { finding, correction: removal(stray), decisive: true };
}

const closeOf = (line: Line): Line | undefined => line.block?.close;

const allBlocks = (lines: readonly Line[]): Line[] =>
  lines.flatMap((line) => (line.block ? [...allBlocks(line.block.lines), line] : []));

/** NaN, which compares as false, for what does not start its line. */
function indentOf(line: Line | undefined): number {
  if (!line) return Number.NaN;
  const { text } = line.place.file;
  const start = text.lastIndexOf('\n', line.span.start - 1) + 1;
  const before = text.slice(start, line.span.start);
  return /\S/.test(before) ? Number.NaN : before.replaceAll('\t', '        ').length;
}

/** After a substitution a place is the whole line, and a correction would hit more than the statement. */
const isExact = (line: Line): boolean =>
  line.place.file.text.slice(line.span.start, line.span.end) === line.text;

/** The statement with its block; a block that ends in another file ends with its own file here. */
function removal(line: Line): Correction {
  const { file } = line.place;
  const close = closeOf(line);
  const closes = close !== undefined && close.place.file === file && close.span.end > line.span.end;
  const blockEnd = closes ? close.span.end : file.text.length;
  return { file, from: line.span.start, to: line.block ? blockEnd : line.span.end, insert: '' };
}

/** The keyword alone. */
function wordSpan(line: Line): Span {
  if (!isExact(line)) return line.span;
  return { ...line.span, end: line.span.start + Math.max(line.keyword.length, 1) };
}

const lineNumber = ({ text }: SourceFile, at: number): number => text.slice(0, at).split('\n').length;

function spanAt(file: SourceFile, at: number): Span {
  const lineStart = file.text.lastIndexOf('\n', at - 1) + 1;
  const end = Math.min(at + 1, file.text.length);
  return { file: file.name, line: lineNumber(file, at), column: at - lineStart + 1, start: at, end };
}
