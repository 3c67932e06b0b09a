/** A server for a case: a program of this folder, as a process of its own in the namespace of a router. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from './poll.ts';
import type { Router } from './router.ts';

/** Waits until the program says anything, which it does when it listens. */
export async function serve(router: Router, program: string, args: readonly string[]): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const command = ['netns', 'exec', router.ns, process.execPath, path, ...args];
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let ready = false;
  child.stdout.on('data', () => {
    ready = true;
  });
  await until(() => ready, 30_000, program);
  return child;
}
