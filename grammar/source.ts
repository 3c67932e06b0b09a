/**
 * Files -> logical lines that remember where they came from. In: the main file's name and the facts; out:
 * lines without comments, with definitions, `@id` conditions, `~SEQ`/`~LST` and includes already worked in,
 * handed to a sink in order. The stages and their order per line are upstream's (language.md §1, §2, §4,
 * §5; observed on 2.2.7, embedded NUL as in 2.4.3).
 */
import type { Diagnostic, DiagnosticClass } from '../src/diagnostics.ts';
import { decomment, glueBackslash } from './comments.ts';
import { type Place, spanOf } from './cst.ts';
import type { Facts } from './facts.ts';
import {
  ALL_CHECKS,
  applyIncludeCheck,
  braceAlternatives,
  type IncludeChecks,
  type IncludeLine,
  type IncludeProblem,
  NO_CHECKS,
  parseInclude,
  unmatched,
  unusable,
} from './include.ts';
import { saidByParent } from './reports.ts';
import { CHUNK, type LineSink, type Reached } from './scanner.ts';
import { parseSequence } from './sequences.ts';
import { SourceFile, textOf } from './source-file.ts';
import { continuation, type Definitions, expand, parseDefinition } from './substitution.ts';
import { isBlank, splitWords, trimBlanks } from './words.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const MAX_INCLUDE_DEPTH = 100;
/** Lines that one physical line may grow into; a definition that contains itself would never end. */
const MAX_GROWTH = 100_000;
/** Definitions used inside definitions; one that uses itself would recurse for ever. */
const MAX_LEVEL = 100;

export interface SourceResult {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the name matches several files; upstream then names the first one too (2.2.7). */
  readonly mainFile: string | undefined;
}

interface State {
  readonly facts: Facts;
  readonly sink: LineSink;
  readonly files: SourceFile[];
  readonly diagnostics: Diagnostic[];
  readonly definitions: Definitions;
  mainFile: string | undefined;
  checks: IncludeChecks;
  /** The definition whose value is still being read. */
  open: { readonly name: string; readonly lines: string[] } | undefined;
  growth: number;
  /** Files that have reached the limit of depth by including themselves: they include nothing any more. */
  readonly recursive: Set<string>;
}

/** The file a line comes from. `path` is how it was opened, `file.name` how it is spelled in messages. */
interface Origin {
  readonly file: SourceFile;
  readonly path: string;
  /** Directory of the file, `${_PWD}`. */
  readonly pwd: string;
  /** Include depth, 0 for the main file. */
  readonly depth: number;
}

/** A line on its way through the stages. */
interface Work {
  readonly text: string;
  readonly place: Place;
  readonly exact: boolean;
  readonly from: Origin;
  /** How many substitutions led here. */
  readonly level: number;
}

export function readSource(mainFile: string, facts: Facts, sink: LineSink): SourceResult {
  const state: State = {
    facts,
    sink,
    files: [],
    diagnostics: [],
    definitions: new Map(),
    checks: facts.strictIncludes ? ALL_CHECKS : NO_CHECKS,
    mainFile: undefined,
    open: undefined,
    growth: 0,
    recursive: new Set(),
  };
  readMain(state, mainFile);
  return { files: state.files, diagnostics: state.diagnostics, mainFile: state.mainFile };
}

function report(state: State, kind: DiagnosticClass, code: string, text: string, place?: Place): void {
  const base = { code, class: kind, text };
  if (!place) {
    state.diagnostics.push(base);
    return;
  }
  inParent(state, base, place);
  // For what is wrong with the text itself upstream's children say it again, with their number of the line.
  if (kind === 'general') inChildren(state, base, place);
}

function inParent(state: State, base: Omit<Diagnostic, 'span'>, place: Place): void {
  const said = { ...base, span: spanOf(place, true) };
  state.diagnostics.push(saidByParent(said, state.mainFile));
}

function inChildren(state: State, base: Omit<Diagnostic, 'span'>, place: Place): void {
  state.diagnostics.push({ ...base, span: spanOf(place) });
}

