/**
 * `~SEQ(…)` and `~LST(…)`: repeat the rest of a line with a variable set to each value (language.md §5).
 * Given a line, answers the assignments to make before each repetition, or upstream's error texts.
 */

/** One repetition: variable name and value pairs. */
export type Assignment = readonly (readonly [name: string, value: string])[];

export type Sequence =
  | { readonly ok: true; readonly rounds: readonly Assignment[]; readonly rest: string }
  | { readonly ok: false; readonly texts: readonly string[] };

/** More repetitions than any address plan needs; without a limit one line could fill the memory. */
const MAX_ROUNDS = 100_000;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

const start = /^~(SEQx?|LST)[ \t]*\(/;

/** Undefined when the line is an ordinary one: unknown `~FOO(` is an ordinary word. */
export function parseSequence(line: string): Sequence | undefined {
  const match = start.exec(line);
  if (!match?.[1]) return undefined;
  const kind = match[1];
  const close = closingParenthesis(line, match[0].length - 1);
  if (close < 0) {
    // The words are those of 2.2.7; 2.4.3 has one text for both.
    const cut = line.includes(',') ? '~SEQ parameter strings too long' : 'Invalid ~SEQ definition';
    return invalid(kind, line, `${cut} '${line}'`);
  }
  const body = line.slice(match[0].length, close);
  const rest = line.slice(close + 1).trimStart();
  return kind === 'LST' ? listRounds(body, rest, line) : numberRounds(body, rest, line, kind === 'SEQx');
}

function invalid(kind: string, line: string, ...first: string[]): Sequence {
  const name = kind === 'LST' ? '~LST' : '~SEQ';
  return { ok: false, texts: [...first, `Invalid ${name} specification '${line}'`] };
}

function closingParenthesis(line: string, open: number): number {
  let depth = 0;
  for (let at = open; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return at;
  }
  return -1;
}

const number = (text: string | undefined): number =>
  text !== undefined && /^[+-]?(0[xX][0-9a-fA-F]+|\d+)$/.test(text)
    ? Number(text.replace(/^[+-]/, '')) * (text.startsWith('-') ? -1 : 1)
    : Number.NaN;

function numberRounds(body: string, rest: string, line: string, hex: boolean): Sequence {
  const [name = '', ...numbers] = body.split(',').map((part) => part.trim());
  if (!NAME.test(name) || numbers.length < 1 || numbers.length > 3) {
    return invalid('SEQ', line, `Invalid ~SEQ definition '${line}'`);
  }
  const values = numbers.map(number);
  const last = values.at(-1) ?? Number.NaN;
  const first = values.length === 1 ? (last < 0 ? -1 : 1) : (values[0] ?? Number.NaN);
  const step = values.length === 3 ? (values[1] ?? Number.NaN) : last < first ? -1 : 1;
  if ([first, last, step].some(Number.isNaN) || step === 0 || Math.sign(last - first) === -Math.sign(step)) {
    return invalid('SEQ', line, `Invalid ~SEQ values '${line}'`);
  }
  const rounds: Assignment[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    if (rounds.length >= MAX_ROUNDS) return invalid('SEQ', line, `Invalid ~SEQ values '${line}'`);
    rounds.push([[name, hex ? value.toString(16) : String(value)]]);
  }
  return { ok: true, rounds, rest };
}

/** Splits at commas outside braces. */
function members(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text.charAt(at);
    if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (at === text.length || (char === ',' && depth === 0)) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return parts;
}

const inBraces = (text: string): string[] | undefined =>
  text.startsWith('{') && text.endsWith('}') ? members(text.slice(1, -1)) : undefined;

function listRounds(body: string, rest: string, line: string): Sequence {
  const [head = '', ...values] = members(body);
  const names = inBraces(head) ?? [head];
  if (!names.every((name) => NAME.test(name))) return invalid('LST', line);
  const rounds: Assignment[] = [];
  for (const value of values) {
    const parts = names.length > 1 ? (inBraces(value) ?? [value]) : [value];
    if (parts.length > names.length) return invalid('LST', line, '~LST specification has too many values');
    rounds.push(names.map((name, at) => [name, parts[at] ?? ''] as const));
  }
  return { ok: true, rounds, rest };
}
