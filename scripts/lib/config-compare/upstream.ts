/** One run of the reference: `keepalived -t` on a file of the scratch directory, with a watchdog. */
import { spawnSync } from 'node:child_process';
import { type Message, parseMessages, type Verdict } from './verdict.ts';

export interface UpstreamOptions {
  readonly binary: string;
  readonly cwd: string;
  readonly timeoutMs: number;
}

export function runUpstream(file: string, { binary, cwd, timeoutMs }: UpstreamOptions): Verdict {
  const env = { PATH: process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
  const result = spawnSync(binary, ['-t', '-f', file], {
    cwd,
    env,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 1 << 26,
  });
  if (result.error !== undefined && !('code' in result.error && result.error.code === 'ETIMEDOUT')) {
    if (result.pid === 0) throw new Error(`cannot run ${binary}: ${result.error.message}`);
  }
  const messages: Message[] = parseMessages(result.stderr.toString('latin1'));
  if (result.error !== undefined) return { exit: 124, ended: 'hang', messages };
  if (result.signal !== null) return { exit: -1, ended: result.signal, messages };
  return { exit: result.status ?? -1, messages };
}
