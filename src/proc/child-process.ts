/**
 * One supervised child. In: configuration, reloads, a stop. Out: its states, its end, and a successor when it
 * dies. The last state of each instance is kept here, so that a successor continues as MASTER where
 * the peers have not noticed anything yet.
 */
import type { ChildProcess as NodeChild } from 'node:child_process';
import { constants } from 'node:os';
import type { HealthConfig } from '../health/config.ts';
import type { Channel } from '../ipc/channel.ts';
import type { ChildEnvironment, ChildName, ToChild, ToParent } from '../ipc/messages.ts';
import { shorten } from '../ipc/same-parts.ts';
import type { Logger } from '../out/logger.ts';
import { CHILD_KINDS, descriptorsOf, type SharedSocket } from './child-kinds.ts';
import { EXIT_FATAL, EXIT_OK, PERMANENT } from './exit-codes.ts';
import { createRespawn } from './respawn.ts';
import { type SpawnedChild, spawnChild } from './spawn-child.ts';

export interface ChildProcessSpec<Config> {
  readonly name: ChildName;
  readonly environment: Omit<ChildEnvironment, 'ident' | 'eventSockets'>;
  readonly shared: readonly SharedSocket[];
  /** The first one, which waits for work already; undefined: it is to be started. */
  readonly early?: SpawnedChild | undefined;
  readonly config: Config;
  readonly diagnostics: readonly string[];
  readonly fatal: boolean;
  readonly logger: Logger;
  readonly respawn: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly started: () => void;
  readonly reloaded: () => void;
  readonly reloadWanted: () => void;
  /** The child is gone for good; the exit status the parent has to end with. */
  readonly ended: (code: number) => void;
}

export class ChildProcess<Config> {
  readonly #spec: ChildProcessSpec<Config>;
  readonly #respawn = createRespawn();
  readonly #masters = new Set<string>();
  #config: Config;
  #diagnostics: readonly string[];
  #early: SpawnedChild | undefined;
  #child: NodeChild | undefined;
  #channel: Channel<ToChild<Config>, ToParent> | undefined;
  #startedAtMs = 0;
  #stopping = false;
  #everStarted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: ChildProcessSpec<Config>) {
    this.#spec = spec;
    this.#config = spec.config;
    this.#diagnostics = spec.diagnostics;
    this.#early = spec.early;
  }

  start(): void {
    const { name, shared, logger, env } = this.#spec;
    this.#startedAtMs = performance.now();
    const early = this.#early;
    this.#early = undefined;
    const { process: child, channel } = early ?? spawnChild(name, shared, env);
    this.#child = child;
    this.#channel = channel;
    channel.listen(
      (message) => this.#receive(message),
      () => undefined,
    );
    child.on('error', (error) => logger.log('script-not-run', process.execPath, error.message));
    child.on('exit', (code, signal) => this.#died(child, code, signal));
    if (child.pid !== undefined) logger.log('starting-child', CHILD_KINDS[name].title, child.pid);
  }

  #receive(message: ToParent): void {
    switch (message.type) {
      case 'hello': {
        const adopt = [...this.#masters];
        this.#masters.clear();
        const { name, shared, fatal } = this.#spec;
        const environment: ChildEnvironment = {
          ...this.#spec.environment,
          ident: CHILD_KINDS[name].ident,
          eventSockets: descriptorsOf(shared),
        };
        const diagnostics = this.#diagnostics;
        this.#channel?.send({ type: 'start', environment, config: this.#config, diagnostics, fatal, adopt });
        break;
      }
      case 'started':
        if (!this.#everStarted) this.#spec.started();
        this.#everStarted = true;
        break;
      case 'stopping':
        if (this.#stopping) this.#limitStop(message.needsMs);
        break;
      case 'reloaded':
        this.#spec.reloaded();
        break;
      case 'reload wanted':
        this.#spec.reloadWanted();
        break;
      case 'state':
        if (message.state === 'MASTER') this.#masters.add(message.instance);
        else this.#masters.delete(message.instance);
        break;
    }
  }

  reload(config: Config, diagnostics: readonly string[]): void {
    const before = this.#config;
    this.#config = config;
    this.#diagnostics = diagnostics;
    this.#channel?.send({ type: 'reload', ...shortened(config, before), diagnostics });
  }

  writeStats(clear: boolean): void {
    this.#channel?.send({ type: 'stats', clear });
  }

  dump(as: 'data' | 'json'): void {
    this.#channel?.send({ type: 'dump', as });
  }

  logThreads(): void {
    this.#channel?.send({ type: 'threads' });
  }

  stop(waitMs: number): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) {
      this.#spec.ended(EXIT_OK);
      return;
    }
    this.#channel?.send({ type: 'stop' });
    this.#limitStop(waitMs);
  }

  #limitStop(waitMs: number): void {
    const child = this.#child;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#spec.logger.log('child-hung', CHILD_KINDS[this.#spec.name].title, child?.pid ?? 0);
      child?.kill('SIGKILL');
    }, waitMs);
  }

  #died(child: NodeChild, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#channel = undefined;
    clearTimeout(this.#timer);
    if (this.#stopping) {
      this.#spec.ended(EXIT_OK);
      return;
    }
    const { logger, name } = this.#spec;
    const { title } = CHILD_KINDS[name];
    const pid = child.pid ?? 0;
    const permanent = code === null ? undefined : PERMANENT.get(code);
    if (code !== null && permanent !== undefined) {
      logger.log('permanent-error', pid, permanent);
      this.#spec.ended(code);
      return;
    }
    if (signal !== null) logger.log('child-signalled', pid, constants.signals[signal], signalText(signal));
    else logger.log('child-exited', pid, code ?? 0);
    if (!this.#spec.respawn) {
      logger.log('child-died', title, pid);
      this.#spec.ended(EXIT_FATAL);
      return;
    }
    logger.log('respawning', title, pid);
    const delay = this.#respawn.died(this.#startedAtMs, performance.now());
    logger.log('respawn-delayed', title, delay);
    if (delay === 0) this.start();
    else this.#timer = setTimeout(() => this.start(), delay * 1000);
  }
}

/** Virtual servers are too many to be sent again when nothing about them is new. */
function shortened<Config>(
  config: Config,
  before: Config,
): Pick<Extract<ToChild<Config>, { type: 'reload' }>, 'config' | 'virtualServers'> {
  const [now, then] = [config, before] as readonly Partial<HealthConfig>[];
  if (now?.virtualServers === undefined || then?.virtualServers === undefined) return { config };
  return {
    config: { ...config, virtualServers: [] },
    virtualServers: shorten(now.virtualServers, then.virtualServers),
  };
}

/** strsignal(3) for what a child dies of. */
function signalText(signal: NodeJS.Signals): string {
  const texts: Partial<Record<NodeJS.Signals, string>> = {
    SIGKILL: 'Killed',
    SIGTERM: 'Terminated',
    SIGSEGV: 'Segmentation fault',
    SIGABRT: 'Aborted',
    SIGXCPU: 'CPU time limit exceeded',
    SIGBUS: 'Bus error',
    SIGINT: 'Interrupt',
  };
  return texts[signal] ?? signal;
}
