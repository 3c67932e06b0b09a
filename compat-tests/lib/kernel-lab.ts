/**
 * The kernel lab: User-Mode Linux, a kernel with modules that this machine's own may lack, booted as an
 * ordinary process on the host's file system, with the same node, checkout and daemons inside. In: a command.
 * Out: what it prints, and its exit status. The file system is mounted read-only and covered by memory where
 * something has to be written, so the host keeps nothing of it but a scratch folder, which is removed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ran } from './exec.ts';
import { Unavailable, until } from './poll.ts';

const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url));
/** Set inside. */
const MARK = 'ALIVED_KERNEL_LAB';
/** What the kernel inside calls to load a module; the host's modprobe would look for those of the host. */
const LOADER = '/run/kernel-lab/modprobe';
const MEMORY = '1024M';
/** A hung kernel must not hang the run; the cases themselves take a third of this. */
const LIMIT_MS = 900_000;

/** Programs that the lab needs, and the packages of Debian that have them. */
export const LAB_PACKAGES = {
  'linux.uml': 'user-mode-linux',
  modprobe: 'kmod',
  busybox: 'busybox-static',
  ipvsadm: 'ipvsadm',
} as const;

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

export const insideKernelLab = (): boolean => process.env[MARK] !== undefined;

/** Undefined when the lab can be booted here. */
export function missingForKernelLab(): string | undefined {
  if (process.getuid?.() !== 0) return 'root';
  const found = (program: string) => FOLDERS.some((folder) => existsSync(join(folder, program)));
  const program = Object.keys(LAB_PACKAGES).find((name) => !found(name));
  return program === undefined ? undefined : `the program ${program}`;
}

/** Puts a module of the lab's kernel in place; a case that needs one which is not there is skipped. */
export async function loadModule(name: string): Promise<void> {
  const loaded = await ran([LOADER, '-q', name]);
  if (loaded.code !== 0) throw new Unavailable(`the kernel of the lab has no module ${name}`);
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The first process inside. What it covers by memory has to be uncovered again where the checkout lies. */
function initScript(scratch: string, command: readonly string[], writable: readonly string[]): string {
  const mounts = [CHECKOUT, ...writable].map((path) => {
    const option = quoted(`${writable.includes(path) ? 'rw' : 'ro'},${path}`);
    const place = quoted(path);
    return `mkdir -p ${place} 2>/dev/null; busybox mount -t hostfs -o ${option} none ${place}`;
  });
  return `#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run ${MARK}=1
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t tmpfs tmpfs /run
busybox mount -t tmpfs tmpfs /tmp
mkdir -p /run/kernel-lab/out /run/kernel-lab/lib/modules
busybox mount -t hostfs -o ${quoted(scratch)} none /run/kernel-lab/out
${mounts.join('\n')}
ln -s "/usr/lib/uml/modules/$(uname -r)" "/run/kernel-lab/lib/modules/$(uname -r)"
printf '#!/bin/sh\\nexec modprobe -d /run/kernel-lab "$@"\\n' > ${LOADER}
chmod 755 ${LOADER}
echo ${LOADER} > /proc/sys/kernel/modprobe
echo 3 > /proc/sys/kernel/printk
ip link set lo up
cd ${quoted(CHECKOUT)}
${command.map(quoted).join(' ')}
echo $? > /run/kernel-lab/out/status
busybox poweroff -f
`;
}

/** What the kernel inside needs on processors that are newer than it; nothing where it cannot be built. */
function preloads(scratch: string): Record<string, string> {
  const library = join(scratch, 'registers.so');
  const source = join(import.meta.dirname, 'lab-registers.c');
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source]);
  return built.status === 0 ? { LD_PRELOAD: library } : {};
}

/** The kernel's own remarks while it starts and ends, on the console that the command writes to as well. */
const REMARKS = /^(SELinux: |mmapper_init|Failed to initialize ubd|reboot: |Core dump limits|IPVS: )/;

function printLines(): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk.replaceAll('\r', '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '' && !REMARKS.test(line)) console.log(line);
  };
}

/**
 * Runs a command inside and returns its exit status. `writable` are folders of the host that it may write to.
 */
export async function runInKernelLab(
  command: readonly string[],
  writable: readonly string[] = [],
): Promise<number> {
  const scratch = mkdtempSync(join(tmpdir(), 'kernel-lab-'));
  const init = join(scratch, 'init');
  writeFileSync(init, initScript(scratch, command, writable), { mode: 0o755 });
  mkdirSync(join(scratch, 'uml'));
  // Memory of the kernel inside is a file, which belongs on /dev/shm rather than in a temporary folder.
  const { TMPDIR: _folder, ...env } = process.env;
  const args = ['rootfstype=hostfs', 'rootflags=/', 'ro', `init=${init}`, `mem=${MEMORY}`, 'quiet'];
  args.push(`uml_dir=${scratch}/uml`, 'con=null', 'con0=fd:0,fd:1');
  // A group of its own, because the kernel runs every process inside as a process here.
  const kernel = spawn('linux.uml', args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...env, ...preloads(scratch) },
  });
  const kill = () => {
    try {
      if (kernel.pid !== undefined) process.kill(-kernel.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  const end = () => {
    kill();
    rmSync(scratch, { recursive: true, force: true });
  };
  process.on('exit', end);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    kill();
  }, LIMIT_MS);
  for (const stream of [kernel.stdout, kernel.stderr]) stream.setEncoding('utf8').on('data', printLines());
  try {
    await new Promise((resolve, reject) => kernel.on('close', resolve).on('error', reject));
    const status = join(scratch, 'status');
    const why = late ? `was ended after ${LIMIT_MS / 1000} s` : 'ended before the command did';
    if (!existsSync(status)) throw new Error(`the kernel of the lab ${why}`);
    return Number(readFileSync(status, 'utf8'));
  } finally {
    clearTimeout(timer);
    process.off('exit', end);
    end();
  }
}

/** Acts while a module is neither loaded nor to be had, and puts it back. */
export async function withoutModule(name: string, act: () => Promise<void>): Promise<void> {
  const loader = '/proc/sys/kernel/modprobe';
  // Namespaces that were removed a moment ago may still hold the module.
  const unloaded = async () => (await ran([LOADER, '-r', '--remove-holders', name])).code === 0;
  await until(unloaded, 10_000, `the module ${name} to be unloaded`);
  writeFileSync(loader, '/bin/false');
  try {
    await act();
  } finally {
    writeFileSync(loader, LOADER);
    await loadModule(name);
  }
}
