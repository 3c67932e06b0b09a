/**
 * The checker child: the composition root of virtual servers and their checks. In: a configuration over the
 * channel, outcomes of probes. Out: the kernel's table of services, log lines, commands of the operator.
 */

import { HealthHost } from '../health/host.ts';
import type { CheckerChildConfig, ChildEnvironment } from '../ipc/messages.ts';
import { lengthen } from '../ipc/same-parts.ts';
import type { VirtualServerConfig } from '../lvs/config.ts';
import type { QuorumChange } from '../lvs/pool.ts';
import { checkerDataText } from '../out/dump/checker.ts';
import type { Logger } from '../out/logger.ts';
import type { Scripts } from '../ports/scripts.ts';
import { createBfdEvents } from '../runtime/bfd-events.ts';
import { chance } from '../runtime/chance.ts';
import { createClock } from '../runtime/clock.ts';
import { createConnector } from '../runtime/connect-linux.ts';
import { createDatagrams } from '../runtime/datagrams-linux.ts';
import { createExchanger } from '../runtime/exchanger.ts';
import type { PidFile } from '../runtime/files.ts';
import { createIpvsIn, type LinuxIpvs } from '../runtime/ipvs-linux.ts';
import { createLocalAddresses } from '../runtime/local-addresses.ts';
import { beginMd5 } from '../runtime/md5.ts';
import { patterns } from '../runtime/patterns.ts';
import { allowPing } from '../runtime/ping-range.ts';
import { createScripts } from '../runtime/scripts.ts';
import { createStreams, type TlsSettings } from '../runtime/stream-linux.ts';
import { tlsSettings } from '../runtime/tls-settings.ts';
import { createWatchedFiles } from '../runtime/watched-files.ts';
import { CheckerSnmp } from './checker-snmp.ts';
import { dataFile, writeDump } from './dump-files.ts';
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
import { ServerNotifier } from './server-notifier.ts';

type Deps = ChildDeps<CheckerChildConfig>;

export const startCheckerChild: StartChild<CheckerChildConfig> = (deps, logger, start) => {
  const { config, diagnostics, fatal, environment } = start;
  const pidFile = beginChild(start, logger);
  for (const text of diagnostics) logger.log('diagnostic', text);
  const child = new CheckerChild(deps, logger, pidFile, config, environment);
  if (fatal) child.end(EXIT_CONFIG);
  else child.start();
  return child;
};

/** The difference where a sum is named and the direction of the sign are 2.2.7's. */
function quorumMail(
  { quorum, hysteresis }: VirtualServerConfig,
  { up, weight, starting }: QuorumChange,
): string {
  const what = starting ? `Starting with quorum ${up ? 'up' : 'down'}` : `${up ? 'Gained' : 'Lost'} quorum`;
  const sum = up ? quorum + hysteresis : quorum - hysteresis;
  return `${what} ${quorum}+${hysteresis}=${sum} <= ${weight}`;
}

/** How long a stop may take, and how much longer for each service that goes with its servers. */
const STOP_MS = 10_000;
const STOP_SERVICE_MS = 20;

class CheckerChild implements RunningChild<CheckerChildConfig> {
  readonly #deps: Deps;
  readonly #logger: Logger;
  readonly #pidFile: PidFile | undefined;
  readonly #addresses: ReturnType<typeof createLocalAddresses>;
  readonly #ipvs: LinuxIpvs;
  readonly #scripts: Scripts;
  readonly #notifier: ServerNotifier;
  readonly #host: HealthHost;
  readonly #snmp: CheckerSnmp;
  #config: CheckerChildConfig;
  #dumpBefore: CheckerChildConfig['dump'] | undefined;
  #tls: TlsSettings | undefined;
  #restorePing: (() => void) | undefined;

