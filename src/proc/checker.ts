/**
 * The checker child: the composition root of virtual servers and their checks. In: a configuration over the
 * channel, outcomes of probes. Out: the kernel's table of services, log lines, commands of the operator.
 */
import type { EventCommands } from '../health/config.ts';
import { HealthHost } from '../health/host.ts';
import type { CheckerChildConfig } from '../ipc/messages.ts';
import type { PoolEvent } from '../lvs/pool.ts';
import type { Logger } from '../out/logger.ts';
import type { Scripts } from '../ports/scripts.ts';
import { chance } from '../runtime/chance.ts';
import { createClock } from '../runtime/clock.ts';
import { createConnector } from '../runtime/connect-linux.ts';
import { createExchanger } from '../runtime/exchanger.ts';
import type { PidFile } from '../runtime/files.ts';
import { createIpvs, type LinuxIpvs } from '../runtime/ipvs-linux.ts';
import { createScripts } from '../runtime/scripts.ts';
import { EXIT_CONFIG, EXIT_OK } from './exit-codes.ts';
import { applyProcessSettings } from './process-settings.ts';
import {
  beginChild,
  type ChildDeps,
  type ReloadMessage,
  type RunningChild,
  type StartChild,
  sayUsage,
} from './run-child.ts';

type Deps = ChildDeps<CheckerChildConfig>;

export const startCheckerChild: StartChild<CheckerChildConfig> = (deps, logger, start) => {
  const { config, diagnostics, fatal } = start;
  const pidFile = beginChild(start, logger);
  for (const text of diagnostics) logger.log('diagnostic', text);
  const child = new CheckerChild(deps, logger, pidFile, config);
  if (fatal) child.end(EXIT_CONFIG);
  else child.start();
  return child;
};

class CheckerChild implements RunningChild<CheckerChildConfig> {
  readonly #deps: Deps;
  readonly #logger: Logger;
  readonly #pidFile: PidFile | undefined;
  readonly #ipvs: LinuxIpvs = createIpvs();
  readonly #scripts: Scripts;
  readonly #host: HealthHost;
  #config: CheckerChildConfig;

  constructor(deps: Deps, logger: Logger, pidFile: PidFile | undefined, config: CheckerChildConfig) {
    this.#deps = deps;
    this.#logger = logger;
    this.#pidFile = pidFile;
    this.#config = config;
    const clock = createClock(deps.loop);
    this.#scripts = createScripts(clock, deps.env);
    this.#host = new HealthHost(
      { clock, connector: createConnector(deps.loop, createExchanger(deps.loop)), ipvs: this.#ipvs, chance },
      {
        log: (id, args) => logger.logById(id, args),
        happened: (event, virtual, server) => this.#run((server ?? virtual).commands, event),
      },
    );
  }

  #run(commands: EventCommands, event: PoolEvent): void {
    const spec = commands[event];
    if (spec === undefined) return;
    this.#scripts.run(spec, (result) => {
      if (result.kind === 'failed') this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
    });
  }

  start(): void {
    this.#sayNotYet();
    this.#host.configure(this.#config);
    this.#deps.channel.send({ type: 'started' });
  }

  reload({ config, diagnostics }: ReloadMessage<CheckerChildConfig>): void {
    this.#logger.log('reloading-child');
    for (const text of diagnostics) this.#logger.log('diagnostic', text);
    applyProcessSettings(config.process, this.#logger, this.#config.process);
    this.#config = config;
    this.#sayNotYet();
    this.#host.configure(config);
    this.#deps.channel.send({ type: 'reloaded' });
  }

  #sayNotYet(): void {
    for (const what of this.#config.notYet) this.#logger.log('not-yet', what);
  }

  stop(): void {
    this.#host.stop(this.#config.releaseIpvs);
    this.end(EXIT_OK);
  }

  end(code: number): void {
    sayUsage(this.#logger);
    this.#ipvs.close();
    this.#pidFile?.remove();
    this.#deps.exit(code);
  }
}
