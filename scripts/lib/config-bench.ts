/**
 * `-t` on large configurations: CPU time and peak memory of upstream and alived, their runs interleaved. In:
 * GNU time for the figures of a whole process. Out: rows for the bench table.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { daemonCommand, type Kind } from '../../compat-tests/lib/daemon.ts';
import type { Row } from './bench-table.ts';

const GNU_TIME = '/usr/bin/time';
const TIMEOUT_MS = 120_000;

export interface ConfigRun {
  readonly cpuMs: number;
  readonly peakMb: number;
}

export interface ConfigResult {
  readonly name: string;
  readonly lines: number;
  readonly runs: Readonly<Record<Kind, ConfigRun[]>>;
  readonly failures: string[];
}

export const missingForConfigBench = (): string | undefined =>
  existsSync(GNU_TIME) ? undefined : `GNU time (${GNU_TIME}, Debian package time)`;

const octets = (index: number): string => `${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

function services(count: number, servers: number): string {
  const parts: string[] = [];
  for (let service = 0; service < count; service++) {
    parts.push(
      `virtual_server 10.${octets(service)} 80 {\n    delay_loop 6\n    lb_algo rr\n    lb_kind NAT\n    protocol TCP\n`,
    );
    for (let server = 0; server < servers; server++) {
      const address = `11.${octets(service * servers + server)}`;
      parts.push(
        `    real_server ${address} 80 {\n        weight 1\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n`,
      );
    }
    parts.push('}\n');
  }
  return parts.join('');
}

/** Instances share an interface for each VRID only once, on interfaces that need not exist. */
function instances(count: number): string {
  const one = (index: number): string =>
    `vrrp_instance VI_${index} {\n    interface eth${Math.floor(index / 250)}\n` +
    `    virtual_router_id ${(index % 250) + 1}\n    priority 100\n    advert_int 1\n` +
    `    virtual_ipaddress {\n        10.${octets(index)}\n    }\n}\n`;
  return `global_defs {\n    dynamic_interfaces\n}\n${Array.from({ length: count }, (_, at) => one(at)).join('')}`;
}

const CASES: readonly (readonly [name: string, make: () => string])[] = [
  ['ten lines', () => services(1, 1)],
  ['1 000 services x 10', () => services(1000, 10)],
  ['10 000 services x 10', () => services(10_000, 10)],
  ['50 000 services x 10', () => services(50_000, 10)],
  ['1 service x 10 000', () => services(1, 10_000)],
  ['4 000 instances', () => instances(4000)],
];

function measure(command: readonly string[]): ConfigRun | undefined {
  const [program = '', ...args] = ['-f', '%U %S %M', ...command];
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  const run = spawnSync(GNU_TIME, [program, ...args], { encoding: 'utf8', env, timeout: TIMEOUT_MS });
  const figures = run.stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.match(/^([\d.]+) ([\d.]+) (\d+)$/);
  if (!figures || run.status !== 0) return undefined;
  return {
    cpuMs: (Number(figures[1]) + Number(figures[2])) * 1000,
    peakMb: Number(figures[3]) / 1024,
  };
}

export function configBench(
  kinds: readonly Kind[],
  rounds: number,
  say: (text: string) => void,
): ConfigResult[] {
  const folder = mkdtempSync(join(tmpdir(), 'alived-bench-'));
  try {
    return CASES.map(([name, make]) => {
      const text = make();
      const file = join(folder, 'keepalived.conf');
      writeFileSync(file, text, { mode: 0o600 });
      const result: ConfigResult = {
        name,
        lines: text.split('\n').length - 1,
        runs: { upstream: [], alived: [] },
        failures: [],
      };
      for (let round = 0; round < rounds; round++) {
        for (const kind of kinds) {
          const run = measure([daemonCommand(kind), '-t', '-f', file]);
          if (run) result.runs[kind].push(run);
          else result.failures.push(`${kind} round ${round}`);
        }
      }
      say(`${name}: ${result.failures.length === 0 ? 'done' : `failed: ${result.failures.join(', ')}`}`);
      return result;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const median = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.toSorted((a, b) => a - b)[values.length >> 1];

/** The second row of a case is what it costs beyond the start of a process, taken from the ten lines. */
export function configRows(results: readonly ConfigResult[]): Row[] {
  const cpu = (result: ConfigResult, kind: Kind): number | undefined =>
    median(result.runs[kind].map(({ cpuMs }) => cpuMs));
  const [start] = results;
  return results.flatMap((result) => {
    const note = result.failures.length === 0 ? '' : `failed: ${result.failures.join(', ')}`;
    const own = { upstream: cpu(result, 'upstream'), alived: cpu(result, 'alived') };
    const rows: Row[] = [{ what: `${result.name}, CPU`, statistic: 'median', ...own, note }];
    if (start && result !== start) {
      const beyond = (kind: Kind): number | undefined => {
        const [whole, fixed] = [own[kind], cpu(start, kind)];
        return whole === undefined || fixed === undefined ? undefined : whole - fixed;
      };
      rows.push({
        what: `${result.name}, CPU beyond the start`,
        statistic: 'median',
        upstream: beyond('upstream'),
        alived: beyond('alived'),
      });
    }
    rows.push({
      what: `${result.name}, peak memory in MB`,
      statistic: 'median',
      upstream: median(result.runs.upstream.map(({ peakMb }) => peakMb)),
      alived: median(result.runs.alived.map(({ peakMb }) => peakMb)),
    });
    return rows;
  });
}
