/**
 * What checks cost: 1 000 and 10 000 real servers, TCP_CHECK and HTTP_GET every second. In: the laboratory, a
 * compiler. Out: CPU time of the checker process for each check, the share of the rate that is kept, and how
 * unevenly checks are spread. Where the kernel has no IPVS keepalived is told that all is well there
 * (no-ipvs.c), because it would end otherwise.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { block } from '../../compat-tests/lib/config.ts';
import { daemonCommand, type Kind } from '../../compat-tests/lib/daemon.ts';
import { run as command, quietly } from '../../compat-tests/lib/exec.ts';
import type { Lab } from '../../compat-tests/lib/namespaces.ts';
import { until } from '../../compat-tests/lib/poll.ts';
import type { Row } from './bench-table.ts';
import { OWN_SESSION } from './session.ts';
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

/** Undefined when the bench can run here. */
export function missingForChecks(): string | undefined {
  return quietly(['sh', '-c', 'command -v g++ && command -v gcc']) === '' ? 'no g++ and gcc' : undefined;
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

/** Time on a processor of all threads of a process. */
function cpuNs(pid: number): number {
  const [ns = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(ns);
}

interface Tools {
  readonly dir: string;
  readonly target: string;
  readonly preload: string;
}

async function build(): Promise<Tools> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-checks-'));
  const source = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const tools = { dir, target: join(dir, 'target'), preload: join(dir, 'no-ipvs.so') };
  await command(['g++', '-O2', '-o', tools.target, source('./check-target.cc')]);
  await command(['gcc', '-O2', '-shared', '-fPIC', '-o', tools.preload, source('./no-ipvs.c')]);
  return tools;
}

interface Second {
  readonly taken: number;
  readonly unevenness: number;
}

function startTarget(ns: string, tools: Tools, type: Type): { child: ChildProcess; seconds: Second[] } {
  const seconds: Second[] = [];
  const child = spawn('ip', ['netns', 'exec', ns, tools.target, String(PORT), type], {
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
  const dir = join(tools.dir, 'run');
  mkdirSync(dir, { recursive: true });
  for (const setting of SETTINGS) quietly(['ip', 'netns', 'exec', ns, 'sysctl', '-qw', setting]);
  const file = join(dir, 'keepalived.conf');
  writeFileSync(file, config(size, type));
  const { child: target, seconds } = startTarget(ns, tools, type);
  const [parentPid, checkerPid] = [join(dir, 'parent.pid'), join(dir, 'checkers.pid')];
  const preload = kind === 'upstream' ? [`LD_PRELOAD=${tools.preload}`] : [];
  const flags = ['-n', '-C', '-f', file, '-p', parentPid, '-c', checkerPid];
  const daemon = spawn(
    'ip',
    ['netns', 'exec', ns, ...OWN_SESSION, 'env', ...preload, daemonCommand(kind), ...flags],
    { stdio: 'ignore' },
  );
  let ended = false;
  daemon.on('exit', () => {
    ended = true;
  });
  try {
    const pidOf = (): number | undefined => {
      const text = quietly(['cat', checkerPid]);
      return text === '' ? undefined : Number(text);
    };
    const pid = await until(pidOf, 10_000, 'the checker process');
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
  } finally {
    daemon.kill('SIGTERM');
    await until(() => ended, 30_000, 'the daemon to end');
    target.kill();
    rmSync(dir, { recursive: true, force: true });
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function checks(
  lab: Lab,
  kinds: readonly Kind[],
  runs: number,
  measureMs: number,
  say: (text: string) => void,
): Promise<ChecksResult[]> {
  const tools = await build();
  const results: ChecksResult[] = [];
  try {
    for (const type of TYPES) {
      for (const size of SIZES) {
        const result: ChecksResult = { size, type, runs: { upstream: [], alived: [] }, failures: [] };
        results.push(result);
        for (let run = 1; run <= runs; run++) {
          for (const kind of kinds) {
            const name = `${size} ${type}, run ${run}, ${kind}`;
            try {
              const got = await measure(lab, tools, kind, result, measureMs);
              result.runs[kind].push(got);
              const { cpuUs, kept, unevenness } = got;
              say(`${name}: ${cpuUs.toFixed(1)} us, ${(kept * 100).toFixed(1)} %, ${unevenness.toFixed(2)}`);
            } catch (error) {
              result.failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
              say(result.failures.at(-1) ?? '');
            }
          }
        }
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
