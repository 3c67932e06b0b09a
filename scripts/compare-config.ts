/**
 * `npm run compare -- [options]`: `-t` beside keepalived's on real configurations and on seeded mutations of
 * them. In: root, `ip`, keepalived, and a folder with *.conf and oracle_env.json (the interfaces). Out: how
 * many agree in exit status, message lines and texts, and a table of the messages that differ.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createNamespace, type Environment, removeNamespace } from './lib/config-compare/namespace.ts';
import { type Finding, Tally } from './lib/config-compare/tally.ts';
import { type Job, work } from './lib/config-compare/worker.ts';

const USAGE = `usage: npm run compare -- [options]
  --corpus DIR     folder with *.conf and oracle_env.json (default ALIVED_CORPUS or ../shared/corpus/dev)
  --only GLOB      only these files
  --mutations N    compare N mutations of each file instead of the file (default 0)
  --first N        number of the first mutation (default 0); FILE~N in the report is mutation N of FILE
  --seed S         seed of the mutations (default 1)
  --keep DIR       keep differing files there, with what differs in FILE.diff
  --crashes        list the files on which upstream crashed or hung
  --workers N      processes (default 2)
  --timeout S      watchdog of upstream in seconds (default 5)
  --binary PATH    the keepalived to compare with (default keepalived)
`;

const beside = fileURLToPath(new URL('../../shared/corpus/dev', import.meta.url));

function options() {
  const { values } = parseArgs({
    options: {
      corpus: { type: 'string', default: process.env.ALIVED_CORPUS ?? beside },
      only: { type: 'string', default: '*' },
      mutations: { type: 'string', default: '0' },
      first: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string' },
      crashes: { type: 'boolean', default: false },
      workers: { type: 'string', default: '2' },
      timeout: { type: 'string' },
      binary: { type: 'string', default: 'keepalived' },
      worker: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

type Options = ReturnType<typeof options>;

function jobs(given: Options, scratch: string): Job[] {
  const directory = resolve(given.corpus);
  const names = readdirSync(directory).filter(
    (name) => name.endsWith('.conf') && (matchesGlob(name, given.only) || name === given.only),
  );
  const mutations = Number(given.mutations);
  const workers = Number(given.workers);
  const common = {
    ...{ directory, names, mutations, scratch, workers, binary: given.binary },
    first: Number(given.first),
    seed: Number(given.seed),
    timeoutMs: 1000 * Number(given.timeout ?? 5),
    keep: given.keep === undefined ? undefined : resolve(given.keep),
  };
  return Array.from({ length: workers }, (_, worker) => ({ ...common, worker }));
}

function environmentOf(directory: string): Environment {
  const path = join(directory, 'oracle_env.json');
  if (!existsSync(path)) return { interfaces: ['eth0', 'eth1', 'eth2'] };
  return JSON.parse(readFileSync(path, 'utf8')) as Environment;
}

/** The worker is this program again, inside the namespace. */
async function runJob(job: Job, namespace: string, tally: Tally): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const command = ['netns', 'exec', namespace, process.execPath, self, '--worker', JSON.stringify(job)];
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const code = new Promise<number | null>((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout })) {
    tally.add(JSON.parse(line) as Finding);
  }
  const status = await code;
  if (status !== 0) throw new Error(`worker ${job.worker} ended with ${status}`);
}

async function main(given: Options): Promise<void> {
  const namespace = `alived-compare-${process.pid}`;
  const scratch = mkdtempSync(join(tmpdir(), 'alived-compare-'));
  const cleanUp = (): void => {
    removeNamespace(namespace);
    rmSync(scratch, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  process.on('exit', cleanUp);
  createNamespace(namespace, environmentOf(given.corpus));
  const tally = new Tally();
  await Promise.all(jobs(given, scratch).map((job) => runJob(job, namespace, tally)));
  process.stdout.write(tally.report(given.crashes));
  process.exitCode = tally.thrown.length > 0 ? 1 : 0;
}

const given = options();
if (given.help) process.stdout.write(USAGE);
else if (given.worker !== undefined) work(JSON.parse(given.worker) as Job);
else await main(given);
