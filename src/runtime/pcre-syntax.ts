/**
 * Regular expressions of PCRE2 in the syntax of JavaScript (docs/decisions/0012). In: a pattern and options
 * by the names of regex_options. Out: source and flags that match the same texts, or what there is no
 * equivalent for. Only whether something matches is asked, so greediness and captures beyond back references
 * are free.
 */
import { fail, ok, type Result } from '../result.ts';

export interface JsPattern {
  readonly source: string;
  readonly flags: string;
}

/** Options that change how an expression is compiled or how fast it runs, but not what it matches here. */
const HARMLESS = new Set([
  'auto_callout',
  'dupnames',
  'ungreedy',
  'never_ucp',
  'never_utf',
  'never_backslash_c',
  'no_auto_capture',
  'no_auto_possess',
  'no_dotstar_anchor',
  'no_start_optimize',
  'use_offset_limit',
  'caseless',
  'dotall',
  'multiline',
  'extended',
  'dollar_endonly',
  'utf',
]);

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: ' \\t\\n\\v\\f\\r',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  cntrl: '\\x00-\\x1f\\x7f',
  print: ' -~',
  graph: '!-~',
  ascii: '\\x00-\\x7f',
};

const SPACE = ' \\t\\n\\v\\f\\r';
const BREAKS = '\\n\\v\\f\\r\\x85';
const END = '(?![\\s\\S])';

/** Escapes that mean the same inside and outside of brackets; those with a set can stand in brackets. */
const SETS: Readonly<Record<string, string>> = { s: SPACE, h: ' \\t', v: BREAKS, d: '\\d', w: '\\w' };
const NEGATED: Readonly<Record<string, string>> = { S: SPACE, H: ' \\t', V: BREAKS, N: '\\n' };
const ASSERTIONS: Readonly<Record<string, string>> = {
  A: '(?<![\\s\\S])',
  z: END,
  Z: `(?=\\n?${END})`,
  b: '\\b',
  B: '\\B',
  D: '\\D',
  W: '\\W',
  R: `(?:\\r\\n|[${BREAKS}])`,
  // Where a match is said to begin is of no concern.
  K: '',
};
const CHARACTERS: Readonly<Record<string, string>> = {
  a: '\\x07',
  e: '\\x1b',
  f: '\\f',
  n: '\\n',
  r: '\\r',
  t: '\\t',
};

class Untranslatable extends Error {}

const SYNTAX = /[\\^$.*+?()[\]{}|/]/;
const escaped = (char: string): string => (SYNTAX.test(char) ? `\\${char}` : char);

class Translator {
  readonly #text: string;
  readonly #options: ReadonlySet<string>;
  #at = 0;
  #out = '';
  /** For each open group, how many brackets end it. */
  readonly #groups: number[] = [];

  constructor(text: string, options: ReadonlySet<string>) {
    this.#text = text;
    this.#options = options;
  }

  translate(): string {
    while (this.#at < this.#text.length) this.#piece();
    return this.#out;
  }

  /** Takes the text that the expression matches here. */
  #take(expression: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(expression.source, 'y');
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match ?? undefined;
  }

  #piece(): void {
    const { multiline, dotall } = this.#modes();
    if (this.#options.has('extended') && this.#take(/\s+|#[^\n]*/)) return;
    if (this.#quantifier() || this.#group()) return;
    const char = this.#text[this.#at++] ?? '';
    if (char === '\\') this.#out += this.#escape();
    else if (char === '[') this.#out += this.#brackets();
    else if (char === '.') this.#out += dotall ? '[\\s\\S]' : '[^\\n]';
    else if (char === '^') this.#out += multiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
    else if (char === '$') this.#out += this.#dollar(multiline);
    else if (char === ')') this.#out += ')'.repeat(this.#groups.pop() ?? 1);
    else this.#out += char === '|' ? char : escaped(char);
  }

  #modes(): { readonly multiline: boolean; readonly dotall: boolean } {
    return { multiline: this.#options.has('multiline'), dotall: this.#options.has('dotall') };
  }

  #dollar(multiline: boolean): string {
    if (multiline) return '(?![^\\n])';
    return this.#options.has('dollar_endonly') ? END : `(?=\\n?${END})`;
  }

