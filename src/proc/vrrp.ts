/**
 * The VRRP child: the composition root of everything that speaks VRRP. In: a configuration over the channel,
 * packets, kernel events, script results. Out: adverts, addresses, notify scripts, log lines, and the state
 * of each instance to the parent, which hands it to a successor if this process dies.
 */
import { readFileSync } from 'node:fs';
import type { ChildEnvironment, VrrpChildConfig } from '../ipc/messages.ts';
import { vrrpDataText } from '../out/dump/index.ts';
import { vrrpJsonText } from '../out/dump/json.ts';
import type { Logger } from '../out/logger.ts';
import { groupCommands, notifyCommands } from '../out/notify.ts';
import { statsText } from '../out/stats.ts';
import type { ScriptSpec } from '../ports/scripts.ts';
import { createBfdEvents } from '../runtime/bfd-events.ts';
import { createClock } from '../runtime/clock.ts';
import { digests } from '../runtime/digests.ts';
import { createPidFile, type PidFile, writeFileAtomically } from '../runtime/files.ts';
import { createFirewall } from '../runtime/firewall-linux.ts';
import { createKernel, type LinuxKernel } from '../runtime/kernel-linux.ts';
import { createNet, type LinuxNet } from '../runtime/net-linux.ts';
import { createProcesses } from '../runtime/processes.ts';
import { createScripts } from '../runtime/scripts.ts';
import { createSysctl } from '../runtime/sysctl.ts';
import { createWatchedFiles } from '../runtime/watched-files.ts';
import { toSeconds } from '../units.ts';
import type { NotifyState } from '../vrrp/events.ts';
import { VrrpHost } from '../vrrp/host.ts';
import { couldBeSource } from '../vrrp/kernel-watch.ts';
import type { VrrpOutputs } from '../vrrp/running.ts';
import { warmUp } from '../vrrp/warm-up.ts';
import { formatAddress } from '../wire/address.ts';
import { dumpFolder } from './dump-folder.ts';
import { EXIT_CONFIG, EXIT_FATAL, EXIT_OK, EXIT_PERMISSION } from './exit-codes.ts';
import { applyProcessSettings } from './process-settings.ts';
import type { ChildDeps, ReloadMessage, RunningChild, StartChild } from './run-child.ts';

const EPERM = 1;
/** notify_stop scripts get this long before the process ends all the same. */
const STOP_SCRIPTS_MS = 1000;

export const startVrrpChild: StartChild<VrrpChildConfig> = (deps, logger, start) => {
  const pidFile = createPidFile(start.environment.pidFile, process.pid);
  if (!pidFile.ok) logger.log('cannot-write-pid-file', start.environment.pidFile, pidFile.error.code);
  applyProcessSettings(start.config.process, logger);
  logger.log('registering-reflector');
  logger.log('registering-command');
  const kernel = createKernel(deps.loop);
  if (!kernel.ok) {
    logger.log('kernel-refused', kernel.error.call, kernel.error.errno);
    deps.exit(kernel.error.errno === EPERM ? EXIT_PERMISSION : EXIT_FATAL);
    return undefined;
  }
  for (const text of start.diagnostics) logger.log('diagnostic', text);
  if (start.config.firewallAssumed) logger.log('no-firewall-configured');
  const child = new VrrpChild(
    deps,
    logger,
    kernel.value,
    pidFile.ok ? pidFile.value : undefined,
    start.config,
    start.environment.eventSockets,
  );
  if (start.fatal) child.end(EXIT_CONFIG);
  else child.start(new Set(start.adopt));
  return child;
};

