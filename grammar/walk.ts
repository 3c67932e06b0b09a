/**
 * One pass of one process over the tree. Upstream reads the files once in the parent and once in each child;
 * a pass knows the keywords of its own blocks and skips the others by counting braces. That is why an unknown
 * root keyword is reported several times and an unknown keyword of an instance once (language.md §1, §3).
 *
 * The tree is walked as the stream of statements and braces it was made from: after an unknown keyword with a
 * block, upstream looks the inner lines up in the enclosing table and takes the `}` for that of the enclosing
 * block, so nesting here follows the tables, not the braces.
 */
import { Line, type Tree } from './cst.ts';
import type { Scope, Session } from './drafts.ts';
import { missingParameter, readScalar } from './keywords/read-scalar.ts';
import type { AnyRow, BlockRow, List, Rows } from './keywords/row.ts';
import { fillText } from './keywords/row.ts';

export type PassProcess = 'parent' | 'vrrp';

interface BlockFrame {
  readonly kind: 'block';
  readonly rows: Rows;
  readonly scope: Scope;
  readonly row: BlockRow<Rows> | undefined;
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

/** What to do with the braces that follow a statement. */
type Entry = 'entered' | 'skip' | 'unexpected';

interface Pass {
  readonly process: PassProcess;
  readonly session: Session;
  readonly frames: Frame[];
  readonly stopped: () => boolean;
}

export interface WalkOptions {
  readonly tree: Tree;
  readonly rows: Rows;
  readonly process: PassProcess;
  readonly session: Session;
  readonly stopped: () => boolean;
}

export function walk(options: WalkOptions): void {
  const { tree, rows, process, session, stopped } = options;
  const root: BlockFrame = { kind: 'block', rows, scope: session.root, row: undefined, awaitsBrace: false };
  const pass: Pass = { process, session, frames: [root], stopped };
  walkLines(pass, tree.lines);
  if (stopped()) return;
  // A file that ends early closes its blocks; the missing braces are counted and reported, nothing is lost.
  while (pass.frames.length > 1) leave(pass, undefined);
  if (tree.missingCloses > 0) {
    const text = `There are ${tree.missingCloses} missing '}'s or extra '{'s`;
    session.report(text, undefined, { code: 'AV0034' });
  }
}

/** The scanner limits nesting, so recursion is safe. */
function walkLines(pass: Pass, lines: readonly Line[]): void {
  for (const line of lines) {
    if (pass.stopped()) return;
    if (line.kind === 'stray-close') {
      pass.session.report("Extra '}' found", line, { code: 'AV0033' });
      closeBrace(pass, line);
      continue;
    }
    if (line.kind === 'too-deep') {
      pass.session.report(`Unexpected '${line.text}' - ignoring`, line, { code: 'AV0032' });
      continue;
    }
    // A `{` that follows no keyword has an empty statement before it.
    const entry = line.text === '' ? 'unexpected' : statement(pass, line);
    const { block } = line;
    if (!block || pass.stopped() || entry === 'skip') continue;
    if (entry === 'unexpected') unexpectedOpen(pass, line);
    walkLines(pass, block.lines);
    if (block.close && !pass.stopped()) closeBrace(pass, block.close);
  }
}

function unexpectedOpen(pass: Pass, line: Line): void {
  const top = pass.frames.at(-1);
  if (top?.kind === 'list') {
    // Inside a list a brace is one more line of it.
    listItem(pass, top, braceLine(line));
    return;
  }
  pass.session.report("Unexpected '{' - ignoring", braceLine(line), { code: 'AV0032' });
}

/** The `{` of a line as a line of its own, for messages that name the brace's place. */
function braceLine(line: Line): Line {
  const place = line.block?.open ?? line.place;
  return new Line({ kind: 'keyword', text: '{', place });
}

function statement(pass: Pass, line: Line): Entry {
  const top = pass.frames.at(-1);
  // A statement of an open quote alone has no words; what was wrong with it has been said already.
  if (!top || line.words.length === 0) return 'unexpected';
  if (top.kind === 'list') {
    listItem(pass, top, line);
    return 'unexpected';
  }
  if (top.awaitsBrace) missingBrace(pass, top, line);
  const row = Object.hasOwn(top.rows, line.keyword)
    ? (top.rows[line.keyword] as AnyRow | undefined)
    : undefined;
  if (!row) {
    pass.session.report(`Unknown keyword '${line.keyword}'`, line, { code: 'AV0030' });
    return 'unexpected';
  }
  return apply(pass, top, row, line);
}

function missingBrace(pass: Pass, frame: BlockFrame, line: Line): void {
  frame.awaitsBrace = false;
  pass.session.report("Missing '{' at beginning of configuration block", line, { code: 'AV0031' });
}

const rootProcess = (row: AnyRow): PassProcess =>
  row.process === 'all' || row.process === 'parent' ? 'parent' : 'vrrp';

function apply(pass: Pass, frame: BlockFrame, row: AnyRow, line: Line): Entry {
  const { session } = pass;
  // Only blocks of the root belong to processes; inside a block everything belongs to the block's owner.
  const foreign = pass.frames.length === 1 && rootProcess(row) !== pass.process;
  switch (row.kind) {
    case 'scalar':
      if (!foreign) readScalar(row, line, frame.scope, session);
      return 'unexpected';
    case 'custom':
      if (!foreign) readCustom(row, line, frame.scope, session);
      return 'unexpected';
    case 'skipped':
      if (row.named && line.words.length < 2) missingParameter(line, session);
      session.notYet(line.keyword, line);
      if (pass.process === 'vrrp') session.known.add(`${line.keyword} ${line.words[1] ?? ''}`);
      return 'skip';
    case 'list':
      return foreign ? 'skip' : enterList(pass, row, line, frame.scope);
    case 'block':
      return foreign ? 'skip' : enterBlock(pass, row, line, frame.scope);
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

function enterBlock(pass: Pass, row: BlockRow<Rows>, line: Line, scope: Scope): Entry {
  const inner = row.open(line, scope, pass.session);
  if (!inner) return 'skip';
  pass.frames.push({
    kind: 'block',
    rows: row.rows,
    scope: inner,
    row,
    awaitsBrace: line.block === undefined,
  });
  return 'entered';
}

function enterList(pass: Pass, row: List<unknown>, line: Line, scope: Scope): Entry {
  const [keyword = '', extra] = line.words;
  if (extra !== undefined) {
    const text = `Block ${keyword} has extra parameters ${extra} ...`;
    pass.session.report(text, line, { code: 'AV0035' });
  }
  if (row.begin && !row.begin(line, scope, pass.session)) return 'skip';
  if (line.block === undefined) {
    const text = `'{' missing from beginning of block ${keyword}`;
    pass.session.report(text, line, { class: 'notice', shown: false, code: 'AV0036' });
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
    if (frame.items > 0 || row.empty === undefined) return;
    pass.session.report(fillText(row.empty, frame.line, scope), line ?? frame.line);
    return;
  }
  const at = line ?? frame.scope.line;
  if (frame.row?.close && at) frame.row.close(frame.scope, pass.session, at);
}
