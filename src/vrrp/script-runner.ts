/**
 * Runs the tracked scripts at their intervals. In: script definitions, the Clock and Scripts ports. Out: the
 * status of each, as a fact. A script that is still running is not started a second time (upstream 2.3.3).
 */
import type { Clock } from '../ports/clock.ts';
import type { RunningScript, ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { addUs, type Us } from '../units.ts';
import type { ScriptReport } from './report.ts';
import {
  initialTracker,
  type ScriptLog,
  type ScriptStatus,
  type ScriptTrackerConfig,
  type ScriptTrackerState,
  trackResult,
} from './script-tracker.ts';

export interface TrackedScriptConfig extends ScriptTrackerConfig {
  readonly spec: ScriptSpec;
  readonly intervalUs: Us;
}

interface Entry {
  config: TrackedScriptConfig;
  state: ScriptTrackerState;
  running: RunningScript | undefined;
}

export interface ScriptRunnerHooks {
  readonly changed: (script: string) => void;
  readonly log: (log: ScriptLog) => void;
}

/** Results are inherited over a reload only by the same command run by the same user (upstream 2.3.2). */
function sameCommand(a: TrackedScriptConfig, b: TrackedScriptConfig): boolean {
  return (
    a.spec.uid === b.spec.uid &&
    a.spec.gid === b.spec.gid &&
    a.spec.argv.length === b.spec.argv.length &&
    a.spec.argv.every((word, index) => word === b.spec.argv[index])
  );
}

export class ScriptRunner {
  readonly #clock: Clock;
  readonly #scripts: Scripts;
  readonly #hooks: ScriptRunnerHooks;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, scripts: Scripts, hooks: ScriptRunnerHooks) {
    this.#clock = clock;
    this.#scripts = scripts;
    this.#hooks = hooks;
  }

  status(name: string): ScriptStatus {
    return this.#entries.get(name)?.state.status ?? 'unknown';
  }

  report(): ScriptReport[] {
    return [...this.#entries.values()].map(({ config, state, running }) => ({
      config,
      state,
      running: running !== undefined,
    }));
  }

  /** Says which results outlive a reload, before it happens. */
  tellInherited(configs: readonly TrackedScriptConfig[]): void {
    for (const config of configs) {
      const entry = this.#entries.get(config.name);
      if (entry === undefined || !sameCommand(entry.config, config)) continue;
      const { status } = entry.state;
      if (status !== 'up' && status !== 'down') continue;
      const verdict = status === 'up' ? 'successful' : 'unsuccessful';
      this.#hooks.log({ id: 'script-inherited', args: [config.name, verdict] });
    }
  }

  /** Declares the scripts so that their status can be asked for; `start` sets them going. */
  configure(configs: readonly TrackedScriptConfig[]): void {
    const wanted = new Set(configs.map((config) => config.name));
    for (const [name, entry] of this.#entries) {
      if (!wanted.has(name)) this.#forget(name, entry);
    }
    for (const config of configs) {
      const entry = this.#entries.get(config.name);
      if (entry !== undefined && sameCommand(entry.config, config)) {
        entry.config = config;
        continue;
      }
      if (entry !== undefined) this.#forget(config.name, entry);
      this.#entries.set(config.name, { config, state: initialTracker(config), running: undefined });
      this.#clock.armAt(timerOf(config.name), this.#clock.now(), () => this.#run(config.name));
    }
  }

  #forget(name: string, entry: Entry): void {
    this.#clock.cancel(timerOf(name));
    entry.running?.terminate();
    this.#entries.delete(name);
  }

  #run(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const startedUs = this.#clock.now();
    const next = addUs(startedUs, entry.config.intervalUs);
    this.#clock.armAt(timerOf(name), next, () => this.#run(name));
    if (entry.running !== undefined) return;
    entry.running = this.#scripts.run(entry.config.spec, (result) => this.#done(name, entry, result));
  }

  #done(name: string, entry: Entry, result: ScriptResult): void {
    entry.running = undefined;
    if (this.#entries.get(name) !== entry) return;
    const before = entry.state.status;
    const { state, logs } = trackResult(entry.config, entry.state, result);
    entry.state = state;
    for (const log of logs) this.#hooks.log(log);
    if (state.status !== before) this.#hooks.changed(name);
  }

  stop(): void {
    for (const [name, entry] of [...this.#entries]) this.#forget(name, entry);
  }
}

const timerOf = (name: string): string => `script/${name}`;
