/**
 * Two ways upstream cuts a statement into words. Ordinary keywords know only `"` as a quote and no escapes
 * (language.md §2.5, §2.6); script and notify lines are read again with shell-like quoting (§2.9).
 */
import { fail, ok, type Result } from '../src/result.ts';
import { textOf, type Units } from './source-file.ts';

const SPACE = 0x20;
const QUOTE = 0x22;

/** isspace(3) in the C locale: NBSP and other Unicode blanks are ordinary characters upstream. */
export function isBlank(code: number): boolean {
  return code === SPACE || (code >= 0x09 && code <= 0x0d);
}

/** Removes ASCII white space at both ends. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/**
 * Splits an ordinary statement. A `"` ends the current word and starts a quoted one wherever it stands, and a
 * quote that is never closed loses the rest of the line.
 */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  const length = text.length;
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      at++;
    } else if (code === QUOTE) {
      const close = text.indexOf('"', at + 1);
      if (close < 0) break;
      words.push(text.slice(at + 1, close));
      at = close + 1;
    } else {
      const from = at;
      while (at < length && !isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== QUOTE) at++;
      words.push(text.slice(from, at));
    }
  }
  return words;
}

const CACHE_SLOTS = 4096;
/** Longer words are rare and rarely repeated. */
const CACHED_LENGTH = 32;

/**
 * The words met last, by hash. Configurations repeat themselves: a string is made for a new word only, which
 * is what most of the time would go into.
 */
export class WordCache {
  readonly #words: string[] = new Array(CACHE_SLOTS).fill('');
  /** Where each word was met: units are compared with units, which is quicker than with characters. */
  readonly #starts = new Int32Array(CACHE_SLOTS);
  readonly #lengths = new Uint8Array(CACHE_SLOTS);
  #units: Units | undefined;

  get(units: Units, start: number, end: number, hash: number): string {
    if (units !== this.#units) this.#begin(units);
    const slot = (hash ^ (hash >>> 12)) & (CACHE_SLOTS - 1);
    const length = end - start;
    if (this.#lengths[slot] === length) {
      const from = this.#starts[slot] as number;
      let at = 0;
      while (at < length && units[from + at] === units[start + at]) at++;
      if (at === length) return this.#words[slot] as string;
    }
    const word = textOf(units, start, end);
    if (length <= CACHED_LENGTH) {
      this.#words[slot] = word;
      this.#starts[slot] = start;
      this.#lengths[slot] = length;
    }
    return word;
  }

  /** Another file. */
  #begin(units: Units): void {
    this.#units = units;
    this.#lengths.fill(0);
  }
}

/** Splits a statement without quotes where it stands in the file. */
export function splitUnits(units: Units, start: number, end: number, cache: WordCache): readonly string[] {
  let at = start;
  let words: string[] | undefined;
  let first: string | undefined;
  let second: string | undefined;
  while (at < end) {
    while (at < end && isBlank(units[at] as number)) at++;
    if (at === end) break;
    const from = at;
    let hash = 0;
    for (let code = 0; at < end; at++) {
      code = units[at] as number;
      if (isBlank(code)) break;
      // Times 31; Math.imul would be a call.
      hash = ((hash << 5) - hash + code) | 0;
    }
    const word = cache.get(units, from, at, hash);
    // An array that grows by push has room for sixteen more words, and most statements have two or three.
    if (words !== undefined) words.push(word);
    else if (first === undefined) first = word;
    else if (second === undefined) second = word;
    else words = [first, second, word];
  }
  if (words !== undefined) return words;
  if (first === undefined) return [];
  return second === undefined ? [first] : [first, second];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Reads the escape after a backslash at `at`; gives the text it stands for and where to go on. */
function readEscape(text: string, at: number): { readonly value: string; readonly next: number } {
  const letter = text.charAt(at);
  const simple = ESCAPES[letter];
  if (simple !== undefined) return { value: simple, next: at + 1 };
  // Two digits at most: 2.4.3 stops there, 2.2.7 went on and overflowed the character.
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at, at + 3));
  if (hex?.[1]) return { value: String.fromCharCode(Number.parseInt(hex[1], 16)), next: at + hex[0].length };
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3));
  if (octal) {
    return { value: String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff), next: at + octal[0].length };
  }
  if (letter === 'c' && at + 1 < text.length) {
    return { value: String.fromCharCode(text.charCodeAt(at + 1) & 0x1f), next: at + 2 };
  }
  return { value: letter, next: at + 1 };
}

/**
 * Splits with `'…'`, `"…"` and backslash escapes; pieces that touch join into one word. The error is the
 * quote character that was never closed.
 */
export function splitShellWords(text: string, most = Number.POSITIVE_INFINITY): Result<string[], string> {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let at = 0;
  while (at < text.length && words.length < most) {
    const char = text.charAt(at);
    if (char === '\\' && at + 1 < text.length) {
      const read = readEscape(text, at + 1);
      word = (word ?? '') + read.value;
      at = read.next;
      // Upstream does not look for the end of a quote whose last character is escaped (observed on 2.2.7).
      if (at >= text.length) quote = '';
      continue;
    }
    at++;
    if (quote !== '') {
      if (char === quote || (char === '\\' && at === text.length)) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      // A quote that opens with the last character holds nothing, and upstream does not miss its end.
      if (at < text.length) quote = char;
      word ??= '';
    } else if (isBlank(char.charCodeAt(0))) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== '') return fail(quote);
  if (word !== undefined) words.push(word);
  return ok(words);
}
