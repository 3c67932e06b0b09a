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
import { statsText } from '../out/stats.ts';
import type { Clock } from '../ports/clock.ts';
import { createBfdEvents } from '../runtime/bfd-events.ts';
import { createClock } from '../runtime/clock.ts';
import { digests } from '../runtime/digests.ts';
import type { PidFile } from '../runtime/files.ts';
import { createFirewall } from '../runtime/firewall-linux.ts';
import { createIpvsIn } from '../runtime/ipvs-linux.ts';
import { createKernel, type LinuxKernel } from '../runtime/kernel-linux.ts';
import { createLinkBeat } from '../runtime/link-beat.ts';
import { createNet, type LinuxNet } from '../runtime/net-linux.ts';
import { createProcesses } from '../runtime/processes.ts';
import { RuleClient } from '../runtime/rule-client.ts';
import { createScripts } from '../runtime/scripts.ts';
import { createSysctl } from '../runtime/sysctl.ts';
import { createTrains } from '../runtime/trains.ts';
import { createWatchedFiles } from '../runtime/watched-files.ts';
import { toSeconds } from '../units.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import { VrrpHost } from '../vrrp/host.ts';
import { PolledKernel } from '../vrrp/polled-kernel.ts';
import type { VrrpOutputs, VrrpPorts } from '../vrrp/running.ts';
import { isSealed } from '../vrrp/seal.ts';
import { firstSources } from '../vrrp/told-sources.ts';
import { warmUp } from '../vrrp/warm-up.ts';
import { formatAddress } from '../wire/address.ts';
import { dataFile, dumpFolder, writeDump } from './dump-files.ts';
import { EXIT_CONFIG, EXIT_FATAL, EXIT_OK, EXIT_PERMISSION } from './exit-codes.ts';
import { Notifier } from './notifier.ts';
import { applyProcessSettings } from './process-settings.ts';
import {
  beginChild,
  type ChildDeps,
  type ReloadMessage,
  type RunningChild,
  type StartChild,
  sayUsage,
} from './run-child.ts';
import { VrrpDbus, type VrrpDbusPorts } from './vrrp-dbus.ts';
import { VrrpSnmp, type VrrpSnmpPorts } from './vrrp-snmp.ts';

const EPERM = 1;
/** Adverts that come this seldom do not mind a pause. */
const SLOW_US = 500_000;

