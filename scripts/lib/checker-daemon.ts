/**
 * A daemon with a checker process in the laboratory, for benches. In: a configuration. Out: the number of the
 * checker process while it runs, and the time that it spends. Where the kernel has no IPVS keepalived is told
 * that all is well there (no-ipvs.c), because it would end otherwise.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { daemonCommand, type Kind } from '../../compat-tests/lib/daemon.ts';
import { run as command, quietly } from '../../compat-tests/lib/exec.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import { OWN_SESSION } from './session.ts';

/** Undefined when such a bench can run here. */
export const missingForCheckers = (): string | undefined =>
  quietly(['sh', '-c', 'command -v g++ && command -v gcc']) === '' ? 'no g++ and gcc' : undefined;

export interface Tools {
  readonly dir: string;
  /** The program of the bench. */
  readonly program: string;
  readonly preload: string;
}

/** `source`: a file in this folder. */
export async function buildTools(source: string): Promise<Tools> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-checks-'));
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const tools = { dir, program: join(dir, 'program'), preload: join(dir, 'no-ipvs.so') };
  const compiler = source.endsWith('.c') ? 'gcc' : 'g++';
  await command([compiler, '-O2', '-o', tools.program, here(source)]);
  await command(['gcc', '-O2', '-shared', '-fPIC', '-o', tools.preload, here('no-ipvs.c')]);
  return tools;
}

/** Time on a processor of all threads that a process has. */
export function cpuNs(pid: number): number {
  const ofThread = (thread: string): number => {
    try {
      const [ns = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      return Number(ns);
    } catch {
      // It has ended since it was listed.
      return 0;
    }
  };
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0);
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `use` is given the number of the checker process; the daemon ends after it. */
export async function withChecker<T>(
  ns: string,
  { dir, preload }: Tools,
  kind: Kind,
  text: string,
  use: (pid: number) => Promise<T>,
): Promise<T> {
  const folder = join(dir, 'run');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'keepalived.conf');
  writeFileSync(file, text);
  const [parentPid, checkerPid] = [join(folder, 'parent.pid'), join(folder, 'checkers.pid')];
  const loaded = kind === 'upstream' ? [`LD_PRELOAD=${preload}`] : [];
  const flags = ['-n', '-C', '-f', file, '-p', parentPid, '-c', checkerPid];
  const daemon = spawn(
    'ip',
    ['netns', 'exec', ns, ...OWN_SESSION, 'env', ...loaded, daemonCommand(kind), ...flags],
    { stdio: 'ignore' },
  );
  let ended = false;
  daemon.on('exit', () => {
    ended = true;
  });
  try {
    const pidOf = (): number | undefined => {
      const pid = quietly(['cat', checkerPid]);
      return pid === '' ? undefined : Number(pid);
    };
    return await use(await until(pidOf, 10_000, 'the checker process'));
  } finally {
    daemon.kill('SIGTERM');
    await until(() => ended, 30_000, 'the daemon to end');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Interleaves the runs of both daemons, and keeps those that fail apart. */
export async function interleave<T>(
  name: string,
  kinds: readonly Kind[],
  runs: number,
  measure: (kind: Kind) => Promise<T>,
  say: (text: string) => void,
  describe: (got: T) => string,
): Promise<{ readonly runs: Readonly<Record<Kind, T[]>>; readonly failures: string[] }> {
  const result = { runs: { upstream: [], alived: [] } as Record<Kind, T[]>, failures: [] as string[] };
  for (let run = 1; run <= runs; run++) {
    for (const kind of kinds) {
      const what = `${name}, run ${run}, ${kind}`;
      try {
        const got = await measure(kind);
        result.runs[kind].push(got);
        say(`${what}: ${describe(got)}`);
      } catch (error) {
        result.failures.push(`${what}: ${error instanceof Error ? error.message : error}`);
        say(result.failures.at(-1) ?? '');
      }
    }
  }
  return result;
}
