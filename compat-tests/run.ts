/**
 * The compatibility run: every case with every pairing of daemons, several cases side by side because they
 * mostly wait. In: command line options, the ledger, recorded observations of upstream; out: one line a
 * case, the differences of what failed, a summary, exit code 1 on a change for the worse or an unrecorded
 * improvement.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type CompatCase, findCases } from './lib/cases.ts';
import { compare, type Difference } from './lib/compare.ts';
import { daemonCommand, KINDS, type Kind } from './lib/daemon.ts';
import { ran } from './lib/exec.ts';
import { insideKernelLab, loadModule, missingForKernelLab, runInKernelLab } from './lib/kernel-lab.ts';
import { judge, type Ledger, readLedger, recorded, uncompared, writeLedger } from './lib/ledger.ts';
import { cleanUpOnExit, Lab, removeStale } from './lib/namespaces.ts';
import { Unavailable } from './lib/poll.ts';
import { readRecording, writeRecording } from './lib/recordings.ts';
import { missingDaemon, missingForLab } from './lib/requirements.ts';
import type { Observation } from './lib/scene.ts';

const USAGE = `usage: node compat-tests/run.ts [options]
  --only PATTERN      cases whose area/name matches the regular expression
  --pairings LIST     such as upstream/upstream,alived/alived (default: all four)
  --jobs N            cases side by side (default 4)
  --retries N         further tries of a case that differs (default 1)
  --update-ledger     write what was found into ledger.json
  --record            write what upstream/upstream did into fixtures/upstream
  --show              print every observation
  --kernel-lab        the cases that need modules of the kernel, in User-Mode Linux
`;

const BASELINE = 'upstream/upstream';
const OURS = 'alived/alived';
const ALL_PAIRINGS = ['upstream/upstream', 'alived/alived', 'alived/upstream', 'upstream/alived'];
/** The lab has one slow processor, and what its cases are about happens on one router. */
const LAB_PAIRINGS = [BASELINE, OURS];

const SHOWN_LINES = 12;

interface Options {
  readonly only: RegExp;
  readonly pairings: readonly string[];
  readonly jobs: number;
  readonly retries: number;
  readonly updateLedger: boolean;
  readonly record: boolean;
  readonly show: boolean;
  readonly kernelLab: boolean;
}

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

