/**
 * A scan of one TypeScript file that is just good enough for the house rules: which characters are code and
 * which are comment, string or regular expression, and what the file imports. The compiler's own API is not
 * used, because version 7 of TypeScript does not offer one to JavaScript.
 */
import { posix } from 'node:path';

export interface Import {
  readonly specifier: string;
  /** Path from the root for a relative import; undefined for a package or a `node:` module. */
  readonly target: string | undefined;
  /** Erased at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** `text` with comments blanked and literals filled with IN_LITERAL; same length, same line breaks. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export function scanSource(path: string, text: string): SourceFile {
  const code = blank(text);
  return { path, text, code, imports: findImports(path, text, code) };
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Stands for a character of a string, template or regular expression; white space, so patterns pass it. */
export const IN_LITERAL = '\u00a0';

const spaces = (text: string, by = ' '): string => text.replace(/[^\n]/g, by);

/** Patterns that are tried in order at a position; each matches one piece that is not code. */
const lineComment = /\/\/[^\n]*/y;
const blockComment = /\/\*[\s\S]*?\*\//y;
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const regExp = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*/y;
/** A template up to its end or its next `${`. */
const templateText = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** Where a slash starts a regular expression instead of dividing. */
const beforeRegExp = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield))\s*$/;

function blank(text: string): string {
  let code = text.startsWith('#!') ? spaces(matchAt(/[^\n]*/y, text, 0) ?? '') : '';
  // Depth of braces in each open `${`: its closing brace goes on with the template.
  const templates: number[] = [];
  const literal = (piece: string): string => spaces(piece, IN_LITERAL);
  const take = (piece: string, quote: string): void => {
    code += piece.length < 2 ? piece : `${quote}${literal(piece.slice(1, -1))}${quote}`;
  };
  const takeTemplate = (open: string): void => {
    const piece = matchAt(templateText, text, code.length + 1) ?? '';
    code += open + literal(piece.slice(0, -1)) + (piece.endsWith('{') ? '{' : '`');
    if (piece.endsWith('{')) templates.push(0);
  };
  while (code.length < text.length) {
    const at = code.length;
    const char = text.charAt(at);
    const depth = templates.at(-1);
    const comment = matchAt(lineComment, text, at) ?? matchAt(blockComment, text, at);
    if (comment !== undefined) code += spaces(comment);
    else if (char === "'" || char === '"') take(matchAt(quoted, text, at) ?? char, char);
    else if (char === '/' && beforeRegExp.test(code.slice(-40)))
      code += literal(matchAt(regExp, text, at) ?? char);
    else if (char === '`') takeTemplate('`');
    else if (char === '}' && depth === 0) {
      templates.pop();
      takeTemplate('}');
    } else {
      if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1;
      if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1;
      code += char;
    }
  }
  return code;
}

const importing = /\b(?:import|export)\b(\s+type\b(?!\s*from))?(?:[^;'"`()=]*?\bfrom)?\s*\(?\s*(?=['"])/g;

function findImports(path: string, text: string, code: string): Import[] {
  return [...code.matchAll(importing)].flatMap((match) => {
    const start = match.index + match[0].length;
    const end = code.indexOf(code.charAt(start), start + 1);
    const specifier = text.slice(start + 1, end);
    const relative = specifier.startsWith('.');
    const target = relative ? posix.join(posix.dirname(path), specifier) : undefined;
    return [{ specifier, target, typeOnly: match[1] !== undefined, line: lineAt(text, start) }];
  });
}
