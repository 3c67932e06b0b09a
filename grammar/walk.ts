/**
 * One pass of one process over the tree. Upstream reads the files once in the parent and once in each child;
 * a pass knows the keywords of its own blocks and skips the others by counting braces. That is why an unknown
 * root keyword is reported several times and an unknown keyword of an instance once (language.md §1, §3).
 *
 * The tree is walked as the stream of statements and braces it was made from: after an unknown keyword with a
 * block, upstream looks the inner lines up in the enclosing table and takes the `}` for that of the enclosing
 * block, so nesting here follows the tables, not the braces.
 */
import { assertNever } from '../src/units.ts';
import { BraceLine, type Line, StatementLine, type Tree } from './cst.ts';
import { LOG_ONLY, type Scope, type Session } from './drafts.ts';
import { readScalar } from './keywords/read-scalar.ts';
import type { AnyRow, BlockRow, List, PassProcess, Repeats, Rows } from './keywords/row.ts';
import { fillText, passesOf } from './keywords/row.ts';
import { whyUnknown } from './releases.ts';
import { CLOSE, OPEN, PLAIN, STRAY, type Statements, TOO_DEEP } from './statements.ts';

interface BlockFrame {
  readonly kind: 'block';
  readonly rows: ReadonlyMap<string, AnyRow>;
  readonly scope: Scope;
  readonly row: BlockRow<Rows> | undefined;
  /** Its lines are passed over. */
  readonly skipping?: true;
  /** Index of the opening statement, and how much had been reported before it. */
  readonly index: number;
  readonly reportedBefore: number;
  /** The keyword had no `{`: said at the next statement. */
  awaitsBrace: boolean;
}

interface ListFrame {
  readonly kind: 'list';
  readonly row: List<unknown>;
  readonly scope: Scope;
  readonly line: Line;
  items: number;
}

type Frame = BlockFrame | ListFrame;

/** In place of the index of a statement that opens no block. */
const NO_BLOCK = -1;

/** What to do with the braces that follow a statement. */
type Entry = 'entered' | 'skip' | 'unexpected';

interface Pass {
  readonly process: PassProcess;
  readonly session: Session;
  readonly frames: Frame[];
  readonly stopped: () => boolean;
  /** How much has been reported so far. */
  readonly reported: () => number;
  /** The last block that can serve another owner. */
  kept: Kept | undefined;
}

interface Kept {
  readonly index: number;
  readonly value: unknown;
  readonly repeats: Repeats;
  /** The table that the block's keyword was found in. */
  readonly rows: ReadonlyMap<string, AnyRow>;
}

export interface WalkOptions {
  readonly tree: Tree;
  readonly rows: Rows;
  readonly process: PassProcess;
  readonly session: Session;
  readonly stopped: () => boolean;
  readonly reported: () => number;
}

export function walk(options: WalkOptions): void {
  const { tree, rows, process, session, stopped, reported } = options;
  const root: BlockFrame = {
    kind: 'block',
    rows: rowMap(rows),
    scope: session.root,
    row: undefined,
    index: NO_BLOCK,
    reportedBefore: 0,
    awaitsBrace: false,
  };
  const pass: Pass = { process, session, frames: [root], stopped, reported, kept: undefined };
  walkStatements(pass, tree.statements);
  if (stopped()) return;
  // A file that ends early closes its blocks; the missing braces are counted and reported, nothing is lost.
  while (pass.frames.length > 1) leave(pass, undefined);
  if (tree.missingCloses > 0) {
    const text = `There are ${tree.missingCloses} missing '}'s or extra '{'s`;
    session.report(text, undefined, { code: 'AV0034' });
  }
}

