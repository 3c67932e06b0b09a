/**
 * Integers and decimal seconds as upstream reads them: strtol in base 10 with a complete-word check, and
 * decimals as an integer of the smallest unit (language.md §6, keywords.md "Notation"; observed on 2.2.7).
 */
import { type Us, us } from '../../src/units.ts';
import type { Codec, Parsed, ParseMode } from './codec.ts';

const UINT_MAX = 4_294_967_295;
const INT_MAX = 2_147_483_647;
const INT_MIN = -2_147_483_648;
/** 2^64 - 1 millionths: where upstream's decimal reader overflows. */
const DECIMAL_MAX = 2 ** 64;

export interface IntegerOptions {
  readonly min: number;
  readonly max: number;
  /** Signed readers speak of the "integer range", unsigned ones refuse a minus sign. */
  readonly signed?: boolean;
  /** Lenient readers accept trailing junk outside `-t`. */
  readonly lenient?: boolean;
}

/** The "WARNING - " that a lenient reader puts before its complaint when the daemon runs. */
const prefix = (lenient: boolean | undefined, mode: ParseMode): string =>
  lenient && !mode.testing ? 'WARNING - ' : '';

export function readInteger(word: string, options: IntegerOptions, mode: ParseMode): Parsed<number> {
  const { min, max, signed = false, lenient } = options;
  const plain = plainDigits(word);
  if (plain >= min && plain <= max && plain >= 0) return { value: plain };
  const warn = prefix(lenient, mode);
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d*)(.*)$/s.exec(word);
  const [, sign = '', digits = '', rest = ''] = match ?? [];
  if (!signed && sign === '-') return { complaint: `${warn}negative number '${word}'` };
  const junk = rest !== '' || (digits === '' && sign !== '');
  const value = (sign === '-' ? -1 : 1) * Number(digits === '' ? '0' : digits);
  if (junk) {
    const complaint = `${warn}invalid number '${word}'`;
    // No digits at all count as 0, as strtol(3) has it: `garp_master_repeat many` is a 0 that is then
    // repaired.
    const usable = lenient && !mode.testing && value >= min && value <= max;
    return usable ? { value, complaint } : { complaint };
  }
  if (!signed && value > UINT_MAX)
    return { complaint: `${warn}number '${word}' outside unsigned integer range` };
  if (signed && (value > INT_MAX || value < INT_MIN)) {
    return { complaint: `${warn}number '${word}' outside integer range` };
  }
  if (value < min || value > max) {
    return { complaint: `${warn}number '${word}' outside range [${min}, ${max}]` };
  }
  return { value: value === 0 ? 0 : value };
}

/** The value of up to nine digits, which is what nearly every number in a file is; -1 for anything else. */
function plainDigits(word: string): number {
  const { length } = word;
  if (length === 0 || length > 9) return -1;
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = word.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

export interface DecimalOptions {
  /** In millionths. */
  readonly min: number;
  readonly max: number;
  /** How messages show `max` where it is beyond what a double can hold. */
  readonly maxText?: string;
  readonly lenient?: boolean;
}

/**
 * Reads a decimal as millionths. The trap of keywords.md is kept, because configurations depend on it: in
 * `5s` the digits count as the smallest unit, so `preempt_delay 5s` is 5 microseconds.
 */
export function readDecimal(word: string, options: DecimalOptions, mode: ParseMode): Parsed<number> {
  const { min, max } = options;
  const plain = plainDigits(word) * 1e6;
  if (plain >= min && plain <= max && plain >= 0) return { value: plain };
  const warn = prefix(options.lenient, mode);
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d*)(?:\.(\d*))?(.*)$/s.exec(word);
  const [, sign = '', whole = '', fraction = '', rest = ''] = match ?? [];
  if (sign === '-') return { complaint: `${warn}negative number '${word}'` };
  if (rest !== '' || (sign !== '' && whole === '' && fraction === '')) {
    const value = Number(whole === '' ? '0' : whole);
    const complaint = `${warn}invalid number '${word}'`;
    return value >= min && value <= max ? { value, complaint } : { complaint };
  }
  const value = Number(`${whole === '' ? '0' : whole}${fraction.slice(0, 6).padEnd(6, '0')}`);
  if (value > DECIMAL_MAX) return { complaint: `${warn}number '${word}' outside unsigned decimal range` };
  const rounded = value + (Number(fraction.charAt(6) || '0') >= 5 ? 1 : 0);
  if (rounded < min || rounded > max) {
    const range = `[${(min / 1e6).toFixed(6)}, ${options.maxText ?? (max / 1e6).toFixed(6)}]`;
    return { complaint: `${warn}number '${word}' outside range ${range}` };
  }
  return fraction.length > 6
    ? { value: rounded, complaint: `${warn}number '${word}' has too many decimal places` }
    : { value: rounded };
}

