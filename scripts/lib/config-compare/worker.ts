/** One worker: every n-th file and mutation through upstream and through the grammar, a line of JSON each. */
import { isUtf8 } from 'node:buffer';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutate, seedOf } from './mutate.ts';
import { namespaceFacts, runOurs } from './ours.ts';
import { type Finding, labelOf } from './tally.ts';
import { runUpstream } from './upstream.ts';
import { compareVerdicts, type Message } from './verdict.ts';

export interface Job {
  readonly directory: string;
  readonly names: readonly string[];
  readonly mutations: number;
  /** Number of the first mutation. */
  readonly first: number;
  readonly seed: number;
  readonly scratch: string;
  readonly binary: string;
  readonly timeoutMs: number;
  readonly worker: number;
  readonly workers: number;
  readonly keep: string | undefined;
}

export function work(job: Job): void {
  const cwd = join(job.scratch, String(job.worker));
  mkdirSync(cwd, { recursive: true });
  process.chdir(cwd);
  const facts = namespaceFacts();
  let turn = 0;
  for (const name of job.names) {
    const { text: original, encoding } = readText(join(job.directory, name));
    const numbers = Array.from({ length: job.mutations }, (_, index) => job.first + index);
    for (const mutation of job.mutations === 0 ? [-1] : numbers) {
      if (turn++ % job.workers !== job.worker) continue;
      const { text, slips } =
        mutation < 0 ? { text: original, slips: [] } : mutate(original, seedOf(name, job.seed, mutation));
      writeFileSync(join(cwd, name), text, { encoding, mode: 0o644 });
      process.stdout.write(
        `${JSON.stringify(compareOne(job, { name, mutation, slips, text, encoding }, facts, cwd))}\n`,
      );
    }
  }
}

interface Case {
  readonly name: string;
  readonly mutation: number;
  readonly slips: readonly string[];
  readonly text: string;
  readonly encoding: Encoding;
}

type Encoding = 'utf8' | 'latin1';

/** A slip must not cut a character in two, so text that is UTF-8 is treated as such. */
function readText(path: string): { readonly text: string; readonly encoding: Encoding } {
  const bytes = readFileSync(path);
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  return { text: bytes.toString(encoding), encoding };
}

function compareOne(job: Job, one: Case, facts: ReturnType<typeof namespaceFacts>, cwd: string): Finding {
  const { name, mutation, slips } = one;
  const before = performance.now();
  const upstream = runUpstream(name, { binary: job.binary, cwd, timeoutMs: job.timeoutMs });
  const upstreamMs = performance.now() - before;
  const ours = runOurs(name, facts);
  const difference = compareVerdicts(upstream, ours);
  const same = difference.sameExit && difference.sameTexts && upstream.ended === undefined;
  if (job.keep !== undefined && !same) keep(job.keep, one, difference.missing, difference.extra);
  return {
    ...{ name, mutation, slips, upstreamMs, oursMs: ours.elapsedMs },
    ...{ upstreamExit: upstream.exit, oursExit: ours.exit, ...difference },
    ...(upstream.ended === undefined ? {} : { upstreamEnded: upstream.ended }),
    ...(ours.thrown === undefined ? {} : { thrown: ours.thrown }),
  };
}

function keep(folder: string, one: Case, missing: readonly Message[], extra: readonly Message[]): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, labelOf(one).replaceAll('/', '_'));
  writeFileSync(path, one.text, one.encoding);
  const show =
    (sign: string) =>
    (message: Message): string =>
      `${sign} ${message.line ?? '-'}: ${message.text}`;
  const lines = [`slips: ${one.slips.join(', ')}`, ...missing.map(show('-')), ...extra.map(show('+'))];
  writeFileSync(`${path}.diff`, `${lines.join('\n')}\n`);
}
