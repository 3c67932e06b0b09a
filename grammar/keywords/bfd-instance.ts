/**
 * `bfd_instance NAME { … }`: a BFD session (RFC 5880). The BFD process runs it, the VRRP and checker
 * processes read the block for its name, its weight and whom it tells.
 */
import { us } from '../../src/units.ts';
import { type Address, parseAddress, printAddress } from '../codecs/address.ts';
import { boolean } from '../codecs/codec.ts';
import { decimalMilliseconds, int, readInteger, uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import { newScope, type Scope, type Session } from '../drafts.ts';
import type { BfdDraft } from '../vrrp-drafts.ts';
import { missingParameter } from './read-scalar.ts';
import { block, type Custom, custom, scalar } from './row.ts';
import { flag } from './shortcuts.ts';
import type { WeightOption } from './trackers.ts';

const MAX_NAME = 31;
const PREFIX = 'Configuration error: BFD instance {name}';
const MAX_MS = 4_294_967;
const process = 'bfd' as const;

function address(keyword: 'source' | 'neighbor', aliasOf?: string): Custom<Address, undefined> {
  return custom({
    args: 'IPADDR',
    doc: keyword === 'source' ? 'Local address; chosen by the kernel when absent.' : 'Address of the peer.',
    process,
    read: (line, scope, session) => {
      const word = line.words[1];
      if (scope.muted) return undefined;
      if (word === undefined) {
        missingParameter(line, session);
        return undefined;
      }
      // A prefix length is accepted and means nothing (observed on 2.2.7).
      const found = parseAddress(word.split('/', 1)[0] ?? '');
      if (found) {
        if (aliasOf !== undefined) scope.values[aliasOf] = found;
        return found;
      }
      const what = keyword === 'source' ? 'ignoring' : 'ignoring instance';
      const text = `Configuration error: BFD instance ${scope.name} has malformed ${keyword} address ${word}`;
      session.report(`${text}, ${what}`, line);
      // The BFD process forgets the session there and then.
      if (keyword === 'neighbor') scope.muted = true;
      return undefined;
    },
  });
}

const interval = (least: number, doc: string, value: number) =>
  scalar(decimalMilliseconds(least, MAX_MS), {
    doc,
    process,
    bad: `${PREFIX} {keyword} value {value} is not valid (must be in range [${least}-${MAX_MS}]), ignoring`,
    default: us(value * 1000),
  });

const ttl = (doc: string, aliasOf?: string) =>
  scalar(uint(1, 255, 'strict'), {
    doc,
    process,
    ...(aliasOf === undefined ? {} : { aliasOf }),
    bad: `${PREFIX} ttl/hoplimit value {value} not valid (must be in range [1-255]), ignoring`,
  });

export const bfdInstanceRows = {
  source_ip: address('source'),
  neighbor_ip: address('neighbor'),
  neighbour_ip: address('neighbor', 'neighbor_ip'),
  min_rx: interval(1, 'Milliseconds between packets that can be received.', 10),
  min_tx: interval(1, 'Milliseconds between packets sent.', 10),
  idle_tx: interval(1000, 'Milliseconds between packets sent while the session is not up.', 1000),
  multiplier: scalar(uint(1, 255, 'strict'), {
    doc: 'Packets missed before the session is down.',
    process,
    bad: `${PREFIX} multiplier value {value} not valid (must be in range [1-255]), ignoring`,
    default: 5,
  }),
  passive: flag('Send nothing before the peer does.', { process }),
  ttl: ttl('TTL or hop limit of packets sent; 255 for IPv4 and 64 for IPv6 when absent.'),
  hoplimit: ttl('Other name of ttl.', 'ttl'),
  max_hops: scalar(int(-1, 255, 'strict'), {
    doc: 'How much the TTL of packets may have gone down on the way; -1 = any.',
    process,
    bad: `${PREFIX} max_hops value {value} not valid (must be in range [-1-255]), ignoring`,
    default: 0,
  }),
  multihop: scalar(boolean, {
    doc: 'Use the port of multihop sessions (RFC 5883).',
    since: 'v2.2.8',
    process,
    bare: true,
    bad: `${PREFIX} multihop setting not valid - {value}`,
    default: false,
  }),
  weight: custom<WeightOption>({
    args: 'INT(-253..253) [reverse]',
    doc: 'How much the session moves the priority; 0 means FAULT.',
    process: 'vrrp',
    read: readWeight,
  }),
  vrrp: flag('Tell the VRRP process; both are told when neither is named.', { process: 'all' }),
  checker: flag('Tell the checker process; both are told when neither is named.', { process: 'all' }),
};

function readWeight(line: Line, scope: Scope, session: Session): WeightOption | undefined {
  // The BFD process does not read it.
  if (session.pass !== 'vrrp') return undefined;
  const [, word, modifier] = line.words;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const say = (text: string): void =>
    session.report(`Configuration error: BFD instance ${scope.name} ${text}`, line);
  const range = { min: -253, max: 253, signed: true, lenient: true };
  const { value, complaint } = readInteger(word, range, session.facts);
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined) {
    say(`weight value ${word} not valid (must be in range [-253-253]), ignoring`);
  }
  const reverse = modifier === 'reverse';
  if (modifier !== undefined && !reverse) say(`unknown weight option ${modifier}`);
  return value === undefined ? undefined : { weight: value, reverse };
}

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  const name = line.words[1];
  // Upstream crashes here.
  if (name === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const own = session.pass === 'bfd';
  const refuse = (short: string, long: string): undefined => {
    session.report(own ? `Configuration error: BFD instance ${name} ${long}` : `BFD ${short}`, line);
    return undefined;
  };
  if (name.length > MAX_NAME) {
    return refuse(
      `name ${name} too long`,
      `name too long (maximum length is ${MAX_NAME} characters) - ignoring`,
    );
  }
  if (!own) {
    return session.vrrp.bfds.has(name)
      ? refuse(`${name} already specified`, '')
      : newScope('bfd', name, line);
  }
  return session.vrrp.bfdSessions.has(name)
    ? refuse('', 'already configured - ignoring')
    : newScope('bfd', name, line);
}

