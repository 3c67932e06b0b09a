/**
 * The parent: reads the configuration, starts and supervises the children, and turns signals into messages.
 * In: options, signals, children's messages and deaths. Out: a running daemon with upstream's pid files, log
 * lines, respawn rules and exit statuses.
 */
import { rmSync } from 'node:fs';
import { version as kernelVersion, release } from 'node:os';
import { formatDiagnostic, logText, type ParseResult, parseConfig } from '../../grammar/index.ts';
import type { DaemonOptions } from '../cli/options.ts';
import type { ChildName, Diagnostic } from '../diagnostics.ts';
import type { DumpNaming } from '../ipc/dump-facts.ts';
import type { Logger } from '../out/logger.ts';
import { KEEPALIVED_VERSION } from '../out/version.ts';
import type { Clock } from '../ports/clock.ts';
import type { WatchedFiles } from '../ports/files.ts';
import type { Link } from '../ports/kernel.ts';
import type { Scripts } from '../ports/scripts.ts';
import { createPidFile, type PidFile, readPidFile } from '../runtime/files.ts';
import { releaseMemoryLater } from '../runtime/memory.ts';
import { enterNetworkNamespace } from '../runtime/process.ts';
import type { ServiceManager } from '../runtime/service-manager.ts';
import { assertNever } from '../units.ts';
import { bfdChildConfig } from './bfd-setup.ts';
import { type ChildPlan, Children } from './children.ts';
import { commandLineText } from './command-line.ts';
import { dbusSetup } from './dbus-setup.ts';
import { dataFile, dumpNaming, writeDump } from './dump-files.ts';
import { globalLines, NO_RELOAD } from './dump-globals.ts';
import type { EarlyVrrp } from './early-vrrp.ts';
import { EXIT_NO_CONFIG, EXIT_OK } from './exit-codes.ts';
import { systemFacts } from './facts.ts';
import { ConfigKeeper, type KeptConfig, recording } from './kept-config.ts';
import { KnownServers } from './known-servers.ts';
import { checkerChildConfig } from './lvs-setup.ts';
import { makePidFolders, type PidPaths, pidPaths, reloadFile, removePidFolders } from './pid-paths.ts';
import { applyParentSettings } from './process-settings.ts';
import { umaskOf } from './process-setup.ts';
import { appendLines, marked } from './reload-mark.ts';
import { FATAL_REASON, type Refusal, refusalOf } from './reload-refusal.ts';
import { ReloadTime } from './reload-time.ts';
import { SavedConfigs } from './saved-config.ts';
import { vrrpChildConfig } from './setup.ts';
import { snmpSetup, withSnmpOptions } from './snmp-setup.ts';
import { runStartStop, type StartStopScripts, startStopScripts } from './start-stop.ts';

const MS = 1000;

export interface ParentDeps {
  readonly options: DaemonOptions;
  readonly logger: Logger;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interfaces as they are now. */
  readonly links: () => readonly Link[];
  readonly uptimeUs: () => number;
  /** Path of the network namespace in which this process began. */
  readonly homeNamespace: string;
  readonly scripts: Scripts;
  readonly clock: Clock;
  readonly files: WatchedFiles;
  readonly serviceManager: ServiceManager;
  /** Logs what this process waits for. */
  readonly logThreads: () => void;
  readonly exit: (code: number) => void;
  /** Started before the file was read. */
  readonly early?: EarlyVrrp | undefined;
  /** The daemon is up: a background start may let its caller go. */
  readonly ready: () => void;
}

/** Everything the log has to say of a file. */
const diagnosticTexts = (parsed: ParseResult): string[] => parsed.diagnostics.map(logText);

type Speakers = readonly Pick<ChildPlan, 'name'>[];

/** The child that has to say it; undefined = none of those that run. */
const speakerOf = ({ saidBy = [] }: Diagnostic, plans: Speakers): ChildName | undefined =>
  saidBy.find((name) => plans.some((plan) => plan.name === name));

const shareOf = (child: ChildName, { diagnostics }: ParseResult, plans: Speakers): string[] =>
  diagnostics.filter((diagnostic) => speakerOf(diagnostic, plans) === child).map(logText);

const shownByTest = ({ diagnostics }: ParseResult) =>
  diagnostics.filter((diagnostic) => diagnostic.shownByTest !== false);

