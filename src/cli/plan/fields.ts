/**
 * Two objects of the configuration's model, field by field. In: the objects and the rows of their keywords.
 * Out: lines such as `priority 150 -> 100`. Values of secrets are not shown.
 */
import { printAddress } from '../../../grammar/codecs/address.ts';
import type { AnyRow, Rows, Scalar } from '../../../grammar/keywords/row.ts';
import { sameData } from '../../ipc/same-parts.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Where something stands in a file is no part of it. */
const PLACES = new Set(['span', 'line', 'place']);
/** What the model calls otherwise than the configuration does. */
const KEYWORDS: Readonly<Record<string, string>> = {
  auth: 'authentication',
  authHmac: 'auth_hmac',
  checks: 'checks',
  commands: 'scripts',
  inhibit: 'inhibit_on_failure',
  method: 'lb_kind',
  multicastGroup: 'mcast_dst_ip',
  notify: 'notify scripts',
  persistenceTimeout: 'persistence_timeout',
  scheduler: 'lb_algo',
  schedulerFlags: 'flags of lb_algo',
  settings: 'settings of checks',
  sorry: 'sorry_server',
  sourceAddress: 'source address',
};
const SECRET = /^(auth|authHmac|password|secret_header)$/;
const LONGEST = 60;

export const keywordOf = (field: string): string =>
  KEYWORDS[field] ?? field.replace(/s$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The same but for places in files. */
export function sameFields(a: Fields, b: Fields, left: ReadonlySet<string> = new Set()): boolean {
  return fieldsOf(a, b, left).every((field) => same(a[field], b[field]));
}

function fieldsOf(a: Fields, b: Fields, left: ReadonlySet<string>): string[] {
  const all = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...all].filter((field) => !PLACES.has(field) && !left.has(field));
}

export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, at) => same(one, b[at]));
  }
  if (isFields(a) && isFields(b)) return sameFields(a, b);
  return sameData(a, b);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** `left`: fields that somebody else compares. */
export function changedFields(
  before: Fields,
  after: Fields,
  rows: Rows,
  left: ReadonlySet<string> = new Set(),
): string[] {
  return fieldsOf(before, after, left).flatMap((field) => {
    const [from, to] = [before[field], after[field]];
    if (field === 'values' && isFields(from) && isFields(to)) return changedValues(from, to, rows);
    if (same(from, to)) return [];
    return [changeText(keywordOf(field), field, text(from), text(to))];
  });
}

/** Values are named as the keywords are, and printed as the configuration has them. */
export function changedValues(before: Fields, after: Fields, rows: Rows): string[] {
  return fieldsOf(before, after, new Set()).flatMap((keyword) => {
    const [from, to] = [before[keyword], after[keyword]];
    if (same(from, to)) return [];
    const row = rows[keyword] as AnyRow | undefined;
    return [changeText(keyword, keyword, printed(row, from), printed(row, to))];
  });
}

function changeText(name: string, field: string, from: string | undefined, to: string | undefined): string {
  if (SECRET.test(field) || from === undefined || to === undefined) return `${name} changes`;
  return `${name} ${from} -> ${to}`;
}

function printed(row: AnyRow | undefined, value: unknown): string | undefined {
  if (value === undefined) return 'none';
  if (row?.kind !== 'scalar' || value === true || value === false) return text(value);
  // A row and a value of it have one type, which is not known any more here.
  return (row as unknown as Scalar<unknown, unknown>).codec.print(value);
}

/** Undefined = too much for a line. */
function text(value: unknown): string | undefined {
  if (value === undefined) return 'none';
  if (value === true) return 'on';
  if (value === false) return 'off';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (value instanceof Uint8Array)
    return value.length === 4 || value.length === 16 ? printAddress(value) : undefined;
  if (isFields(value) && value.bytes instanceof Uint8Array) return printAddress(value.bytes);
  if (Array.isArray(value)) {
    const parts = value.map((one) => (isFields(one) ? undefined : text(one)));
    const joined = parts.join(' ');
    return parts.includes(undefined) || joined.length > LONGEST ? undefined : joined || 'none';
  }
  return undefined;
}

/** What a list gains and loses, by texts that say everything about its parts. */
export function changedList(what: string, before: readonly string[], after: readonly string[]): string[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [
    ...after.filter((one) => !old.has(one)).map((one) => `${what} ${one} added`),
    ...before.filter((one) => !now.has(one)).map((one) => `${what} ${one} removed`),
  ];
}
