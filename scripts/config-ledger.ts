/**
 * Every configuration of fixtures/config/ through the installed keepalived and through alived, both as `-t`,
 * against compat-tests/config-ledger.json: equal, or differs with the reason that the fixture gives. In:
 * root, `ip`, keepalived. Out: status 1 when a file differs that should not, or agrees where the ledger says
 * that it differs. `--update` writes the ledger.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createNamespace, removeNamespace } from './lib/config-compare/namespace.ts';
import { namespaceFacts, runOurs } from './lib/config-compare/ours.ts';
import { runUpstream } from './lib/config-compare/upstream.ts';
import { compareVerdicts } from './lib/config-compare/verdict.ts';

const INSIDE = 'inside';
const HANG_MS = 3000;
const fixtures = fileURLToPath(new URL('../fixtures/config/', import.meta.url));
const ledgerPath = fileURLToPath(new URL('../compat-tests/config-ledger.json', import.meta.url));

interface Entry {
  readonly status: 'equal' | 'differs';
  /** How keepalived ended, when it was not by itself. */
  readonly upstream?: string;
  readonly reason?: string;
}

type Ledger = Readonly<Record<string, Entry>>;

const entryOf = (name: string, cwd: string, facts: ReturnType<typeof namespaceFacts>): Entry => {
  const text = readFileSync(join(fixtures, name));
  writeFileSync(join(cwd, 'k.conf'), text, { mode: 0o644 });
  const upstream = runUpstream('k.conf', { binary: 'keepalived', cwd, timeoutMs: HANG_MS });
  const { sameExit, sameTexts, reasons } = compareVerdicts(upstream, runOurs('k.conf', facts));
  const agrees = upstream.ended === undefined && sameExit && sameTexts;
  if (agrees && reasons.length === 0) return { status: 'equal' };
  const told = JSON.parse(readFileSync(join(fixtures, name.replace(/\.conf$/, '.json')), 'utf8')) as {
    readonly differs?: { readonly reason: string };
  };
  const why = [...(told.differs ? [told.differs.reason] : []), ...(sameTexts ? reasons : [])].join('; ');
  return {
    status: 'differs',
    ...(upstream.ended === undefined ? {} : { upstream: upstream.ended }),
    ...(why === '' ? {} : { reason: why }),
  };
};

/** In the namespace, one line of JSON for all files. */
function observe(cwd: string): void {
  process.chdir(cwd);
  const facts = namespaceFacts();
  const names = readdirSync(fixtures, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.conf')).sort();
  process.stdout.write(
    JSON.stringify(Object.fromEntries(files.map((name) => [name, entryOf(name, cwd, facts)]))),
  );
}

function run(): Ledger {
  const namespace = `alived-ledger-${process.pid}`;
  const cwd = mkdtempSync(join(tmpdir(), 'alived-ledger-'));
  try {
    createNamespace(namespace, { interfaces: ['eth0', 'eth1', 'eth2'] });
    const self = fileURLToPath(import.meta.url);
    const words = ['netns', 'exec', namespace, process.execPath, self, INSIDE, cwd];
    const { stdout, status } = spawnSync('ip', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 1 << 26,
    });
    if (status !== 0) throw new Error(`the comparison ended with ${status}`);
    return JSON.parse(stdout) as Ledger;
  } finally {
    removeNamespace(namespace);
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** What is not as the ledger has it, a line each. */
function surprises(observed: Ledger, recorded: Ledger): string[] {
  const lines = Object.entries(observed).flatMap(([name, entry]) => {
    const old = recorded[name];
    if (entry.status === 'differs' && entry.reason === undefined)
      return [`${name}: differs without a reason`];
    if (old?.status === entry.status && old.upstream === entry.upstream) return [];
    return [`${name}: ${old?.status ?? 'not recorded'} -> ${entry.status} ${entry.upstream ?? ''}`.trimEnd()];
  });
  const gone = Object.keys(recorded).filter((name) => observed[name] === undefined);
  return [...lines, ...gone.map((name) => `${name}: recorded, but there is no such file`)];
}

if (process.argv[2] === INSIDE) {
  observe(process.argv[3] ?? '.');
} else {
  const observed = run();
  if (process.argv[2] === '--update') writeFileSync(ledgerPath, `${JSON.stringify(observed, null, 1)}\n`);
  const found = surprises(observed, JSON.parse(readFileSync(ledgerPath, 'utf8')) as Ledger);
  for (const line of found) process.stdout.write(`${line}\n`);
  const differs = Object.values(observed).filter(({ status }) => status === 'differs').length;
  process.stdout.write(`${Object.keys(observed).length} configurations, ${differs} differ for a reason\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
