/** Virtual servers of a case: text of their blocks, ports that answer, what the log says of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { block } from './config.ts';
import { until } from './poll.ts';
import type { Router } from './router.ts';

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
  /^(?:Changing weight|service .* no longer exist|IPVS|Initializing ipvs|Reinitializing ipvs)/,
  /^(?:TCP connection|TCP_CHECK|Activating healthchecker)/,
];

/** Lines about virtual servers and their checks since `from`, which counts lines of the log. */
export const saidOfServers = (router: Router, from = 0): string[] =>
  router.daemon.log
    .slice(from)
    .map(({ text }) => text)
    .filter((text) => SAID.some((pattern) => pattern.test(text)));
