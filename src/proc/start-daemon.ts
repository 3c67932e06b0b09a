/**
 * What a daemon does before it loads the rest of itself: it goes into the background, and starts the process
 * that is ready last. In: options. Out: a running daemon.
 */
import { spawn } from 'node:child_process';
import type { DaemonOptions } from '../cli/options.ts';
import { setProcessName } from '../runtime/process.ts';
import { startVrrpEarly } from './early-vrrp.ts';
import { EXIT_FATAL } from './exit-codes.ts';
import { ownCommand } from './own-command.ts';
import { DEFAULT_UMASK } from './process-setup.ts';

const BACKGROUND_VARIABLE = 'ALIVED_BACKGROUND';

/** The same command line again without a terminal; this process leaves when the daemon is up. */
function startInBackground(env: NodeJS.ProcessEnv): void {
  const { file, args } = ownCommand();
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...env, [BACKGROUND_VARIABLE]: '1' },
  });
  child.on('message', () => process.exit(0));
  child.on('exit', (code) => process.exit(code ?? EXIT_FATAL));
}

export async function startDaemon(options: DaemonOptions, argv: readonly string[]): Promise<void> {
  const env = { ...process.env };
  const background = env[BACKGROUND_VARIABLE] !== undefined;
  delete env[BACKGROUND_VARIABLE];
  delete process.env[BACKGROUND_VARIABLE];
  if (!options.foreground && !background) {
    startInBackground(env);
    return;
  }
  // Scripts and files of the daemon get nothing for group and others, as upstream has it.
  process.umask(options.umask ?? DEFAULT_UMASK);
  setProcessName('keepalived');
  const early = startVrrpEarly(options, env);
  const { runDaemon } = await import('./daemon.ts');
  const ready = (): void => {
    if (background) process.send?.('ready', () => process.disconnect?.());
  };
  await runDaemon(options, { argv, env, early, ready });
}
