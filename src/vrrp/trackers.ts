/**
 * Everything that instances track besides interfaces. In: definitions and ports. Out: facts about scripts,
 * files, processes and BFD sessions, and which kind of object has changed.
 */
import type { BfdEvents } from '../ports/bfd-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { WatchedFiles } from '../ports/files.ts';
import type { BufferSize } from '../ports/net.ts';
import type { Processes } from '../ports/processes.ts';
import type { Scripts } from '../ports/scripts.ts';
import { BfdTracker } from '../track/bfd-tracker.ts';
import { FileTracker, type TrackedFileConfig } from '../track/file-tracker.ts';
import type { TrackedProcessConfig } from './process-match.ts';
import { ProcessTracker } from './process-tracker.ts';
import type { TrackerReport } from './report.ts';
import { ScriptRunner, type TrackedScriptConfig } from './script-runner.ts';
import type { Facts } from './tracking.ts';

export interface TrackerPorts {
  readonly clock: Clock;
  readonly scripts: Scripts;
  readonly files: WatchedFiles;
  readonly processes: Processes;
  readonly bfd: BfdEvents;
}

export interface TrackerSetup {
  readonly scripts: readonly TrackedScriptConfig[];
  readonly trackFiles: readonly TrackedFileConfig[];
  readonly trackProcesses: readonly TrackedProcessConfig[];
  /** Names of BFD sessions; absent = none. */
  readonly trackBfds?: readonly string[];
  /** process_monitor_rcv_bufs; absent = the system's default. */
  readonly processEventsBuffer?: BufferSize;
}

export type TrackedList = 'trackScripts' | 'trackFiles' | 'trackProcesses' | 'trackBfds';

export interface TrackersHooks {
  readonly changed: (list: TrackedList, name: string) => void;
  readonly log: (id: string, args: readonly (string | number)[]) => void;
}

export class Trackers {
  readonly #scripts: ScriptRunner;
  readonly #files: FileTracker;
  readonly #processes: ProcessTracker;
  readonly #bfds: BfdTracker;
  /** What `conditionsOf` asks about them. */
  readonly facts: Pick<Facts, 'script' | 'file' | 'process' | 'bfd'>;

  constructor({ clock, scripts, files, processes, bfd }: TrackerPorts, { changed, log }: TrackersHooks) {
    const hooks = (list: TrackedList) => ({ changed: (name: string) => changed(list, name), log });
    this.#scripts = new ScriptRunner(clock, scripts, {
      changed: (script) => changed('trackScripts', script),
      log: (line) => log(line.id, line.args),
    });
    this.#files = new FileTracker(files, hooks('trackFiles'));
    this.#processes = new ProcessTracker(clock, processes, hooks('trackProcesses'));
    this.#bfds = new BfdTracker(clock, bfd, hooks('trackBfds'));
    this.facts = {
      script: (name) => this.#scripts.status(name),
      file: (name) => this.#files.value(name),
      process: (name) => this.#processes.hasQuorum(name),
      bfd: (name) => this.#bfds.isUp(name),
    };
  }

  tellInherited({ scripts }: Pick<TrackerSetup, 'scripts'>): void {
    this.#scripts.tellInherited(scripts);
  }

  configure(setup: TrackerSetup, starting: boolean): void {
    this.#files.configure(setup.trackFiles, starting);
    this.#processes.configure(setup.trackProcesses, setup.processEventsBuffer);
    this.#bfds.configure(setup.trackBfds ?? []);
    this.#scripts.configure(setup.scripts);
  }

  report(): TrackerReport {
    return {
      scripts: this.#scripts.report(),
      files: this.#files.report(),
      processes: this.#processes.report(),
      bfds: this.#bfds.report(),
    };
  }

  stop(): void {
    this.#scripts.stop();
    this.#files.stop();
    this.#processes.stop();
  }
}
