/**
 * Everything that instances track besides interfaces. In: definitions and ports. Out: facts about scripts,
 * files and processes, and which kind of object has changed.
 */
import type { Clock } from '../ports/clock.ts';
import type { WatchedFiles } from '../ports/files.ts';
import type { Processes } from '../ports/processes.ts';
import type { Scripts } from '../ports/scripts.ts';
import { FileTracker, type TrackedFileConfig } from './file-tracker.ts';
import type { TrackedProcessConfig } from './process-match.ts';
import { ProcessTracker } from './process-tracker.ts';
import { ScriptRunner, type TrackedScriptConfig } from './script-runner.ts';
import type { Facts } from './tracking.ts';

export interface TrackerPorts {
  readonly clock: Clock;
  readonly scripts: Scripts;
  readonly files: WatchedFiles;
  readonly processes: Processes;
}

export interface TrackerSetup {
  readonly scripts: readonly TrackedScriptConfig[];
  readonly trackFiles: readonly TrackedFileConfig[];
  readonly trackProcesses: readonly TrackedProcessConfig[];
  /** process_monitor_rcv_bufs; absent = the system's default. */
  readonly processEventsBuffer?: number;
}

export type TrackedList = 'trackScripts' | 'trackFiles' | 'trackProcesses';

export interface TrackersHooks {
  readonly changed: (list: TrackedList, name: string) => void;
  readonly log: (id: string, args: readonly (string | number)[]) => void;
}

export class Trackers {
  readonly #scripts: ScriptRunner;
  readonly #files: FileTracker;
  readonly #processes: ProcessTracker;
  /** What `conditionsOf` asks about them. */
  readonly facts: Pick<Facts, 'script' | 'file' | 'process'>;

  constructor({ clock, scripts, files, processes }: TrackerPorts, { changed, log }: TrackersHooks) {
    const hooks = (list: TrackedList) => ({ changed: (name: string) => changed(list, name), log });
    this.#scripts = new ScriptRunner(clock, scripts, {
      changed: (script) => changed('trackScripts', script),
      log: (line) => log(line.id, line.args),
    });
    this.#files = new FileTracker(files, hooks('trackFiles'));
    this.#processes = new ProcessTracker(clock, processes, hooks('trackProcesses'));
    this.facts = {
      script: (name) => this.#scripts.status(name),
      file: (name) => this.#files.value(name),
      process: (name) => this.#processes.hasQuorum(name),
    };
  }

  configure(setup: TrackerSetup, starting: boolean): void {
    this.#files.configure(setup.trackFiles, starting);
    this.#processes.configure(setup.trackProcesses, setup.processEventsBuffer);
    this.#scripts.configure(setup.scripts);
  }

  stop(): void {
    this.#scripts.stop();
    this.#files.stop();
    this.#processes.stop();
  }
}
