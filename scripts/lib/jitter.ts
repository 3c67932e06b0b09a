/**
 * How evenly a master sends: the distance of its adverts at 10 ms, when the machine idles, when two busy
 * processes fight for it, and when the VRRP process does not run for 200 ms of every second. The last stands
 * for a pause of the language's run time; both daemons get it from outside, by SIGSTOP and SIGCONT. Each with
 * the scheduling that the daemons have by default and with `vrrp_rt_priority`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import type { Lab } from '../../compat-tests/lib/namespaces.ts';
import { nowUs, type Pair, withPair } from './bench-pair.ts';
import type { Row } from './bench-table.ts';
import { gaps, largest, quantile } from './stats.ts';

export type Load = 'idle' | 'CPU hogs' | 'paused';
export type Scheduling = 'default' | 'real-time';

export interface JitterResult {
  readonly scheduling: Scheduling;
  readonly load: Load;
  readonly intervalMs: number;
  readonly gapsMs: Readonly<Record<Kind, readonly number[]>>;
  readonly failures: readonly string[];
}

const LOADS: readonly Load[] = ['idle', 'CPU hogs', 'paused'];
const GLOBALS: Readonly<Record<Scheduling, readonly string[]>> = {
  default: [],
  'real-time': ['vrrp_rt_priority 50'],
};
const SITUATIONS = (['real-time', 'default'] as const).flatMap((scheduling) =>
  LOADS.map((load) => ({ scheduling, load })),
);
const ADVERT_S = 0.01;
const PAUSE_MS = 200;
const PAUSE_EVERY_MS = 1000;
const HOGS = 2;

export async function jitter(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  measureMs: number,
  say: (text: string) => void,
): Promise<JitterResult[]> {
  const results: JitterResult[] = [];
  for (const { scheduling, load } of SITUATIONS) {
    const gapsMs: Record<Kind, number[]> = { upstream: [], alived: [] };
    const failures: string[] = [];
    for (let run = 1; run <= runs; run++) {
      for (const kind of kinds) {
        const name = `jitter, ${scheduling}, ${load}, run ${run}, ${kind}`;
        try {
          const found = await withPair(lab, kind, (pair) => steadyGaps(pair, scheduling, load, measureMs));
          gapsMs[kind].push(...found);
          say(`${name}: p99 ${quantile(found, 0.99).toFixed(2)} ms, max ${largest(found).toFixed(2)} ms`);
        } catch (error) {
          failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
          say(failures.at(-1) ?? '');
        }
      }
    }
    results.push({ scheduling, load, intervalMs: ADVERT_S * 1000, gapsMs, failures });
  }
  return results;
}

async function steadyGaps(
  pair: Pair,
  scheduling: Scheduling,
  load: Load,
  measureMs: number,
): Promise<number[]> {
  await pair.start('a', ADVERT_S, GLOBALS[scheduling]);
  await pair.moreAdverts('a', 50);
  const undo = begin(load, pair.a.daemon.pidIn('vrrp'));
  try {
    const sinceUs = nowUs();
    await pause(measureMs);
    return gaps(pair.adverts('a', sinceUs).map((advert) => advert.atUs / 1000));
  } finally {
    undo();
  }
}

/** Returns what ends the load. */
function begin(load: Load, vrrp: number | undefined): () => void {
  switch (load) {
    case 'idle':
      return () => {};
    case 'CPU hogs':
      return hogs();
    case 'paused':
      if (vrrp === undefined) throw new Error('there is no pid file of the VRRP process');
      return pauses(vrrp);
  }
}

function hogs(): () => void {
  const busy = Array.from(
    { length: HOGS },
    (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const end = () => {
    for (const child of busy) child.kill('SIGKILL');
    process.off('exit', end);
  };
  process.on('exit', end);
  return end;
}

function pauses(pid: number): () => void {
  let resume: NodeJS.Timeout | undefined;
  const timer = setInterval(() => {
    process.kill(pid, 'SIGSTOP');
    resume = setTimeout(() => process.kill(pid, 'SIGCONT'), PAUSE_MS);
  }, PAUSE_EVERY_MS);
  return () => {
    clearInterval(timer);
    clearTimeout(resume);
    process.kill(pid, 'SIGCONT');
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function jitterRows(results: readonly JitterResult[]): Row[] {
  return results.flatMap(({ scheduling, load, intervalMs, gapsMs, failures }) => {
    const row = (statistic: string, of: (values: readonly number[]) => number): Row => ({
      what: `beyond ${intervalMs} ms, ${scheduling}, ${load}`,
      statistic,
      upstream: of(gapsMs.upstream) - intervalMs,
      alived: of(gapsMs.alived) - intervalMs,
      ...(failures.length > 0 ? { note: `${failures.length} failed run(s)` } : {}),
    });
    const p99 = (values: readonly number[]) => quantile(values, 0.99);
    return [row('mean', mean), row('p99', p99), row('max', largest)];
  });
}
