/**
 * The children of a parent as one thing. In: what each is to run, reloads, a stop. Out: one call when all
 * have started, when all have taken a reload, and when the last one is gone. A child that ends for good takes
 * the others with it: half a daemon is worse than one that a service manager starts again.
 */
import type { ChildEnvironment, ChildName } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { BFD_LISTENERS, CHILD_KINDS, type SharedSocket } from './child-kinds.ts';
import { ChildProcess } from './child-process.ts';
import { type EarlyVrrp, endEarly, sharedByVrrp, waitsForWork } from './early-vrrp.ts';
import { EngineProcess } from './engine-process.ts';
import { openSocketPair, type SocketPair } from './socket-pair.ts';

export interface ChildPlan {
  readonly name: ChildName;
  /** Plain data of the kind that this child takes. */
  readonly config: unknown;
  readonly diagnostics: readonly string[];
  readonly pidFile: string;
  /** Fixed for the life of the child. */
  readonly ipvsNamespace?: string | undefined;
}

export interface ChildrenSpec {
  readonly log: Omit<ChildEnvironment, 'ident' | 'pidFile' | 'ipvsNamespace' | 'eventSockets'>;
  readonly logger: Logger;
  readonly respawn: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Started before anybody knew whether it is needed. */
  readonly early: EarlyVrrp | undefined;
  readonly started: () => void;
  readonly reloaded: () => void;
  /** A child was asked for a reload. */
  readonly reloadWanted: () => void;
  /** All are gone; the exit status the parent has to end with. */
  readonly ended: (code: number) => void;
}

export class Children {
  readonly #spec: ChildrenSpec;
  readonly #running = new Map<ChildName, ChildProcess<unknown>>();
  readonly #pairs = new Map<ChildName, SocketPair>();
  #early: EarlyVrrp | undefined;
  #engine: EngineProcess | undefined;
  readonly #starting = new Set<ChildName>();
  readonly #reloading = new Set<ChildName>();
  #exitCode = 0;
  #stopping = false;

  constructor(spec: ChildrenSpec) {
    this.#spec = spec;
    this.#early = spec.early;
  }

  /** Nothing is to run, or not where it has been started. */
  endEarly(): void {
    if (this.#early !== undefined) endEarly(this.#early);
    this.#early = undefined;
  }

  get any(): boolean {
    return this.#running.size > 0;
  }

  has(name: ChildName): boolean {
    return this.#running.has(name);
  }

  /** `fatal`: the configuration cannot run, and each child says why before it ends. */
  start(plans: readonly ChildPlan[], fatal: boolean): void {
    for (const { name } of plans) this.#starting.add(name);
    if (!this.#starting.has('vrrp')) this.endEarly();
    for (const name of Object.keys(CHILD_KINDS) as ChildName[]) {
      const plan = plans.find((one) => one.name === name);
      if (plan !== undefined) this.#startOne(plan, fatal);
    }
  }

  #startOne(plan: ChildPlan, fatal: boolean): void {
    const { name, config, diagnostics, pidFile, ipvsNamespace } = plan;
    const early = name === 'vrrp' ? this.#takeEarly() : undefined;
    // A child that only says what is wrong sends nothing.
    if (name === 'vrrp' && !fatal) {
      this.#engine ??= EngineProcess.start(this.#spec.logger, undefined, early?.engine);
    }
    const child = new ChildProcess<unknown>({
      name,
      environment: { ...this.#spec.log, pidFile, ipvsNamespace },
      shared: this.#sharedBy(name),
      early: early?.spawned,
      config,
      diagnostics,
      fatal,
      logger: this.#spec.logger,
      respawn: this.#spec.respawn,
      env: this.#spec.env,
      started: () => this.#done(this.#starting, name, this.#spec.started),
      reloaded: () => this.#done(this.#reloading, name, this.#spec.reloaded),
      reloadWanted: () => this.#spec.reloadWanted(),
      ended: (code) => this.#ended(name, code),
    });
    this.#running.set(name, child);
    child.start();
  }

  #takeEarly(): EarlyVrrp | undefined {
    const early = this.#early;
    if (early === undefined) return undefined;
    if (!waitsForWork(early)) {
      this.endEarly();
      return undefined;
    }
    this.#early = undefined;
    this.#pairs.set('vrrp', early.bfd);
    return early;
  }

  /** Every listener has its pair from the start: a reload may add the sessions that it listens to. */
  #sharedBy(name: ChildName): SharedSocket[] {
    if (name === 'vrrp') return sharedByVrrp(this.#pair(name), this.#engine?.sockets);
    if (name !== 'bfd') {
      const pair = this.#pair(name);
      return pair === undefined ? [] : [{ to: 'bfd', fd: pair.ownerEnd }];
    }
    return BFD_LISTENERS.flatMap((to) => {
      const pair = this.#pair(to);
      return pair === undefined ? [] : [{ to, fd: pair.otherEnd }];
    });
  }

  #pair(listener: ChildName): SocketPair | undefined {
    const known = this.#pairs.get(listener);
    if (known !== undefined) return known;
    const made = openSocketPair();
    if (!made.ok) {
      this.#spec.logger.log('process-setting-refused', made.error.call, made.error.errno);
      return undefined;
    }
    this.#pairs.set(listener, made.value);
    return made.value;
  }

  #done(waiting: Set<ChildName>, name: ChildName, then: () => void): void {
    if (waiting.delete(name) && waiting.size === 0) then();
  }

  /** Children that run take their new configuration, also an empty one; others are started. */
  reload(plans: readonly ChildPlan[]): void {
    for (const { name } of plans) this.#reloading.add(name);
    for (const plan of plans) {
      const child = this.#running.get(plan.name);
      if (child !== undefined) child.reload(plan.config, plan.diagnostics);
      else {
        this.#startOne(plan, false);
        this.#done(this.#reloading, plan.name, this.#spec.reloaded);
      }
    }
  }

  writeStats(clear: boolean): void {
    this.#running.get('vrrp')?.writeStats(clear);
  }

  /** Only the VRRP process has anything for the JSON file. */
  dump(as: 'data' | 'json'): void {
    for (const [name, child] of this.#running) if (as === 'data' || name === 'vrrp') child.dump(as);
  }

  logThreads(): void {
    for (const child of this.#running.values()) child.logThreads();
  }

  stop(waitMs: number): void {
    this.#stopping = true;
    if (this.#running.size === 0) this.#spec.ended(this.#exitCode);
    for (const child of [...this.#running.values()]) child.stop(waitMs);
  }

  #ended(name: ChildName, code: number): void {
    this.#running.delete(name);
    if (code !== 0) this.#exitCode = code;
    // Nothing is sent for somebody who is gone for good.
    if (name === 'vrrp') this.#engine?.stop();
    if (this.#running.size === 0) this.#spec.ended(this.#exitCode);
    else if (!this.#stopping) this.stop(STOP_OTHERS_MS);
  }
}

/** As long as a stop of the daemon gives them, unless configured. */
const STOP_OTHERS_MS = 5000;
