/** `HTTP_GET { … }` and `SSL_GET { … }`: web pages as a check. They differ in nothing but TLS. */
import { oneOf, text } from '../codecs/codec.ts';
import { readInteger } from '../codecs/numbers.ts';
import { parseScriptLine } from '../codecs/script.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, type Scope, type Session } from '../drafts.ts';
import { type CheckerScope, finishPart, PartScope } from '../lvs-drafts.ts';
import { splitShellWords } from '../words.ts';
import { checker, checkerBlock, connectionRows, reachable } from './checker-rows.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom, scalar } from './row.ts';
import { flag, optionalToggle } from './shortcuts.ts';
import { anyCount } from './timers.ts';

export interface StatusRange {
  readonly first: number;
  readonly last: number;
}

const DIGEST_LENGTH = 32;

const tlsCompliant = optionalToggle('Close TLS in the orderly way.', 'Invalid tls_compliant option {value}', {
  ...checker,
  since: 'v2.2.8',
});

export const REGEX_OPTIONS: readonly string[] = [
  'allow_empty_class',
  'alt_bsux',
  'auto_callout',
  'caseless',
  'dollar_endonly',
  'dotall',
  'dupnames',
  'extended',
  'firstline',
  'match_unset_backref',
  'multiline',
  'never_ucp',
  'never_utf',
  'no_auto_capture',
  'no_auto_possess',
  'no_dotstar_anchor',
  'no_start_optimize',
  'ucp',
  'ungreedy',
  'utf',
  'never_backslash_c',
  'alt_circumflex',
  'alt_verbnames',
  'use_offset_limit',
];

/** A number that is wrong leaves a 0 behind, and only the log says so. */
const regexOffset = (doc: string) =>
  custom<number>({
    args: 'UINT',
    doc,
    ...checker,
    read: (line, _scope, session) => {
      const [keyword, word] = line.words;
      if (line.words.length !== 2 || word === undefined) {
        session.report(`Missing or too may options for ${keyword}`, line, LOG_ONLY);
        return undefined;
      }
      const { value } = readInteger(word, { min: 0, max: 2_147_483_647 }, session.facts);
      if (value === undefined) session.report(`Invalid ${keyword} ${word} specified`, line, LOG_ONLY);
      return value ?? 0;
    },
  });

const urlRows = {
  path: scalar(text, { doc: 'Path to ask for.', ...checker }),
  digest: custom<string>({
    args: '32 HEX',
    doc: 'MD5 of the page, as genhash prints it.',
    ...checker,
    read: readDigest,
  }),
  status_code: custom<readonly StatusRange[]>({
    args: '{CODE|CODE-CODE}...',
    doc: 'Status codes that count as success; 200 to 299 by default.',
    ...checker,
    read: readStatusCodes,
  }),
  virtualhost: scalar(text, {
    doc: 'Host header of the request.',
    ...checker,
    missing: 'Missing HTTP_GET virtualhost name',
  }),
  regex: custom<string>({
    args: 'PATTERN',
    doc: 'Regular expression that the page must match.',
    ...checker,
    read: readRegex,
  }),
  regex_no_match: flag('A match is a failure.', checker),
  regex_options: custom<readonly string[]>({
    args: 'OPTION...',
    doc: 'How the expression is read.',
    ...checker,
    read: (line, scope) => [
      ...((scope.values.regex_options as readonly string[] | undefined) ?? []),
      ...line.words.slice(1).filter((word) => REGEX_OPTIONS.includes(word)),
    ],
  }),
  regex_min_offset: regexOffset('First offset at which a match may start.'),
  regex_max_offset: regexOffset('Last offset at which a match may start.'),
  regex_stack: custom<readonly [number, number]>({
    args: 'START MAX',
    doc: 'Size of the stack for compiled expressions, in bytes.',
    ...checker,
    read: readRegexStack,
  }),
};

export const httpUrlRows = urlRows;
export const sslUrlRows = { ...urlRows, tls_compliant: tlsCompliant };