  constructor(
    deps: Deps,
    logger: Logger,
    pidFile: PidFile | undefined,
    config: CheckerChildConfig,
    { eventSockets, ipvsNamespace }: ChildEnvironment,
  ) {
    this.#deps = deps;
    this.#logger = logger;
    this.#pidFile = pidFile;
    this.#config = config;
    this.#ipvs = createIpvsIn(ipvsNamespace);
    const exchanger = createExchanger(deps.loop);
    this.#addresses = createLocalAddresses(deps.loop);
    const clock = createClock(deps.loop);
    this.#scripts = createScripts(deps.loop, deps.env);
    this.#notifier = new ServerNotifier(this.#scripts, logger, config);
    this.#host = new HealthHost(
      {
        clock,
        connector: createConnector(deps.loop, exchanger),
        streams: createStreams(deps.loop, exchanger, () => this.#tlsNow()),
        datagrams: createDatagrams(deps.loop),
        scripts: this.#scripts,
        files: createWatchedFiles(deps.loop),
        addresses: this.#addresses,
        bfd: createBfdEvents(deps.loop, eventSockets.bfd),
        md5: beginMd5,
        patterns,
        ipvs: this.#ipvs,
        chance,
      },
      {
        log: (id, args) => logger.logById(id, args),
        happened: (event, virtual, server) => {
          this.#notifier.happened(event, virtual, server);
          if (server !== undefined) this.#snmp.server(virtual, server, event === 'notify_up');
        },
        quorum: (virtual, change) => {
          this.#notifier.quorum(virtual, change.up, quorumMail(virtual, change));
          this.#snmp.quorum(virtual, change.up);
        },
        checked: (virtual, server, news, why) => this.#notifier.judged(virtual, server, news, why),
      },
    );
    this.#snmp = new CheckerSnmp(
      {
        now: () => clock.now(),
        report: () => this.#host.report(),
        config: () => this.#config,
        ipvs: this.#ipvs,
        aliveOf: (virtual) => this.#host.aliveOf(virtual),
        setWeight: (virtual, server, weight) => this.#host.orderWeight(virtual.name, server, weight),
      },
      logger,
    );
  }

  start(): void {
    this.#allowPing();
    this.#snmp.configure();
    this.#host.configure(this.#config);
    this.#deps.channel.send({ type: 'started' });
  }

  reload({ config: sent, virtualServers, diagnostics }: ReloadMessage<CheckerChildConfig>): void {
    const before = this.#config.virtualServers;
    const config =
      virtualServers === undefined ? sent : { ...sent, virtualServers: lengthen(virtualServers, before) };
    this.#logger.log('reloading-child');
    for (const text of diagnostics) this.#logger.log('diagnostic', text);
    applyProcessSettings(config.process, this.#logger, this.#config.process);
    this.#notifier.reload(config);
    this.#dumpBefore = this.#config.dump;
    this.#config = config;
    this.#tls = undefined;
    this.#allowPing();
    this.#snmp.configure();
    this.#host.configure(config);
    this.#deps.channel.send({ type: 'reloaded' });
  }

  /** Read when the first check needs it, and again after a reload: certificates are renewed. */
  #tlsNow(): TlsSettings {
    this.#tls ??= tlsSettings(this.#config.tls, ({ what, path, reason }) =>
      this.#logger.log('ssl-file-refused', what, path, reason),
    );
    return this.#tls;
  }

  /** Only sockets of groups in this range may ask for echoes. 2.2.7 opens it for itself as well. */
  #allowPing(): void {
    const { virtualServers } = this.#config;
    const pings = virtualServers.some(({ realServers }) =>
      realServers.some(({ checks }) => checks.some(({ type }) => type === 'PING_CHECK')),
    );
    if (pings) this.#restorePing ??= allowPing(process.getegid?.() ?? 0);
  }

  dump(as: 'data' | 'json'): void {
    if (as === 'json') return;
    this.#logger.log('printing-data', 'checker', process.pid);
    const file = dataFile(this.#deps.env, this.#config.dump.naming, '_check');
    writeDump(file, this.dataText(), this.#logger);
  }

  dataText(): string {
    const { dump, tls } = this.#config;
    return checkerDataText(this.#host.report(), dump, tls, this.#dumpBefore);
  }

  stop(): void {
    this.#deps.channel.send({ type: 'stopping', needsMs: this.#undoMs() });
    this.#snmp.stopping();
    this.#host.stop(this.#config.releaseIpvs);
    this.#notifier.outlets.stop(() => this.end(EXIT_OK));
  }

  /** The kernel may be slow, and a table that is left behind goes on sending clients somewhere. */
  #undoMs(): number {
    const services = this.#config.virtualServers.reduce((sum, virtual) => sum + virtual.services.length, 0);
    return STOP_MS + services * STOP_SERVICE_MS;
  }

  end(code: number): void {
    this.#restorePing?.();
    this.#snmp.close();
    this.#notifier.outlets.end();
    sayUsage(this.#logger);
    this.#addresses.close();
    this.#ipvs.close();
    this.#pidFile?.remove();
    this.#deps.exit(code);
  }
}
