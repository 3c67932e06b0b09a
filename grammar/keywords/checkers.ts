/** The checks of a real server, apart from HTTP_GET and SSL_GET. */
import { text } from '../codecs/codec.ts';
import { type BytePattern, parseBytes } from '../codecs/hex-bytes.ts';
import { int, readInteger, uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { LOG_ONLY, type Scope, type Session } from '../drafts.ts';
import { type CheckerScope, checkersOf, finishPart, PartScope } from '../lvs-drafts.ts';
import { realServerName } from '../lvs-names.ts';
import { alpha, checker, checkerBlock, connectionRows, reachable, unreachable } from './checker-rows.ts';
import { miscCheck } from './misc-check.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom, scalar } from './row.ts';

const MAX_REPLY = 255;

const tcpCheck = checkerBlock({
  type: 'TCP_CHECK',
  doc: 'Up while a TCP connection can be made.',
  rows: connectionRows,
  finish: reachable,
});

const pingCheck = checkerBlock({
  type: 'PING_CHECK',
  doc: 'Up while ICMP echo requests are answered.',
  rows: connectionRows,
  finish: reachable,
});

export const smtpHostRows = connectionRows;

export const smtpRows = {
  helo_name: scalar(text, {
    doc: 'Name to say HELO with.',
    ...checker,
    missing: 'SMTP_CHECK helo name missing',
    default: 'smtpchecker.keepalived.org',
  }),
  ...connectionRows,
  host: block({
    doc: 'One more server to check.',
    args: '',
    process: 'checker',
    rows: smtpHostRows,
    open: (line, scope, session) => {
      const hint = 'The SMTP_CHECK host block is deprecated. Please define additional checkers.';
      const check = scope as CheckerScope;
      // Once for each check, however many hosts it has (seen with 2.2.7).
      if (!check.remarked) session.report(hint, line, LOG_ONLY);
      check.remarked = true;
      return new PartScope(check);
    },
    close: (scope, session, line) => {
      const problem = unreachable(scope);
      if (problem === undefined) finishPart(scope as PartScope, session.lvs);
      else session.report(problem, line);
    },
  }),
};

const smtpCheck = checkerBlock({
  type: 'SMTP_CHECK',
  doc: 'Up while a mail server takes part in a dialogue.',
  rows: smtpRows,
  finish: reachable,
});

export const DNS_TYPES = ['A', 'NS', 'CNAME', 'SOA', 'MX', 'TXT', 'AAAA', 'RRSIG', 'DNSKEY'] as const;
export type DnsType = (typeof DNS_TYPES)[number];

export const dnsRows = {
  ...connectionRows,
  type: scalar(
    {
      name: DNS_TYPES.join('|'),
      parse: (word: string) => {
        const value = DNS_TYPES.find((type) => type === word.toUpperCase());
        return value === undefined ? {} : { value };
      },
      print: String,
    },
    { doc: 'What to ask for.', ...checker, bad: 'Unknown DNS check type {value} - ignoring', default: 'SOA' },
  ),
  name: custom<string>({
    args: 'DOMAIN',
    doc: 'Name to ask about.',
    ...checker,
    read: readDnsName,
  }),
};

/** Upstream looks for empty labels one character too far at the start, so `a.b` is refused as well. */
function readDnsName(line: Line, scope: Scope, session: Session): string | undefined {
  const name = line.words[1];
  if (name === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  if (scope.values.name !== undefined) {
    session.report('DNS_CHECK name already specified - ignoring', line);
    return undefined;
  }
  if (name === '.' || !(name.startsWith('.') || name[1] === '.' || name.includes('..'))) return name;
  session.report(`DNS_CHECK name '${name}' has empty label - ignoring`, line);
  return undefined;
}

const dnsCheck = checkerBlock({
  type: 'DNS_CHECK',
  doc: 'Up while a name server answers.',
  rows: dnsRows,
  finish: reachable,
});

const replyLength = (which: 'min' | 'max', value: number) =>
  scalar(uint(0, 65_535, 'strict'), {
    doc: `The ${which === 'min' ? 'shortest' : 'longest'} reply that counts, in bytes.`,
    ...checker,
    bad: `UDP_CHECK ${which} length {value} not valid - must be between 0 & 65535`,
    default: value,
  });

export const udpRows = {
  ...connectionRows,
  payload: custom<Uint8Array>({
    args: 'HEX...',
    doc: 'Datagram to send; 32 bytes of text by default.',
    ...checker,
    read: (line, _scope, session) => {
      if (line.words.length < 2) {
        session.report('UDP_CHECK payload requires a payload', line);
        return undefined;
      }
      const value = parseBytes(line.words.slice(1), false);
      if (!value) session.report('Invalid hex string for UDP_CHECK payload', line);
      return value?.bytes;
    },
  }),
  require_reply: custom<BytePattern>({
    args: '[HEX...]',
    doc: 'Only a reply counts as success; with digits, only one that begins so.',
    ...checker,
    read: (line, _scope, session) => {
      if (line.words.length < 2) return { bytes: new Uint8Array(0), mask: new Uint8Array(0) };
      const value = parseBytes(line.words.slice(1), true);
      if (!value) session.report('Invalid hex string for UDP_CHECK reply', line);
      return value;
    },
  }),
  min_reply_length: replyLength('min', 0),
  max_reply_length: replyLength('max', MAX_REPLY),
};

const udpCheck = checkerBlock({
  type: 'UDP_CHECK',
  doc: 'Up while a datagram is not refused, or is answered.',
  rows: udpRows,
  finish: (scope, session, line) => {
    if (!reachable(scope, session, line)) return false;
    const { min_reply_length: min = 0, max_reply_length: max = MAX_REPLY } = scope.given ?? {};
    if (Number(min) > Number(max)) {
      const shown = `UDP_CHECK min_reply length ${min} > max_reply_length ${max} - will always fail`;
      session.report(shown, line);
    }
    return true;
  },
});

export interface FileWeight {
  readonly weight: number;
  readonly reverse: boolean;
}

const FILE_WEIGHT = 2_147_483_647;

export const fileRows = {
  track_file: custom<string>({
    args: 'TRACK_FILE',
    doc: 'The track_file whose number becomes a weight.',
    ...checker,
    read: (line, _scope, session) => {
      const name = line.words[1];
      if (name === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      const { known } = session;
      if (known.has(`track_file ${name}`) || known.has(`vrrp_track_file ${name}`)) return name;
      session.report(`track_file ${name} not found`, line);
      return undefined;
    },
  }),
  weight: custom<FileWeight>({
    args: `${int(-FILE_WEIGHT, FILE_WEIGHT, 'lenient').name} [reverse|noreverse]`,
    doc: 'Factor for the number; that of the track_file by default.',
    ...checker,
    read: readFileWeight,
  }),
};

function readFileWeight(line: Line, _scope: Scope, session: Session): FileWeight | undefined {
  const [, word, option] = line.words;
  if (word === undefined) {
    session.report('track file weight missing', line);
    return undefined;
  }
  const range = { min: -FILE_WEIGHT, max: FILE_WEIGHT, signed: true, lenient: true };
  const { value, complaint } = readInteger(word, range, session.facts);
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined) {
    const limits = `[-${FILE_WEIGHT}..${FILE_WEIGHT}]`;
    session.report(`weight for track file must be in ${limits} inclusive. Ignoring...`, line);
    return undefined;
  }
  if (option !== undefined && option !== 'reverse' && option !== 'noreverse') {
    session.report(`unknown track file weight option ${option} - ignoring`, line);
    return undefined;
  }
  return { weight: value, reverse: option === 'reverse' };
}

const fileCheck = checkerBlock({
  type: 'FILE_CHECK',
  doc: 'Weight from the number in a file.',
  rows: fileRows,
  finish: (scope, session, line) => {
    if (scope.given?.track_file !== undefined) return true;
    session.report('FILE_CHECK has no track_file specified - ignoring', line);
    return false;
  },
});

export const bfdCheckRows = {
  name: custom<string>({
    args: 'BFD_INSTANCE',
    doc: 'The BFD session to follow.',
    ...checker,
    read: readBfdName,
  }),
  alpha,
};

/** Why the session cannot be followed, after upstream's `(SERVER) `. */
function bfdProblem(words: readonly string[], scope: CheckerScope, session: Session): string | undefined {
  const [, name = ''] = words;
  if (words.length !== 2) return 'BFD_CHECK - No or too many names specified - skipping checker';
  if (!session.known.has(`bfd_instance ${name}`)) return `BFD_CHECK - BFD ${name} not configured`;
  const old = scope.given?.name;
  if (old !== undefined) return `BFD_CHECK - BFD ${name} already specified as ${String(old)}`;
  const others = checkersOf(scope.realServer);
  const taken = others.some(({ type, values }) => type === 'BFD_CHECK' && values.name === name);
  return taken ? `BFD_CHECK - RS already monitoring ${name}` : undefined;
}

function readBfdName(line: Line, own: Scope, session: Session): string | undefined {
  const scope = own as CheckerScope;
  if (scope.failed) return undefined;
  const problem = bfdProblem(line.words, scope, session);
  if (problem === undefined) return line.words[1];
  session.report(`(${realServerName(scope.realServer)}) ${problem}`, line);
  scope.failed = true;
  return undefined;
}

const bfdCheck = checkerBlock({
  type: 'BFD_CHECK',
  doc: 'Up while a BFD session is.',
  rows: bfdCheckRows,
  finish: (scope, session, line) => {
    if (scope.given?.name !== undefined) return true;
    const name = realServerName(scope.realServer);
    session.report(`(${name}) No name has been specified for BFD_CHECKER - skipping`, line);
    return false;
  },
});

export const plainCheckers = {
  MISC_CHECK: miscCheck,
  SMTP_CHECK: smtpCheck,
  TCP_CHECK: tcpCheck,
  PING_CHECK: pingCheck,
  UDP_CHECK: udpCheck,
  DNS_CHECK: dnsCheck,
  FILE_CHECK: fileCheck,
  BFD_CHECK: bfdCheck,
};