function readDigest(line: Line, scope: Scope, session: Session): string | undefined {
  const digest = line.words[1];
  if (digest === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const problem = digestProblem(digest, scope.values.digest !== undefined);
  if (problem === undefined) return digest.toLowerCase();
  session.report(problem, line);
  return undefined;
}

/** Upstream reads pairs with strtol(3), which takes a blank or a sign for the first of two characters. */
const PAIR = /^(?:[0-9a-f]|[ \t\n\v\f\r+-])[0-9a-f]$/i;

function digestProblem(digest: string, again: boolean): string | undefined {
  if (again) return `Digest '${digest}' is a duplicate`;
  if (digest.length !== DIGEST_LENGTH) {
    return `digest '${digest}' character length should be ${DIGEST_LENGTH} rather than ${digest.length}`;
  }
  for (let at = 0; at < DIGEST_LENGTH; at += 2) {
    if (PAIR.test(digest.slice(at, at + 2))) continue;
    const read = digest.slice(0, at + 2);
    return `Unable to interpret hex digit in '${read}' at offset ${at}/${at + 1}`;
  }
  return undefined;
}

function readStatusCodes(line: Line, scope: Scope, session: Session): readonly StatusRange[] | undefined {
  const ranges = [...((scope.values.status_code as readonly StatusRange[] | undefined) ?? [])];
  for (const word of line.words.slice(1)) {
    const range = statusRange(word);
    if (range) ranges.push(range);
    else session.report(`Invalid HTTP_GET status code '${word}'`, line);
  }
  return ranges.length === 0 ? undefined : ranges;
}

function statusRange(word: string): StatusRange | undefined {
  const match = /^[ \t\n\v\f\r]*\+?(\d+)(?:-[ \t\n\v\f\r]*\+?(\d+))?$/.exec(word);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 100 && last <= 599 && first <= last ? { first, last } : undefined;
}

function readRegex(line: Line, scope: Scope, session: Session): string | undefined {
  const words = splitShellWords(line.text);
  if (!words.ok) {
    const unclosed = parseScriptLine(line.text);
    session.report(unclosed.ok ? `Invalid regex: ${line.text}` : unclosed.error, line);
    return undefined;
  }
  const pattern = words.value[1];
  if (pattern === undefined || words.value.length > 2) {
    session.report('regex missing or too many fields', line, LOG_ONLY);
    return undefined;
  }
  const old = scope.values.regex;
  if (typeof old === 'string') {
    session.report(`Duplicate regex specified - replacing ${old} with ${pattern}`, line, LOG_ONLY);
  }
  return pattern;
}

function readRegexStack(line: Line, _scope: Scope, session: Session): readonly [number, number] | undefined {
  const [, start, max] = line.words;
  if (start === undefined || max === undefined || line.words.length !== 3) {
    session.report('regex_stack requires start and max values', line, LOG_ONLY);
    return undefined;
  }
  const range = { min: 1, max: 4_294_967_295 };
  const from = readInteger(start, range, session.facts).value;
  const to = readInteger(max, range, session.facts).value;
  if (from !== undefined && to !== undefined && from <= to) return [from, to];
  const problem =
    from === undefined
      ? 'regex_stack invalid start value'
      : to === undefined
        ? 'regex_stack invalid max value'
        : 'regex stack start cannot exceed max value';
  session.report(problem, line, LOG_ONLY);
  return undefined;
}

const url = <R extends typeof urlRows>(rows: R) =>
  block({
    doc: 'One request to make.',
    args: '',
    process: 'checker',
    rows,
    open: (_line, scope) => new PartScope(scope as CheckerScope),
    close: (scope, session, line) => {
      const part = scope as PartScope;
      if (part.given?.path !== undefined) finishPart(part, session.lvs);
      else session.report('HTTP/SSL_GET checker url has no path - ignoring', line);
    },
  });

const httpBase = {
  ...connectionRows,
  nb_get_retry: scalar(anyCount, {
    doc: 'Old name of retry.',
    ...checker,
    deprecated: "nb_get_retry is deprecated - please use 'retry'",
    bad: "Invalid nb_get_retry value '{value}'",
    aliasOf: 'retry',
  }),
  virtualhost: scalar(text, {
    doc: 'Host header of requests that set none.',
    ...checker,
    missing: 'HTTP_GET virtualhost name missing',
  }),
  http_protocol: scalar(oneOf('1.0', '1.0C', '1.0c', '1.1'), {
    doc: 'Version of the requests; 1.0C asks for the connection to be closed.',
    ...checker,
    missing: 'Missing http_protocol version',
    bad: 'Invalid http_protocol version {value}',
    default: '1.0',
  }),
  enable_sni: optionalToggle(
    'Send the server name with TLS.',
    'Invalid enable_sni parameter {value}',
    checker,
  ),
  sni_name: custom<string>({
    args: '[NAME]',
    doc: 'Server name to send with TLS; the virtualhost of the request by default.',
    ...checker,
    since: 'HEAD',
    read: (line, scope, session) => {
      const name = line.words[1];
      const old = scope.values.sni_name;
      scope.values.enable_sni = true;
      if (name !== undefined || old === undefined) return name;
      session.report(`sni_name already specified as ${String(old)} - ignoring setting to default`, line);
      return undefined;
    },
  }),
  fast_recovery: optionalToggle(
    'While recovering, requests follow each other without a pause.',
    'Invalid fast_recovery parameter {value}',
    checker,
  ),
};

export const httpRows = { ...httpBase, url: url(httpUrlRows) };
export const sslRows = { ...httpBase, tls_compliant: tlsCompliant, url: url(sslUrlRows) };

/** 2.2.7 goes on with the dropped check and crashes; 2.4.3 ends with the message. */
function finish(scope: CheckerScope, session: Session, line: Line | undefined): boolean {
  if (scope.parts.length > 0) return reachable(scope, session, line);
  session.report('HTTP/SSL_GET checker has no urls specified - ignoring', line);
  return false;
}

export const httpCheckers = {
  HTTP_GET: checkerBlock({
    type: 'HTTP_GET',
    doc: 'Up while web pages answer as expected.',
    rows: httpRows,
    finish,
  }),
  SSL_GET: checkerBlock({
    type: 'SSL_GET',
    doc: 'Up while web pages answer as expected over TLS.',
    rows: sslRows,
    finish,
  }),
};