function walkStatements(pass: Pass, statements: Statements): void {
  const { count } = statements;
  for (let index = 0; index < count && !pass.stopped(); index++) {
    const kind = statements.kindOf(index);
    const line = new StatementLine(statements, index);
    switch (kind) {
      case PLAIN:
        statement(pass, line, NO_BLOCK);
        break;
      case OPEN: {
        if (isRepeat(pass, statements, index)) {
          index = endOfBlock(statements, index);
          break;
        }
        // A `{` that follows no keyword has an empty statement before it.
        const entry = statements.isEmpty(index) ? 'unexpected' : statement(pass, line, index);
        if (pass.stopped()) break;
        if (entry === 'unexpected') unexpectedOpen(pass, new BraceLine('{', statements.braceOf(index)));
        if (entry === 'skip') index = endOfBlock(statements, index);
        break;
      }
      case CLOSE:
        closeBrace(pass, line);
        break;
      case STRAY:
        pass.session.report("Extra '}' found", line, { code: 'AV0033' });
        closeBrace(pass, line);
        break;
      case TOO_DEEP:
        pass.session.report(`Unexpected '${line.text}' - ignoring`, line, { code: 'AV0032' });
        break;
      default:
        assertNever(kind);
    }
  }
}

/** The last statement of the block that `index` opens. */
function endOfBlock(statements: Statements, index: number): number {
  const close = statements.closeOf(index);
  return close < 0 ? statements.count : close;
}

const rowMaps = new WeakMap<Rows, ReadonlyMap<string, AnyRow>>();

/** A table as a map: looked up once for each statement, and free of the names of Object.prototype. */
function rowMap(rows: Rows): ReadonlyMap<string, AnyRow> {
  const known = rowMaps.get(rows);
  if (known) return known;
  const made = new Map(Object.entries(rows) as [string, AnyRow][]);
  rowMaps.set(rows, made);
  return made;
}

function unexpectedOpen(pass: Pass, brace: Line): void {
  const top = pass.frames.at(-1);
  if (top?.kind === 'list') {
    // Inside a list a brace is one more line of it.
    listItem(pass, top, brace);
    return;
  }
  pass.session.report("Unexpected '{' - ignoring", brace, { code: 'AV0032' });
}

/** True when the block is the same as one that was read before, and has been given to its owner. */
function isRepeat(pass: Pass, statements: Statements, index: number): boolean {
  const { kept } = pass;
  const top = pass.frames[pass.frames.length - 1];
  if (kept === undefined || top?.kind !== 'block' || top.awaitsBrace || top.rows !== kept.rows) return false;
  return statements.sameBlock(kept.index, index) && kept.repeats.give(kept.value, top.scope);
}

function statement(pass: Pass, line: Line, index: number): Entry {
  const top = pass.frames[pass.frames.length - 1];
  const keyword = line.words[0];
  // A statement of an open quote alone has no words; what was wrong with it has been said already.
  if (top === undefined || keyword === undefined) return 'unexpected';
  if (top.kind === 'list') {
    listItem(pass, top, line);
    return 'unexpected';
  }
  if (top.awaitsBrace) missingBrace(pass, top, line);
  if (top.skipping) return 'skip';
  const row = top.rows.get(keyword);
  const { as } = pass.session.facts;
  if (!row || (as !== undefined && whyUnknown(row, as) !== undefined)) {
    pass.session.report(`Unknown keyword '${keyword}'`, line, { code: 'AV0030' });
    return 'unexpected';
  }
  return apply(pass, top, row, line, index);
}

function missingBrace(pass: Pass, frame: BlockFrame, line: Line): void {
  frame.awaitsBrace = false;
  pass.session.report("Missing '{' at beginning of configuration block", line, { code: 'AV0031' });
}

function apply(pass: Pass, frame: BlockFrame, row: AnyRow, line: Line, index: number): Entry {
  const { session } = pass;
  // Only blocks of the root belong to processes; inside a block everything belongs to the block's owner.
  const foreign = pass.frames.length === 1 && !passesOf(row).includes(pass.process);
  switch (row.kind) {
    case 'scalar':
      if (!foreign) readScalar(row, line, frame.scope, session);
      return 'unexpected';
    case 'custom':
      if (!foreign) readCustom(row, line, frame.scope, session);
      return 'unexpected';
    case 'list':
      return foreign ? 'skip' : enterList(pass, row, line, frame.scope, index !== NO_BLOCK);
    case 'block':
      return foreign ? 'skip' : enterBlock(pass, row, line, frame.scope, index);
  }
}