function readMain(state: State, mainFile: string): void {
  const matches = state.facts.glob(mainFile);
  const name = matches[0] ?? mainFile;
  if (matches.length > 1) {
    const text = `WARNING, multiple configuration file matches of ${mainFile}, starting with ${name}`;
    report(state, 'general', 'AV0001', text);
  } else state.mainFile = name;
  const content = state.facts.readFile(name);
  if (content.ok) {
    readFile(state, new SourceFile(name, content.bytes, content.ascii), name, 0);
    for (const more of matches.slice(1)) {
      const next = state.facts.readFile(more);
      if (next.ok) readFile(state, new SourceFile(more, next.bytes, next.ascii), more, 0);
    }
  } else if (content.problem === 'unreadable') {
    report(state, 'fatal', 'AV0002', `Unable to read configuration file ${name}`);
  } else {
    // `-t` prints this and still exits 0; the daemon refuses to start with 6.
    const { text } = unusable(name, content.problem, content.reason ?? '', NO_CHECKS);
    report(
      state,
      state.facts.testing && !state.facts.strictIncludes ? 'notice' : 'no-config',
      'AV0003',
      text,
    );
  }
}

function readFile(state: State, file: SourceFile, path: string, depth: number): void {
  const { units } = file;
  state.files.push(file);
  const checks = state.checks;
  const from: Origin = { file, path, pwd: directoryOf(state.facts.cwd, path), depth };
  const reached: Reached = { at: 0, line: 0 };
  let less = 0;
  while (reached.at < units.length) {
    if (!state.open) state.sink.scanPlainLines(file, reached);
    if (reached.at >= units.length) break;
    const start = reached.at;
    const newline = units.indexOf(NEWLINE, start);
    const end = newline < 0 ? units.length : newline;
    reached.at = newline < 0 ? end : end + 1;
    less = longWay(state, from, { start, end, reached, less });
  }
  state.checks = checks;
}

interface LongWay {
  readonly start: number;
  readonly end: number;
  readonly reached: Reached;
  /** How many lines fewer than its children upstream's parent has counted so far. */
  readonly less: number;
}

/**
 * A physical line that needs a look at every stage. The pieces of an over-long one are statements of their
 * own. The parent counts none of them but the last; it hands them on as lines, so the children count them,
 * except that a piece that is still too long by its newline counts when the newline is met.
 */
function longWay(
  state: State,
  from: Origin,
  { start: lineStart, end: newline, reached, less }: LongWay,
): number {
  const { file } = from;
  let start = lineStart;
  let end = newline;
  let behind = less;
  while (end > start && file.units[end - 1] === RETURN) end--;
  for (let cut = file.cut(start, end, CHUNK); cut > 0; cut = file.cut(start, end, CHUNK)) {
    const whole = decomment(textOf(file.units, start, cut)).text.length === cut - start;
    const line = whole ? reached.line : reached.line + 1;
    const more = whole ? 0 : 1;
    file.countsDiffer(start, behind + more - (file.isUnended(start) ? 1 : 0), behind + more - 1);
    physicalLine(state, from, { file, line, lineStart, start, end: cut });
    start = cut;
    reached.line++;
    behind++;
  }
  reached.line++;
  if (behind > less) file.countsDiffer(start, behind, behind);
  physicalLine(state, from, { file, line: reached.line, lineStart, start, end });
  return behind;
}

function directoryOf(cwd: string, name: string): string {
  const slash = name.lastIndexOf('/');
  if (slash < 0) return cwd;
  const directory = name.slice(0, slash) || '/';
  return directory.startsWith('/') ? directory : `${cwd}/${directory}`;
}

function physicalLine(state: State, from: Origin, place: Place): void {
  const { file, line, lineStart, start, end } = place;
  const raw = textOf(file.units, start, end);
  if (raw.includes('\0')) {
    report(state, 'general', 'AV0010', 'configuration appears to have embedded NULs - ignoring line', place);
    return;
  }
  const { text, changed, continues, openQuote } = decomment(raw);
  if (openQuote) {
    const base = { code: 'AV0011', class: 'general' } as const;
    inParent(state, { ...base, text: `Unterminated quote '${withoutEscape(text)}'` }, place);
    // The parent hands lines on without the blanks at their end.
    const handed = trimBlanks(withoutEscape(trimBlanks(text)));
    inChildren(state, { ...base, text: `Unterminated quote '${handed}'` }, place);
  }
  if (state.open) {
    continueDefinition(state, state.open, text, continues);
    return;
  }
  if (text === '') return;
  state.growth = 0;
  const offset = changed ? -1 : raw.indexOf(text);
  const exact = offset >= 0;
  const first = start + offset;
  const at = exact ? { file, line, lineStart, start: first, end: first + text.length } : place;
  // A definition whose first line has a comment goes on when the comment ends in a backslash.
  const commented = continues && !text.endsWith('\\') && parseDefinition(text) !== undefined;
  logicalLine(state, { text: commented ? `${text}\\` : text, place: at, exact, from, level: 0 });
}