function options(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      pairings: { type: 'string' },
      jobs: { type: 'string' },
      retries: { type: 'string', default: '1' },
      'update-ledger': { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      'kernel-lab': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const { 'kernel-lab': kernelLab } = values;
  return {
    only: new RegExp(values.only),
    pairings: values.pairings?.split(',') ?? (kernelLab ? LAB_PAIRINGS : ALL_PAIRINGS),
    jobs: Number(values.jobs ?? (kernelLab ? 1 : 4)),
    retries: Number(values.retries),
    updateLedger: values['update-ledger'],
    record: values.record,
    show: values.show,
    kernelLab,
  };
}

function kindsOf(pairing: string): { readonly a: Kind; readonly b: Kind } {
  const [a, b] = pairing.split('/').map((word) => KINDS.find((kind) => kind === word));
  if (a === undefined || b === undefined) throw new Error(`unknown pairing ${pairing}`);
  return { a, b };
}

function missingOf(pairing: string): string | undefined {
  const { a, b } = kindsOf(pairing);
  return missingDaemon(a) ?? missingDaemon(b);
}

async function observe(one: CompatCase, pairing: string): Promise<Observation | Error> {
  for (const module of one.modules) await loadModule(module);
  const lab = await Lab.create();
  try {
    return await one.run(lab, kindsOf(pairing));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await lab.destroy();
  }
}

/** Against the closest of several observations of upstream; without any that is a difference itself. */
function differencesOf(
  { since }: CompatCase,
  yardsticks: readonly Observation[],
  got: Observation | Error,
): Difference[] {
  if (got instanceof Error) return [{ path: 'error', expected: 'no error', actual: got.message }];
  if (since !== undefined) return [];
  const [first, ...others] = yardsticks.map((expected) => compare(expected, got));
  if (first === undefined)
    return [{ path: 'recording', expected: 'an observation of upstream', actual: 'none' }];
  return others.reduce((least, list) => (list.length < least.length ? list : least), first);
}

/** Indented, and cut where it would flood the terminal. */
function indent(text: string): string {
  const lines = text.split('\n').map((line) => `        ${line}`);
  const cut = lines.length > SHOWN_LINES ? [`        ... ${lines.length - SHOWN_LINES} more lines`] : [];
  return [...lines.slice(0, SHOWN_LINES), ...cut].join('\n');
}

/**
 * One case with every pairing. A pairing is compared with the recorded observation and, when upstream has
 * just played the case here, with that as well; the closer of the two counts. So neither another kernel nor a
 * bad moment of upstream on a busy machine is held against the pairing.
 */
async function runCase(one: CompatCase, opt: Options, ledger: Ledger, totals: Totals): Promise<void> {
  const yardsticks = [readRecording(one.name)].filter((known) => known !== undefined);
  for (const pairing of opt.pairings) {
    if (one.since !== undefined && pairing !== OURS) continue;
    if (missingOf(pairing) !== undefined) {
      totals.skipped++;
      continue;
    }
    const startMs = performance.now();
    let got = await observe(one, pairing);
    if (got instanceof Unavailable) {
      totals.skipped++;
      console.log(`skip ${one.name} [${pairing}]: ${got.message}`);
      continue;
    }
    const recording = opt.record && pairing === BASELINE;
    // A recording run is compared with itself, which leaves its timings to be judged.
    const judgeRun = (run: Observation | Error) =>
      differencesOf(one, recording && !(run instanceof Error) ? [run] : yardsticks, run);
    let found = judgeRun(got);
    // What the ledger already explains needs no second try; what differs as a rule may be equal by chance.
    const before = ledger[one.name]?.[pairing];
    const doubtful = () => (found.length > 0 || before?.status === 'differs') && !judge(before, found).passed;
    for (let left = opt.retries; left > 0 && doubtful(); left--) {
      got = await observe(one, pairing);
      found = judgeRun(got);
    }
    if (recording && !(got instanceof Error) && found.length === 0) {
      writeRecording(one.name, await upstreamVersion(), got);
    }
    if (pairing === BASELINE && !(got instanceof Error)) yardsticks.push(got);
    const known = ledger[one.name]?.[pairing];
    const entry = one.since === undefined ? known : (known ?? uncompared(one.since));
    if (opt.updateLedger) ledger[one.name] = { ...ledger[one.name], [pairing]: recorded(entry, found) };
    const verdict = judge(opt.updateLedger ? ledger[one.name]?.[pairing] : entry, found);
    if (verdict.passed) totals.passed++;
    else totals.failed++;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${verdict.passed ? 'ok  ' : 'FAIL'} ${one.name} [${pairing}] ${seconds} s ${verdict.text}`);
    if (opt.show && !(got instanceof Error)) console.log(JSON.stringify(got, null, 1));
    if (!verdict.passed || (opt.updateLedger && found.length > 0)) report(found);
  }
}

function report(found: readonly Difference[]): void {
  for (const difference of found) {
    console.log(`    at ${difference.path}`);
    console.log(`      expected\n${indent(difference.expected)}\n      got\n${indent(difference.actual)}`);
  }
}

async function upstreamVersion(): Promise<string> {
  const { stderr } = await ran([daemonCommand('upstream'), '-v']);
  return /\bv(\d\S*)/.exec(stderr)?.[1] ?? 'unknown';
}

/** Boots the lab with this same run inside. The ledger and the recordings are all that it may change. */
async function enterKernelLab(opt: Options): Promise<number> {
  const changed = opt.updateLedger || opt.record;
  const writable = changed ? ['./', '../fixtures/upstream/'].map((path) => urlPath(path)) : [];
  return await runInKernelLab([process.execPath, urlPath('./run.ts'), ...process.argv.slice(2)], writable);
}

function missingToEnter(): string[] {
  const missing = missingForKernelLab();
  return missing === undefined ? [] : [`the kernel lab needs ${missing}`];
}

const urlPath = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The cases that belong to where this runs, and what the others would need. */
function splitCases(cases: readonly CompatCase[], opt: Options): readonly CompatCase[] {
  const chosen = cases.filter(({ modules }) => modules.length > 0 === opt.kernelLab);
  const others = cases.length - chosen.length;
  if (!opt.kernelLab && others > 0) console.log(`${others} cases are left to the kernel lab (--kernel-lab)`);
  return chosen;
}

async function main(): Promise<void> {
  const opt = options();
  const cases = splitCases(await findCases(opt.only), opt);
  const entering = opt.kernelLab && !insideKernelLab();
  const missing = entering ? missingToEnter() : missingForLab();
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  if (missing.length > 0) {
    for (const one of cases) console.log(`skip ${one.name}: ${missing.join(', ')}`);
    console.log(`0 passed, 0 failed, ${cases.length} skipped`);
    return;
  }
  cleanUpOnExit();
  if (entering) {
    process.exitCode = await enterKernelLab(opt);
    return;
  }
  for (const pairing of opt.pairings) {
    const reason = missingOf(pairing);
    if (reason !== undefined) console.log(`skip all cases of ${pairing}: ${reason}`);
  }
  removeStale();
  const ledger = readLedger();
  for (const one of cases.filter((c) => c.alone)) await runCase(one, opt, ledger, totals);
  const queue = cases.filter((c) => !c.alone);
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift())
      await runCase(one, opt, ledger, totals);
  };
  await Promise.all(Array.from({ length: opt.jobs }, worker));
  if (opt.updateLedger) writeLedger(ledger);
  console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

await main();
