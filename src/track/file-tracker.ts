/**
 * The tracked files. In: definitions, the WatchedFiles port. Out: the number in each, as a fact. A file that
 * is missing or cannot be read counts as 0; one whose folder cannot be watched is not tracked at all.
 */
import type { WatchedFiles } from '../ports/files.ts';
import { fileNumber } from './file-number.ts';
import type { TrackerHooks } from './tracker-hooks.ts';

export interface TrackedFileConfig {
  readonly name: string;
  readonly path: string;
  /** Written when the process starts and the file is missing, or always with `overwrite`. */
  readonly init?: { readonly value: number; readonly overwrite: boolean };
}

export interface FileReport {
  readonly config: TrackedFileConfig;
  readonly value: number;
}

interface Entry {
  readonly config: TrackedFileConfig;
  value: number;
  readonly end: () => void;
}

export class FileTracker {
  readonly #files: WatchedFiles;
  readonly #hooks: TrackerHooks;
  readonly #entries = new Map<string, Entry>();

  constructor(files: WatchedFiles, hooks: TrackerHooks) {
    this.#files = files;
    this.#hooks = hooks;
  }

  /** Undefined when it is not tracked. */
  value(name: string): number | undefined {
    return this.#entries.get(name)?.value;
  }

  report(): FileReport[] {
    return [...this.#entries.values()].map(({ config, value }) => ({ config, value }));
  }

  /** `starting`: the process starts, and files are to be initialised (never at a reload, as 2.3.3 has it). */
  configure(configs: readonly TrackedFileConfig[], starting: boolean): void {
    const wanted = new Map(configs.map((config) => [config.name, config.path]));
    for (const [name, entry] of this.#entries) {
      if (wanted.get(name) !== entry.config.path) this.#forget(name, entry);
    }
    for (const config of configs) {
      if (starting) this.#initialise(config);
      if (!this.#entries.has(config.name)) this.#add(config);
    }
  }

  #initialise({ name, path, init }: TrackedFileConfig): void {
    if (init === undefined) return;
    const done = this.#files.initialise(path, `${init.value}\n`, init.overwrite);
    if (done.ok) return;
    if (done.error === 'not-regular') this.#hooks.log('track-file-not-regular', [name]);
    else {
      this.#hooks.log('track-file-not-opened', [path, done.error.errno, done.error.text]);
      this.#hooks.log('track-file-not-initialised', [name]);
    }
  }

  #add(config: TrackedFileConfig): void {
    const watching = this.#files.watch(config.path, () => this.#reread(config.name));
    if (!watching.ok) {
      this.#hooks.log('track-file-no-folder', [config.name]);
      return;
    }
    const entry = { config, value: 0, end: watching.value };
    this.#entries.set(config.name, entry);
    entry.value = this.#read(entry);
  }

  #read({ config, value }: Entry): number {
    const found = fileNumber(this.#files.read(config.path) ?? '');
    if (typeof found === 'number') return found;
    this.#hooks.log('track-file-invalid-number', [found, config.path]);
    return value;
  }

  #reread(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    const before = entry.value;
    entry.value = this.#read(entry);
    if (entry.value !== before) this.#hooks.changed(name);
  }

  #forget(name: string, entry: Entry): void {
    entry.end();
    this.#entries.delete(name);
  }

  stop(): void {
    for (const [name, entry] of [...this.#entries]) this.#forget(name, entry);
  }
}
