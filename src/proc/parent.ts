/**
 * The parent: reads the configuration, starts and supervises the children, and turns signals into messages.
 * In: options, signals, children's messages and deaths. Out: a running daemon with upstream's pid files, log
 * lines, respawn rules and exit statuses.
 */
import { version as kernelVersion, release } from 'node:os';
import { formatDiagnostic, type ParseResult, parseConfig } from '../../grammar/index.ts';
import type { DaemonOptions } from '../cli/options.ts';
import type { Logger } from '../out/logger.ts';
import { KEEPALIVED_VERSION } from '../out/version.ts';
import type { Link } from '../ports/kernel.ts';
import { createPidFile, type PidFile, readPidFile } from '../runtime/files.ts';
import { ChildProcess } from './child-process.ts';
import { commandLineText } from './command-line.ts';
import { EXIT_NO_CONFIG, EXIT_OK } from './exit-codes.ts';
import { systemFacts } from './facts.ts';
import { vrrpChildConfig } from './setup.ts';

const MS = 1000;

export interface ParentDeps {
  readonly options: DaemonOptions;
  readonly logger: Logger;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interfaces as they are now. */
  readonly links: () => readonly Link[];
  readonly uptimeUs: () => number;
  readonly exit: (code: number) => void;
  /** The daemon is up: a background start may let its caller go. */
  readonly ready: () => void;
}

/** Where pid files go unless -p and -r say otherwise. */
function pidPaths(options: DaemonOptions, parsed: ParseResult): { parent: string; vrrp: string } {
  const { root } = parsed.model;
  const own = root.use_pid_dir === true || root.instance !== undefined || root.net_namespace !== undefined;
  const folder = own ? '/run/keepalived' : '/run';
  const suffix = root.instance === undefined ? '' : `_${root.instance}`;
  return {
    parent: options.pidFile ?? `${folder}/keepalived${own ? suffix : ''}.pid`,
    vrrp: options.vrrpPidFile ?? `${folder}/vrrp${own ? suffix : ''}.pid`,
  };
}

/** Everything the log has to say of a file. */
const diagnosticTexts = (parsed: ParseResult): string[] => parsed.diagnostics.map(formatDiagnostic);

export class Parent {
  readonly #deps: ParentDeps;
  readonly #logger: Logger;
  #pidFile: PidFile | undefined;
  #child: ChildProcess | undefined;
  #childWaitMs = 5 * MS;
  #stopping = false;

  constructor(deps: ParentDeps) {
    this.#deps = deps;
    this.#logger = deps.logger;
  }

  start(): void {
    this.#logger.log('starting', KEEPALIVED_VERSION);
    this.#logger.log('running-on', release(), kernelVersion());
    const [first = '', ...more] = commandLineText(this.#deps.argv);
    this.#logger.log('command-line', first);
    for (const line of more) this.#logger.log('command-line-more', line);
    for (const option of this.#deps.options.notYet) this.#logger.log('not-yet', `Option --${option}`);
    const parsed = this.#read();
    if (parsed.fatal === 'no-config') {
      this.#report(parsed);
      this.#end(EXIT_NO_CONFIG);
      return;
    }
    const paths = pidPaths(this.#deps.options, parsed);
    if (!this.#takePidFile(paths.parent)) {
      this.#deps.exit(EXIT_OK);
      return;
    }
    if (this.#childPidStale(paths.vrrp)) this.#logger.log('zombie-pid-file', paths.vrrp);
    if (parsed.model.globals.values.max_auto_priority === 0) this.#logger.log('max-auto-priority');
    this.#applyRoot(parsed);
    const wanted =
      this.#deps.options.vrrp && (parsed.model.instances.length > 0 || parsed.fatal !== undefined);
    if (wanted) {
      this.#startChild(parsed, paths.vrrp);
      return;
    }
    this.#report(parsed);
    this.#logger.log('nothing-to-run');
    this.#deps.ready();
  }

  #applyRoot(parsed: ParseResult): void {
    this.#childWaitMs = parsed.model.root.child_wait_time / MS;
  }

  /** Every diagnostic is one log line. The child logs them where there is one. */
  #report(parsed: ParseResult): void {
    for (const text of diagnosticTexts(parsed)) this.#logger.log('diagnostic', text);
  }

  #read(): ParseResult {
    const { options, env, links } = this.#deps;
    const { configId, strictIncludes } = options;
    const facts = systemFacts({ testing: false, configId, strictIncludes, env, links: links() });
    const parsed = parseConfig(options.file, facts);
    if (parsed.fatal !== 'no-config') {
      this.#logger.log('opening-file', options.file);
      this.#logger.log('configuration-file', options.file);
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

  /** Left by a child that could not clean up; the child takes the file over by its lock. */
  #childPidStale(path: string): boolean {
    return this.#deps.options.vrrp && readPidFile(path) !== 0;
  }

  #startChild(parsed: ParseResult, pidFile: string): void {
    const { options } = this.#deps;
    const ident = 'Keepalived_vrrp';
    const { console, json, detail, syslog, facility } = options;
    this.#child = new ChildProcess({
      environment: { console, json, detail, syslog, facility, ident, pidFile },
      config: vrrpChildConfig(parsed.model, this.#deps.uptimeUs()),
      diagnostics: diagnosticTexts(parsed),
      fatal: parsed.fatal !== undefined,
      logger: this.#logger,
      respawn: options.respawn,
      env: this.#deps.env,
      started: () => this.#started(),
      reloaded: () => this.#logger.log('reload-complete'),
      ended: (code) => this.#end(code),
    });
    this.#child.start();
  }

  #started(): void {
    this.#logger.log('startup-complete');
    this.#deps.ready();
  }

  /** A file that cannot run leaves everything as it is: upstream would end here. */
  reload(): void {
    if (this.#stopping) return;
    this.#logger.log('reloading');
    const parsed = this.#read();
    if (parsed.fatal !== undefined) {
      this.#report(parsed);
      this.#logger.log('reload-refused', 'the file has errors that a start would not survive');
      return;
    }
    this.#applyRoot(parsed);
    const config = vrrpChildConfig(parsed.model, this.#deps.uptimeUs());
    if (this.#child === undefined) {
      if (config.instances.length === 0) this.#logger.log('reload-complete');
      else this.#startChild(parsed, pidPaths(this.#deps.options, parsed).vrrp);
      return;
    }
    this.#child.reload(config, diagnosticTexts(parsed));
  }

  writeStats(clear: boolean): void {
    this.#child?.writeStats(clear);
  }

  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#logger.log('stopping');
    if (this.#child === undefined) this.#end(EXIT_OK);
    else this.#child.stop(this.#childWaitMs);
  }

  #end(code: number): void {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const [user, system] = [userCPUTime, systemCPUTime].map((time) => (time / 1e6).toFixed(6));
    this.#logger.log('cpu-usage', user ?? '', '0.000000', system ?? '', '0.000000');
    this.#pidFile?.remove();
    this.#logger.log('stopped', KEEPALIVED_VERSION);
    this.#deps.exit(code);
  }
}
