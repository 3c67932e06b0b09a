/** The words of a list line one after the other, for lines that are little languages of named options. */
import type { Parsed } from '../codecs/codec.ts';
import { type IntegerOptions, readInteger } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Session } from '../drafts.ts';
import { missingParameter } from '../keywords/read-scalar.ts';

export class WordReader {
  readonly line: Line;
  readonly session: Session;
  /** Index of the word that `take` gives next. */
  at: number;
  /** A required word was missing: the whole run ends. */
  stopped = false;

  constructor(line: Line, session: Session) {
    this.line = line;
    this.session = session;
    this.at = 0;
  }

  peek(ahead = 0): string | undefined {
    return this.line.words[this.at + ahead];
  }

  /** The next word; a missing one ends the run, as upstream does. */
  take(): string | undefined {
    const word = this.line.words[this.at];
    if (word === undefined) {
      this.stopped = true;
      missingParameter(this.line, this.session, this.at + 1);
      return undefined;
    }
    this.at++;
    return word;
  }

  say(text: string): void {
    this.session.report(text, this.line);
  }

  /** Says what is wrong with a word and gives its value. */
  accept<T>({ value, complaint, remark }: Parsed<T>): T | undefined {
    if (remark !== undefined) this.say(remark);
    if (complaint !== undefined) this.say(complaint);
    return value;
  }

  integer(word: string, options: IntegerOptions): number | undefined {
    return this.accept(readInteger(word, options, { testing: true }));
  }
}