/** A backslash at the end has nothing to escape, and the message comes without it (observed on 2.2.7). */
function withoutEscape(text: string): string {
  const [escapes = ''] = /\\*$/.exec(text) ?? [];
  return escapes.length % 2 === 0 ? text : text.slice(0, -1);
}

/** Words are cut without regard to backslashes, so an odd number of quotes leaves one open. */
function isUnmatched(text: string): boolean {
  let unmatched = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) unmatched = !unmatched;
  return unmatched;
}

/** The statement that the open quote is part of: what follows the last brace outside quotes. */
function lastStatement(text: string): string {
  let quoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '{' || char === '}')) from = at + 1;
  }
  return glueBackslash(trimBlanks(text.slice(from)));
}

type OpenDefinition = NonNullable<State['open']>;

/** A comment that ends in a backslash keeps a definition going, as in 2.2.7; 2.4.3 ends it there. */
function continueDefinition(state: State, open: OpenDefinition, text: string, continues: boolean): void {
  if (text !== '') open.lines.push(continuation(text).value);
  if (continues) return;
  state.definitions.set(open.name, open.lines);
  state.open = undefined;
}

/** `@id text` and `@^id text`: the rest of the line, or nothing. */
function condition(state: State, text: string): string {
  const match = /^@(\^?)(\S*)\s*(.*)$/s.exec(text);
  if (!match) return text;
  const [, negated, id, rest = ''] = match;
  if (!id) return '';
  return (id === state.facts.configId) !== (negated === '^') ? rest : '';
}

function logicalLine(state: State, work: Work): void {
  const char = work.text.charCodeAt(0);
  // Most lines start with a letter and hold no `$`: they go straight to the scanner.
  const plain = char !== 0x40 && char !== 0x24 && char !== 0x7e && !work.text.includes('$');
  const text = plain ? work.text : prepare(state, work);
  if (text === undefined || text === '') return;
  const current = text === work.text ? work : { ...work, text, exact: false };
  const include = parseInclude(text, state.checks);
  if (include) {
    includeFiles(state, include, current);
    return;
  }
  if (text.startsWith('include_check')) state.checks = includeCheckLine(text, state.checks);
  feedPieces(state, current);
}

/**
 * What follows a brace is a line of its own upstream, and may be a definition, a condition, a sequence or an
 * include again. Other rests are statements, and go to the scanner with the rest of the line.
 */
function feedPieces(state: State, work: Work): void {
  const { text, place, exact } = work;
  const at = restOfItsOwn(text);
  if (at < 0) {
    // Words are cut now, and not before: a line that its condition drops has no open quote.
    if (isUnmatched(text))
      report(state, 'general', 'AV0012', `Unmatched quote: '${lastStatement(text)}'`, place);
    state.sink.feed({ text, place, exact });
    return;
  }
  const split = exact ? place.start + at : place.end;
  const head = exact ? { ...place, end: split } : place;
  const rest = exact ? { ...place, start: split } : place;
  state.sink.feed({ text: text.slice(0, at), place: head, exact });
  logicalLine(state, { ...work, text: text.slice(at), place: rest });
}

/** Where, behind a brace, something begins that the scanner does not know; -1 = nowhere. */
function restOfItsOwn(text: string): number {
  let quoted = false;
  let afterBrace = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') quoted = !quoted;
    if (!quoted && (char === '{' || char === '}')) afterBrace = true;
    else if (!isBlank(text.charCodeAt(at))) {
      const starts = char === '$' || char === '@' || char === '~' || text.startsWith('inc', at);
      if (afterBrace && starts) return at;
      afterBrace = false;
    }
  }
  return -1;
}

function includeCheckLine(text: string, current: IncludeChecks): IncludeChecks {
  const [keyword, ...words] = splitWords(text.replace(/[{}].*$/s, ''));
  return keyword === 'include_check' ? applyIncludeCheck(words, current) : current;
}

