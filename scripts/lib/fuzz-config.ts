/**
 * The configuration language under mutated files: no exception, no hang, every diagnostic inside its file.
 * In: texts by name and a range of numbers; out: what went wrong, each with the number that repeats it.
 */
import { formatText } from '../../grammar/format.ts';
import { type Facts, parseConfig } from '../../grammar/index.ts';
import { review } from '../../grammar/report/report.ts';
import { objectFacts } from '../../grammar/testing.ts';
import type { Span } from '../../src/diagnostics.ts';
import { mutate, seedOf } from './config-compare/mutate.ts';

export interface FuzzCase {
  readonly name: string;
  readonly number: number;
  readonly text: string;
}

export interface Failure extends FuzzCase {
  readonly problem: string;
}

const SLOW_MS = 1000;
/** A loop of sixty-five thousand rounds is slow because it is long: all that is reviewed takes its time. */
const STATEMENTS_PER_MS = 30;
const NAME = 'k.conf';
/** The report reads a file several times, so it takes only one in so many. */
const REVIEW_EVERY = 20;

export function caseOf(texts: ReadonlyMap<string, string>, seed: number, number: number): FuzzCase {
  const names = [...texts.keys()];
  const name = names[number % names.length] ?? '';
  const mutation = mutate(texts.get(name) ?? '', seedOf(name, seed, number));
  return { name, number, text: mutation.text };
}

function factsFor(text: string): Facts {
  return objectFacts({
    files: { [NAME]: text },
    users: { root: { uid: 0, gid: 0 }, nobody: { uid: 65534, gid: 65534 } },
    overrides: { resolves: (host) => host === 'localhost', random: (low) => low },
  });
}

/** What is wrong with one case, or undefined. */
export function problemOf({ text, number }: FuzzCase, facts = factsFor(text)): string | undefined {
  // CPU time: on a busy machine a process may stand still for a second through no fault of its own.
  const started = process.cpuUsage();
  let statements = 0;
  try {
    const { diagnostics, tree } = parseConfig(NAME, facts);
    statements = tree.statements.count;
    // A short file can make a hundred thousand findings, more than a call takes as arguments.
    let spans = diagnostics.map(({ span }) => span);
    if (number % REVIEW_EVERY === 0) {
      const { findings } = review(NAME, facts);
      spans = spans.concat(
        findings.flatMap(({ span, related }) => [span, ...related.map((one) => one.span)]),
      );
      formatText(text);
    }
    const bad = spans.map((span) => span && placeProblem(span, tree.files)).find((one) => one !== undefined);
    if (bad !== undefined) return bad;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(started);
  const elapsed = (user + system) / 1000;
  return elapsed > SLOW_MS + statements / STATEMENTS_PER_MS ? `took ${Math.round(elapsed)} ms` : undefined;
}

/** Why a place is not one of the files, or undefined. */
export function placeProblem(
  { file, line, column, start, end }: Span,
  files: readonly { readonly name: string; readonly text: string }[],
): string | undefined {
  const source = files.find(({ name }) => name === file)?.text;
  if (source === undefined) return `a place in ${file}, which was not read`;
  if (start < 0 || start > end || end > source.length) return `a place outside: ${start}-${end}`;
  if (line < 1 || line > source.split('\n').length) return `line ${line} does not exist`;
  return column < 1 ? `column ${column}` : undefined;
}

export interface FuzzOptions {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Called now and then with the number of cases done. */
  readonly progress?: (done: number) => void;
}

export function fuzz(texts: ReadonlyMap<string, string>, options: FuzzOptions): Failure[] {
  const failures: Failure[] = [];
  const { seed, first, count, progress } = options;
  for (let number = first; number < first + count; number++) {
    const one = caseOf(texts, seed, number);
    const problem = problemOf(one);
    if (problem !== undefined) failures.push({ ...one, problem });
    if ((number - first) % 10_000 === 9_999) progress?.(number - first + 1);
  }
  return failures;
}
