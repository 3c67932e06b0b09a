/**
 * The flattened configuration: includes, definitions, conditions and repetitions worked in. In: a tree; out:
 * text that reads as the same configuration without any of them, each run of lines under a comment with the
 * place it came from.
 */
import type { Line, Tree } from './cst.ts';

export interface ExpandOptions {
  /** Without the comments that name the origin. */
  readonly origin: boolean;
}

const INDENT = '    ';

interface Output {
  readonly lines: string[];
  readonly origin: boolean;
  file: string;
  line: number;
}

export function expandTree(tree: Tree, { origin }: ExpandOptions): string {
  const out: Output = { lines: [], origin, file: '', line: -1 };
  write(out, tree.lines, 0);
  return out.lines.map((line) => `${line}\n`).join('');
}

function write(out: Output, lines: readonly Line[], depth: number): void {
  for (const line of lines) {
    const { block } = line;
    from(out, line, depth);
    const text = escaped(line.text);
    if (!block) {
      out.lines.push(INDENT.repeat(depth) + text);
      continue;
    }
    out.lines.push(`${INDENT.repeat(depth)}${text === '' ? '{' : `${text} {`}`);
    write(out, block.lines, depth + 1);
    if (!block.close) continue;
    // A block on one line has no place of its own for its end.
    if (block.close.span.line !== out.line) from(out, block.close, depth);
    out.lines.push(`${INDENT.repeat(depth)}}`);
  }
}

/** Names the origin where it is not the line after the last one. */
function from(out: Output, line: Line, depth: number): void {
  const { file, line: number } = line.span;
  const follows = file === out.file && (number === out.line || number === out.line + 1);
  if (out.origin && !follows) out.lines.push(`${INDENT.repeat(depth)}# from ${shownName(file)}:${number}`);
  out.file = file;
  out.line = number;
}

/** A file name with a line end must not end the comment. */
const shownName = (file: string): string => file.replace(/[\r\n]/g, '?');

/** Comment characters outside quotes were escaped in the source and must be so again. */
function escaped(text: string): string {
  let quoted = false;
  let result = '';
  for (const char of text) {
    if (char === '"') quoted = !quoted;
    result += !quoted && (char === '#' || char === '!') ? `\\${char}` : char;
  }
  return result;
}