  #quantifier(): boolean {
    const match = this.#take(/([*+?]|\{\d+(?:,\d*)?\})([+?]?)/);
    if (match === undefined) return false;
    const [, count = '', mode] = match;
    if (mode === '+') throw new Untranslatable('possessive quantifier');
    this.#out += count + (mode ?? '');
    return true;
  }

  #group(): boolean {
    if (this.#take(/\(\?#[^)]*\)/)) return true;
    const named = this.#take(/\(\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/);
    if (named !== undefined) return this.#open(`(?<${named[1] ?? named[2]}>`);
    const reference = this.#take(/\(\?P=([A-Za-z_]\w*)\)/);
    if (reference !== undefined) {
      this.#out += `\\k<${reference[1]}>`;
      return true;
    }
    const plain = this.#take(/\(\?(?::|=|!|<=|<!)/);
    if (plain !== undefined) return this.#open(plain[0]);
    const modes = this.#take(/\(\?([a-zA-Z-]+)([:)])/);
    if (modes !== undefined) return this.#inlineModes(modes[1] ?? '', modes[2] === ':');
    if (this.#text.startsWith('(?', this.#at) || this.#text.startsWith('(*', this.#at)) {
      throw new Untranslatable(`group ${this.#text.slice(this.#at, this.#at + 4)}`);
    }
    return this.#text[this.#at] === '(' && this.#open(this.#text[this.#at++] ?? '');
  }

  #open(text: string): boolean {
    this.#out += text;
    this.#groups.push(1);
    return true;
  }

  /** Other modes would have to change how the rest is translated. */
  #inlineModes(modes: string, scoped: boolean): boolean {
    if (modes !== 'i') throw new Untranslatable(`inline mode ${modes}`);
    if (scoped) return this.#open('(?i:');
    const first = this.#out === '' || this.#out.endsWith('(') || /\(\?(?::|<\w+>)$/.test(this.#out);
    if (!first) throw new Untranslatable('inline mode behind the beginning of a group');
    this.#out += '(?i:';
    const outer = this.#groups.pop();
    if (outer === undefined) {
      // It holds for all of the pattern.
      this.#out += `${new Translator(this.#text.slice(this.#at), this.#options).translate()})`;
      this.#at = this.#text.length;
    } else this.#groups.push(outer + 1);
    return true;
  }

  #escape(): string {
    const number = this.#take(/x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{1,2})|0([0-7]{0,2})/);
    if (number !== undefined) return this.#character(number);
    const reference = this.#take(/g\{?(\d+)\}?|([1-9]\d?)/);
    if (reference !== undefined) return `(?:\\${reference[1] ?? reference[2]})`;
    const named = this.#take(/[gk](?:\{(\w+)\}|<(\w+)>|'(\w+)')/);
    if (named !== undefined) return `\\k<${named[1] ?? named[2] ?? named[3]}>`;
    const quoted = this.#take(/Q([\s\S]*?)(?:\\E|$)/);
    if (quoted !== undefined) return [...(quoted[1] ?? '')].map(escaped).join('');
    const char = this.#text[this.#at++] ?? '';
    const set = SETS[char];
    if (set !== undefined) return `[${set}]`;
    const negated = NEGATED[char];
    if (negated !== undefined) return `[^${negated}]`;
    const known = ASSERTIONS[char] ?? CHARACTERS[char];
    if (known !== undefined) return known;
    if (/[A-Za-z]/.test(char)) throw new Untranslatable(`escape \\${char}`);
    if (char === '') throw new Untranslatable('\\ at the end');
    return escaped(char);
  }

  #character([, braced, hex, octal]: RegExpExecArray): string {
    const code =
      octal === undefined ? Number.parseInt(braced ?? hex ?? '', 16) : Number.parseInt(`0${octal}`, 8);
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (!this.#options.has('utf')) throw new Untranslatable('character beyond 255 without utf');
    return `\\u{${code.toString(16)}}`;
  }

  #brackets(): string {
    let out = this.#take(/\^/) ? '[^' : '[';
    // A bracket that comes first is one of the characters.
    if (this.#take(/\]/)) out += '\\]';
    for (;;) {
      const posix = this.#take(/\[:(\^?)(\w+):\]/);
      if (posix !== undefined) {
        const set = CLASSES[posix[2] ?? ''];
        if (set === undefined || posix[1] === '^') throw new Untranslatable(`class ${posix[0]}`);
        out += set;
        continue;
      }
      const char = this.#text[this.#at++];
      if (char === undefined) throw new Untranslatable('[ without ]');
      if (char === ']') return `${out}]`;
      out += char === '\\' ? this.#escapeInBrackets() : char === '-' ? '-' : escaped(char);
    }
  }

  #escapeInBrackets(): string {
    const number = this.#take(/x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})/);
    if (number !== undefined) return this.#character(number);
    const char = this.#text[this.#at++] ?? '';
    if (char === 'b') return '\\x08';
    if (char === 'D' || char === 'W') return `\\${char}`;
    const known = SETS[char] ?? CHARACTERS[char];
    if (known !== undefined) return known;
    if (/[A-Za-z]/.test(char)) throw new Untranslatable(`escape \\${char} in brackets`);
    return char === '-' ? '\\-' : escaped(char);
  }
}

export function translatePattern(text: string, options: readonly string[]): Result<JsPattern, string> {
  const unusable = options.find((option) => !HARMLESS.has(option));
  if (unusable !== undefined) return fail(`option ${unusable}`);
  const set = new Set(options);
  try {
    const source = new Translator(text, set).translate();
    const flags = `g${set.has('caseless') ? 'i' : ''}${set.has('utf') ? 'u' : ''}`;
    new RegExp(source, flags);
    return ok({ source, flags });
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof SyntaxError) return fail(error.message);
    throw error;
  }
}