export const startVrrpChild: StartChild<VrrpChildConfig> = (deps, logger, start) => {
  const pidFile = beginChild(start, logger);
  logger.log('registering-reflector');
  logger.log('registering-command');
  const kernel = createKernel(deps.loop, start.config.netlinkBuffers);
  if (!kernel.ok) {
    logger.log('kernel-refused', kernel.error.call, kernel.error.errno);
    deps.exit(kernel.error.errno === EPERM ? EXIT_PERMISSION : EXIT_FATAL);
    return undefined;
  }
  for (const text of start.diagnostics) logger.log('diagnostic', text);
  if (start.config.firewallAssumed) logger.log('no-firewall-configured');
  const child = new VrrpChild(deps, logger, kernel.value, pidFile, start.config, start.environment);
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
  readonly #polled: PolledKernel;
  readonly #net: LinuxNet;
  readonly #host: VrrpHost;
  readonly #sysctl = createSysctl();
  readonly #notifier: Notifier;
  readonly #snmp: VrrpSnmp;
  readonly #dbus: VrrpDbus;
  readonly #pidFile: PidFile | undefined;
  #config: VrrpChildConfig;
  #stopping = false;
  readonly #hasEngine: boolean;

  constructor(
    deps: ChildDeps<VrrpChildConfig>,
    logger: Logger,
    kernel: LinuxKernel,
    pidFile: PidFile | undefined,
    config: VrrpChildConfig,
    { eventSockets, ipvsNamespace }: ChildEnvironment,
  ) {
    this.#deps = deps;
    this.#logger = logger;
    this.#kernel = kernel;
    this.#pidFile = pidFile;
    this.#config = config;
    this.#hasEngine = eventSockets.engine !== undefined;
    const clock = createClock(deps.loop);
    this.#net = createNet(deps.loop);
    const scripts = createScripts(deps.loop, deps.env);
    this.#notifier = new Notifier(scripts, logger, config);
    this.#polled = new PolledKernel(kernel, clock, createLinkBeat());
    this.#polled.configure(config.linkbeats.polled);
    const ports = {
      clock,
      net: this.#net,
      kernel: this.#polled,
      routing: kernel.routing,
      firewall: createFirewall(),
      ipvs: createIpvsIn(ipvsNamespace),
      sysctl: this.#sysctl,
      scripts,
      files: createWatchedFiles(deps.loop),
      processes: createProcesses(deps.loop),
      bfd: createBfdEvents(deps.loop, eventSockets.bfd),
      digests,
      ...this.#rules(eventSockets.engine),
    };
    // Before the host, which may have something to say at once.
    this.#snmp = this.#createSnmp(clock);
    this.#dbus = this.#createDbus();
    this.#host = new VrrpHost(ports, this.#outputs(), config);
  }

  #createSnmp(clock: Clock): VrrpSnmp {
    const ports: VrrpSnmpPorts = {
      now: () => clock.now(),
      report: () => this.#host.report(),
      config: () => this.#config,
      log: (id, ...args) => this.#host.log(id, ...args),
      change: (name, what) => {
        const instances = this.#config.instances.map((one) =>
          one.name === name ? { ...one, ...what } : one,
        );
        this.#config = { ...this.#config, instances };
        this.#host.reload(this.#config);
      },
    };
    return new VrrpSnmp(ports, this.#logger);
  }

  #createDbus(): VrrpDbus {
    const ports: VrrpDbusPorts = {
      env: this.#deps.env,
      stateOf: (instance) => this.#host.stateOf(instance),
      sendGarp: (instance) => this.#host.announce(instance),
      printData: () => this.#writeData(),
      printStats: (clear) => this.#writeStats(clear),
      reload: () => this.#deps.channel.send({ type: 'reload wanted' }),
    };
    return new VrrpDbus(ports, this.#logger);
  }

  #rules(fd: number | undefined): Pick<VrrpPorts, 'rules'> {
    if (fd === undefined) return {};
    const rules = new RuleClient(this.#deps.loop, fd, createTrains(this.#net), {
      limited: (what, errno) => this.#logger.log('engine-limited', what, errno),
      lost: () => this.#logger.log('engine-lost'),
      back: () => this.#logger.log('engine-back'),
    });
    return { rules };
  }

  #outputs(): VrrpOutputs {
    return {
      log: (id, args) => {
        if (id !== 'unknown-vrid' || this.#config.logUnknownVrids) this.#logger.logById(id, args);
        this.#snmp.logged(id, args);
      },
      notify: (instance, state, priority) => {
        this.#notifier.instance(instance, state, priority);
        if (state !== 'DELETED') this.#snmp.instance(instance, state);
      },
      notifyLowerPriority: (instance, priority) => this.#notifier.lowerPriority(instance, priority),
      notifyGroup: (group, state) => {
        this.#notifier.group(group, state);
        if (state !== 'DELETED') this.#snmp.group(group, state);
      },
      state: (instance, from, to) => {
        this.#snmp.moved(instance, from, to);
        this.#dbus.moved(instance, to);
        this.#deps.channel.send({ type: 'state', instance, state: to });
      },
      priority: (instance, _from, to) => {
        const state = this.#host.stateOf(instance);
        if (state !== undefined) this.#notifier.priority(instance, state, to);
      },
      forwardsIpv6,
    };
  }

  start(adopt: ReadonlySet<string>): void {
    const { startupDelayUs } = this.#config;
    if (startupDelayUs > 0) this.#logger.log('startup-delay', toSeconds(startupDelayUs));
    this.#host.prepare();
    this.#snmp.configure();
    if (this.#config.reportsAddresses === true) this.#reportAddresses();
    this.#logAddresses(this.#config);
    this.#logLinkbeats();
    if (this.#host.open().some(({ errno }) => errno === EPERM)) {
      this.#logger.log('registering-garp-failed', EPERM);
      this.end(EXIT_PERMISSION);
      return;
    }
    this.#host.start({ adopt, judged: () => this.#logChannels() });
    this.#host.logSockets();
    this.#dbus.start(this.#config.dbus, this.#config.instances);
    this.#deps.channel.send({ type: 'started' });
    const [first] = this.#config.instances;
    // Nobody waits for it.
    if (first !== undefined) setImmediate(() => warmUp(first));
  }

  #logLinkbeats(): void {
    const { polled, unused } = this.#config.linkbeats;
    for (const name of unused) this.#logger.log('linkbeat-unused', name);
    if (polled.length > 0) this.#logger.log('linkbeat-polling');
  }

  /** An IPv4 instance counts without any address, an IPv6 one does not (seen with 2.2.7). */
  #logChannels(): void {
    const { instances } = this.#config;
    const families = new Set(
      instances.flatMap(({ vips, excludedVips }) => [...vips, ...excludedVips].map((vip) => vip.family)),
    );
    const speaks4 = families.has(4) || instances.some(({ family }) => family === 4);
    if (speaks4) this.#logger.log('registering-garp');
    if (families.has(6)) this.#logger.log('registering-ndisc');
  }

  /**
   * Of the interfaces that instances run on and that sync groups track (seen with 2.2.7), without what any of
   * these configurations calls virtual.
   */
  #logAddresses(...configs: readonly VrrpChildConfig[]): void {
    const used = this.#config.instances.map((instance) => instance.interface);
    const shared = this.#config.groups.flatMap((group) => group.trackInterfaces);
    const instances = configs.flatMap((config) => config.instances);
    const virtual = instances.flatMap(({ vips, excludedVips }) => [...vips, ...excludedVips]);
    const isVirtual = new Set(virtual.map((vip) => formatAddress(vip.address)));
    for (const name of new Set([...used, ...shared, ...this.#host.advertLinks()])) {
      const link = this.#kernel.linkByName(name);
      if (link === undefined) continue;
      const own = this.#kernel
        .addresses(link.index)
        .filter((one) => !isVirtual.has(formatAddress(one.address)));
      for (const { address } of firstSources(own)) {
        this.#logger.log('assigned-address', formatAddress(address), name);
      }
    }
  }

  /** Of every interface, the older family first. */
  #reportAddresses(): void {
    for (const family of [4, 6]) {
      for (const { index, name } of this.#kernel.links()) {
        for (const entry of this.#kernel.addresses(index)) {
          const address = formatAddress(entry.address);
          if (entry.family === family) this.#logger.log('reflector-address', address, name);
        }
      }
    }
  }

  reload({ config, diagnostics }: ReloadMessage<VrrpChildConfig>): void {
    if (this.#stopping) return;
    this.#logger.log('reloading-child');
    for (const text of diagnostics) this.#logger.log('diagnostic', text);
    if (config.firewallAssumed) this.#logger.log('no-firewall-configured');
    const before = this.#config;
    this.#config = config;
    this.#notifier.keepFor(before, config);
    applyProcessSettings(config.process, this.#logger, before.process);
    this.#kernel.setBuffers(config.netlinkBuffers);
    this.#host.retire(config);
    this.#dbus.reload(config.dbus, config.instances);
    this.#logAddresses(before, config);
    this.#polled.configure(config.linkbeats.polled);
    this.#logLinkbeats();
    this.#notifier.outlets.reopen(config.outlets);
    this.#host.reload(config);
    this.#host.logSockets();
    this.#notifier.reload(config);
    this.#snmp.configure();
    this.#notifier.writeStates(this.#stateLines());
    this.#deps.channel.send({ type: 'reloaded' });
  }

  #stateLines(): string[] {
    const groups = this.#host.groups().map(({ name, state }) => `GROUP "${name}" ${state} 0`);
    const instances = this.#host
      .status()
      .map(({ config, state }) => `INSTANCE "${config.name}" ${state.name} ${state.effectivePriority}`);
    return [...groups, ...instances].filter((line) => !line.includes('" INIT '));
  }

  /** The engine sends the adverts whose bytes are always the same, where there is one. */
  mayPause(): boolean {
    const sentHere = (config: InstanceConfig): boolean =>
      !this.#hasEngine || isSealed(config) || config.othersPriority !== undefined;
    const { instances } = this.#config;
    return !instances.some((config) => sentHere(config) && config.advertIntervalUs < SLOW_US);
  }

  writeStats(clear: boolean): void {
    this.#logger.log('printing-stats', process.pid);
    this.#writeStats(clear);
  }

  #writeStats(clear: boolean): void {
    writeDump(this.#inFolder('keepalived.stats'), statsText(this.#host.status()), this.#logger);
    if (clear) this.#host.clearStats();
  }

  dump(as: 'data' | 'json'): void {
    this.#logger.log(as === 'data' ? 'printing-data' : 'printing-json', 'VRRP', process.pid);
    if (as === 'json') this.#dumpJson();
    else this.#writeData();
  }

  #writeData(): void {
    writeDump(dataFile(this.#deps.env, this.#config.dump.naming, ''), this.dataText(), this.#logger);
  }

  /** Nothing is written where there is no instance, as with 2.2.7. */
  #dumpJson(): void {
    const report = this.#host.report();
    const { dump: facts, notify } = this.#config;
    if (report.instances.length === 0) return;
    const text = `${vrrpJsonText({ report, facts, notify })}\n`;
    writeDump(this.#inFolder('keepalived.json'), text, this.#logger);
  }

  dataText(): string {
    const { dump: facts, notify, groupNotify } = this.#config;
    const setting = (path: string): number | undefined => this.#sysctl.get(path);
    return vrrpDataText({ report: this.#host.report(), facts, notify, groupNotify, setting });
  }

  #inFolder(name: string): string {
    return `${dumpFolder(this.#deps.env)}/${name}`;
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const { releases } = this.#config;
    this.#host.stop(releases);
    if (releases === false) this.#tellStop();
    this.#dbus.tellStop();
    this.#notifier.outlets.stop(() => this.end(EXIT_OK));
  }

  /** Whoever is told of states hears of the end, and nothing else notices it (seen with 2.2.7). */
  #tellStop(): void {
    for (const { config, state } of this.#host.status()) {
      this.#notifier.instance(config.name, 'STOP', state.effectivePriority);
      this.#snmp.instance(config.name, 'STOP');
    }
    for (const { name } of this.#host.groups()) {
      this.#notifier.group(name, 'STOP');
      this.#snmp.group(name, 'STOP');
    }
  }

  end(code: number): void {
    this.#dbus.stop();
    sayUsage(this.#logger);
    this.#snmp.close();
    this.#notifier.outlets.end();
    this.#pidFile?.remove();
    this.#net.close();
    this.#deps.exit(code);
  }
}
