/**
 * Values of routes and rules as iproute2 writes them: names of /etc/iproute2 or numbers in the bases of
 * strtoul(3), times with a unit, labels and locators of tunnels (observed on 2.2.7).
 */
import type { Facts, NameFile } from '../facts.ts';
import type { Parsed } from './codec.ts';
import { readScaled } from './numbers.ts';

const UINT_MAX = 4_294_967_295;
const DIGITS: Readonly<Record<number, RegExp>> = { 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[0-9a-fA-F]+$/ };

/** strtoul(3) with base 0 over the whole word: 0x… is hexadecimal, 0… octal. A minus sign wraps round. */
export function readAnyBase(word: string): bigint | undefined {
  const sign = word.startsWith('-') ? '-' : word.startsWith('+') ? '+' : '';
  const rest = word.slice(sign.length);
  const hex = rest.startsWith('0x') || rest.startsWith('0X');
  const base = hex ? 16 : rest.startsWith('0') && rest.length > 1 ? 8 : 10;
  const digits = hex ? rest.slice(2) : rest;
  if (!DIGITS[base]?.test(digits)) return undefined;
  const value = BigInt(hex ? `0x${digits}` : base === 8 ? `0o${digits}` : digits);
  return sign === '-' ? -value : value;
}

/** A number of any base in a range, or undefined. */
export function readBounded(word: string, max: number): number | undefined {
  const value = readAnyBase(word);
  if (value === undefined || value < 0n || value > BigInt(max)) return undefined;
  return word.startsWith('-') ? undefined : Number(value);
}

/** A name of one of iproute2's files, or a number up to `max`. */
export function readNamed(facts: Facts, file: NameFile, word: string, max: number): number | undefined {
  return facts.names?.(file).get(word) ?? readBounded(word, max);
}

/** Routing tables are 32 bits wide, and larger or negative numbers lose their upper bits. */
export function readTable(facts: Facts, word: string): number | undefined {
  const named = facts.names?.('rt_tables').get(word);
  if (named !== undefined) return named;
  const value = readAnyBase(word);
  if (value === undefined) return undefined;
  // Beyond 64 bits strtoul stops at its largest value, whose lower half is all ones.
  return value >= 2n ** 64n ? UINT_MAX : Number(BigInt.asUintN(32, value));
}

/** `[FROM/]TO` of rt_realms, in the kernel's form: the source realm in the upper half. */
export function readRealms(facts: Facts, word: string): number | undefined {
  const slash = word.indexOf('/');
  const one = (part: string): number | undefined => readNamed(facts, 'rt_realms', part, 255);
  if (slash < 0) return one(word);
  const from = one(word.slice(0, slash));
  const to = one(word.slice(slash + 1));
  return from === undefined || to === undefined ? undefined : from * 65_536 + to;
}

const UINT64_MAX = 2n ** 64n - 1n;

export function readUint64(word: string): Parsed<bigint> {
  if (word.startsWith('-')) return { complaint: `negative number '${word}'` };
  const digits = word.startsWith('+') ? word.slice(1) : word;
  if (!/^\d+$/.test(digits)) return { complaint: `invalid number '${word}'` };
  const value = BigInt(digits);
  return value > UINT64_MAX ? { complaint: `number '${word}' outside unsigned 64 bit range` } : { value };
}

const EXPONENT_OR_UNIT = /^(.*?)(m?s)?$/is;

/**
 * A time of a route metric: `5ms`, seconds with three places as `1.5s`, or a number as the kernel takes it,
 * which is also the form of the value: units of `1/scale` milliseconds.
 */
export function readRouteTime(word: string, maxMs: number, scale: number): Parsed<number> {
  const [, number = '', unit = ''] = EXPONENT_OR_UNIT.exec(word) ?? [];
  // Anything but one number and a whole unit is refused without a word about the number.
  if (/[eE]/.test(word) || (unit !== '' && !/^.*\d\.?$/.test(number))) return {};
  const places = unit.toLowerCase() === 's' ? 3 : 0;
  const { value, ...said } = readScaled(number, places);
  if (value === undefined) return said;
  if (value > maxMs) {
    const shown = places === 3 ? [`0.000`, (maxMs / 1000).toFixed(3)] : ['0.', `${maxMs}.`];
    return { ...said, complaint: `number '${number}' outside range [${shown.join(', ')}]` };
  }
  // A number without a unit is one of the kernel's.
  return { ...said, value: unit === '' ? value : value * scale };
}

const MAX_LABELS = 2;
const MAX_LABEL = 1_048_575;

/** One MPLS label, or two with a slash between them; 2.2.7 refuses more. */
export function readMplsLabels(word: string): readonly number[] | undefined {
  const labels = word.split('/').map((part) => readBounded(part, MAX_LABEL));
  const known = labels.filter((label) => label !== undefined);
  return known.length === labels.length && labels.length <= MAX_LABELS ? known : undefined;
}

/** Four groups of up to four hexadecimal digits. */
export function readIlaLocator(word: string): bigint | undefined {
  if (!/^([0-9a-fA-F]{1,4}:){3}[0-9a-fA-F]{1,4}$/.test(word)) return undefined;
  return word.split(':').reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** `N[/MASK]`; an empty part counts as 0. */
export function readFwmark(word: string): { readonly mark: number; readonly mask: number } | undefined {
  const slash = word.indexOf('/');
  const part = (text: string): number | undefined => (text === '' ? 0 : readBounded(text, UINT_MAX));
  const mark = part(slash < 0 ? word : word.slice(0, slash));
  const mask = slash < 0 ? UINT_MAX : part(word.slice(slash + 1));
  return mark === undefined || mask === undefined || word === '' ? undefined : { mark, mask };
}

/** `N-M` in decimal; what follows M is not looked at, and large numbers lose their upper bits. */
export function readRange(word: string, bits: 16 | 32): readonly [number, number] | undefined {
  const match = /^[+-]?(\d+)-[+-]?(\d+)/.exec(word);
  if (!match) return undefined;
  const cut = (digits = '0'): number => Number(BigInt.asUintN(bits, BigInt(digits)));
  return [cut(match[1]), cut(match[2])];
}

/** An IP protocol by its number or by its name or alias in /etc/protocols. */
export function readIpProtocol(facts: Facts, word: string): number | undefined {
  if (/^\+?\d+$/.test(word)) return Number(word) < 255 ? Number(word) : undefined;
  return facts.names?.('protocols').get(word);
}
