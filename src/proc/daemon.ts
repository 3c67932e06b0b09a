/** Starts the parent in this process: namespace, log, signals. */
import { readFileSync } from 'node:fs';
import type { DaemonOptions } from '../cli/options.ts';
import { createClock } from '../runtime/clock.ts';
import { createLoop, type Loop } from '../runtime/loop.ts';
import { enterNetworkNamespace, ownNetworkNamespace, setLimit } from '../runtime/process.ts';
import { createScripts } from '../runtime/scripts.ts';
import { createServiceManager } from '../runtime/service-manager.ts';
import { createRealtimeSignals } from '../runtime/signals.ts';
import { createWatchedFiles } from '../runtime/watched-files.ts';
import { setCorePattern } from './core-pattern.ts';
import type { EarlyVrrp } from './early-vrrp.ts';
import { EXIT_FATAL } from './exit-codes.ts';
import { currentLinks } from './links.ts';
import { openLog } from './logging.ts';
import { Parent } from './parent.ts';
import { logThreads } from './thread-list.ts';

const SIGRTMIN = 34;
const SIGRTMAX = 64;

export interface DaemonStart {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly early: EarlyVrrp | undefined;
  /** The daemon is up. */
  readonly ready: () => void;
}

function uptimeUs(): number {
  try {
    return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

export async function runDaemon(
  options: DaemonOptions,
  { argv, env, early, ready }: DaemonStart,
): Promise<void> {
  // Children inherit it.
  if (options.coreFiles) setLimit('core', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  const { console, json, detail, syslog, facility } = options;
  const logger = await openLog({ console, json, detail, syslog, facility, ident: 'Keepalived' });
  const { corePattern } = options;
  if (corePattern !== undefined) process.once('exit', setCorePattern(corePattern, logger));
  const homeNamespace = `/proc/${process.pid}/fd/${ownNetworkNamespace()}`;
  if (options.namespace !== undefined) {
    const entered = enterNetworkNamespace(`/run/netns/${options.namespace}`);
    if (!entered.ok) {
      logger.log('process-setting-refused', entered.error.call, entered.error.errno);
      process.exit(EXIT_FATAL);
    }
  }
  const loop = createLoop();
  const parent = new Parent({
    options,
    logger,
    argv,
    env,
    links: currentLinks,
    uptimeUs,
    homeNamespace,
    scripts: createScripts(loop, env),
    clock: createClock(loop),
    files: createWatchedFiles(loop),
    serviceManager: createServiceManager(env),
    logThreads: () => logThreads('parent', loop, logger),
    exit: (code) => process.exit(code),
    early,
    ready,
  });
  listenToSignals(parent, loop, options);
  parent.start();
}

function listenToSignals(parent: Parent, loop: Loop, options: DaemonOptions): void {
  process.on('SIGTERM', () => parent.stop());
  process.on('SIGINT', () => {
    if (!options.ignoreInterrupt) parent.stop();
  });
  process.on('SIGHUP', () => parent.reload());
  process.on('SIGUSR1', () => parent.dump('data'));
  process.on('SIGUSR2', () => parent.writeStats(false));
  process.on('SIGPIPE', () => undefined);
  const realtime = createRealtimeSignals(loop);
  if (!realtime.ok) return;
  realtime.value.on(SIGRTMIN + 2, () => parent.dump('json'));
  realtime.value.on(SIGRTMAX - 1, () => parent.writeStats(true));
  realtime.value.on(SIGRTMAX, () => parent.logThreads());
}
