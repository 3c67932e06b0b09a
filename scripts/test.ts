/**
 * `npm test`: everything, in order of how soon it tells something. In: the host. Out: one line a stage, the
 * output of what failed, exit status 1 if anything did. What needs root or Debian packages says so by name.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LAB_PACKAGES, missingForKernelLab } from '../compat-tests/lib/kernel-lab.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => `${root}node_modules/.bin/${name}`;

interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  /** The name of what is missing; the stage is then skipped. */
  readonly missing?: () => string | undefined;
}

/** Packages of Debian that the compatibility cases use. */
const PACKAGES = {
  keepalived: 'keepalived',
  ip: 'iproute2',
  tcpdump: 'tcpdump',
  ping: 'iputils-ping',
  snmpd: 'snmpd',
  snmptrapd: 'snmptrapd',
  snmpwalk: 'snmp',
  'dbus-daemon': 'dbus',
} as const;

const onPath = (program: string): boolean =>
  ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'].some((folder) =>
    existsSync(`${folder}/${program}`),
  );

const isRoot = (): boolean => process.getuid?.() === 0;

function installPackages(): void {
  const missing = Object.entries({ ...PACKAGES, ...LAB_PACKAGES }).filter(([program]) => !onPath(program));
  if (missing.length === 0 || !isRoot() || !onPath('apt-get')) return;
  const names = missing.map(([, name]) => name);
  console.log(`Installing the Debian packages ${names.join(', ')}, which the compatibility cases use.`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit', env });
  // The packaged service must not start: it would answer the laboratory's questions for us.
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...env, RUNLEVEL: '1' },
  });
}

function missingForCompat(): string | undefined {
  if (!isRoot()) return 'root';
  const program = Object.keys(PACKAGES).find((name) => !onPath(name));
  return program === undefined ? undefined : `the program ${program}`;
}

const missingForLabCases = (): string | undefined => missingForCompat() ?? missingForKernelLab();

const stages: readonly Stage[] = [
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'lint', command: [bin('biome'), 'check', '.'] },
  {
    name: 'unit tests, vectors and the short simulation',
    command: [
      process.execPath,
      '--test',
      '--test-reporter=dot',
      'grammar/**/*.test.ts',
      'src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
  },
  {
    name: 'configuration check beside keepalived',
    command: [process.execPath, 'scripts/config-ledger.ts'],
    missing: missingForCompat,
  },
  {
    name: 'compatibility with keepalived',
    // Keepalived beside itself plays in `npm run compat` alone: here it has a part in two pairings.
    // A busy machine can delay either daemon; what differs for a reason differs every time.
    command: [
      process.execPath,
      'compat-tests/run.ts',
      '--pairings',
      'alived/alived,alived/upstream,upstream/alived',
      '--retries',
      '3',
    ],
    missing: missingForCompat,
  },
  {
    name: 'compatibility in the kernel lab',
    // Against the recordings, which are of the same lab: playing upstream as well would double the time.
    command: [process.execPath, 'compat-tests/run.ts', '--kernel-lab', '--pairings', 'alived/alived'],
    missing: missingForLabCases,
  },
];

function runStage(stage: Stage): 'passed' | 'failed' | 'skipped' {
  const missing = stage.missing?.();
  if (missing !== undefined) {
    console.log(`--- ${stage.name}: skipped, needs ${missing}`);
    return 'skipped';
  }
  console.log(`--- ${stage.name}`);
  const [program = '', ...args] = stage.command;
  const { NODE_OPTIONS: _options, NODE_EXTRA_CA_CERTS: _certificates, ...env } = process.env;
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env });
  return status === 0 ? 'passed' : 'failed';
}

installPackages();
const results = stages.map((stage) => {
  const begun = performance.now();
  return [stage.name, runStage(stage), Math.round((performance.now() - begun) / 1000)] as const;
});
console.log('');
for (const [name, result, seconds] of results) console.log(`${result.padEnd(8)}${name} (${seconds} s)`);
const count = (kind: string): number => results.filter(([, result]) => result === kind).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = count('failed') === 0 ? 0 : 1;
