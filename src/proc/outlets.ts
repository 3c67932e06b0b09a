/**
 * The ways out of a process to those who want to know: commands, FIFOs with their readers, mail. In: a line,
 * a command, a letter. A reader that does not read, a script that hangs and a mail server that is gone cost a
 * line in the log, never an advert or a check.
 */
import type { FifoSetup } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import type { MailSetup } from '../ports/mail.ts';
import type { RunningScript, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { createFifo, type Fifo } from '../runtime/fifo.ts';
import { createMailer } from '../runtime/mailer.ts';
import type { Mail } from '../wire/smtp-dialogue.ts';

/** Scripts get this long before the process ends all the same. */
const STOP_SCRIPTS_MS = 1000;

interface Pipe {
  readonly fifo: Fifo;
  readonly path: string;
  reader: RunningScript | undefined;
  /** Its loss of lines has been told. */
  full: boolean;
}

type FifoSetups = readonly FifoSetup[];

export class Outlets {
  readonly #scripts: Scripts;
  readonly #logger: Logger;
  readonly #mailer: ReturnType<typeof createMailer>;
  #pipes: Pipe[] = [];
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(scripts: Scripts, logger: Logger, fifos: FifoSetups) {
    this.#scripts = scripts;
    this.#logger = logger;
    this.#mailer = createMailer((id, args) => logger.logById(id, args));
    this.#openPipes(fifos);
  }

  /**
   * Pipes are made anew and their scripts started again, as with 2.2.7: before a reload changes any state,
   * because what the new configuration causes is for the new readers.
   */
  reopen(fifos: readonly FifoSetup[]): void {
    this.#closePipes();
    this.#openPipes(fifos);
  }

  run(spec: ScriptSpec): void {
    this.#running += 1;
    this.#scripts.run(spec, (result) => {
      this.#running -= 1;
      if (result.kind === 'failed') this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
      if (this.#running === 0) this.#idle?.();
    });
  }

  mail(setup: MailSetup, letter: Mail): void {
    this.#mailer.send(setup, letter);
  }

  /** To every FIFO. */
  write(line: string): void {
    for (const pipe of this.#pipes) {
      const written = pipe.fifo.write(line);
      if (!written && !pipe.full) this.#logger.log('fifo-full', pipe.path);
      pipe.full = !written;
    }
  }

  /** Calls `done` when the scripts that run have ended, or after their time. */
  stop(done: () => void): void {
    if (this.#running === 0) {
      done();
      return;
    }
    const limit = setTimeout(done, STOP_SCRIPTS_MS);
    this.#idle = () => {
      clearTimeout(limit);
      done();
    };
  }

  end(): void {
    this.#mailer.close();
    this.#closePipes();
  }

  #openPipes(fifos: readonly FifoSetup[]): void {
    for (const { path, uid, gid, script } of fifos) {
      const made = createFifo(path, { uid, gid });
      if (!made.ok) {
        this.#logger.log('fifo-not-made', path, made.error.call, made.error.text);
        continue;
      }
      const pipe: Pipe = { fifo: made.value, path, reader: undefined, full: false };
      this.#pipes.push(pipe);
      if (script !== undefined) this.#startReader(pipe, { ...script, argv: [...script.argv, path] });
    }
  }

  #startReader(pipe: Pipe, spec: ScriptSpec): void {
    pipe.reader = this.#scripts.run(spec, (result) => {
      pipe.reader = undefined;
      if (result.kind === 'failed') this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
    });
  }

  /** What is still in a pipe is read first by nobody: the reader goes with it, as with 2.2.7. */
  #closePipes(): void {
    for (const { fifo, reader } of this.#pipes) {
      reader?.terminate();
      fifo.remove();
    }
    this.#pipes = [];
  }
}
