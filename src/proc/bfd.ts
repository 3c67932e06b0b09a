/**
 * The BFD child: the composition root of the sessions. In: a configuration over the channel, packets of the
 * peers. Out: packets, log lines, and events for the children that track sessions, over sockets that lead
 * straight to them.
 */
import type { BfdSessionConfig } from '../bfd/bfd.ts';
import { BfdHost } from '../bfd/host.ts';
import type { BfdChildConfig, ChildName, ProcessSettings } from '../ipc/messages.ts';
import { bfdDataText } from '../out/dump/bfd.ts';
import type { Logger } from '../out/logger.ts';
import type { BfdEvent } from '../ports/bfd-events.ts';
import type { NetError } from '../ports/net.ts';
import type { BfdQuestion } from '../runtime/bfd-events.ts';
import { chance } from '../runtime/chance.ts';
import { createClock } from '../runtime/clock.ts';
import { type EventSocket, openEventSocket } from '../runtime/event-socket.ts';
import type { PidFile } from '../runtime/files.ts';
import { createUdp } from '../runtime/udp-linux.ts';
import { BFD_LISTENERS } from './child-kinds.ts';
import { dataFile, writeDump } from './dump-files.ts';
import { EXIT_CONFIG, EXIT_FATAL, EXIT_OK } from './exit-codes.ts';
import { applyProcessSettings } from './process-settings.ts';
import {
  beginChild,
  type ChildDeps,
  type ReloadMessage,
  type RunningChild,
  type StartChild,
  type StartMessage,
  sayUsage,
} from './run-child.ts';

type Deps = ChildDeps<BfdChildConfig>;

export const startBfdChild: StartChild<BfdChildConfig> = (deps, logger, start) => {
  const { config, diagnostics, fatal } = start;
  const pidFile = beginChild(start, logger);
  for (const text of diagnostics) logger.log('diagnostic', text);
  const child = new BfdChild(deps, logger, pidFile, start);
  if (fatal) child.end(EXIT_CONFIG);
  else child.start(config);
  return child;
};

/** Whether a session is one that this child wants to hear of. */
const concerns = (listener: ChildName, session: BfdSessionConfig): boolean =>
  listener === 'vrrp' ? session.tellsVrrp : session.tellsChecker;

class BfdChild implements RunningChild<BfdChildConfig> {
  readonly #deps: Deps;
  readonly #logger: Logger;
  readonly #pidFile: PidFile | undefined;
  readonly #host: BfdHost;
  #settings: ProcessSettings;
  readonly #listeners = new Map<ChildName, EventSocket<BfdEvent>>();
  #dump: BfdChildConfig['dump'] | undefined;

  constructor(
    deps: Deps,
    logger: Logger,
    pidFile: PidFile | undefined,
    { config, environment }: StartMessage<BfdChildConfig>,
  ) {
    const sockets = environment.eventSockets;
    this.#settings = config.process;
    this.#deps = deps;
    this.#logger = logger;
    this.#pidFile = pidFile;
    const clock = createClock(deps.loop);
    this.#host = new BfdHost(
      { clock, udp: createUdp(deps.loop), chance },
      {
        log: (id, args) => logger.logById(id, args),
        tell: (session, up) => {
          for (const listener of this.#listeners.keys()) this.#tell(listener, session, { up });
        },
      },
    );
    for (const name of BFD_LISTENERS) this.#connect(name, sockets[name]);
  }

  #connect(name: ChildName, fd: number | undefined): void {
    if (fd === undefined) return;
    const answer = (): void => {
      for (const [session, up] of this.#host.states()) this.#tell(name, session, { up, asked: true });
    };
    const opened = openEventSocket<BfdEvent, BfdQuestion>(this.#deps.loop, fd, answer);
    if (opened.ok) this.#listeners.set(name, opened.value);
    else this.#logger.log('process-setting-refused', opened.error.call, opened.error.errno);
  }

  #tell(name: ChildName, session: BfdSessionConfig, news: Pick<BfdEvent, 'up' | 'asked'>): void {
    if (!concerns(name, session)) return;
    const sentUs = this.#deps.loop.now();
    this.#listeners.get(name)?.send({ instance: session.name, sentUs, ...news });
  }

  start(config: BfdChildConfig): void {
    const listening = this.#host.listen(config.sessions);
    if (!listening.ok) {
      this.#cannotListen(listening.error);
      // Somebody else has the port, and a successor would only find the same.
      this.end(EXIT_FATAL);
      return;
    }
    this.#host.configure(config.sessions);
    this.#dump = config.dump;
    this.#deps.channel.send({ type: 'started' });
  }

  #cannotListen({ call, errno }: NetError): void {
    this.#logger.log('bfd-listen-error', call, errno);
    this.#logger.log('bfd-no-listener');
  }

  reload({ config, diagnostics }: ReloadMessage<BfdChildConfig>): void {
    const startedUs = this.#deps.loop.now();
    this.#logger.log('reloading-child');
    for (const text of diagnostics) this.#logger.log('diagnostic', text);
    applyProcessSettings(config.process, this.#logger, this.#settings);
    this.#settings = config.process;
    // Sessions that have what they need go on whatever the new ones lack.
    const listening = this.#host.listen(config.sessions);
    if (!listening.ok) this.#cannotListen(listening.error);
    this.#host.configure(config.sessions);
    this.#dump = config.dump;
    this.#logger.log('bfd-reloaded', this.#deps.loop.now() - startedUs);
    this.#deps.channel.send({ type: 'reloaded' });
  }

  dump(as: 'data' | 'json'): void {
    const dump = this.#dump;
    if (as === 'json' || dump === undefined) return;
    this.#logger.log('printing-data', 'BFD', process.pid);
    writeDump(dataFile(this.#deps.env, dump.naming, '_bfd'), this.dataText(), this.#logger);
  }

  /** Sessions of a few hundredths of a second would be down. */
  mayPause(): boolean {
    return false;
  }

  dataText(): string {
    const { loop } = this.#deps;
    const report = { nowUs: loop.now(), wallUs: Date.now() * 1000, sessions: this.#host.report() };
    return bfdDataText(report, this.#dump?.globals ?? []);
  }

  stop(): void {
    this.#host.close();
    this.end(EXIT_OK);
  }

  end(code: number): void {
    sayUsage(this.#logger);
    this.#pidFile?.remove();
    this.#deps.exit(code);
  }
}
