/**
 * `npm run bench -- [failover] [jitter] [mastership] [config] [scale] [checks] [scripts] [ipvs]`: keepalived
 * and alived side by side, their runs interleaved so that whatever else the machine does meets both. In:
 * root, `ip`, tcpdump, GNU time, a compiler, User-Mode Linux, and keepalived for the comparison. Out: tables
 * and, with --json, every value.
 */
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import { daemonCommand, KINDS, type Kind } from '../compat-tests/lib/daemon.ts';
import { ran } from '../compat-tests/lib/exec.ts';
import { cleanUpOnExit, Lab, removeStale } from '../compat-tests/lib/namespaces.ts';
import { missingDaemon, missingForLab } from '../compat-tests/lib/requirements.ts';
import { table } from './lib/bench-table.ts';
import { missingForCheckers } from './lib/checker-daemon.ts';
import { type ChecksResult, checks, checksRows } from './lib/checks.ts';
import { type ConfigResult, configBench, configRows, missingForConfigBench } from './lib/config-bench.ts';
import { type FailoverResult, failover, failoverRows } from './lib/failover.ts';
import { table as ipvsTable, missingForTable, type TableResult, tableRows } from './lib/ipvs-table.ts';
import { type JitterResult, jitter, jitterRows } from './lib/jitter.ts';
import { type MastershipResult, mastership, mastershipRows } from './lib/mastership.ts';
import { type ScaleResult, scale, scaleRows } from './lib/scale.ts';
import { type ScriptsResult, scriptChecks, scriptsRows } from './lib/script-checks.ts';

const USAGE = `usage: node scripts/bench.ts [failover|jitter|mastership|config|scale|checks|scripts|ipvs]... [options]
  --runs N      runs of every situation and daemon (default 5; 2 with --quick)
  --quick       fewer and shorter runs
  --only REGEX  of mastership, what matches
  --json FILE   also write every value to FILE
`;

const BENCHES = ['failover', 'jitter', 'mastership', 'config', 'scale', 'checks', 'scripts', 'ipvs'] as const;
type Bench = (typeof BENCHES)[number];

interface Options {
  readonly benches: readonly Bench[];
  readonly runs: number;
  readonly measureMs: number;
  readonly only: RegExp;
  readonly json: string | undefined;
}

interface Results {
  failover?: FailoverResult[];
  jitter?: JitterResult[];
  mastership?: MastershipResult[];
  config?: ConfigResult[];
  scale?: ScaleResult[];
  checks?: ChecksResult[];
  ipvs?: TableResult[];
  scripts?: ScriptsResult;
}