/** Unsigned integer. */
export function uint(min: number, max: number, strictness: 'strict' | 'lenient'): Codec<number> {
  const options = { min, max, lenient: strictness === 'lenient' };
  return {
    name: `UINT(${min}..${max})`,
    parse: (word, mode) => readInteger(word, options, mode),
    print: String,
  };
}

/** Signed integer. */
export function int(min: number, max: number, strictness: 'strict' | 'lenient'): Codec<number> {
  const options = { min, max, signed: true, lenient: strictness === 'lenient' };
  return {
    name: `INT(${min}..${max})`,
    parse: (word, mode) => readInteger(word, options, mode),
    print: String,
  };
}

/** Decimal seconds with microsecond resolution; bounds in seconds. */
export function decimalSeconds(min: number, max: number, maxText?: string): Codec<Us> {
  const options = {
    min: Math.round(min * 1e6),
    max: Math.round(max * 1e6),
    lenient: true,
    ...(maxText === undefined ? {} : { maxText }),
  };
  return {
    name: `SECONDS(${min}..${max})`,
    parse: (word, mode) => {
      const { value, complaint } = readDecimal(word, options, mode);
      const base = complaint === undefined ? {} : { complaint };
      return value === undefined ? base : { ...base, value: us(value) };
    },
    print: (value) => String(value / 1e6),
  };
}

/** Whole seconds kept as microseconds. */
export function wholeSeconds(min: number, max: number): Codec<Us> {
  const inner = uint(min, max, 'lenient');
  return {
    name: `SECONDS(${min}..${max})`,
    parse: (word, mode) => {
      const { value, complaint } = inner.parse(word, mode);
      const base = complaint === undefined ? {} : { complaint };
      return value === undefined ? base : { ...base, value: us(value * 1e6) };
    },
    print: (value) => String(value / 1e6),
  };
}

/**
 * Seconds that were whole ones up to 2.3.1 and may have a fraction since: a word without a point is read as
 * it always was, so that `5s` stays 5 seconds or a refusal and never becomes 5 microseconds.
 */
export function secondsOrFraction(min: number, max: number): Codec<Us> {
  const whole = wholeSeconds(min, max);
  const decimal = decimalSeconds(min, max);
  return {
    ...decimal,
    parse: (word, mode) => (/^[^.]*\.\d*$/.test(word) ? decimal : whole).parse(word, mode),
  };
}

/**
 * A decimal as an integer of its smallest unit. Places beyond are cut and rounded, and said; what is left
 * must be a number (observed on 2.2.7: `1.2.3` with no places is 1).
 */
export function readScaled(word: string, places: number): Parsed<number> {
  if (/^\s*-/.test(word)) return { complaint: `negative number '${word}'` };
  const point = word.indexOf('.');
  const whole = point < 0 ? word : word.slice(0, point);
  const fraction = point < 0 ? '' : word.slice(point + 1);
  const remark = fraction.length > places ? { remark: `number '${word}' has too many decimal places` } : {};
  const digits = `${whole}${fraction.slice(0, places).padEnd(places, '0')}`;
  if (!/^\s*\+?\d*$/.test(digits)) return { ...remark, complaint: `invalid number '${word}'` };
  const value = Number(digits) + (fraction.charAt(places) >= '5' ? 1 : 0);
  if (value > DECIMAL_MAX) return { ...remark, complaint: `number '${word}' outside unsigned decimal range` };
  return { ...remark, value };
}

/** Decimal milliseconds with three places, kept as microseconds; bounds in milliseconds. */
export function decimalMilliseconds(min: number, max: number): Codec<Us> {
  return {
    name: `MILLISECONDS(${min}..${max})`,
    parse: (word) => {
      const { value, ...said } = readScaled(word, 3);
      if (value === undefined) return said;
      if (value < min * 1000 || value > max * 1000) {
        const range = `[${min.toFixed(3)}, ${max.toFixed(3)}]`;
        return { ...said, complaint: `number '${word}' outside range ${range}` };
      }
      return { ...said, value: us(value) };
    },
    print: (value) => String(value / 1000),
  };
}
