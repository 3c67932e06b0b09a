/**
 * One running daemon under test, upstream's keepalived or alived: the same command line, its own pid files,
 * its own TMPDIR, inside a router's namespace. Out: its log lines with the time they arrived, its exit code,
 * its pid files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { until } from './poll.ts';
import { crashTree } from './processes.ts';

export type Kind = 'upstream' | 'alived';
export const KINDS: readonly Kind[] = ['upstream', 'alived'];

/** The executable of a kind. */
export function daemonCommand(kind: Kind): string {
  if (kind === 'alived') {
    // Another build of it than that of the checkout, such as dist/alived.
    return process.env.ALIVED_PROGRAM ?? fileURLToPath(new URL('../../bin/alived', import.meta.url));
  }
  return ['/usr/sbin/keepalived', '/usr/local/sbin/keepalived'].find(existsSync) ?? 'keepalived';
}

export interface LogLine {
  readonly atMs: number;
  /** Without the time stamp that -l puts in front. */
  readonly text: string;
}

export interface LaunchSpec {
  readonly ns: string;
  /** Folder for pid files and dumps; created. */
  readonly dir: string;
  readonly config: string;
  /** Instead of the usual -D -G -P. */
  readonly flags?: readonly string[];
  /** Put in front of the daemon, such as `setpriv --bounding-set -net_raw`. */
  readonly wrapper?: readonly string[];
}

export type PidFile = 'parent' | 'vrrp' | 'checkers' | 'bfd';
export const PID_FILES: readonly PidFile[] = ['parent', 'vrrp', 'checkers', 'bfd'];
const STAMP = /^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}: /;

export class Daemon {
  readonly kind: Kind;
  readonly log: LogLine[] = [];
  readonly dir: string;
  readonly #child: ChildProcess;
  #ended: number | undefined;
  #partial = '';

  constructor(kind: Kind, spec: LaunchSpec) {
    this.kind = kind;
    this.dir = spec.dir;
    mkdirSync(spec.dir, { recursive: true });
    const files = PID_FILES.flatMap((file) => [`-${pidLetter(file)}`, this.pidPath(file)]);
    const flags = spec.flags ?? ['-D', '-G', '-P'];
    const command = [...(spec.wrapper ?? []), daemonCommand(kind), '-n', '-l', ...flags, '-f', spec.config];
    this.#child = spawn('ip', ['netns', 'exec', spec.ns, 'env', `TMPDIR=${spec.dir}`, ...command, ...files], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    }
    this.#child.on('close', (code, signal) => {
      this.#ended = code ?? (signal === 'SIGKILL' ? 137 : 128);
    });
  }

  #take(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop() ?? '';
    const atMs = Date.now();
    for (const line of lines) if (line !== '') this.log.push({ atMs, text: line.replace(STAMP, '') });
  }

  /** `ip netns exec` and `env` replace themselves by the daemon, so the child is its parent process. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** The exit code once the process has ended and its output is complete. */
  get exitCode(): number | undefined {
    return this.#ended;
  }

  pidPath(file: PidFile): string {
    return `${this.dir}/${file}.pid`;
  }

  /** The number in a pid file, undefined without the file. */
  pidIn(file: PidFile): number | undefined {
    try {
      return Number(readFileSync(this.pidPath(file), 'utf8'));
    } catch {
      return undefined;
    }
  }

  signal(name: NodeJS.Signals | number): void {
    if (this.#ended === undefined) process.kill(this.pid, name);
  }

  ended(timeoutMs = 15_000): Promise<number> {
    const probe = () => (this.#ended === undefined ? undefined : { code: this.#ended });
    return until(probe, timeoutMs, `${this.kind} in ${this.dir} to end`).then((result) => result.code);
  }

  stop(): Promise<number> {
    this.signal('SIGTERM');
    return this.ended();
  }

  /** A power cut: every process is frozen before the first one dies. */
  async crash(): Promise<void> {
    const children = [this.pidIn('vrrp'), this.pidIn('bfd')].filter((pid) => pid !== undefined);
    crashTree(this.pid);
    await this.ended();
    // A zombie still counts as running for the next start, and init may take its time to collect orphans.
    const collected = () => !children.some((pid) => existsSync(`/proc/${pid}`));
    await until(collected, 30_000, 'the children to be collected by init');
  }
}

function pidLetter(file: PidFile): string {
  return { parent: 'p', vrrp: 'r', checkers: 'c', bfd: 'b' }[file];
}