/** IPv6 forwarding decides the router flag of neighbour advertisements. */
function forwardsIpv6(ifname: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${ifname}/forwarding`, 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

class VrrpChild implements RunningChild<VrrpChildConfig> {
  readonly #deps: ChildDeps<VrrpChildConfig>;
  readonly #logger: Logger;
  readonly #kernel: LinuxKernel;
  readonly #net: LinuxNet;
  readonly #host: VrrpHost;
  readonly #sysctl = createSysctl();
  readonly #scripts: ReturnType<typeof createScripts>;
  readonly #pidFile: PidFile | undefined;
  #config: VrrpChildConfig;
  #runningScripts = 0;
  #stopping = false;

  constructor(
    deps: ChildDeps<VrrpChildConfig>,
    logger: Logger,
    kernel: LinuxKernel,
    pidFile: PidFile | undefined,
    config: VrrpChildConfig,
    eventSockets: ChildEnvironment['eventSockets'],
  ) {
    this.#deps = deps;
    this.#logger = logger;
    this.#kernel = kernel;
    this.#pidFile = pidFile;
    this.#config = config;
    const clock = createClock(deps.loop);
    this.#net = createNet(deps.loop);
    this.#scripts = createScripts(clock, deps.env);
    const ports = {
      clock,
      net: this.#net,
      kernel,
      routing: kernel.routing,
      firewall: createFirewall(),
      sysctl: this.#sysctl,
      scripts: this.#scripts,
      files: createWatchedFiles(deps.loop),
      processes: createProcesses(deps.loop),
      bfd: createBfdEvents(deps.loop, eventSockets.bfd),
      digests,
    };
    this.#host = new VrrpHost(ports, this.#outputs(), config);
  }

  #outputs(): VrrpOutputs {
    return {
      log: (id, args) => {
        if (id === 'unknown-vrid' && !this.#config.logUnknownVrids) return;
        this.#logger.logById(id, args);
      },
      notify: (instance, state, priority) => this.#notify(instance, state, priority),
      notifyLowerPriority: (instance) => {
        const script = this.#config.notify[instance]?.notify_master_rx_lower_pri;
        if (script !== undefined) this.#run(script);
      },
      notifyGroup: (group, state) => {
        const scripts = this.#config.groupNotify[group];
        if (scripts === undefined) return;
        for (const command of groupCommands(group, scripts, state)) this.#run(command);
      },
      state: (instance, _from, to) => {
        this.#deps.channel.send({ type: 'state', instance, state: to });
      },
      priority: () => undefined,
      forwardsIpv6,
    };
  }

  start(adopt: ReadonlySet<string>): void {
    const { startupDelayUs } = this.#config;
    if (startupDelayUs > 0) this.#logger.log('startup-delay', toSeconds(startupDelayUs));
    this.#host.prepare();
    this.#logAddresses(this.#config);
    if (this.#host.open().some(({ errno }) => errno === EPERM)) {
      this.#logger.log('registering-garp-failed', EPERM);
      this.end(EXIT_PERMISSION);
      return;
    }
    this.#host.start({ adopt, judged: () => this.#logChannels() });
    this.#host.logSockets();
    const [first] = this.#config.instances;
    if (first !== undefined) warmUp(first);
    this.#deps.channel.send({ type: 'started' });
  }

  #logChannels(): void {
    const families = new Set(
      this.#config.instances.flatMap(({ vips, excludedVips }) =>
        [...vips, ...excludedVips].map((vip) => vip.family),
      ),
    );
    if (families.has(4)) this.#logger.log('registering-garp');
    if (families.has(6)) this.#logger.log('registering-ndisc');
  }

  /**
   * Of the interfaces that instances run on and that sync groups track (seen with 2.2.7), without what any of
   * these configurations calls virtual.
   */
  #logAddresses(...configs: readonly VrrpChildConfig[]): void {
    const own = this.#config.instances.map((instance) => instance.interface);
    const shared = this.#config.groups.flatMap((group) => group.trackInterfaces);
    const instances = configs.flatMap((config) => config.instances);
    const virtual = instances.flatMap(({ vips, excludedVips }) => [...vips, ...excludedVips]);
    const isVirtual = new Set(virtual.map((vip) => formatAddress(vip.address)));
    for (const name of new Set([...own, ...shared, ...this.#host.advertLinks()])) {
      const link = this.#kernel.linkByName(name);
      if (link === undefined) continue;
      for (const entry of this.#kernel.addresses(link.index)) {
        const text = formatAddress(entry.address);
        if (!isVirtual.has(text) && couldBeSource(entry)) this.#logger.log('assigned-address', text, name);
      }
    }
  }

  #notify(instance: string, state: NotifyState, priority: number): void {
    const scripts = this.#config.notify[instance];
    if (scripts === undefined) return;
    for (const command of notifyCommands(instance, scripts, state, priority)) this.#run(command);
  }

  #run(spec: ScriptSpec): void {
    this.#runningScripts += 1;
    this.#scripts.run(spec, (result) => {
      this.#runningScripts -= 1;
      if (result.kind === 'failed') {
        this.#logger.log('script-not-run', spec.argv[0] ?? '', result.reason);
      }
      if (this.#stopping && this.#runningScripts === 0) this.end(EXIT_OK);
    });
  }

  reload({ config, diagnostics }: ReloadMessage<VrrpChildConfig>): void {
    if (this.#stopping) return;
    this.#logger.log('reloading-child');
    for (const text of diagnostics) this.#logger.log('diagnostic', text);
    if (config.firewallAssumed) this.#logger.log('no-firewall-configured');
    // Removed instances still notify with the scripts they had.
    const before = this.#config;
    this.#config = { ...config, notify: { ...before.notify, ...config.notify } };
    applyProcessSettings(config.process, this.#logger);
    this.#host.retire(config);
    this.#logAddresses(before, config);
    this.#host.reload(config);
    this.#host.logSockets();
    this.#config = config;
    this.#deps.channel.send({ type: 'reloaded' });
  }

  writeStats(clear: boolean): void {
    this.#logger.log('printing-stats', process.pid);
    this.#write('keepalived.stats', statsText(this.#host.status()));
    if (clear) this.#host.clearStats();
  }

  dump(as: 'data' | 'json'): void {
    this.#logger.log(as === 'data' ? 'printing-data' : 'printing-json', 'VRRP', process.pid);
    const report = this.#host.report();
    const { dump: facts, notify, groupNotify } = this.#config;
    // Nothing is written where there is no instance, as with 2.2.7.
    if (as === 'json' && report.instances.length === 0) return;
    const text =
      as === 'json'
        ? `${vrrpJsonText({ report, facts, notify })}\n`
        : vrrpDataText({ report, facts, notify, groupNotify, setting: (path) => this.#sysctl.get(path) });
    this.#write(`keepalived.${as}`, text);
  }

  #write(name: string, text: string): void {
    const file = `${dumpFolder(this.#deps.env)}/${name}`;
    const written = writeFileAtomically(file, text);
    if (!written.ok) this.#logger.log('cannot-write-dump', file, written.error.code);
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#host.stop();
    if (this.#runningScripts === 0) this.end(EXIT_OK);
    else setTimeout(() => this.end(EXIT_OK), STOP_SCRIPTS_MS);
  }

  end(code: number): void {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    this.#logger.log('stopped-child-usage', (userCPUTime / 1e6).toFixed(6), (systemCPUTime / 1e6).toFixed(6));
    this.#pidFile?.remove();
    this.#net.close();
    this.#deps.exit(code);
  }
}