function close(scope: Scope, session: Session, line: Line | undefined): void {
  const draft = scope as BfdDraft;
  const { name, values } = scope;
  if (session.pass === 'bfd') {
    if (!scope.muted && isComplete(scope, session, line)) session.vrrp.bfdSessions.set(name, draft);
    return;
  }
  const both = values.vrrp === values.checker;
  if (!both && !values[session.pass]) return;
  session.known.add(`bfd_instance ${name}`);
  session.vrrp.bfds.set(name, draft);
}

/** What the BFD process looks at when the block ends. */
function isComplete({ name, values }: Scope, session: Session, line: Line | undefined): boolean {
  const say = (text: string): void => session.report(text, line);
  const subject = `Configuration error: BFD instance ${name}`;
  const source = values.source_ip as Address | undefined;
  const neighbor = values.neighbor_ip as Address | undefined;
  if (!neighbor) {
    say(`${subject} has no neighbor address set, disabling instance`);
    return false;
  }
  if (source && source.family !== neighbor.family) {
    // Upstream prints the source address in both places.
    const shown = printAddress(source.bytes);
    const pair = `source address ${shown} and neighbor address ${shown}`;
    say(`${subject} ${pair} are not of the same family, disabling instance`);
    return false;
  }
  const remote = printAddress(neighbor.bytes);
  const local = source ? printAddress(source.bytes) : '';
  const pairs = session.vrrp.bfdPairs;
  const same = pairs.get(remote);
  // A session without a source of its own could be any of those with the same neighbour.
  if (same && (local === '' || same.has('') || same.has(local))) {
    const pair = local === '' ? `neighbor address ${remote}` : `source/neighbor address ${local}/${remote}`;
    say(`${subject} has duplicate ${pair}, ignoring instance`);
    return false;
  }
  if (same) same.add(local);
  else pairs.set(remote, new Set([local]));
  const limit = Number(values.ttl ?? (neighbor.family === 4 ? 255 : 64));
  if (Number(values.max_hops ?? 0) > limit) {
    say(`BFD instance ${name}: max_hops exceeds ttl/hoplimit - setting to ttl/hoplimit`);
    values.max_hops = limit;
  }
  return true;
}

export const bfdInstance = block({
  doc: 'A BFD session.',
  args: 'NAME',
  process,
  passes: ['checker', 'vrrp', 'bfd'],
  rows: bfdInstanceRows,
  open,
  close,
});
