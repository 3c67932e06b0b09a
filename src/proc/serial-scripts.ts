/**
 * notify_serialize: the commands of one owner run one after another, in the order of what they tell, each
 * with a time limit. In: commands with the name of their owner. Out: the same commands, started when those
 * before them have ended.
 */
import type { ScriptResult, ScriptSpec } from '../ports/scripts.ts';

/** Waiting commands of one owner; the oldest of more is dropped. */
const ROOM = 100;

export interface SerialScriptsDeps {
  readonly start: (spec: ScriptSpec, done: (result: ScriptResult) => void) => void;
  /** A command ended otherwise than with status 0. */
  readonly failed: (owner: string, spec: ScriptSpec, result: ScriptResult) => void;
  readonly dropped: (owner: string) => void;
}

export class SerialScripts {
  readonly #deps: SerialScriptsDeps;
  /** By owner: those that wait. An owner without an entry has nothing running. */
  readonly #waiting = new Map<string, ScriptSpec[]>();
  #released = false;

  constructor(deps: SerialScriptsDeps) {
    this.#deps = deps;
  }

  run(owner: string, spec: ScriptSpec): void {
    const waiting = this.#waiting.get(owner);
    if (waiting === undefined || this.#released) {
      this.#start(owner, spec);
      return;
    }
    waiting.push(spec);
    if (waiting.length <= ROOM) return;
    waiting.shift();
    this.#deps.dropped(owner);
  }

  get idle(): boolean {
    return this.#waiting.size === 0;
  }

  /** The process ends: what waits is started now, because later nobody would. */
  release(): void {
    this.#released = true;
    for (const [owner, waiting] of this.#waiting) {
      for (const spec of waiting.splice(0)) this.#start(owner, spec);
    }
  }

  #start(owner: string, spec: ScriptSpec): void {
    if (!this.#waiting.has(owner)) this.#waiting.set(owner, []);
    this.#deps.start(spec, (result) => {
      if (result.kind !== 'exited' || result.code !== 0) this.#deps.failed(owner, spec, result);
      const next = this.#waiting.get(owner)?.shift();
      if (next === undefined) this.#waiting.delete(owner);
      else this.#start(owner, next);
    });
  }
}
