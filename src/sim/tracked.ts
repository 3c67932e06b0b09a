/** Tracked files and processes of a simulated machine: a test changes them, and their trackers hear of it. */
import type { WatchedFiles } from '../ports/files.ts';
import type { ProcessEvent, Processes, ProcessIdentity } from '../ports/processes.ts';
import { fail, ok } from '../result.ts';

const ENOENT = 2;
const ECONNREFUSED = 111;

export class SimFiles implements WatchedFiles {
  readonly #texts = new Map<string, string>();
  readonly #watches = new Set<{ readonly path: string; readonly changed: () => void }>();
  /** Folders that do not exist. */
  readonly missingFolders = new Set<string>();

  #folderMissing(path: string): boolean {
    return this.missingFolders.has(path.slice(0, path.lastIndexOf('/')));
  }

  watch: WatchedFiles['watch'] = (path, changed) => {
    if (this.#folderMissing(path)) return fail({ errno: ENOENT, text: 'no such file or directory' });
    const watch = { path, changed };
    this.#watches.add(watch);
    return ok(() => {
      this.#watches.delete(watch);
    });
  };

  read: WatchedFiles['read'] = (path) => this.#texts.get(path);

  initialise: WatchedFiles['initialise'] = (path, text, overwrite) => {
    if (this.#folderMissing(path)) return fail({ errno: ENOENT, text: 'no such file or directory' });
    if (overwrite || !this.#texts.has(path)) this.#texts.set(path, text);
    return ok(undefined);
  };

  /** Undefined removes it. */
  write(path: string, text: string | undefined): void {
    if (text === undefined) this.#texts.delete(path);
    else this.#texts.set(path, text);
    for (const watch of [...this.#watches]) if (watch.path === path) watch.changed();
  }

  get watched(): readonly string[] {
    return [...this.#watches].map(({ path }) => path);
  }
}

export class SimProcesses implements Processes {
  readonly #running = new Map<number, ProcessIdentity>();
  readonly #listeners = new Set<(event: ProcessEvent) => void>();
  #nextPid = 100;
  /** Processes that were looked at, for tests of what is not. */
  looks = 0;
  /** A network namespace, in which the kernel sends no events. */
  deaf = false;

  list: Processes['list'] = () => [...this.#running.keys()];

  look: Processes['look'] = (pid) => {
    this.looks += 1;
    return this.#running.get(pid);
  };

  subscribe: Processes['subscribe'] = (listener) => {
    if (this.deaf) return fail({ call: 'sendmsg', errno: ECONNREFUSED });
    this.#listeners.add(listener);
    listener({ event: 'listening' });
    return ok(() => {
      this.#listeners.delete(listener);
    });
  };

  #tell(event: ProcessEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** A process that executes `argv`. */
  start(...argv: readonly string[]): number {
    const pid = this.#nextPid++;
    this.#running.set(pid, { name: 'sh', argv: ['sh'] });
    this.rename(pid, argv[0]?.split('/').at(-1) ?? '', argv);
    return pid;
  }

  fork(parent: number): number {
    const pid = this.#nextPid++;
    const identity = this.#running.get(parent);
    if (identity !== undefined) this.#running.set(pid, identity);
    this.#tell({ event: 'fork', pid, parent });
    return pid;
  }

  rename(pid: number, name: string, argv: readonly string[] = [name]): void {
    this.#running.set(pid, { name, argv });
    this.#tell({ event: 'renamed', pid });
  }

  end(pid: number): void {
    this.#running.delete(pid);
    this.#tell({ event: 'exit', pid });
  }

  /** `work` happens unseen, and then the kernel says that events were lost. */
  loseEvents(work: () => void): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    work();
    for (const listener of listeners) this.#listeners.add(listener);
    this.#tell({ event: 'lost' });
  }
}
