/**
 * Filling and emptying the table of IPVS, in the kernel lab: 1 000 services with 10 and with 100 real servers
 * each. In: the lab. Out: seconds from the command to the moment when the table has the result, for a
 * start, a reload with one more server, and a stop; what a stop leaves behind.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { block } from '../../compat-tests/lib/config.ts';
import { daemonCommand, type Kind } from '../../compat-tests/lib/daemon.ts';
import { run as command } from '../../compat-tests/lib/exec.ts';
import { missingForKernelLab, runInKernelLab } from '../../compat-tests/lib/kernel-lab.ts';
import type { Row } from './bench-table.ts';
import { missingForCheckers } from './checker-daemon.ts';
import { OWN_SESSION } from './session.ts';
import { median } from './stats.ts';

const SERVICES = 1_000;
const SERVERS_EACH = [10, 100];
/** Address and port. */
const serviceAt = (index: number): string => `10.1.${Math.floor(index / 250)}.${(index % 250) + 1} 80`;
/** The one that is filled last. */
const LAST_SERVICE = serviceAt(SERVICES - 1);
const WAIT = new URL('ipvs-wait.c', import.meta.url).pathname;
/** Of /proc/net/ip_vs, before the first entry. */
const HEAD_LINES = 3;
const MS_PER_S = 1_000;

interface TableRun {
  readonly startMs: number;
  readonly reloadMs: number;
  readonly stopMs: number;
  readonly left: number;
}

export interface TableResult {
  readonly servers: number;
  readonly runs: Readonly<Record<Kind, TableRun[]>>;
  readonly failures: string[];
}

export const missingForTable = (): string | undefined => missingForKernelLab() ?? missingForCheckers();

function config(each: number, more: boolean): string {
  const services = Array.from({ length: SERVICES }, (_, service) => {
    const count = more && service === SERVICES - 1 ? each + 1 : each;
    const servers = Array.from({ length: count }, (_, at) => {
      const index = service * each + at;
      const rest = `${Math.floor(index / 250) % 240}.${(index % 250) + 1}`;
      const address = `127.${1 + Math.floor(index / 60_000)}.${rest}`;
      return block(`real_server ${address} 80`, ['weight 1']);
    });
    const lines = ['lb_algo rr', 'lb_kind NAT', 'protocol TCP', ...servers.flat()];
    return block(`virtual_server ${serviceAt(service)}`, lines);
  });
  return services.flat().join('\n');
}

/** It prints a name and a number for everything that is measured. */
function script(dir: string, kind: Kind, each: number): string {
  const entries = SERVICES * (each + 1);
  const daemon = [...OWN_SESSION, daemonCommand(kind)].join(' ');
  return `#!/bin/sh
/run/kernel-lab/modprobe ip_vs && /run/kernel-lab/modprobe ip_vs_rr || exit 1
# Estimators of thousands of entries would be what is measured.
echo 0 > /proc/sys/net/ipv4/vs/run_estimation
now() { read -r up idle < /proc/uptime; echo "$up"; }
has() { busybox wc -l < /proc/net/ip_vs; }
report() { echo "$1 $2 $(${dir}/ipvs-wait $pid $3)" >> ${dir}/result; }
complete() { [ "$(has)" -eq "$1" ] || { echo "$(has) lines in the table, $1 expected" >&2; exit 1; }; }
cp ${dir}/first.conf /run/table.conf
from=$(now)
${daemon} -n -C -f /run/table.conf -p /run/table.pid -c /run/table-c.pid > /dev/null 2>&1 &
pid=$!
report start "$from" '${SERVICES} ${LAST_SERVICE} ${each}'
complete ${entries + HEAD_LINES}
busybox sleep 1
cp ${dir}/more.conf /run/table.conf
from=$(now)
kill -HUP $pid
report reload "$from" '${SERVICES} ${LAST_SERVICE} ${each + 1}'
complete ${entries + 1 + HEAD_LINES}
busybox sleep 1
from=$(now)
kill $pid
wait $pid
report stop "$from" 0
echo "left $(has)" >> ${dir}/result
`;
}

function readResult(text: string): TableRun {
  const lines = new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', ...numbers]) => [name, numbers.map(Number)] as const),
  );
  const took = (name: string): number => {
    const [from = Number.NaN, to = Number.NaN] = lines.get(name) ?? [];
    return (to - from) * MS_PER_S;
  };
  const [left = Number.NaN] = lines.get('left') ?? [];
  return {
    startMs: took('start'),
    reloadMs: took('reload'),
    stopMs: took('stop'),
    left: left - HEAD_LINES,
  };
}

async function measure(kind: Kind, each: number): Promise<TableRun> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-table-'));
  try {
    writeFileSync(join(dir, 'first.conf'), config(each, false));
    writeFileSync(join(dir, 'more.conf'), config(each, true));
    const program = join(dir, 'run');
    writeFileSync(program, script(dir, kind, each));
    chmodSync(program, 0o755);
    await command(['gcc', '-O2', '-o', join(dir, 'ipvs-wait'), WAIT]);
    if ((await runInKernelLab([program], [dir])) !== 0) throw new Error('the lab ended early');
    return readResult(readFileSync(join(dir, 'result'), 'utf8'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function table(
  kinds: readonly Kind[],
  runs: number,
  say: (text: string) => void,
): Promise<TableResult[]> {
  const results: TableResult[] = [];
  for (const each of SERVERS_EACH) {
    const result: TableResult = {
      servers: SERVICES * each,
      runs: { upstream: [], alived: [] },
      failures: [],
    };
    results.push(result);
    for (let run = 1; run <= runs; run++) {
      for (const kind of kinds) {
        const name = `${result.servers} servers, run ${run}, ${kind}`;
        try {
          const got = await measure(kind, each);
          result.runs[kind].push(got);
          say(`${name}: ${LABELS.map(([key, label]) => `${label} ${got[key].toFixed(0)}`).join(', ')}`);
        } catch (error) {
          result.failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
          say(result.failures.at(-1) ?? '');
        }
      }
    }
  }
  return results;
}

const LABELS: readonly (readonly [keyof TableRun, string])[] = [
  ['startMs', 'start until the table is full, ms'],
  ['reloadMs', 'reload with one more, ms'],
  ['stopMs', 'stop, ms'],
  ['left', 'entries left behind'],
];

export function tableRows(results: readonly TableResult[]): Row[] {
  return results.flatMap(({ servers, runs, failures }) =>
    LABELS.map(([key, label], at) => ({
      what: `${servers} servers, ${label}`,
      statistic: 'median',
      upstream: median(runs.upstream.map((run) => run[key])),
      alived: median(runs.alived.map((run) => run[key])),
      ...(at === 0 && failures.length > 0 ? { note: `failed: ${failures.join(', ')}` } : {}),
    })),
  );
}
