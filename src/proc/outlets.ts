/**
 * The ways out of a process to those who want to know: commands, FIFOs with their readers, mail, webhooks.
 * In: a notice, a command, a letter. A reader that does not read, a script that hangs, a mail server or a
 * receiver that is gone cost a line in the log, never an advert or a check.
 */
import type { FifoSetup, OutletSetup } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { fifoLine, type Notice, type Speaker, webhookBody } from '../out/notice.ts';
import type { MailSetup } from '../ports/mail.ts';
import type { RunningScript, ScriptResult, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { createFifo, type Fifo } from '../runtime/fifo.ts';
import { createMailer } from '../runtime/mailer.ts';
import { createWebhooks } from '../runtime/webhooks.ts';
import { seconds, type Us, us } from '../units.ts';
import type { Mail } from '../wire/smtp-dialogue.ts';
import { SerialScripts } from './serial-scripts.ts';

/** Scripts and webhooks get this long before the process ends all the same. */
const STOP_SCRIPTS_MS = 1000;

/** notify_serialize: whose commands wait for each other, and how long each may take. */
export interface ScriptOrder {
  readonly owner: string;
  readonly timeoutUs: Us;
}

interface Pipe {
  readonly fifo: Fifo;
  readonly path: string;
  reader: RunningScript | undefined;
  /** Its loss of lines has been told. */
  full: boolean;
}

export class Outlets {
  readonly #scripts: Scripts;
  readonly #logger: Logger;
  readonly #mailer: ReturnType<typeof createMailer>;
  readonly #webhooks: ReturnType<typeof createWebhooks>;
  readonly #serial: SerialScripts;
  #speaker: Speaker;
  #pipes: Pipe[] = [];
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(scripts: Scripts, logger: Logger, { fifos, webhooks, speaker }: OutletSetup) {
    const log = (id: string, args: readonly (string | number)[]): void => logger.logById(id, args);
    this.#scripts = scripts;
    this.#logger = logger;
    this.#mailer = createMailer(log);
    this.#webhooks = createWebhooks(log);
    this.#webhooks.configure(webhooks);
    this.#webhooks.onIdle(() => this.#settled());
    this.#serial = new SerialScripts({
      start: (spec, done) => this.#start(spec, done),
      failed: (owner, spec, result) => this.#failed(owner, spec, result),
      dropped: (owner) => logger.log('notify-dropped', owner),
    });
    this.#speaker = speaker;
    this.#openPipes(fifos);
  }

  /**
   * Pipes are made anew and their scripts started again, as with 2.2.7: before a reload changes any state,
   * because what the new configuration causes is for the new readers.
   */
  reopen({ fifos, webhooks, speaker }: OutletSetup): void {
    this.#speaker = speaker;
    this.#webhooks.configure(webhooks);
    this.#closePipes();
    this.#openPipes(fifos);
  }

  run(spec: ScriptSpec, order?: ScriptOrder): void {
    if (order === undefined) this.#start(spec, () => undefined);
    else this.#serial.run(order.owner, { ...spec, timeoutUs: order.timeoutUs });
  }

  mail(setup: MailSetup, letter: Mail): void {
    this.#mailer.send(setup, letter);
  }

  /** To every FIFO and every webhook. */
  tell(notice: Notice): void {
    this.write(fifoLine(notice));
    this.#webhooks.post(() => webhookBody(notice, this.#speaker, new Date()));
  }

  /** To every FIFO. */
  write(line: string): void {
    for (const pipe of this.#pipes) {
      const written = pipe.fifo.write(line);
      if (!written && !pipe.full) this.#logger.log('fifo-full', pipe.path);
      pipe.full = !written;
    }
  }

  /** Calls `done` when the scripts that run have ended and webhooks have been served, or after their time. */
  stop(done: () => void): void {
    const limit = setTimeout(() => {
      this.#serial.release();
      done();
    }, STOP_SCRIPTS_MS);
    this.#idle = () => {
      clearTimeout(limit);
      this.#idle = undefined;
      done();
    };
    this.#settled();
  }

  end(): void {
    this.#mailer.close();
    this.#webhooks.close();
    this.#closePipes();
  }

  #settled(): void {
    if (this.#running === 0 && this.#serial.idle && this.#webhooks.idle()) this.#idle?.();
  }

  #start(spec: ScriptSpec, done: (result: ScriptResult) => void): void {
    this.#running += 1;
    this.#scripts.run(spec, (result) => {
      this.#running -= 1;
      if (result.kind === 'failed') this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
      done(result);
      this.#settled();
    });
  }

  #failed(owner: string, { argv, timeoutUs = us(0) }: ScriptSpec, result: ScriptResult): void {
    const [script = ''] = argv;
    if (result.kind === 'exited') this.#logger.log('notify-exited', script, owner, result.code);
    else if (result.kind === 'signalled') this.#logger.log('notify-killed', script, owner, result.signal);
    else if (result.kind === 'timeout') {
      this.#logger.log('notify-timeout', script, owner, timeoutUs / seconds(1));
    }
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
