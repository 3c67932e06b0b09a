/**
 * The engine as a child of the parent: started before the VRRP process, whose rules it carries out, and again
 * when it ends, with the delays that children have. In: a log. Out: sockets for the VRRP process. Without an
 * engine that process sends everything by itself, so every failure here is one log line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '../out/logger.ts';
import { ok } from '../result.ts';
import { engineFile } from '../runtime/engine-file.ts';
import { createRespawn } from './respawn.ts';
import { closeSocketPair, openSocketPair, type SocketPair } from './socket-pair.ts';

export class EngineProcess {
  readonly #logger: Logger;
  readonly #file: string;
  /** The owner is the VRRP process. */
  readonly sockets: SocketPair;
  #process: ChildProcess | undefined;
  #startedAtMs = 0;
  /** One that keeps ending leaves the VRRP process to itself for longer and longer. */
  readonly #respawn = createRespawn();
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(logger: Logger, file: string, sockets: SocketPair) {
    this.#logger = logger;
    this.#file = file;
    this.sockets = sockets;
  }

  /** Undefined when there cannot be one. `given`: sockets that somebody shares already. */
  static start(logger: Logger, find = engineFile, given?: SocketPair): EngineProcess | undefined {
    const file = find();
    if (!file.ok) {
      logger.log('engine-not-started', file.error);
      return undefined;
    }
    const pair = given === undefined ? openSocketPair() : ok(given);
    if (!pair.ok) {
      logger.log('process-setting-refused', pair.error.call, pair.error.errno);
      return undefined;
    }
    const engine = new EngineProcess(logger, file.value, pair.value);
    if (engine.#start()) return engine;
    if (given === undefined) closeSocketPair(pair.value);
    return undefined;
  }

  #start(): boolean {
    this.#startedAtMs = performance.now();
    const child = spawn(this.#file, [], {
      argv0: 'alived-engine',
      stdio: ['ignore', 'ignore', 'ignore', this.sockets.otherEnd],
      cwd: '/',
      env: {},
    });
    this.#process = child;
    child.on('error', (error) => this.#logger.log('engine-not-started', error.message));
    child.on('exit', (code, signal) => this.#ended(child, signal ?? `status ${code}`));
    return child.pid !== undefined;
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#stopped || this.#process !== child) return;
    this.#logger.log('engine-ended', child.pid ?? 0, how);
    const delay = this.#respawn.died(this.#startedAtMs, performance.now());
    this.#timer = setTimeout(() => this.#start(), delay * 1000);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#process?.kill('SIGKILL');
  }
}