function options(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const unknown = positionals.find((word) => !BENCHES.some((bench) => bench === word));
  if (unknown !== undefined) throw new Error(`there is no bench ${unknown}; known: ${BENCHES.join(', ')}`);
  const runs = Number(values.runs ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs needs a number of 1 or more');
  const benches = BENCHES.filter((bench) => positionals.length === 0 || positionals.includes(bench));
  return {
    benches,
    runs,
    measureMs: values.quick ? 3_000 : 10_000,
    only: new RegExp(values.only),
    json: values.json,
  };
}

const say = (text: string): void => {
  process.stderr.write(`  ${text}\n`);
};

async function measure(lab: Lab, kinds: readonly Kind[], opt: Options): Promise<Results> {
  const results: Results = {};
  for (const bench of opt.benches) {
    if (bench === 'failover') results.failover = await failover(lab, kinds, opt.runs, say);
    else if (bench === 'jitter') results.jitter = await jitter(lab, kinds, opt.runs, opt.measureMs, say);
    else if (bench === 'mastership')
      results.mastership = await mastership(lab, kinds, opt.runs, say, opt.only);
    else if (bench === 'scale') results.scale = await scale(lab, kinds, opt.runs, say);
  }
  const missing = missingForCheckers();
  for (const bench of ['checks', 'scripts'] as const) {
    if (!opt.benches.includes(bench)) continue;
    if (missing !== undefined) console.log(`skip ${bench}: ${missing}`);
    else if (bench === 'checks') results.checks = await checks(lab, kinds, opt.runs, opt.measureMs, say);
    else results.scripts = await scriptChecks(lab, kinds, opt.runs, opt.measureMs, say);
  }
  if (opt.benches.includes('ipvs')) {
    const missing = missingForTable();
    if (missing === undefined) results.ipvs = await ipvsTable(kinds, opt.runs, say);
    else console.log(`skip ipvs: the kernel lab needs ${missing}`);
  }
  if (opt.benches.includes('config')) {
    const missing = missingForConfigBench();
    if (missing === undefined) results.config = configBench(kinds, opt.runs, say);
    else console.log(`skip config: ${missing}`);
  }
  return results;
}

function print(results: Results): void {
  if (results.failover !== undefined) {
    console.log('\nfailover: milliseconds later than the protocol asks, last advert to first advert');
    console.log(table(failoverRows(results.failover)).join('\n'));
  }
  if (results.jitter !== undefined) {
    console.log('\njitter: milliseconds between adverts of one master');
    console.log(table(jitterRows(results.jitter)).join('\n'));
  }
  if (results.mastership !== undefined) {
    console.log('\nmastership: what it costs and what it survives');
    console.log(table(mastershipRows(results.mastership), '').join('\n'));
  }
  if (results.config !== undefined) {
    console.log('\nconfig: keepalived -t, CPU milliseconds and peak memory of the whole process');
    console.log(table(configRows(results.config)).join('\n'));
  }
  if (results.scale !== undefined) {
    console.log('\nscale: milliseconds');
    console.log(table(scaleRows(results.scale)).join('\n'));
  }
}

function printServers(results: Results): void {
  if (results.ipvs !== undefined) {
    console.log('\nipvs: the table of 1 000 services, in the kernel lab');
    console.log(table(tableRows(results.ipvs), '').join('\n'));
  }
  if (results.checks !== undefined) {
    console.log('\nchecks: one every second of every real server');
    console.log(table(checksRows(results.checks), '').join('\n'));
  }
  if (results.scripts !== undefined) {
    console.log('\nscripts: a program every second for every real server');
    console.log(table(scriptsRows(results.scripts), '').join('\n'));
  }
}

async function versionOf(kind: Kind): Promise<string> {
  const { stdout, stderr } = await ran([daemonCommand(kind), '-v']);
  return `${stderr}${stdout}`.split('\n')[0] ?? '';
}

async function writeJson(
  file: string,
  kinds: readonly Kind[],
  opt: Options,
  results: Results,
): Promise<void> {
  const versions = Object.fromEntries(
    await Promise.all(kinds.map(async (kind) => [kind, await versionOf(kind)] as const)),
  );
  const host = { cpus: cpus().length, model: cpus()[0]?.model, kernel: release(), node: process.version };
  const { benches, runs, measureMs } = opt;
  writeFileSync(
    file,
    `${JSON.stringify({ host, versions, benches, runs, measureMs, ...results }, null, 1)}\n`,
  );
}

async function main(): Promise<number> {
  const opt = options();
  const missing = missingForLab();
  if (missing.length > 0) {
    for (const bench of opt.benches) console.log(`skip ${bench}: ${missing.join(', ')}`);
    return 0;
  }
  for (const kind of KINDS) {
    const reason = missingDaemon(kind);
    if (reason !== undefined) console.log(`skip ${opt.benches.join(', ')} of ${kind}: ${reason}`);
  }
  const kinds = KINDS.filter((kind) => missingDaemon(kind) === undefined);
  cleanUpOnExit();
  removeStale();
  const lab = await Lab.create();
  try {
    const results = await measure(lab, kinds, opt);
    print(results);
    printServers(results);
    if (opt.json !== undefined) await writeJson(opt.json, kinds, opt, results);
    const { failover, jitter, mastership, config, scale, checks, ipvs } = results;
    const all: { readonly failures: readonly string[] }[] = [
      ...(failover ?? []),
      ...(jitter ?? []),
      ...(mastership ?? []),
      ...(config ?? []),
      ...(scale ?? []),
      ...(checks ?? []),
      ...(ipvs ?? []),
    ];
    return all.some((result) => result.failures.length > 0) ? 1 : 0;
  } finally {
    lab.destroy();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 1;
}
