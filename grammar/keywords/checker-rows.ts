/** Keywords that several checks share: where to connect, from where, how often and how long. */
import { familyOf, type Host, host, isLinkLocalHost, printHost } from '../codecs/host.ts';
import { MAX_INTERFACE_NAME } from '../codecs/names.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import {
  addChecker,
  type CheckerDraft,
  CheckerScope,
  type CheckerType,
  finishChecker,
  PartScope,
  type RealServerDraft,
} from '../lvs-drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { type BlockRow, block, type Custom, custom, type Repeats, type Rows, scalar } from './row.ts';
import { optionalToggle } from './shortcuts.ts';
import { anyCount, anyTime, connectTime, port, someTime } from './timers.ts';

export const checker = { process: 'checker' } as const;

const checkerOf = (scope: Scope): CheckerScope =>
  scope instanceof PartScope ? scope.checker : (scope as CheckerScope);

export const alpha = optionalToggle(
  'The check counts as failed until it has succeeded.',
  'Invalid alpha parameter {value}',
  checker,
);

const logAllFailures = optionalToggle(
  'Log every failed try, not only the one that counts.',
  'Invalid log_all_failures parameter {value}',
  checker,
);

/** `connect_ip` and `bindto` must be of one family; the keyword that comes second is the one refused. */
function endpoint(doc: string, other: 'connect_ip' | 'bindto'): Custom<Host, undefined> {
  return custom({
    args: host.name,
    doc,
    process: 'checker',
    read: (line, scope, session) => {
      const [keyword, word] = line.words;
      if (word === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      const { value } = host.parse(word, session.facts);
      if (value === undefined) {
        session.report(`Invalid ${keyword} address ${word} - ignoring`, line);
        return undefined;
      }
      const partner = (scope.values[other] as Host | undefined) ?? impliedTarget(scope, other);
      if (partner === undefined || familyOf(partner) === familyOf(value)) return value;
      const text = `${keyword} address ${word} does not match address family of ${other} - skipping`;
      session.report(text, line);
      return undefined;
    },
  });
}

/** A check goes to the real server when nothing else is said; SMTP_CHECK settles that at its end only. */
function impliedTarget(scope: Scope, other: 'connect_ip' | 'bindto'): Host | undefined {
  if (other === 'bindto') return undefined;
  const { type, realServer } = checkerOf(scope);
  return type === 'SMTP_CHECK' && !(scope instanceof PartScope) ? undefined : realServer.host;
}

export const timingRows = {
  retry: scalar(anyCount, {
    doc: 'More tries before the check counts as failed.',
    ...checker,
    bad: "Invalid retry connection value '{value}'",
  }),
  delay_before_retry: scalar(anyTime, {
    doc: 'Seconds between two tries.',
    ...checker,
    bad: "Invalid delay_before_retry connection value '{value}'",
  }),
  warmup: scalar(anyTime, {
    doc: 'The first check comes after a random time of at most this many seconds.',
    ...checker,
    bad: "Invalid warmup connection value '{value}'",
  }),
  delay_loop: scalar(someTime, {
    doc: 'Seconds between two checks.',
    ...checker,
    bad: "delay_loop '{value}' is invalid - ignoring",
  }),
  alpha,
  log_all_failures: logAllFailures,
};

export const connectionRows = {
  connect_ip: endpoint('Address to connect to; the real server by default.', 'bindto'),
  connect_port: scalar(port, {
    doc: 'Port to connect to; that of the real server by default.',
    ...checker,
    bad: "Invalid checker connect_port '{value}'",
  }),
  bindto: endpoint('Address to connect from.', 'connect_ip'),
  bind_port: scalar(port, {
    doc: 'Port to connect from.',
    ...checker,
    bad: "Invalid checker bind_port '{value}'",
  }),
  bind_if: scalar(
    {
      name: 'IFNAME',
      parse: (word) => (word.length > MAX_INTERFACE_NAME ? {} : { value: word }),
      print: (value: string) => value,
    },
    {
      doc: 'Interface to connect through; a link-local address needs one.',
      ...checker,
      bad: 'Interface name {value} is too long - ignoring',
    },
  ),
  connect_timeout: scalar(connectTime, {
    doc: 'Seconds in which the connection must be made and the answer come.',
    ...checker,
    bad: 'connect_timeout {value} invalid - ignoring',
  }),
  fwmark: scalar(anyCount, {
    doc: 'Mark of the packets of the check.',
    ...checker,
    bad: "Invalid fwmark connection value '{value}'",
  }),
  ...timingRows,
};

/** A target that the check cannot reach; the text says which, undefined when all is well. */
export function unreachable(scope: Scope): string | undefined {
  const { values } = scope;
  const target = (values.connect_ip as Host | undefined) ?? checkerOf(scope).realServer.host;
  if (!isLinkLocalHost(target) || values.bind_if !== undefined) return undefined;
  return `Checker link local address ${printHost(target)} requires a bind_if`;
}

/**
 * A check with the same text does the same for any IPv4 server: what may be refused for one and not for the
 * other are addresses of the other family, and sessions that are followed already.
 */
const repeatedChecks: Repeats = {
  keep: (scope) => {
    const { type, realServer, finished } = scope as CheckerScope;
    return type === 'BFD_CHECK' || typeof realServer.host !== 'number' ? undefined : finished;
  },
  give: (kept, owner) => {
    const real = owner as RealServerDraft;
    if (owner.muted || typeof real.host !== 'number') return false;
    addChecker(real, kept as CheckerDraft);
    return true;
  },
};

export interface CheckerOptions<R extends Rows> {
  readonly type: CheckerType;
  readonly doc: string;
  readonly rows: R;
  /** False = the check is dropped, and the function has said why. */
  readonly finish?: (scope: CheckerScope, session: Session, line: Line | undefined) => boolean;
}

export function checkerBlock<R extends Rows>(options: CheckerOptions<R>): BlockRow<R> {
  const { type, doc, rows, finish } = options;
  return block({
    doc,
    args: '',
    process: 'checker',
    rows,
    open: (_line, scope) => new CheckerScope(type, scope as RealServerDraft),
    close: (scope, session, line) => {
      const check = scope as CheckerScope;
      if (check.failed) return;
      if (finish && !finish(check, session, line)) return;
      finishChecker(check, session.lvs);
    },
    repeats: repeatedChecks,
  });
}

/** For `finish` of checks that connect. */
export function reachable(scope: CheckerScope, session: Session, line: Line | undefined): boolean {
  // Link-local targets are IPv6, and most servers are not.
  if (typeof scope.realServer.host === 'number' && scope.given?.connect_ip === undefined) return true;
  const problem = unreachable(scope);
  if (problem !== undefined) session.report(problem, line);
  return problem === undefined;
}
