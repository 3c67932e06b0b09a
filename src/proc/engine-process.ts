/**
 * The engine as a child of the parent: started before the VRRP process, whose rules it carries out, and again
 * when it ends, with the delays that children have. In: a log. Out: a descriptor for the VRRP process. Without
 * an engine that process sends everything by itself, so every failure here is one log line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Logger } from '../out/logger.ts';
import { engineFile } from '../runtime/engine-file.ts';
import { createEventPair } from '../runtime/event-socket.ts';
import { createRespawn } from './respawn.ts';

export class EngineProcess {
  readonly #logger: Logger;
  readonly #file: string;
  readonly #end: number;
  /** For the VRRP process. Both ends stay open here, for successors of either side. */
  readonly ownerEnd: number;
  #process: ChildProcess | undefined;
  #startedAtMs = 0;
  /** One that keeps ending leaves the VRRP process to itself for longer and longer. */
  readonly #respawn = createRespawn();
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  private constructor(logger: Logger, file: string, end: number, ownerEnd: number) {
    this.#logger = logger;
    this.#file = file;
    this.#end = end;
    this.ownerEnd = ownerEnd;
  }

  /** Undefined when there cannot be one. */
  static start(logger: Logger, find = engineFile): EngineProcess | undefined {
    const file = find();
    if (!file.ok) {
      logger.log('engine-not-started', file.error);
      return undefined;
    }
    const pair = createEventPair();
    if (!pair.ok) {
      logger.log('process-setting-refused', pair.error.call, pair.error.errno);
      return undefined;
    }
    const [end, ownerEnd] = pair.value;
    const engine = new EngineProcess(logger, file.value, end, ownerEnd);
    if (engine.#start()) return engine;
    closeSync(end);
    closeSync(ownerEnd);
    return undefined;
  }

  #start(): boolean {
    this.#startedAtMs = performance.now();
    const child = spawn(this.#file, [], {
      argv0: 'alived-engine',
      stdio: ['ignore', 'ignore', 'ignore', this.#end],
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
