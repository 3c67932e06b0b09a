/** Lines of a running step are written when its packets have left: a slow console costs no failover. */
import type { Log } from './running.ts';

export class LineBuffer {
  readonly #write: Log;
  readonly #lines: [string, readonly (string | number)[]][] = [];
  #depth = 0;

  constructor(write: Log) {
    this.#write = write;
  }

  readonly log: Log = (id, args) => {
    if (this.#depth === 0) this.#write(id, args);
    else this.#lines.push([id, args]);
  };

  /** Holds the lines of `work` back until it is done. Calls nest; the outermost one writes. */
  during(work: () => void): void {
    this.#depth += 1;
    try {
      work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) for (const [id, args] of this.#lines.splice(0)) this.#write(id, args);
    }
  }
}