/** Conditions, definitions, sequences and substitution. Undefined = the line has been dealt with. */
function prepare(state: State, work: Work): string | undefined {
  const conditional = condition(state, work.text);
  const definition = parseDefinition(conditional);
  if (definition) {
    if (definition.continues) state.open = { name: definition.name, lines: [definition.value] };
    else state.definitions.set(definition.name, [definition.value]);
    return undefined;
  }
  if (conditional.startsWith('~')) {
    const sequence = parseSequence(expandArguments(state, conditional, work.from.pwd));
    if (sequence) {
      repeat(state, sequence, work);
      return undefined;
    }
  }
  const { text, following, changed } = expand(conditional, state.definitions, state.facts, work.from.pwd);
  if (!changed) return text;
  const read = decomment(text);
  if (read.openQuote)
    report(state, 'general', 'AV0011', `Unterminated quote '${withoutEscape(read.text)}'`, work.place);
  const again = condition(state, read.text);
  if (following.length === 0) return again;
  if (!grow(state, work)) return undefined;
  const deeper = { ...work, exact: false, level: work.level + 1 };
  logicalLine(state, { ...deeper, text: again });
  for (const line of following) logicalLine(state, { ...deeper, text: line });
  return undefined;
}

/** Only the part in parentheses may use variables before the loop sets its own. */
function expandArguments(state: State, text: string, pwd: string): string {
  const close = text.indexOf(')');
  const head = close < 0 ? text : text.slice(0, close + 1);
  return expand(head, state.definitions, state.facts, pwd).text + text.slice(head.length);
}

function repeat(state: State, sequence: NonNullable<ReturnType<typeof parseSequence>>, work: Work): void {
  if (!sequence.ok) {
    for (const text of sequence.texts) report(state, 'general', 'AV0013', text, work.place);
    return;
  }
  for (const round of sequence.rounds) {
    if (!grow(state, work)) return;
    for (const [name, value] of round) state.definitions.set(name, [value]);
    logicalLine(state, { ...work, text: sequence.rest, exact: false, level: work.level + 1 });
  }
}

function grow(state: State, work: Work): boolean {
  if (state.growth++ < MAX_GROWTH && work.level < MAX_LEVEL) return true;
  if (state.growth <= MAX_GROWTH) {
    report(
      state,
      'general',
      'AV0014',
      `Definition '${work.text}' expands without end - ignoring`,
      work.place,
    );
    state.growth = MAX_GROWTH + 1;
  }
  return false;
}

function includeFiles(state: State, include: IncludeLine, work: Work): void {
  const prefix = include.pattern.startsWith('/') ? '' : prefixOf(work.from.path);
  const found = braceAlternatives(include.pattern).map((alternative) =>
    state.facts.glob(prefix + alternative),
  );
  const paths = found.flat();
  const missing = found.some((some) => some.length === 0);
  reportInclude(
    state,
    unmatched(include, paths.length, missing, lacksDirectory(state, prefix + include.pattern)),
    work,
  );
  for (const path of paths) {
    const name = path.slice(prefix.length);
    if (work.from.depth >= MAX_INCLUDE_DEPTH || state.recursive.has(work.from.path)) {
      state.recursive.add(work.from.path);
      reportInclude(state, unusable(name, 'unreadable', 'Too many open files', include.checks), work);
      return;
    }
    const content = state.facts.readFile(path);
    if (content.ok)
      readFile(state, new SourceFile(name, content.bytes, content.ascii), path, work.from.depth + 1);
    else reportInclude(state, unusable(name, content.problem, content.reason ?? '', include.checks), work);
  }
}

/** A wildcard in a directory that does not exist is reported like a missing file (observed on 2.2.7). */
function lacksDirectory(state: State, pattern: string): boolean {
  const fixed = pattern.replace(/[*?[{].*$/s, '');
  const slash = fixed.lastIndexOf('/');
  if (slash <= 0) return false;
  const directory = fixed.slice(0, slash);
  const content = state.facts.readFile(directory);
  return !content.ok && content.problem === 'missing';
}

/**
 * Relative names are looked up beside the including file, as upstream changes directory while it reads one.
 */
function prefixOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function reportInclude(state: State, problem: IncludeProblem | undefined, work: Work): void {
  if (problem) report(state, problem.strict ? 'no-config' : 'notice', 'AV0020', problem.text, work.place);
}
