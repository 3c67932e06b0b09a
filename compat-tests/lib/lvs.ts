/** Virtual servers of a case: text of their blocks, ports that answer, what the log says of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { block } from './config.ts';
import { run } from './exec.ts';
import { ipvsTable } from './ipvs.ts';
import { until } from './poll.ts';
import type { Router } from './router.ts';
import type { Scene } from './scene.ts';

/** Without the option that the other cases have, which leaves the checker process out. */
export const CHECKER_FLAGS = ['-D', '-G', '-C'];

export const virtualServer = (head: string, lines: readonly string[]): string =>
  block(`virtual_server ${head}`, lines).join('\n');

/** A real server with a TCP_CHECK of a port on this host. */
export const tcpServer = (
  address: string,
  port: number,
  lines: readonly string[] = [],
  check: readonly string[] = [],
): string[] =>
  block(`real_server ${address} 80`, [
    ...lines,
    ...block('TCP_CHECK', ['connect_timeout 1', `connect_port ${port}`, ...check]),
  ]);

/** A program in a namespace that takes connections on a port. */
export class Listener {
  readonly #child: ChildProcess;

  constructor(ns: string, port: number) {
    const listen = ['busybox', 'nc', '-ll', '-p', String(port), '-e', 'true'];
    this.#child = spawn('ip', ['netns', 'exec', ns, ...listen], { stdio: 'ignore' });
  }

  async close(): Promise<void> {
    const gone = () => this.#child.exitCode !== null || this.#child.signalCode !== null;
    this.#child.kill('SIGKILL');
    await until(gone, 5_000, 'a listener to end');
  }
}

const SAID = [
  /^(?:Gained|Lost|Starting with) quorum /,
  /^(?:Adding|Removing|Enabling|Disabling|Shutting down) /,
  /^\(\[.*\]:[a-z]+:\d+\): tracked file /,
  /^(?:Changing weight|service .* no longer exist|IPVS|Initializing ipvs|Reinitializing ipvs)/,
  /^(?:TCP connection|TCP_CHECK|(?:Activating|Deactivating|Suspending) healthchecker)/,
  /^(?:HTTP|MD5|Regex|Remote|Timeout|Connection failed|Read|SSL|SMTP|Misc|UDP|DNS|ICMP)[ _,]/,
  /^(?:Checker bind failed|[A-Z]+ socket )/,
];

/** Lines about virtual servers and their checks since `from`, which counts lines of the log. */
export const saidOfServers = (router: Router, from = 0): string[] =>
  router.daemon.log
    .slice(from)
    .map(({ text }) => text)
    .filter((text) => SAID.some((pattern) => pattern.test(text)));

/**
 * What a case takes down of the virtual servers of a router again and again: the table, and the lines since
 * the time before. Checks of different servers run side by side, so the lines have no order of their own.
 */
export function looksAtServers(scene: Scene, router: Router): (name: string) => Promise<void> {
  let mark = 0;
  return async (name) => {
    scene.fact(`${name}: table`, await ipvsTable(router.ns));
    const said = saidOfServers(router, mark).map((line) => line.replace(router.dir, 'DIR'));
    scene.fact(`${name}: log`, said.sort());
    mark = router.daemon.log.length;
  };
}

/** The servers of check-servers.ts in the namespace of a router. */
export class CheckServers {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  static async start({ ns, dir }: Router): Promise<CheckServers> {
    const folder = `${dir}/servers`;
    mkdirSync(folder, { recursive: true });
    await run([
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=test',
      '-keyout',
      `${folder}/key.pem`,
      '-out',
      `${folder}/cert.pem`,
    ]);
    writeFileSync(`${folder}/requests`, '');
    const program = fileURLToPath(new URL('./check-servers.ts', import.meta.url));
    const child = spawn('ip', ['netns', 'exec', ns, process.execPath, program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let listening = false;
    child.stdout.once('data', () => {
      listening = true;
    });
    await until(() => listening, 30_000, 'the servers to listen');
    return new CheckServers(child, folder);
  }

  /** Whether they misbehave. */
  set down(down: boolean) {
    if (down) writeFileSync(`${this.#folder}/down`, '');
    else rmSync(`${this.#folder}/down`, { force: true });
  }

  /** What they were asked, each thing once. */
  requests(): string[] {
    const lines = readFileSync(`${this.#folder}/requests`, 'utf8').split('\n').filter(Boolean);
    return [...new Set(lines)].sort();
  }

  async close(): Promise<void> {
    const gone = () => this.#child.exitCode !== null || this.#child.signalCode !== null;
    this.#child.kill('SIGKILL');
    await until(gone, 5_000, 'the servers to end');
  }
}

/** `real_server` with one check, whose lines come last. */
export const checkedServer = (
  address: string,
  port: number,
  type: string,
  check: readonly string[],
  lines: readonly string[] = [],
): string[] => block(`real_server ${address} ${port}`, [...lines, ...block(type, check)]);
