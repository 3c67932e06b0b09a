/** Size and form of each source file: the numbers of CONTRIBUTING.md, and syntax that the project avoids. */
import { measureFunctions } from './functions.ts';
import { isTest, type Rule, sourceRule, type Violation } from './rule.ts';
import { IN_LITERAL, lineAt, type SourceFile } from './source.ts';

const MAX_COLUMNS = 110;
const MAX_LINES = 600;
const MAX_TABLE_LINES = 1000;
const MAX_FUNCTION_LINES = 60;
const MIN_LITERAL = 30;

const lineCount = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

export const fileLength = sourceRule('files have at most 600 lines, tables 1000', ({ path, text }) => {
  const cap = path.startsWith('grammar/keywords/') ? MAX_TABLE_LINES : MAX_LINES;
  const count = lineCount(text);
  return count > cap ? [{ path, detail: `${count} lines, at most ${cap}` }] : [];
});

/**
 * A text that users search for stays in one piece, so a long string, template or regular expression may stick
 * out where the code around it is short.
 */
function columnsOf(content: string, code: string): number {
  const literals = [...code].filter((char) => char === IN_LITERAL).length;
  return [...content].length - (literals >= MIN_LITERAL ? literals : 0);
}

export const lineLength = sourceRule('lines have at most 110 columns', ({ path, text, code }) => {
  const codeLines = code.split('\n');
  return text.split('\n').flatMap((content, index) => {
    const columns = columnsOf(content, codeLines[index] ?? '');
    return columns > MAX_COLUMNS ? [{ path, line: index + 1, detail: `${columns} columns` }] : [];
  });
});

/** A suite of node:test is a list of tests, not a function that somebody has to follow. */
const suite = /^(?:describe|suite)\b/;

export const functionLength = sourceRule('functions have at most 60 lines', (file) =>
  measureFunctions(file).flatMap(({ head, line, lines }) => {
    if (lines <= MAX_FUNCTION_LINES) return [];
    const start = file.text.split('\n')[line - 1]?.trim() ?? '';
    if (isTest(file.path) && suite.test(start)) return [];
    return [{ path: file.path, line, detail: `${lines} lines: ${head}` }];
  }),
);

function eachMatch({ path, text, code }: SourceFile, pattern: RegExp, detail: string): Violation[] {
  return [...code.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index), detail }));
}

export const defaultExports = sourceRule('no default exports', (file) =>
  eachMatch(file, /\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/g, 'default export'),
);

export const anyType = sourceRule('no any', (file) =>
  eachMatch(file, /(?:[:<|&,]|=>|\bas|\bextends|\bkeyof)\s*any\b(?!\s*[:(.])/g, 'any'),
);

/** tsc refuses the last three as well (erasableSyntaxOnly), but only where it is run. */
export const bannedSyntax = sourceRule('no enums, decorators, namespaces or parameter properties', (file) => [
  ...eachMatch(file, /(?<![.\w$])(?:const\s+)?enum\s+[A-Za-z_$]\w*\s*\{/g, 'enum'),
  ...eachMatch(file, /^\s*@[A-Za-z_$]/gm, 'decorator'),
  ...eachMatch(file, /^\s*(?:export\s+)?(?:declare\s+)?(?:namespace|module)\s+\w+\s*\{/gm, 'namespace'),
  ...eachMatch(
    file,
    /\bconstructor\s*\([^)]*\b(?:public|private|protected|readonly)\s/g,
    'parameter property',
  ),
]);

export const importEndings = sourceRule('relative imports end in .ts', ({ path, imports }) =>
  imports.flatMap(({ specifier, target, line }) =>
    target === undefined || /\.(?:ts|json|css)$/.test(specifier) ? [] : [{ path, line, detail: specifier }],
  ),
);

/** The file of a folder to read first, where that is not `index.ts` or the folder's own name. */
const MAIN_FILES: Readonly<Record<string, string>> = {
  'grammar/codecs': 'codec.ts',
  'grammar/keywords': 'row.ts',
  'grammar/lines': 'address-line.ts',
  'grammar/rules': 'rule.ts',
  'src/cli': 'main.ts',
  'src/engine': 'rules.ts',
  'src/ipc': 'channel.ts',
  'src/netlink': 'message.ts',
  'src/out': 'messages.ts',
  'src/ports': 'clock.ts',
  'src/proc': 'parent.ts',
  'src/runtime': 'loop.ts',
  'src/track': 'tracker-hooks.ts',
  'src/sim': 'run.ts',
  'src/vrrp': 'router.ts',
  'src/health': 'host.ts',
  'src/lvs': 'pool.ts',
  'src/wire': 'vrrp.ts',
};

const MIN_COMMENT = 40;

export const mainFiles: Rule = {
  name: "a folder's main file opens with a comment",
  check: ({ sources }) => {
    const inScope = sources.filter(({ path }) => /^(?:src\/.*|grammar)\//.test(path) && !isTest(path));
    const folders = new Set(inScope.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
    return [...folders].flatMap((folder) => {
      const own = folder.slice(folder.lastIndexOf('/') + 1);
      const names = [MAIN_FILES[folder] ?? 'index.ts', `${own}.ts`].map((name) => `${folder}/${name}`);
      const main = inScope.find(({ path }) => names.includes(path));
      if (main === undefined) return [{ path: folder, detail: `no main file: none of ${names.join(', ')}` }];
      const comment = /^\s*(?:\/\*\*([\s\S]*?)\*\/|((?:\/\/[^\n]*\n)+))/.exec(main.text);
      const words = (comment?.[1] ?? comment?.[2] ?? '').replace(/[\s*/]+/g, ' ').trim();
      if (words.length >= MIN_COMMENT) return [];
      return [{ path: main.path, line: 1, detail: 'opens without a comment on what flows in and out' }];
    });
  },
};
