/** Findings for a terminal: place, text, source line with a caret under the spot, related places, advice. */
import type { Span } from '../../src/diagnostics.ts';
import { assertNever } from '../../src/units.ts';
import type { Severity } from '../catalogue/index.ts';
import type { Finding } from './finding.ts';

export interface TextOptions {
  readonly colour: boolean;
  readonly textOf: (file: string) => string | undefined;
}

/** Longer lines are cut around the caret. */
const WIDTH = 100;

const RESET = '\x1b[0m';
const BOLD = '\x1b[1m';
const BLUE = '\x1b[34m';

function colourOf(severity: Severity): string {
  switch (severity) {
    case 'error':
      return '\x1b[1;31m';
    case 'warning':
      return '\x1b[1;33m';
    case 'lint':
      return '\x1b[1;36m';
    case 'note':
      return '\x1b[1;34m';
    default:
      return assertNever(severity);
  }
}

/** What a severity is called in front of people. */
export const wordOf = (severity: Severity): string => (severity === 'lint' ? 'advice' : severity);

export function formatText(findings: readonly Finding[], options: TextOptions): string {
  return findings.map((finding) => `${formatOne(finding, options)}\n`).join('');
}

function formatOne({ code, severity, text, span, related, help }: Finding, options: TextOptions): string {
  const paint = (colour: string, what: string): string => (options.colour ? colour + what + RESET : what);
  const place = span ? `${placeOf(span)}: ` : '';
  const label = paint(colourOf(severity), `${wordOf(severity)}[${code}]`);
  const head = `${paint(BOLD, place)}${label}: ${clean(text)}`;
  const lines = [head, ...excerpt(span, options, (what) => paint(colourOf(severity), what))];
  for (const other of related) {
    lines.push(`${placeOf(other.span)}: ${paint(BLUE, 'note')}: ${clean(other.text)}`);
    lines.push(...excerpt(other.span, options, (what) => paint(BLUE, what)));
  }
  for (const sentence of help) lines.push(`  ${paint(BLUE, 'help')}: ${clean(sentence)}`);
  return lines.join('\n');
}

const placeOf = ({ file, line, column }: Span): string => `${file}:${line}:${column}`;

/** Control characters of a broken file must not reach the terminal. */
const clean = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd').replace(/[\t\n]/g, ' ');

function excerpt(
  span: Span | undefined,
  { textOf }: TextOptions,
  paint: (what: string) => string,
): readonly string[] {
  const text = span && textOf(span.file);
  if (!span || text === undefined) return [];
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const newline = text.indexOf('\n', span.start);
  const lineEnd = newline < 0 ? text.length : newline;
  const column = span.start - lineStart;
  const cut = column > WIDTH - 20 ? column - 40 : 0;
  const source = text.slice(lineStart + cut, Math.min(lineEnd, lineStart + cut + WIDTH)).trimEnd();
  const length = Math.max(1, Math.min(span.end, lineEnd) - span.start);
  const shown = Math.max(1, Math.min(length, source.length - (column - cut)));
  const gutter = String(span.line);
  const blank = ' '.repeat(gutter.length);
  // Tabs stay tabs above and below, so that the caret stands under its character.
  const indent = source.slice(0, column - cut).replace(/[^\t]/g, ' ');
  const marker = paint(`^${'~'.repeat(shown - 1)}`);
  return [` ${gutter} | ${cleanLine(source)}`, ` ${blank} | ${indent}${marker}`];
}

const cleanLine = (line: string): string =>
  line
    .split('\t')
    .map((part) => clean(part))
    .join('\t');
