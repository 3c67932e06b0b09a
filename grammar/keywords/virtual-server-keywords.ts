import { readInteger, uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import type { Method, VirtualServerDraft } from '../lvs-drafts.ts';
import { methodOf } from '../lvs-names.ts';
import { checker } from './checker-rows.ts';
import { methodArgs, readMethod } from './forwarding.ts';
import { missingParameter } from './read-scalar.ts';
import { custom, scalar } from './row.ts';
import { readEndpoint } from './service-address.ts';

export const SCHEDULERS = [
  'rr',
  'wrr',
  'lc',
  'wlc',
  'lblc',
  'sh',
  'mh',
  'dh',
  'fo',
  'ovf',
  'lblcr',
  'sed',
  'nq',
  'twos',
] as const;

/** A flag of the schedulers that hash; it must come after them. */
export const hashFlag = (doc: string) =>
  custom<true>({
    args: '',
    doc,
    ...checker,
    read: (line, scope, session) => {
      const { lb_algo: scheduler } = scope.values;
      const flagOf = line.keyword.slice(0, 3);
      if (scheduler === 'sh' || scheduler === 'mh') {
        return flagOf === `${scheduler}-` ? true : undefined;
      }
      session.report(`${line.keyword} only applies to sh scheduler - ignoring`, line);
      return undefined;
    },
  });

export const virtualMethod = () =>
  custom<Method>({
    args: methodArgs,
    doc: 'How packets reach the real servers.',
    ...checker,
    read: (line, scope, session) => {
      const server = scope as VirtualServerDraft;
      const method = readMethod(line, session, 'virtual');
      if (!method) return undefined;
      const old = methodOf(server);
      if (old !== undefined && old.forwarding !== method.forwarding) keepOldMethod(server, old);
      scope.values.lvs_method = method;
      return undefined;
    },
  });

/** Servers take the method that was known when they were read. */
function keepOldMethod(server: VirtualServerDraft, old: Method): void {
  for (const real of server.realServers) {
    if (real.given?.lvs_method === undefined) real.share({ ...real.given, lvs_method: old });
  }
  if (server.sorry) server.sorry.method ??= old;
}

const PERSISTENCE_MAX = 2_678_400;

export const persistenceTimeout = scalar(uint(1, PERSISTENCE_MAX, 'strict'), {
  doc: 'Seconds for which a client stays with its real server; 360 without a number.',
  ...checker,
  bare: 360,
  bad: 'persistence_timeout invalid',
});

/** inet_aton(3): one to four numbers, the last of which fills the bytes that are left. */
export function readNetmask(word: string): number | undefined {
  const parts = word.split('.');
  if (parts.length > 4) return undefined;
  let value = 0;
  for (const [at, part] of parts.entries()) {
    if (!/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part)) return undefined;
    const number = /^0[0-7]/.test(part) ? Number.parseInt(part, 8) : Number(part);
    const last = at === parts.length - 1;
    if (number >= (last ? 256 ** (5 - parts.length) : 256)) return undefined;
    value += last ? number : number * 256 ** (3 - at);
  }
  return value;
}

export interface Granularity {
  readonly family: 4 | 6;
  /** The mask of IPv4, the prefix length of IPv6. */
  readonly mask: number;
}

export function readGranularity(line: Line, scope: Scope, session: Session): Granularity | undefined {
  const word = line.words[1];
  const server = scope as VirtualServerDraft;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const family = server.family ?? (word.includes('.') ? 4 : 6);
  const { value, complaint } =
    family === 4
      ? { value: readNetmask(word), complaint: undefined }
      : readInteger(word, { min: 1, max: 128 }, session.facts);
  if (complaint !== undefined) session.report(complaint, line);
  if (value === undefined) {
    session.report(`Invalid IPv${family} persistence_granularity specified - ${word}`, line);
    return undefined;
  }
  server.family = family;
  return { family, mask: value };
}

const FAMILIES: Readonly<Record<string, 4 | 6>> = { inet: 4, inet6: 6 };

export function readFamily(line: Line, scope: Scope, session: Session): 4 | 6 | undefined {
  const word = line.words[1];
  const server = scope as VirtualServerDraft;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const family = Object.hasOwn(FAMILIES, word) ? FAMILIES[word] : undefined;
  if (family === undefined) {
    session.report(`unknown address family ${word}`, line);
    return undefined;
  }
  if (server.family !== undefined && server.family !== family) {
    session.report(`Virtual server specified family ${word} conflicts with server family`, line);
    return undefined;
  }
  server.family = family;
  return family;
}

/** The sorry server is kept in the draft; its value here is the word. */
export function readSorryServer(line: Line, scope: Scope, session: Session): string | undefined {
  const [, word, portWord] = line.words;
  const server = scope as VirtualServerDraft;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const end = readEndpoint(word, portWord, line, session);
  if (end === undefined) {
    session.report(`Invalid sorry server IP address ${word} - skipping`, line);
    return undefined;
  }
  server.sorry = { ...end, method: undefined, inhibit: false };
  return word;
}

export function readSorryInhibit(line: Line, scope: Scope, session: Session): true | undefined {
  const { sorry } = scope as VirtualServerDraft;
  if (sorry) {
    sorry.inhibit = true;
    return true;
  }
  session.report('Ignoring sorry_server inhibit used before or without sorry_server', line);
  return undefined;
}

export function readSorryMethod(line: Line, scope: Scope, session: Session): Method | undefined {
  const { sorry } = scope as VirtualServerDraft;
  if (!sorry) {
    session.report('sorry_server forwarding used without sorry_server', line);
    return undefined;
  }
  const method = readMethod(line, session, 'sorry');
  if (method) sorry.method = method;
  return method;
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

export const protocol = scalar(
  {
    name: PROTOCOLS.join('|'),
    parse: (word: string) => {
      const value = PROTOCOLS.find((name) => name === word || name === word.toUpperCase());
      return value === undefined ? {} : { value };
    },
    print: String,
  },
  { doc: 'Protocol of the service.', ...checker, bad: 'Unknown protocol {value} - ignoring' },
);

/** The kernel's names have 15 characters; upstream complains from the 17th on. */
const ENGINE_LENGTH = 15;
const ENGINE_UNSAID = 16;

export const persistenceEngine = scalar(
  {
    name: 'NAME',
    parse: (word: string) => {
      const value = word.slice(0, ENGINE_LENGTH);
      if (word.length <= ENGINE_UNSAID) return { value };
      return { value, complaint: `persistence_name too long, truncating - ${word}` };
    },
    print: String,
  },
  { doc: 'Module that tells clients apart, such as sip.', ...checker },
);
