/**
 * Slips that people make, put into a configuration from a seed: text and random numbers in, text out. The
 * same seed and text give the same slip for ever, so a finding is named by its file and number.
 */
import { createRandom, type Random } from '../../../src/sim/random.ts';

export interface Mutation {
  readonly text: string;
  /** What was done, for the report. */
  readonly slips: readonly string[];
}

type Slip = (lines: string[], random: Random) => void;

const OUT_OF_RANGE = [
  ...['0', '-1', '1.5', '256', '300', '65536', '4294967296', '99999999999999999999', '0x10', '1e3', '5x'],
  ...['.5', '1,5', '""', '0.0000001', '+7', '007', 'abc', '1000000'],
];

const ODD_WORDS = [
  'zzz',
  'on',
  'off',
  'yes',
  'TRUE',
  '"',
  '""',
  "'",
  '\\',
  '#',
  '!',
  '@x',
  '$x',
  '${',
  '~SEQ(',
  '-',
];

/** Index of a line that holds something, or -1 in an empty file. */
function pickLine(lines: readonly string[], random: Random, wanted = /\S/): number {
  const candidates = lines.flatMap((line, index) => (wanted.test(line) ? [index] : []));
  return candidates.length === 0 ? -1 : random.pick(candidates);
}

function edit(lines: string[], index: number, change: (line: string) => string): void {
  const line = lines[index];
  if (line !== undefined) lines[index] = change(line);
}

/** Replaces one match of `pattern`, which must be global. */
function replaceOne(line: string, random: Random, pattern: RegExp, by: (found: string) => string): string {
  const matches = [...line.matchAll(pattern)];
  if (matches.length === 0) return line;
  const match = random.pick(matches);
  return line.slice(0, match.index) + by(match[0]) + line.slice(match.index + match[0].length);
}

function typo(word: string, random: Random): string {
  const at = random.int(0, Math.max(word.length - 1, 0));
  const rest = word.slice(at + 1);
  const char = word.charAt(at);
  switch (random.int(0, 4)) {
    case 0:
      return word.slice(0, at) + rest;
    case 1:
      return word.slice(0, at) + char + char + rest;
    case 2:
      return word.slice(0, at) + rest.charAt(0) + char + rest.slice(1);
    case 3:
      return word.slice(0, at) + random.pick(['x', 'e', '_', '-', '.']) + rest;
    default:
      return (
        word.slice(0, at) + (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()) + rest
      );
  }
}

/** Index of the last line of the block that opens on line `start`. */
function blockEnd(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < lines.length; index++) {
    for (const char of lines[index] ?? '') {
      if (char === '{') depth++;
      else if (char === '}') depth--;
    }
    if (depth <= 0) return index;
  }
  return lines.length - 1;
}