function readCustom(
  row: Extract<AnyRow, { kind: 'custom' }>,
  line: Line,
  scope: Scope,
  session: Session,
): void {
  if (row.deprecated !== undefined) session.report(fillText(row.deprecated, line, scope), line);
  const value = row.read(line, scope, session);
  if (value === undefined) return;
  scope.values[line.keyword] = value;
  scope.places[line.keyword] = line;
}

function enterBlock(pass: Pass, row: BlockRow<Rows>, line: Line, scope: Scope, index: number): Entry {
  const reportedBefore = pass.reported();
  const inner = row.open(line, scope, pass.session);
  if (!inner) {
    // A block that is skipped needs its brace as well: without one, it takes everything up to the next `}`.
    if (index === NO_BLOCK && !pass.stopped()) pass.frames.push(skippedFrame(scope));
    return 'skip';
  }
  pass.frames.push({
    kind: 'block',
    rows: rowMap(row.rows),
    scope: inner,
    row,
    index,
    reportedBefore,
    awaitsBrace: index === NO_BLOCK,
  });
  return 'entered';
}

const skippedFrame = (scope: Scope): BlockFrame => ({
  kind: 'block',
  rows: new Map(),
  scope,
  row: undefined,
  skipping: true,
  index: NO_BLOCK,
  reportedBefore: 0,
  awaitsBrace: true,
});

function enterList(pass: Pass, row: List<unknown>, line: Line, scope: Scope, hasBlock: boolean): Entry {
  const [keyword = '', extra] = line.words;
  if (extra !== undefined && !row.named) {
    const text = `Block ${keyword} has extra parameters ${extra} ...`;
    pass.session.report(text, line, { code: 'AV0035' });
  }
  if (row.begin && !row.begin(line, scope, pass.session)) return 'skip';
  if (!hasBlock) {
    const text = `'{' missing from beginning of block ${keyword}`;
    pass.session.report(text, line, { ...LOG_ONLY, code: 'AV0036' });
  }
  pass.frames.push({ kind: 'list', row, scope, line, items: 0 });
  return 'entered';
}

function listItem(pass: Pass, frame: ListFrame, line: Line): void {
  frame.items++;
  const value = frame.row.item(line, frame.scope, pass.session);
  if (value === undefined) return;
  const { keyword } = frame.line;
  const old = frame.scope.values[keyword];
  if (Array.isArray(old)) old.push(value);
  else frame.scope.values[keyword] = [value];
}

function closeBrace(pass: Pass, line: Line): void {
  const top = pass.frames.at(-1);
  if (top?.kind === 'block' && top.awaitsBrace) missingBrace(pass, top, line);
  if (pass.frames.length > 1) leave(pass, line);
  else pass.session.report("Unknown keyword '}'", line, { code: 'AV0030' });
}

function leave(pass: Pass, line: Line | undefined): void {
  const frame = pass.frames.pop();
  if (!frame) return;
  if (frame.kind === 'list') {
    const { row, scope } = frame;
    row.end?.(line, scope, pass.session);
    if (frame.items > 0 || row.empty === undefined) return;
    pass.session.report(fillText(row.empty, frame.line, scope), line);
    return;
  }
  const { row, index, scope } = frame;
  row?.close?.(scope, pass.session, line);
  if (row === undefined || index === NO_BLOCK || pass.reported() !== frame.reportedBefore) return;
  row.quiet?.(scope, index);
  if (!row.repeats) return;
  const value = row.repeats.keep(scope);
  const outer = pass.frames[pass.frames.length - 1];
  if (value === undefined || outer?.kind !== 'block') return;
  pass.kept = { index, value, repeats: row.repeats, rows: outer.rows };
}
