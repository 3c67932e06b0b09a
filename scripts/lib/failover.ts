/**
 * How late a backup takes over: from the old master's last advert to the new master's first, minus what the
 * protocol asks it to wait (RFC 9568 6.1: 3 x interval + skew after a crash, skew after priority 0). What is
 * left is the daemon's own: timers, scheduling, and the way of a packet through the kernel.
 */
import { KINDS, type Kind } from '../../compat-tests/lib/daemon.ts';
import type { Lab } from '../../compat-tests/lib/namespaces.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import { nowUs, type Pair, PRIORITY, withPair } from './bench-pair.ts';
import type { Row } from './bench-table.ts';
import { largest, median } from './stats.ts';

export type Ending = 'crash' | 'stop';

export interface FailoverResult {
  readonly ending: Ending;
  readonly intervalMs: number;
  readonly boundMs: number;
  readonly latenessMs: Readonly<Record<Kind, readonly number[]>>;
  readonly failures: readonly string[];
}

const INTERVALS_S: readonly number[] = [1, 0.1, 0.01];
const ENDINGS: readonly Ending[] = ['crash', 'stop'];

export async function failover(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  say: (text: string) => void,
): Promise<FailoverResult[]> {
  const results: FailoverResult[] = [];
  for (const advertS of INTERVALS_S) {
    for (const ending of ENDINGS) {
      results.push(await situation(lab, kinds, runs, ending, advertS, say));
    }
  }
  return results;
}

async function situation(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  ending: Ending,
  advertS: number,
  say: (text: string) => void,
): Promise<FailoverResult> {
  const latenessMs: Record<Kind, number[]> = { upstream: [], alived: [] };
  const failures: string[] = [];
  const boundMs = bound(ending, advertS);
  for (let run = 1; run <= runs; run++) {
    for (const kind of kinds) {
      const name = `${ending} at ${advertS * 1000} ms, run ${run}, ${kind}`;
      try {
        const late = (await withPair(lab, kind, (pair) => takeoverMs(pair, ending, advertS))) - boundMs;
        latenessMs[kind].push(late);
        say(`${name}: ${late.toFixed(3)} ms late`);
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
        say(failures.at(-1) ?? '');
      }
    }
  }
  return { ending, intervalMs: advertS * 1000, boundMs, latenessMs, failures };
}

/**
 * Skew_Time = (256 - priority) x interval / 256, without rounding: upstream 2.2.7 and alived both keep
 * microseconds here, where RFC 9568 6.1 speaks of whole centiseconds.
 */
export function bound(ending: Ending, advertS: number): number {
  const skewMs = ((256 - PRIORITY.b) * advertS * 1000) / 256;
  return ending === 'crash' ? 3 * advertS * 1000 + skewMs : skewMs;
}

async function takeoverMs(pair: Pair, ending: Ending, advertS: number): Promise<number> {
  await pair.start('a', advertS);
  await pair.moreAdverts('a', 1);
  await pair.start('b', advertS);
  await pair.moreAdverts('a', Math.min(20, Math.max(2, Math.round(0.2 / advertS))));
  await until(() => pair.a.state() === 'MASTER' && pair.b.state() === 'BACKUP', 5_000, 'a settled pair');
  const sinceUs = nowUs();
  await (ending === 'crash' ? pair.a.crash() : pair.a.stop());
  await until(() => pair.adverts('b', sinceUs).length > 0, 10_000, 'the backup to take over');
  const first = pair.adverts('b', sinceUs)[0]?.atUs ?? 0;
  const last = pair.adverts('a').findLast((advert) => advert.atUs < first);
  if (ending === 'stop' && last?.priority !== 0) throw new Error('router a stopped without priority 0');
  return (first - (last?.atUs ?? 0)) / 1000;
}

export function failoverRows(results: readonly FailoverResult[]): Row[] {
  return results.flatMap((result) => {
    const what = `${result.ending} at ${result.intervalMs} ms, due after ${result.boundMs.toFixed(1)} ms`;
    const failed = KINDS.map((kind) => failedRuns(result, kind)).filter((text) => text !== '');
    const row = (statistic: string, of: (values: readonly number[]) => number): Row => ({
      what,
      statistic,
      upstream: measured(result.latenessMs.upstream, of),
      alived: measured(result.latenessMs.alived, of),
      ...(failed.length > 0 ? { note: failed.join(', ') } : {}),
    });
    return [row('median', median), row('max', largest)];
  });
}

function failedRuns(result: FailoverResult, kind: Kind): string {
  const count = result.failures.filter((text) => text.includes(`, ${kind}:`)).length;
  return count === 0 ? '' : `${count} failed run(s) of ${kind}`;
}

const measured = (
  values: readonly number[],
  of: (values: readonly number[]) => number,
): number | undefined => (values.length === 0 ? undefined : of(values));