export class Parent {
  readonly #deps: ParentDeps;
  readonly #logger: Logger;
  readonly #children: Children;
  #pidFile: PidFile | undefined;
  #paths: PidPaths | undefined;
  /** The network namespace that the configuration led to. */
  #namespace: string | undefined;
  /** Of net_namespace_ipvs. */
  #ipvsNamespace: string | undefined;
  #childWaitMs = 5 * MS;
  /** For the data file of this process. */
  #globals: readonly string[] = [];
  #naming: DumpNaming = {};
  #stopping = false;
  #begun = false;
  readonly #servers = new KnownServers();
  #startStop: StartStopScripts = {};
  readonly #reloadTime: ReloadTime;
  /** Of the configuration that runs. */
  #reloadFile: string | undefined;
  #checkLog: string | undefined;
  readonly #keeper = new ConfigKeeper();
  readonly #saved: SavedConfigs;
  /** What the file was when it was read last. */
  #readFrom: KeptConfig | undefined;

  constructor(deps: ParentDeps) {
    this.#deps = deps;
    this.#logger = deps.logger;
    this.#saved = new SavedConfigs(deps.logger);
    const { console, json, detail, syslog, facility, respawn, dumpsConfig } = deps.options;
    const { clock, files, logger } = deps;
    const remove = (file: string): void => rmSync(file, { force: true });
    this.#reloadTime = new ReloadTime({ clock, files, logger, reload: () => this.reload(), remove });
    this.#children = new Children({
      log: { console, json, detail, syslog, facility, dumpsConfig },
      logger: deps.logger,
      respawn,
      env: deps.env,
      early: deps.early,
      started: () => this.#started(),
      reloaded: () => this.#reloaded(),
      reloadWanted: () => this.reload(),
      ended: (code) => this.#shutDown(code),
    });
  }

  start(): void {
    this.#logger.log('starting', KEEPALIVED_VERSION);
    this.#logger.log('running-on', release(), kernelVersion());
    const [first = '', ...more] = commandLineText(this.#deps.argv);
    this.#logger.log('command-line', first);
    for (const line of more) this.#logger.log('command-line-more', line);
    let parsed = this.#read();
    if (parsed.fatal === 'no-config') {
      this.#report(parsed);
      this.#end(EXIT_NO_CONFIG);
      return;
    }
    const entered = this.#enterNamespace(parsed.model.root.net_namespace);
    if (entered === 'refused') {
      // Seen with 2.2.7: no error status.
      this.#end(EXIT_OK);
      return;
    }
    this.#ipvsNamespace = parsed.model.root.net_namespace_ipvs;
    // Interfaces are those of the namespace, and so is what the file means.
    if (entered === 'entered') {
      this.#children.endEarly();
      parsed = this.#parse();
    }
    const paths = pidPaths(this.#deps.options, parsed.model.root);
    this.#paths = paths;
    makePidFolders(paths);
    if (!this.#takePidFile(paths.parent)) {
      this.#children.endEarly();
      this.#deps.exit(EXIT_OK);
      return;
    }
    const plans = this.#plans(parsed);
    this.#reportOwn(parsed, plans);
    for (const { pidFile } of plans) {
      // Left by a child that could not clean up; the next one takes the file over by its lock.
      if (readPidFile(pidFile) !== 0) this.#logger.log('zombie-pid-file', pidFile);
    }
    if (parsed.model.globals.values.max_auto_priority === 0) this.#logger.log('max-auto-priority');
    this.#applyRoot(parsed);
    const { scripts } = this.#deps;
    runStartStop('startup', this.#startStop.startup, scripts, this.#logger, () => this.#begin(parsed, plans));
  }

  #begin(parsed: ParseResult, plans: readonly ChildPlan[]): void {
    this.#begun = true;
    if (this.#stopping) this.#shutDown(EXIT_OK);
    else if (plans.length > 0) this.#children.start(plans, parsed.fatal !== undefined);
    else {
      this.#children.endEarly();
      this.#logger.log('nothing-to-run');
      this.#ready();
    }
  }

  #ready(): void {
    releaseMemoryLater(true);
    this.#deps.serviceManager.ready('running');
    this.#deps.ready();
  }

  /** What the configuration wants done, and what children that run already have to know of it. */
  #plans(parsed: ParseResult): ChildPlan[] {
    const { options, uptimeUs } = this.#deps;
    const { model } = parsed;
    // Where they are is settled by the start.
    const paths = this.#paths ?? pidPaths(options, model.root);
    const ipvsNamespace = this.#ipvsPath();
    const plans: Omit<ChildPlan, 'diagnostics'>[] = [];
    const { all } = options;
    const wanted = model.instances.length > 0 || parsed.fatal !== undefined;
    const wantsChecker = all || (options.checker && model.lvs.mentioned);
    const wantsBfd = all || (options.bfd && model.bfds.length > 0);
    if (this.#children.has('checker') || wantsChecker) {
      const config = { ...checkerChildConfig(model, options, this.#servers), ...snmpSetup(model) };
      plans.push({ name: 'checker', config, pidFile: paths.checker, ipvsNamespace });
    }
    if (this.#children.has('vrrp') || all || (options.vrrp && wanted)) {
      const { releaseVrrp: releases, reportsAddresses } = options;
      const config = {
        ...vrrpChildConfig(model, uptimeUs(), options.umask),
        ...snmpSetup(model),
        ...dbusSetup(model),
        releases,
        reportsAddresses,
      };
      plans.push({ name: 'vrrp', config, pidFile: paths.vrrp, ipvsNamespace });
    }
    // Neither -P nor -C leaves it out (seen with 2.2.7), only -B does.
    if (this.#children.has('bfd') || wantsBfd) {
      const config = bfdChildConfig(model, options.umask);
      plans.push({ name: 'bfd', config, pidFile: paths.bfd });
    }
    return plans.map((plan) => ({ ...plan, diagnostics: shareOf(plan.name, parsed, plans) }));
  }

  #applyRoot(parsed: ParseResult): void {
    this.#naming = dumpNaming(parsed.model);
    this.#globals = globalLines(parsed.model, 'parent');
    this.#childWaitMs = parsed.model.root.child_wait_time / MS;
    const globals = parsed.model.globals.values;
    const { options } = this.#deps;
    this.#startStop = startStopScripts(parsed.model);
    this.#checkLog = globals.reload_check_config;
    const { reload_time_file: file, reload_repeat: repeat } = globals;
    this.#reloadTime.configure(file === undefined ? undefined : { file, repeat: repeat === true });
    const { reload_file: mark } = globals;
    if (this.#readFrom !== undefined) this.#keeper.keep(this.#readFrom);
    this.#readFrom = undefined;
    this.#reloadFile = mark === '' ? reloadFile(options, parsed.model.root) : mark;
    const umask = umaskOf(globals, this.#deps.options.umask);
    applyParentSettings(globals.process_name, umask, this.#logger);
  }

  /**
   * What no child says: the parent's own part of the file, and that of processes which have nothing to run.
   * Those that an option leaves out run elsewhere and speak there.
   */
  #reportOwn({ diagnostics }: ParseResult, plans: Speakers): void {
    const elsewhere = (name: ChildName): boolean => !this.#deps.options[name];
    for (const diagnostic of diagnostics) {
      const { saidBy = [] } = diagnostic;
      if (speakerOf(diagnostic, plans) !== undefined || saidBy.some(elsewhere)) continue;
      this.#logger.log('diagnostic', logText(diagnostic));
    }
  }

  /** Every diagnostic is one log line. */
  #report(parsed: ParseResult): void {
    for (const text of diagnosticTexts(parsed)) this.#logger.log('diagnostic', text);
  }

  /** `net_namespace`. The one of the command line has been entered before there was a parent. */
  #enterNamespace(wanted: string | undefined): 'entered' | 'stays' | 'refused' {
    const { namespace: given } = this.#deps.options;
    if (given !== undefined) {
      if (wanted !== undefined) this.#logger.log('namespace-overridden', wanted, given);
      return 'stays';
    }
    this.#namespace = wanted;
    if (wanted === undefined) return 'stays';
    const path = `/run/netns/${wanted}`;
    const entered = enterNetworkNamespace(path);
    if (entered.ok) return 'entered';
    this.#logger.log('namespace-not-opened', path);
    this.#logger.log('namespace-not-set', wanted);
    return 'refused';
  }

  #parse(): ParseResult {
    const { options, env, links } = this.#deps;
    const { configId, strictIncludes, namespace } = options;
    const own = systemFacts({ testing: false, configId, strictIncludes, namespace, env, links: links() });
    const { facts, kept } = recording(own);
    const { file } = options;
    this.#readFrom = { ...kept, options: { file, cwd: facts.cwd, configId, strictIncludes, namespace } };
    const { fatal, ...parsed } = parseConfig(file, facts);
    // What VRRP cannot run with is for those who run VRRP (seen with 2.2.7 and -C).
    const ends = fatal !== undefined && (options.vrrp || fatal !== 'config');
    return { ...parsed, ...(ends ? { fatal } : {}), model: withSnmpOptions(parsed.model, options) };
  }

  #read(): ParseResult {
    const { options } = this.#deps;
    const parsed = this.#parse();
    if (parsed.fatal !== 'no-config') {
      this.#logger.log('opening-file', options.file);
      this.#logger.log('configuration-file', options.file);
      this.#saved.save(parsed);
    }
    return parsed;
  }

  #takePidFile(path: string): boolean {
    const stale = readPidFile(path) !== 0;
    const taken = createPidFile(path, process.pid);
    if (taken.ok) {
      if (stale) this.#logger.log('zombie-pid-file', path);
      this.#pidFile = taken.value;
      return true;
    }
    if (taken.error.heldBy !== undefined) {
      this.#logger.log('already-running');
      return false;
    }
    // Upstream refuses to run without one, because nobody could stop it; a read-only /run is no such case
    // with a service manager, so this is a log line and the daemon goes on.
    this.#logger.log('cannot-write-pid-file', path, taken.error.code);
    return true;
  }

  #started(): void {
    this.#logger.log('startup-complete');
    this.#ready();
  }

  /** A file that cannot run leaves everything as it is: upstream would end here. */
  reload(): void {
    if (this.#stopping || !this.#begun) return;
    const { serviceManager } = this.#deps;
    this.#logger.log('reloading');
    serviceManager.reloading();
    const parsed = marked(this.#reloadFile, () => this.#read());
    if (this.#refuses(parsed)) {
      serviceManager.ready('running as before: the new configuration was refused');
      return;
    }
    this.#applyRoot(parsed);
    const plans = this.#plans(parsed);
    this.#reportOwn(parsed, plans);
    if (plans.length === 0) this.#reloaded();
    else this.#children.reload(plans);
  }

  #reloaded(): void {
    this.#logger.log('reload-complete');
    releaseMemoryLater(true);
    this.#deps.serviceManager.ready('running');
  }

  /** Says why. */
  #refuses(parsed: ParseResult): boolean {
    const refusal = refusalOf(parsed, {
      checks: this.#checkLog !== undefined,
      namespaceGiven: this.#deps.options.namespace !== undefined,
      namespace: this.#namespace,
      ipvsNamespace: this.#ipvsNamespace,
    });
    if (refusal === undefined) return false;
    this.#sayRefusal(refusal, parsed);
    return true;
  }

  #sayRefusal(refusal: Refusal, parsed: ParseResult): void {
    switch (refusal) {
      case 'check':
        this.#logger.log('new-config-invalid', this.#checkLog ?? '');
        appendLines(this.#checkLog ?? '', shownByTest(parsed).map(formatDiagnostic));
        break;
      case 'fatal':
        this.#report(parsed);
        this.#logger.log('reload-refused', FATAL_REASON);
        break;
      case 'namespace':
        this.#logger.log('namespace-kept');
        break;
      case 'ipvs-namespace':
        this.#logger.log('ipvs-namespace-kept');
        break;
      default:
        assertNever(refusal);
    }
  }

  #ipvsPath(): string | undefined {
    const name = this.#ipvsNamespace;
    return name === '' ? this.#deps.homeNamespace : name && `/run/netns/${name}`;
  }

  writeStats(clear: boolean): void {
    this.#children.writeStats(clear);
  }

  logThreads(): void {
    this.#deps.logThreads();
    this.#children.logThreads();
  }

  dump(as: 'data' | 'json'): void {
    if (as === 'data') this.#writeData();
    this.#children.dump(as);
  }

  #writeData(): void {
    this.#logger.log('printing-data', 'parent', process.pid);
    const file = dataFile(this.#deps.env, this.#naming, '_parent');
    const { scheduled } = this.#reloadTime;
    const shown = (line: string): string =>
      line === NO_RELOAD && scheduled !== undefined ? ` Reload scheduled for ${scheduled}` : line;
    writeDump(file, this.#globals.map((line) => `${shown(line)}\n`).join(''), this.#logger);
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#logger.log('stopping');
    this.#deps.serviceManager.stopping();
    // Before the first child there is the startup script, whose end is waited for.
    if (this.#begun) this.#children.stop(this.#childWaitMs);
  }

  #shutDown(code: number): void {
    const { scripts } = this.#deps;
    runStartStop('shutdown', this.#startStop.shutdown, scripts, this.#logger, () => this.#end(code));
  }

  #end(code: number): void {
    this.#children.endEarly();
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const [user, system] = [userCPUTime, systemCPUTime].map((time) => (time / 1e6).toFixed(6));
    this.#logger.log('cpu-usage', user ?? '', '0.000000', system ?? '', '0.000000');
    this.#pidFile?.remove();
    if (this.#paths !== undefined) removePidFolders(this.#paths);
    this.#logger.log('stopped', KEEPALIVED_VERSION);
    this.#deps.exit(code);
  }
}
