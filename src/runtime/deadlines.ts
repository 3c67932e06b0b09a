/**
 * Time limits of many short things of one kind, behind one timer for each length. Those that are begun first
 * end first, so a limit that is met costs an entry in a list and no timer of its own.
 */
import { addUs, type Us } from '../units.ts';
import type { Loop } from './loop.ts';

export interface Deadline {
  cancel(): void;
}

export interface Deadlines {
  /** `expired` is called unless it is cancelled within the time. */
  add(lengthUs: Us, expired: () => void): Deadline;
}

/** Entries that are over are cut off in pieces of this size. */
const PIECE = 1024;

class Entry implements Deadline {
  readonly dueAtUs: Us;
  expired: (() => void) | undefined;
  readonly #line: Line;

  constructor(line: Line, dueAtUs: Us, expired: () => void) {
    this.#line = line;
    this.dueAtUs = dueAtUs;
    this.expired = expired;
  }

  cancel(): void {
    if (this.expired === undefined) return;
    this.expired = undefined;
    this.#line.skipOver();
  }
}

/** Limits of one length, in the order in which they end. */
class Line {
  readonly #loop: Loop;
  readonly #name: string;
  readonly #lengthUs: Us;
  #entries: Entry[] = [];
  #first = 0;
  #armed = false;

  constructor(loop: Loop, name: string, lengthUs: Us) {
    this.#loop = loop;
    this.#name = name;
    this.#lengthUs = lengthUs;
  }

  add(expired: () => void): Deadline {
    const entry = new Entry(this, addUs(this.#loop.now(), this.#lengthUs), expired);
    this.#entries.push(entry);
    // One that is armed for an entry which is over by then costs one look.
    if (!this.#armed) this.#arm(entry);
    return entry;
  }

  #arm({ dueAtUs }: Entry): void {
    this.#armed = true;
    this.#loop.armAt(this.#name, dueAtUs, (_, nowUs) => this.#expire(nowUs));
  }

  skipOver(): void {
    while (this.#first < this.#entries.length && this.#entries[this.#first]?.expired === undefined) {
      this.#first++;
    }
    if (this.#first < PIECE) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  #expire(nowUs: Us): void {
    this.#armed = false;
    for (let head = this.#head(); head !== undefined && head.dueAtUs <= nowUs; head = this.#head()) {
      const { expired } = head;
      head.cancel();
      expired?.();
    }
    const head = this.#head();
    if (head !== undefined) this.#arm(head);
  }

  #head(): Entry | undefined {
    this.skipOver();
    return this.#entries[this.#first];
  }
}

export function createDeadlines(loop: Loop, name: string): Deadlines {
  const lines = new Map<Us, Line>();
  return {
    add(lengthUs, expired) {
      let line = lines.get(lengthUs);
      if (line === undefined) {
        line = new Line(loop, `${name} ${lengthUs}`, lengthUs);
        lines.set(lengthUs, line);
      }
      return line.add(expired);
    },
  };
}
