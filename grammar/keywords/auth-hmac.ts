/**
 * `auth_hmac { … }` of an instance: a signed trailer behind each advert (draft-cassen-vrrp-auth-hmac, since
 * 2.4.0). Texts are those of 2.4.3; 2.2.7 does not know the block.
 */
import { oneOf } from '../codecs/codec.ts';
import { uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { InstanceDraft, Scope, Session } from '../drafts.ts';
import { block, custom, scalar } from './row.ts';

export interface HmacKey {
  readonly id: number;
  readonly secret: Uint8Array;
}

const MIN_KEY = 32;
const MAX_KEY = 64;
const since = 'v2.4.0';

/** The form that keeps a value of raw bytes readable: in the configuration or in a file alike. */
const HEX = 'hex:';

function fromHex(digits: string, name: string, line: Line, session: Session): Uint8Array | undefined {
  if (digits.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(digits)) return Uint8Array.fromHex(digits);
  session.report(`(${name}) auth_hmac key has invalid hex value`, line);
  return undefined;
}

function secretOf(word: string, name: string, line: Line, session: Session): Uint8Array | undefined {
  if (word.startsWith(HEX)) return fromHex(word.slice(HEX.length), name, line, session);
  if (!word.startsWith('file:')) return new TextEncoder().encode(word);
  const path = word.slice(5);
  const content = session.facts.readFile(path);
  if (!content.ok) {
    session.report(`(${name}) auth_hmac key file '${path}' cannot be opened`, line);
    return undefined;
  }
  if (session.facts.readableByOthers?.(path)) {
    const text = `(${name}) auth_hmac key file '${path}' is readable by group or others`;
    session.report(text, line, { class: 'security' });
  }
  // The newline that editors leave at the end is no part of the key.
  const bytes = content.bytes.at(-1) === 0x0a ? content.bytes.subarray(0, -1) : content.bytes;
  const text = new TextDecoder('latin1').decode(bytes);
  return text.startsWith(HEX) ? fromHex(text.slice(HEX.length), name, line, session) : bytes;
}

function readKey(line: Line, scope: Scope, session: Session): readonly HmacKey[] | undefined {
  const [, number, word] = line.words;
  const { name } = scope;
  const keys = (scope.values.key ?? []) as readonly HmacKey[];
  if (number === undefined || word === undefined) {
    session.report(`(${name}) auth_hmac key needs an id and a value`, line);
    return undefined;
  }
  const id = uint(1, 255, 'strict').parse(number, session.facts).value;
  if (id === undefined) {
    session.report(`(${name}) auth_hmac key id '${number}' must be between 1 and 255`, line);
    return undefined;
  }
  if (keys.some((key) => key.id === id)) {
    session.report(`(${name}) duplicate auth_hmac key id ${id}`, line);
    return undefined;
  }
  const secret = secretOf(word, name, line, session);
  if (!secret) return undefined;
  if (secret.length < MIN_KEY || secret.length > MAX_KEY) {
    const range = `not in range [${MIN_KEY}, ${MAX_KEY}]`;
    session.report(`(${name}) auth_hmac key ${id} length ${secret.length} ${range}`, line);
    return undefined;
  }
  return [...keys, { id, secret }];
}

export const authHmacRows = {
  key: custom<readonly HmacKey[]>({
    args: 'UINT(1..255) hex:HEX|file:PATH|TEXT',
    doc: 'A signing key of 32 to 64 bytes.',
    since,
    read: readKey,
  }),
  active_key: scalar(uint(1, 255, 'strict'), {
    doc: 'The key used for sending.',
    since,
    bad: "({name}) auth_hmac active_key '{value}' must be between 1 and 255",
  }),
  time_window: scalar(uint(1, 300, 'strict'), {
    doc: 'Seconds by which the clocks may differ; three advert intervals, 5 at least, when absent.',
    since,
    bad: "({name}) auth_hmac time_window '{value}' must be between 1 and 300 seconds",
  }),
  anti_replay: scalar<'time' | 'monotonic'>(oneOf('time', 'monotonic'), {
    doc: 'How repeated adverts are found.',
    since,
    bad: "({name}) auth_hmac anti_replay '{value}' must be time or monotonic",
    default: 'time',
  }),
  mode: scalar<'enforce' | 'permissive' | 'receive-only'>(oneOf('enforce', 'permissive', 'receive-only'), {
    doc: 'Whether adverts without a trailer are accepted, and whether own ones get one.',
    since,
    bad: "({name}) auth_hmac mode '{value}' must be enforce, permissive or receive-only",
    default: 'enforce',
  }),
};

export const authHmac = block({
  doc: 'Signed adverts.',
  args: '',
  since,
  rows: authHmacRows,
  open: (line, scope) => {
    const instance = scope as InstanceDraft;
    instance.hmac ??= {};
    return { kind: 'auth-hmac', name: instance.name, line, values: instance.hmac, places: {} };
  },
});
