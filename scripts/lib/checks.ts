/**
 * What checks cost: 1 000 and 10 000 real servers, TCP_CHECK and HTTP_GET every second. In: the laboratory, a
 * compiler. Out: CPU time of the checker process for each check, the share of the rate that is kept, and how
 * unevenly checks are spread.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { block } from '../../compat-tests/lib/config.ts';
import type { Kind } from '../../compat-tests/lib/daemon.ts';
import { quietly } from '../../compat-tests/lib/exec.ts';
import type { Lab } from '../../compat-tests/lib/namespaces.ts';
import type { Row } from './bench-table.ts';
import { buildTools, cpuNs, interleave, type Tools, wait, withChecker } from './checker-daemon.ts';
import { median } from './stats.ts';

const SIZES = [1_000, 10_000];
const TYPES = ['tcp', 'http'] as const;
type Type = (typeof TYPES)[number];

const PORT = 8080;
const SERVERS_EACH = 10;
/** Until the checks of keepalived have found their places. */
const SETTLE_MS = 8_000;
const NS_PER_US = 1_000;

interface ChecksRun {
  readonly cpuUs: number;
  /** Of the rate that was asked for. */
  readonly kept: number;
  readonly unevenness: number;
}

export interface ChecksResult {
  readonly size: number;
  readonly type: Type;
  readonly runs: Readonly<Record<Kind, ChecksRun[]>>;
  readonly failures: string[];
}

function config(size: number, type: Type): string {
  const check =
    type === 'tcp'
      ? block('TCP_CHECK', ['connect_timeout 3'])
      : block('HTTP_GET', ['connect_timeout 3', ...block('url', ['path /'])]);
  const services = Array.from({ length: size / SERVERS_EACH }, (_, service) => {
    const servers = Array.from({ length: SERVERS_EACH }, (_, at) => {
      const index = service * SERVERS_EACH + at;
      return block(`real_server 127.1.${Math.floor(index / 250)}.${(index % 250) + 1} ${PORT}`, check);
    });
    const lines = ['delay_loop 1', 'lb_algo rr', 'lb_kind NAT', 'protocol TCP', ...servers.flat()];
    return block(`virtual_server 10.1.${Math.floor(service / 250)}.${(service % 250) + 1} 80`, lines);
  });
  return services.flat().join('\n');
}

interface Second {
  readonly taken: number;
  readonly unevenness: number;
}

function startTarget(ns: string, tools: Tools, type: Type): { child: ChildProcess; seconds: Second[] } {
  const seconds: Second[] = [];
  const child = spawn('ip', ['netns', 'exec', ns, tools.program, String(PORT), type], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n').filter(Boolean)) {
      const [taken = 0, unevenness = 0] = line.split(' ').map(Number);
      seconds.push({ taken, unevenness });
    }
  });
  return { child, seconds };
}

/** Room for as many connections a second as there will be. */
const SETTINGS = [
  'net.ipv4.ip_local_port_range=1024 65000',
  'net.ipv4.tcp_max_tw_buckets=2000000',
  'net.core.somaxconn=65535',
];

async function measure(
  lab: Lab,
  tools: Tools,
  kind: Kind,
  { size, type }: Pick<ChecksResult, 'size' | 'type'>,
  measureMs: number,
): Promise<ChecksRun> {
  const ns = lab.ns('a');
  for (const setting of SETTINGS) quietly(['ip', 'netns', 'exec', ns, 'sysctl', '-qw', setting]);
  const { child: target, seconds } = startTarget(ns, tools, type);
  try {
    return await withChecker(ns, tools, kind, config(size, type), async (pid) => {
      await wait(SETTLE_MS);
      const from = { cpu: cpuNs(pid), atMs: performance.now(), second: seconds.length };
      await wait(measureMs);
      const cpu = cpuNs(pid) - from.cpu;
      const elapsedS = (performance.now() - from.atMs) / 1000;
      const whole = seconds.slice(from.second + 1);
      const taken = whole.reduce((sum, second) => sum + second.taken, 0) / whole.length;
      return {
        cpuUs: cpu / NS_PER_US / (taken * elapsedS),
        kept: taken / size,
        unevenness: median(whole.map(({ unevenness }) => unevenness)),
      };
    });
  } finally {
    target.kill();
  }
}

export async function checks(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  measureMs: number,
  say: (text: string) => void,
): Promise<ChecksResult[]> {
  const tools = await buildTools('check-target.cc');
  const describe = ({ cpuUs, kept, unevenness }: ChecksRun): string =>
    `${cpuUs.toFixed(1)} us, ${(kept * 100).toFixed(1)} %, ${unevenness.toFixed(2)}`;
  const results: ChecksResult[] = [];
  try {
    for (const type of TYPES) {
      for (const size of SIZES) {
        const one = (kind: Kind): Promise<ChecksRun> => measure(lab, tools, kind, { size, type }, measureMs);
        results.push({
          size,
          type,
          ...(await interleave(`${size} ${type}`, kinds, runs, one, say, describe)),
        });
      }
    }
  } finally {
    rmSync(tools.dir, { recursive: true, force: true });
  }
  return results;
}

const LABELS: readonly (readonly [keyof ChecksRun, string])[] = [
  ['cpuUs', 'CPU of one check, us'],
  ['kept', 'share of the rate kept'],
  ['unevenness', 'unevenness of a second'],
];

export function checksRows(results: readonly ChecksResult[]): Row[] {
  return results.flatMap(({ size, type, runs, failures }) =>
    LABELS.map(([key, label], at) => ({
      what: `${size} ${type}, ${label}`,
      statistic: 'median',
      upstream: median(runs.upstream.map((run) => run[key])),
      alived: median(runs.alived.map((run) => run[key])),
      ...(at === 0 && failures.length > 0 ? { note: `failed: ${failures.join(', ')}` } : {}),
    })),
  );
}
