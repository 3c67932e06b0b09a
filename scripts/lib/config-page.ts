/**
 * The manual page of the configuration language, made of the keyword table: every keyword with its arguments,
 * default and meaning, under the block that it stands in. Out: roff for man(7).
 */
import { rootRows } from '../../grammar/keywords/root.ts';
import type { AnyRow, Rows, Scalar } from '../../grammar/keywords/row.ts';
import { ALIVED_VERSION } from '../../src/out/version.ts';

/** What a reader has to know before the tables; a blank line begins a paragraph. */
const LANGUAGE = `A file consists of lines. The first word of a line is a keyword and the others are its arguments; a block is opened by { and closed by }, which may stand anywhere outside quotes. Lines are not continued. Keywords are written exactly as they are listed here.

# and ! begin a comment, also in the middle of a line, unless they are quoted by "..." or have a backslash before them. Words with blanks are quoted by "...". Commands also know '...' and the usual escapes with a backslash.

include PATTERN reads the files that match, sorted by name, relative to the file that names them. What is missing is told of and passed over. The daemon does not start where includer names what is there but cannot be read, includem a file that is missing, includew a pattern without a match, and includeb braces of which a part is missing; includea is all of them.

$NAME=VALUE defines a text that $NAME or \${NAME} puts in afterwards; a definition may go over several lines that end in a backslash. ~SEQ(VAR, FIRST, STEP, LAST) and ~LST(VAR, A, B, ...) repeat the rest of their line for each value.

@NAME or @^NAME before a line keeps it for a host, or for all but a host, whose configuration id (option -i) is NAME.

A line that is not understood is told of and left out, and the rest of the file counts. alived check FILE shows each mistake in its place, and what was probably meant.`;

const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&');

function argumentsOf(row: AnyRow): string {
  switch (row.kind) {
    case 'scalar':
      return row.ignoresArguments === true
        ? ''
        : row.bare === undefined
          ? row.codec.name
          : `[${row.codec.name}]`;
    case 'custom':
    case 'block':
      return row.args;
    case 'list':
      return `${row.args} { ... }`.trim();
  }
}

/** Empty without one, or where it only says that a flag is not set. */
function defaultOf(row: AnyRow): string {
  if (row.kind !== 'scalar') return '';
  // A row has its codec and its default of one type, which is not known any more here.
  const { codec, default: value } = row as unknown as Scalar<unknown, unknown>;
  if (value === undefined) return '';
  const printed = codec.print(value);
  return printed === '' || printed === 'false' ? '' : ` The default is ${printed}.`;
}

function entry(keyword: string, row: AnyRow): string[] {
  const args = argumentsOf(row);
  const head = args === '' ? '' : ` \\fI${roff(args)}\\fR`;
  const notes = [
    row.extension === true ? ' An extension of alived: keepalived reports an unknown keyword.' : '',
    row.since === undefined ? '' : ` Since keepalived ${row.since.replace(/^v/, '')}.`,
    row.deprecated === undefined ? '' : ' Deprecated.',
  ];
  const options = row.kind === 'list' && row.options.length > 0 ? ` Options: ${row.options.join(', ')}.` : '';
  return [
    '.TP',
    `\\fB${roff(keyword)}\\fR${head}`,
    roff(`${row.doc}${defaultOf(row)}${options}${notes.join('')}`),
  ];
}

/** Blocks inside come after what stands beside them, each under its path. */
function section(rows: Rows, path: string): string[] {
  const all = Object.entries(rows) as [string, AnyRow][];
  const entries = all.flatMap(([keyword, row]) => entry(keyword, row));
  const inner = all.flatMap(([keyword, row]) => {
    if (row.kind !== 'block') return [];
    const own = path === '' ? keyword : `${path} / ${keyword}`;
    return section(row.rows, own);
  });
  const title = path === '' ? ['.SH TOP LEVEL'] : [path.includes('/') ? `.SS "${path}"` : `.SH "${path}"`];
  return [...title, ...entries, ...inner];
}

export function configPage(): string {
  const paragraphs = LANGUAGE.split('\n\n').flatMap((text) => ['.PP', roff(text)]);
  const lines = [
    '.\\" Made by scripts/write-man.ts from the keyword table; changes belong there.',
    `.TH KEEPALIVED.CONF 5 "" "alived ${ALIVED_VERSION}" "File Formats"`,
    '.SH NAME',
    'keepalived.conf \\- configuration of alived, as keepalived understands it',
    '.SH DESCRIPTION',
    ...paragraphs.slice(1),
    ...section(rootRows, ''),
    '.SH FILES',
    '.I /etc/keepalived/keepalived.conf',
    '.SH SEE ALSO',
    '.BR alived (8),',
    '.BR genhash (1)',
  ];
  return `${lines.join('\n')}\n`;
}
