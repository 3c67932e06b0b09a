/**
 * Everybody who is told of a change of state: notify scripts, readers of the FIFOs, recipients of mail. In:
 * what the host reports. A reader that does not read, a script that hangs and a mail server that is gone cost
 * a line in the log, never an advert.
 */
import type { FifoSetup, VrrpChildConfig } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { type StateNews, stateMail } from '../out/mail.ts';
import { groupCommands, notifyCommands, reportedState } from '../out/notify.ts';
import type { RunningScript, ScriptSpec, Scripts } from '../ports/scripts.ts';
import { createFifo, type Fifo } from '../runtime/fifo.ts';
import { createMailer } from '../runtime/mailer.ts';
import type { NotifyState, StateName } from '../vrrp/events.ts';

/** notify_stop scripts get this long before the process ends all the same. */
const STOP_SCRIPTS_MS = 1000;

interface Pipe {
  readonly fifo: Fifo;
  readonly path: string;
  reader: RunningScript | undefined;
  /** Its loss of lines has been told. */
  full: boolean;
}

export class Notifier {
  readonly #scripts: Scripts;
  readonly #logger: Logger;
  readonly #mailer: ReturnType<typeof createMailer>;
  #config: VrrpChildConfig;
  #pipes: Pipe[] = [];
  #running = 0;
  #idle: (() => void) | undefined;

  constructor(scripts: Scripts, logger: Logger, config: VrrpChildConfig) {
    this.#scripts = scripts;
    this.#logger = logger;
    this.#config = config;
    this.#mailer = createMailer((id, args) => logger.logById(id, args));
    this.#openPipes(config.fifos);
  }

  /**
   * Pipes are made anew and their scripts started again, as with 2.2.7: before the reload changes any state,
   * because what the new configuration causes is for the new readers.
   */
  reopen(fifos: readonly FifoSetup[]): void {
    this.#closePipes();
    this.#openPipes(fifos);
  }

  /** From here on nothing of the configuration before counts. */
  reload(config: VrrpChildConfig): void {
    this.#config = config;
  }

  /** The scripts and settings that removed instances had hold until they are gone. */
  keepFor(before: VrrpChildConfig, config: VrrpChildConfig): void {
    const { instances } = config.dump;
    this.#config = {
      ...config,
      notify: { ...before.notify, ...config.notify },
      dump: { ...config.dump, instances: { ...before.dump.instances, ...instances } },
    };
  }

  instance(name: string, state: NotifyState, priority: number): void {
    const scripts = this.#config.notify[name];
    const reported = reportedState(state, scripts);
    if (scripts !== undefined) {
      for (const command of notifyCommands(name, scripts, state, priority)) this.#run(command);
    }
    this.#write(`INSTANCE "${name}" ${reported} ${priority}\n`);
    if (this.#config.dump.instances[name]?.smtpAlert) this.#mail({ what: 'Instance', name, state: reported });
  }

  group(name: string, state: NotifyState): void {
    const scripts = this.#config.groupNotify[name];
    if (scripts !== undefined) {
      for (const command of groupCommands(name, scripts, state)) this.#run(command);
    }
    this.#write(`GROUP "${name}" ${state} 0\n`);
    if (this.#config.dump.groups[name]?.smtpAlert) this.#mail({ what: 'Group', name, state });
  }

  lowerPriority(name: string): void {
    const script = this.#config.notify[name]?.notify_master_rx_lower_pri;
    if (script !== undefined) this.#run(script);
  }

  /** Only where notify_priority_changes asks for it, and only while there is a state to go with it. */
  priority(name: string, state: StateName, priority: number): void {
    if (!this.#config.dump.instances[name]?.notifyPriorityChanges) return;
    if (state === 'MASTER' || state === 'BACKUP') {
      this.#write(`INSTANCE "${name}" ${state}_PRIORITY ${priority}\n`);
    }
  }

  /** fifo_write_vrrp_states_on_reload: readers that have just been started learn where everything is. */
  writeStates(lines: readonly string[]): void {
    if (this.#config.writesStatesOnReload) for (const line of lines) this.#write(`${line}\n`);
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

  #run(spec: ScriptSpec): void {
    this.#running += 1;
    this.#scripts.run(spec, (result) => {
      this.#running -= 1;
      if (result.kind === 'failed') this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
      if (this.#running === 0) this.#idle?.();
    });
  }

  #mail(news: StateNews): void {
    const { mail } = this.#config;
    const built = mail && stateMail(mail, news, new Date());
    if (mail !== undefined && built !== undefined) this.#mailer.send(mail, built);
  }

  #write(line: string): void {
    for (const pipe of this.#pipes) {
      const written = pipe.fifo.write(line);
      if (!written && !pipe.full) this.#logger.log('fifo-full', pipe.path);
      pipe.full = !written;
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
