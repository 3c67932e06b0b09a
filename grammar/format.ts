/**
 * Canonical layout. In: the text of one file; out: the same statements and comments in the same order, four
 * blanks for each open block (what most files in the field use), one blank between words, the brace behind
 * its keyword. Lines of another stage (include, definitions, `~SEQ`, `@id`) are left as they stand. What
 * cannot be laid out without a guess is refused with the line that is in the way.
 */
import { fail, ok, type Result } from '../src/result.ts';
import { isBlank, trimBlanks } from './words.ts';

export interface FormatProblem {
  readonly line: number;
  readonly text: string;
}

const INDENT = '    ';
/** Upstream cuts lines at this length, so longer ones mean something else than they show. */
const LONGEST = 1022;

/** A physical line, cut where its comment starts. */
interface Parts {
  readonly code: string;
  readonly comment: string;
  readonly openQuote: boolean;
}

function cutComment(raw: string): Parts {
  let quoted = false;
  for (let at = 0; at < raw.length; at++) {
    const char = raw.charAt(at);
    if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '\\' && /[#!]/.test(raw.charAt(at + 1))) at++;
    else if (char === '#' || char === '!') {
      return { code: trimBlanks(raw.slice(0, at)), comment: trimBlanks(raw.slice(at)), openQuote: false };
    }
  }
  return { code: trimBlanks(raw), comment: '', openQuote: quoted };
}

/** Lines that are read before statements are; a definition may go on over several lines. */
const OTHER_STAGE = /^(?:include[rmwba]?[ \t]|[@~]|\$[A-Za-z0-9_]+=)/;
const DEFINITION = /^(?:@\S*\s+)?\$[A-Za-z0-9_]+=/;

interface Output {
  readonly lines: string[];
  depth: number;
  /** The last line is a statement to which a brace may be joined. */
  joinable: boolean;
  inDefinition: boolean;
}

export function formatText(text: string): Result<string, FormatProblem> {
  const out: Output = { lines: [], depth: 0, joinable: false, inDefinition: false };
  const rows = text.split('\n').map((line) => line.replace(/\r+$/, ''));
  for (const [index, raw] of rows.entries()) {
    const problem = layOut(out, raw);
    if (problem !== undefined) return fail({ line: index + 1, text: problem });
  }
  if (out.depth > 0) return fail({ line: rows.length, text: `${out.depth} blocks are not closed` });
  const joined = out.lines.join('\n').replace(/^\n+|\n+$/g, '');
  return ok(joined === '' ? '' : `${joined}\n`);
}

/** Adds one line, or says what is in the way. */
function layOut(out: Output, raw: string): string | undefined {
  if (raw.includes('\0')) return 'the line holds a NUL byte';
  if (raw.length > LONGEST) return `the line is longer than ${LONGEST} characters`;
  const trimmed = trimBlanks(raw);
  if (out.inDefinition || OTHER_STAGE.test(trimmed)) return verbatim(out, raw, trimmed);
  const { code, comment, openQuote } = cutComment(raw);
  if (openQuote) return 'a quote is not closed';
  if (code === '') return withoutCode(out, comment);
  return statements(out, code, comment);
}

function verbatim(out: Output, raw: string, trimmed: string): string | undefined {
  const definition = out.inDefinition || DEFINITION.test(trimmed);
  if (!definition && !trimmed.startsWith('include')) {
    for (const brace of bracesOf(cutComment(raw).code)) out.depth += brace === '{' ? 1 : -1;
    if (out.depth < 0) return 'a brace closes nothing';
  }
  out.inDefinition = definition && trimmed.endsWith('\\');
  out.lines.push(raw);
  out.joinable = false;
  return undefined;
}

function withoutCode(out: Output, comment: string): undefined {
  if (comment !== '') {
    out.lines.push(INDENT.repeat(out.depth) + comment);
    out.joinable = false;
  } else if (out.lines.at(-1) !== '') {
    // One blank line separates; more say no more.
    out.lines.push('');
  }
  return undefined;
}

function statements(out: Output, code: string, comment: string): string | undefined {
  const braces = bracesOf(code);
  const text = spaced(code);
  if (text === '{' && comment === '' && joinBrace(out)) return undefined;
  const leading = /^[}\s]*/.exec(text)?.[0].replace(/\s/g, '').length ?? 0;
  const indent = Math.max(out.depth - leading, 0);
  for (const brace of braces) {
    out.depth += brace === '{' ? 1 : -1;
    if (out.depth < 0) return 'a brace closes nothing';
  }
  const line = INDENT.repeat(indent) + text + (comment === '' ? '' : ` ${comment}`);
  if (line.length > LONGEST) return 'the line would become too long';
  out.lines.push(line);
  out.joinable = comment === '' && braces.length === 0;
  return undefined;
}

/** A brace on a line of its own goes behind the keyword right above it. */
function joinBrace(out: Output): boolean {
  let index = out.lines.length - 1;
  while (index >= 0 && out.lines[index] === '') index--;
  const keyword = out.lines[index];
  if (!out.joinable || keyword === undefined || keyword.length + 2 > LONGEST) return false;
  out.lines.length = index + 1;
  out.lines[index] = `${keyword} {`;
  out.depth++;
  out.joinable = false;
  return true;
}

/** The use of a definition, whose braces are part of its name. */
const USE = /\$\{[^{}"]*\}/;

/** Braces outside double quotes. */
function bracesOf(code: string): string[] {
  const bare = code.replace(/"[^"]*"?/g, '').replaceAll(new RegExp(USE, 'g'), '');
  return bare.match(/[{}]/g) ?? [];
}

/**
 * One blank between words and around braces. Blanks inside quotes of either kind stay: a script line is read
 * again with shell-like quotes.
 */
function spaced(code: string): string {
  let result = '';
  let quote = '';
  // A use of a definition is one piece; everything else goes character by character.
  for (const char of code.match(new RegExp(`${USE.source}|[^]`, 'g')) ?? []) {
    if (char.length > 1) {
      result += char;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      result += char;
    } else if (char === '{' || char === '}') {
      result = `${result}${result === '' || result.endsWith(' ') ? '' : ' '}${char} `;
    } else if (isBlank(char.charCodeAt(0))) {
      if (result !== '' && !result.endsWith(' ')) result += ' ';
    } else {
      if (char === '"' || (char === "'" && singleQuoted(code))) quote = char;
      result += char;
    }
  }
  return trimBlanks(result);
}

/** An apostrophe alone quotes nothing; a pair of them may. */
const singleQuoted = (code: string): boolean => code.split("'").length % 2 === 1;
