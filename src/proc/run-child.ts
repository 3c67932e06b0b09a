/**
 * What every child does with its parent: asks for work, starts once it has a log, takes reloads and the stop,
 * and leaves when the parent is gone.
 */
import type { Channel } from '../ipc/channel.ts';
import { processChannel } from '../ipc/channel.ts';
import type { ProcessSettings, ToChild, ToParent } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { createPidFile, type PidFile } from '../runtime/files.ts';
import { createLoop, type Loop } from '../runtime/loop.ts';
import { releaseMemoryLater } from '../runtime/memory.ts';
import { setParentDeathSignal } from '../runtime/process.ts';
import { EXIT_OK } from './exit-codes.ts';
import { openLog } from './logging.ts';
import { applyProcessSettings } from './process-settings.ts';
import { logThreads } from './thread-list.ts';

const SIGTERM = 15;

export type StartMessage<Config> = Extract<ToChild<Config>, { type: 'start' }>;
export type ReloadMessage<Config> = Extract<ToChild<Config>, { type: 'reload' }>;

export interface ChildDeps<Config> {
  readonly channel: Channel<ToParent, ToChild<Config>>;
  readonly loop: Loop;
  readonly createLogger: (environment: StartMessage<Config>['environment']) => Promise<Logger>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exit: (code: number) => void;
}

export interface RunningChild<Config> {
  reload(message: ReloadMessage<Config>): void;
  writeStats?(clear: boolean): void;
  dump?(as: 'data' | 'json'): void;
  /** Whether nothing that it does has to be on time to some hundredths of a second. */
  mayPause?(): boolean;
  /** What its data file says now. */
  dataText?(): string;
  stop(): void;
}

/** Undefined when it could not start and has asked for its own end. */
export type StartChild<Config> = (
  deps: ChildDeps<Config>,
  logger: Logger,
  start: StartMessage<Config>,
) => RunningChild<Config> | undefined;

/** What every child has from its first moment: its settings, and the pid file unless it cannot be written. */
export function beginChild(
  { environment, config }: StartMessage<{ readonly process: ProcessSettings }>,
  logger: Logger,
): PidFile | undefined {
  const pidFile = createPidFile(environment.pidFile, process.pid);
  if (!pidFile.ok) logger.log('cannot-write-pid-file', environment.pidFile, pidFile.error.code);
  applyProcessSettings(config.process, logger);
  return pidFile.ok ? pidFile.value : undefined;
}

/** The line about its life that every child ends with. */
export function sayUsage(logger: Logger): void {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  logger.log('stopped-child-usage', (userCPUTime / 1e6).toFixed(6), (systemCPUTime / 1e6).toFixed(6));
}

function logText(logger: Logger, text: string): void {
  for (const line of text.split('\n')) if (line !== '') logger.log('config-line', line);
}

/** Returns what makes the child stop as if its parent had asked. */
export function runChild<Config>(deps: ChildDeps<Config>, startChild: StartChild<Config>): () => void {
  let running: RunningChild<Config> | undefined;
  let sayThreads = (): void => undefined;
  const parentDied = setParentDeathSignal(SIGTERM);
  deps.channel.listen(
    (message) => {
      if (message.type === 'start') {
        void deps.createLogger(message.environment).then((logger) => {
          if (!parentDied.ok)
            logger.log('process-setting-refused', parentDied.error.call, parentDied.error.errno);
          sayThreads = () => logThreads(message.environment.ident, deps.loop, logger);
          running = startChild(deps, logger, message);
          releaseMemoryLater(running?.mayPause?.() ?? true);
          if (message.environment.dumpsConfig) logText(logger, running?.dataText?.() ?? '');
        });
      } else if (message.type === 'reload') {
        running?.reload(message);
        releaseMemoryLater(running?.mayPause?.() ?? true);
      } else if (message.type === 'stats') running?.writeStats?.(message.clear);
      else if (message.type === 'dump') running?.dump?.(message.as);
      else if (message.type === 'threads') sayThreads();
      else stop();
    },
    // Without a parent nobody would stop or reload this process: it leaves as if it had been told to.
    () => stop(),
  );
  const stop = (): void => {
    if (running === undefined) deps.exit(EXIT_OK);
    else running.stop();
  };
  deps.channel.send({ type: 'hello' });
  return stop;
}

/** A child as a process of its own, over the real channel and loop. */
export function startChildProcess<Config>(startChild: StartChild<Config>): void {
  // The parent decides about stops and reloads; a Ctrl-C on the terminal reaches every process of the group.
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGPIPE', 'SIGUSR1', 'SIGUSR2'] as const) {
    process.on(signal, () => undefined);
  }
  const stop = runChild<Config>(
    {
      channel: processChannel<ToParent, ToChild<Config>>(process),
      loop: createLoop(),
      createLogger: openLog,
      env: { ...process.env },
      exit: (code) => process.exit(code),
    },
    startChild,
  );
  // Sent by hand, or by the kernel when the parent is gone: addresses must not stay behind.
  process.on('SIGTERM', stop);
}
