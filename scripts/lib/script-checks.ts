/**
 * What programs cost: 100 real servers, a MISC_CHECK every second. In: the laboratory, a compiler. Out: CPU
 * time of the checker process for each program, without and with that of the programs themselves, which
 * includes what a daemon does between fork and exec, and the share of the rate that is kept.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../compat-tests/lib/config.ts';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import { quietly } from '../../compat-tests/lib/exec.ts';
import type { Lab } from '../../compat-tests/lib/namespaces.ts';
import type { Row } from './bench-table.ts';
import { buildTools, cpuNs, interleave, type Tools, wait, withChecker } from './checker-daemon.ts';
import { median } from './stats.ts';

const SERVERS = 100;
/** Until each has been checked once. */
const SETTLE_MS = 4_000;
const NS_PER_US = 1_000;
const US_PER_S = 1_000_000;

interface ScriptsRun {
  readonly ownUs: number;
  readonly wholeUs: number;
  readonly kept: number;
}

export interface ScriptsResult {
  readonly runs: Readonly<Record<Kind, ScriptsRun[]>>;
  readonly failures: string[];
}

function config({ program }: Tools, counted: string): string {
  const servers = Array.from({ length: SERVERS }, (_, at) =>
    block(`real_server 127.1.0.${at + 1} 80`, block('MISC_CHECK', [`misc_path "${program} ${counted}"`])),
  );
  const lines = ['delay_loop 1', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', ...servers.flat()];
  return [...block('global_defs', ['script_user root']), ...block('virtual_server 10.1.0.1 80', lines)].join(
    '\n',
  );
}

/** Of the children that a process has waited for. */
function childrenUs(pid: number, ticks: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Its name may hold blanks; the first field behind it is the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * US_PER_S) / ticks;
}

async function measure(lab: Lab, tools: Tools, kind: Kind, measureMs: number): Promise<ScriptsRun> {
  const counted = join(tools.dir, 'counted');
  writeFileSync(counted, '');
  const ticks = Number(quietly(['getconf', 'CLK_TCK']));
  return withChecker(lab.ns('a'), tools, kind, config(tools, counted), async (pid) => {
    const now = () => ({
      own: cpuNs(pid) / NS_PER_US,
      children: childrenUs(pid, ticks),
      count: statSync(counted).size,
      atMs: performance.now(),
    });
    await wait(SETTLE_MS);
    const from = now();
    await wait(measureMs);
    const to = now();
    const count = to.count - from.count;
    const own = to.own - from.own;
    return {
      ownUs: own / count,
      wholeUs: (own + to.children - from.children) / count,
      kept: (count * 1000) / (to.atMs - from.atMs) / SERVERS,
    };
  });
}

export async function scriptChecks(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  measureMs: number,
  say: (text: string) => void,
): Promise<ScriptsResult> {
  const tools = await buildTools('script-target.c');
  try {
    const one = (kind: Kind): Promise<ScriptsRun> => measure(lab, tools, kind, measureMs);
    const describe = ({ ownUs, wholeUs, kept }: ScriptsRun): string =>
      `${ownUs.toFixed(0)} us, ${wholeUs.toFixed(0)} us with the program, ${(kept * 100).toFixed(1)} %`;
    return await interleave(`${SERVERS} programs`, kinds, runs, one, say, describe);
  } finally {
    rmSync(tools.dir, { recursive: true, force: true });
  }
}

const LABELS: readonly (readonly [keyof ScriptsRun, string])[] = [
  ['ownUs', 'CPU of the daemon for one, us'],
  ['wholeUs', 'CPU with the program, us'],
  ['kept', 'share of the rate kept'],
];

export function scriptsRows({ runs, failures }: ScriptsResult): Row[] {
  return LABELS.map(([key, label], at) => ({
    what: `${SERVERS} programs a second, ${label}`,
    statistic: 'median',
    upstream: median(runs.upstream.map((run) => run[key])),
    alived: median(runs.alived.map((run) => run[key])),
    ...(at === 0 && failures.length > 0 ? { note: `failed: ${failures.join(', ')}` } : {}),
  }));
}