function onBlock(lines: string[], random: Random, act: (start: number, count: number) => void): void {
  const start = pickLine(lines, random, /\{/);
  if (start >= 0) act(start, blockEnd(lines, start) - start + 1);
}

function swapWords(line: string, random: Random): string {
  const words = line.trim().split(/\s+/);
  const [a, b] = [random.int(0, words.length - 1), random.int(0, words.length - 1)];
  const [first = '', second = ''] = [words[a], words[b]];
  words[a] = second;
  words[b] = first;
  return words.join(' ');
}

const braceSlips: Readonly<Record<string, Slip>> = {
  'brace dropped': (lines, random) =>
    edit(lines, pickLine(lines, random, /[{}]/), (line) => replaceOne(line, random, /[{}]/g, () => '')),
  'brace doubled': (lines, random) =>
    edit(lines, pickLine(lines, random, /[{}]/), (line) =>
      replaceOne(line, random, /[{}]/g, (found) => found + found),
    ),
  'brace added': (lines, random) => lines.splice(random.int(0, lines.length), 0, random.pick(['{', '}'])),
};

const wordSlips: Readonly<Record<string, Slip>> = {
  'typo in a keyword': (lines, random) =>
    edit(lines, pickLine(lines, random, /^\s*[a-z]/i), (line) =>
      line.replace(/[A-Za-z]\S*/, (word) => typo(word, random)),
    ),
  'typo in a value': (lines, random) =>
    edit(lines, pickLine(lines, random, /^\s*\S+\s+\S/), (line) =>
      replaceOne(line, random, /(?<=\S\s+)[^\s{}]+/g, (word) => typo(word, random)),
    ),
  'number out of range': (lines, random) =>
    edit(lines, pickLine(lines, random, /\b\d+(?:\.\d+)?\b/), (line) =>
      replaceOne(line, random, /\b\d+(?:\.\d+)?\b/g, () => random.pick(OUT_OF_RANGE)),
    ),
  'word deleted': (lines, random) =>
    edit(lines, pickLine(lines, random), (line) => replaceOne(line, random, /[^\s{}]+/g, () => '')),
  'word added': (lines, random) =>
    edit(lines, pickLine(lines, random), (line) => `${line} ${random.pick(ODD_WORDS)}`),
  'words swapped': (lines, random) =>
    edit(lines, pickLine(lines, random, /\S+\s+\S+/), (line) => swapWords(line, random)),
  'word from elsewhere': (lines, random) => {
    const word = lines[pickLine(lines, random)]?.trim().split(/\s+/).at(-1) ?? '';
    edit(lines, pickLine(lines, random), (line) => replaceOne(line, random, /[^\s{}]+/g, () => word));
  },
  'odd quotes': (lines, random) =>
    edit(lines, pickLine(lines, random), (line) => {
      const at = random.int(0, line.length);
      return line.slice(0, at) + random.pick(['"', '"', "'"]) + line.slice(at);
    }),
};

const lineSlips: Readonly<Record<string, Slip>> = {
  'line deleted': (lines, random) => lines.splice(pickLine(lines, random), 1),
  'line doubled': (lines, random) => {
    const index = pickLine(lines, random);
    lines.splice(index, 0, lines[index] ?? '');
  },
  'line in another place': (lines, random) => {
    const [line = ''] = lines.splice(pickLine(lines, random, /^[^{}]+$/), 1);
    lines.splice(random.int(0, lines.length), 0, line);
  },
  'lines joined': (lines, random) => {
    const index = pickLine(lines, random);
    const [next = ''] = lines.splice(index + 1, 1);
    edit(lines, index, (line) => `${line} ${next.trim()}`);
  },
  'over-long line': (lines, random) =>
    edit(lines, pickLine(lines, random), (line) => {
      const filler = random.pick([' ', 'x', '# ', 'a b ', '"q" ']);
      return `${line} ${filler.repeat(Math.ceil(random.int(1000, 2200) / filler.length))}`;
    }),
  'block doubled': (lines, random) =>
    onBlock(lines, random, (start, count) =>
      lines.splice(start + count, 0, ...lines.slice(start, start + count)),
    ),
  'block deleted': (lines, random) => onBlock(lines, random, (start, count) => lines.splice(start, count)),
  'block in another place': (lines, random) =>
    onBlock(lines, random, (start, count) => {
      const moved = lines.splice(start, count);
      lines.splice(random.int(0, lines.length), 0, ...moved);
    }),
};

const slips: Readonly<Record<string, Slip>> = { ...braceSlips, ...wordSlips, ...lineSlips };
const slipNames = Object.keys(slips);

/** FNV-1a of the name, so that the numbers of one file do not depend on the others. */
export function seedOf(name: string, seed: number, index: number): number {
  let hash = 0x811c9dc5;
  for (const char of `${name}/${seed}/${index}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}

/** Mostly one slip, sometimes up to three. */
export function mutate(text: string, seed: number): Mutation {
  const random = createRandom(seed);
  const lines = text.split('\n');
  const done: string[] = [];
  for (let more = true; more && done.length < 3; more = random.chance(0.25)) {
    const name = random.pick(slipNames);
    slips[name]?.(lines, random);
    done.push(name);
  }
  return { text: lines.join('\n'), slips: done };
}
