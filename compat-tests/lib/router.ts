/**
 * One router of a scene: its configuration file, its daemon, its notify script. In: configuration text and
 * commands of the case; out: log lines and notify calls not yet taken by a phase.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { globals } from './config.ts';
import { Daemon, type Kind, type LaunchSpec, type LogLine } from './daemon.ts';
import { insideKernelLab } from './kernel-lab.ts';
import { hostAddress, type Lab, type RouterName } from './namespaces.ts';
import { statesOf } from './observe.ts';
import { until } from './poll.ts';
import { tree } from './processes.ts';

/** The processor of the kernel lab is a tenth of a real one, and shared as well. */
const START_MS = insideKernelLab() ? 30_000 : 10_000;

/** Raw lines that say which global settings a case wants, in front of its instances. */
export interface StartOptions extends Pick<LaunchSpec, 'flags' | 'wrapper'> {
  readonly globals?: readonly string[];
}

export class Router {
  readonly name: RouterName;
  readonly kind: Kind;
  readonly dir: string;
  readonly ns: string;
  readonly ownAddresses: ReadonlySet<string>;
  readonly #lab: Lab;
  /** When the daemon was started last, by the wall clock. */
  launchedUs = 0;
  #daemon: Daemon | undefined;
  #logMark = 0;
  #notifyMark = 0;
  #pending: string[] = [];

  constructor(lab: Lab, name: RouterName, kind: Kind) {
    this.#lab = lab;
    this.name = name;
    this.kind = kind;
    this.dir = `${lab.dir}/${name}`;
    this.ns = lab.ns(name);
    mkdirSync(this.dir, { recursive: true, mode: 0o755 });
    const own = [0, 1].flatMap((link) => {
      const { ip4, ip6, linkLocal } = hostAddress(name, link);
      return [ip4, ip6, linkLocal];
    });
    this.ownAddresses = new Set(own);
    // One write of one short line is atomic in append mode, so no lock is needed between scripts.
    const text = `#!/bin/sh\necho "$*" >> ${this.#notifyLog}\n`;
    writeFileSync(this.notifyScript, text, { mode: 0o755 });
  }

  get notifyScript(): string {
    return `${this.#lab.dir}/notify-${this.name}`;
  }

  get #notifyLog(): string {
    return `${this.dir}/notify.log`;
  }

  get used(): boolean {
    return this.#daemon !== undefined;
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error(`router ${this.name} was not started`);
    return this.#daemon;
  }

  get configPath(): string {
    return `${this.dir}/keepalived.conf`;
  }

  /** Writes the configuration file; the common globals come first. */
  configure(text: string, more: readonly string[] = []): void {
    const full = `${globals(more)}\n${text}\n`;
    const filled = full.replaceAll('@NOTIFY@', this.notifyScript).replaceAll('@DIR@', this.dir);
    writeFileSync(this.configPath, filled, { mode: 0o644 });
  }

  /** Starts the daemon and waits for its pid file, so that a signal sent next reaches a handler. */
  async start(text: string, options: StartOptions = {}): Promise<void> {
    this.configure(text, options.globals);
    this.launch(options);
    const up = () => this.daemon.log.some((line) => line.text === 'Startup complete');
    await until(() => up() || this.daemon.exitCode !== undefined, START_MS, `${this.name} to start`);
  }

  /** Starts the daemon without waiting, with the configuration as it is. */
  launch(options: StartOptions = {}): void {
    if (this.#daemon !== undefined) this.#pending.push(...this.#newLines().map((line) => line.text));
    this.#logMark = 0;
    this.launchedUs = Date.now() * 1000;
    const { globals: _, ...launch } = options;
    this.#daemon = new Daemon(this.kind, { ns: this.ns, dir: this.dir, config: this.configPath, ...launch });
  }

  stop(): Promise<number> {
    return this.daemon.stop();
  }

  crash(): Promise<void> {
    return this.daemon.crash();
  }

  /** SIGHUP, with another configuration if one is given, and waits until the parent says it is done. */
  async reload(text?: string, more: readonly string[] = []): Promise<void> {
    if (text !== undefined) this.configure(text, more);
    const done = () => this.daemon.log.filter((line) => line.text === 'Reload complete').length;
    const before = done();
    this.daemon.signal('SIGHUP');
    await until(() => done() > before, 10_000, `${this.name} to reload`);
  }

  /** It has or had a BFD process. */
  get speaksBfd(): boolean {
    return this.logged(/^Starting BFD child process/).length > 0;
  }

  /** Last state in the log of an instance. */
  state(instance = 'VI'): string | undefined {
    const states = statesOf(this.daemon.log.map((line) => line.text));
    const last = states.findLast((text) => text.startsWith(`${instance} `));
    return last?.split(' ')[1];
  }

  /** True while any instance is master, by the log. */
  isMaster(): boolean {
    const last = new Map<string, string>();
    for (const text of statesOf(this.#daemon?.log.map((line) => line.text) ?? [])) {
      const [instance = '', state = ''] = text.split(' ');
      last.set(instance, state);
    }
    return [...last.values()].includes('MASTER');
  }

  logged(pattern: RegExp): LogLine[] {
    return this.daemon.log.filter((line) => pattern.test(line.text));
  }

  async sees(pattern: RegExp, count = 1, timeoutMs = 8_000): Promise<void> {
    await until(() => this.logged(pattern).length >= count, timeoutMs, `${this.name} to log ${pattern}`);
  }

  /** When the log last said something it had not said in the line before. */
  lastNewsMs(): number {
    const log = this.#daemon?.log ?? [];
    for (let at = log.length - 1; at >= 0; at--) {
      if (log[at]?.text !== log[at - 1]?.text) return log[at]?.atMs ?? 0;
    }
    return 0;
  }

  /** Process ids of the daemon and everything it has started. */
  /** Waits until the log says so of each of the instances, as many times. */
  async enters(state: string, instances: readonly string[], count = 1): Promise<void> {
    for (const name of instances) await this.sees(new RegExp(`\\(${name}\\) Entering ${state} STATE`), count);
  }

  processes(): number[] {
    return this.#daemon === undefined || this.#daemon.exitCode !== undefined ? [] : tree(this.#daemon.pid);
  }

  #newLines(): LogLine[] {
    return this.#daemon?.log.slice(this.#logMark) ?? [];
  }

  takeLog(): string[] {
    const lines = [...this.#pending, ...this.#newLines().map((line) => line.text)];
    this.#pending = [];
    this.#logMark = this.#daemon?.log.length ?? 0;
    return lines;
  }

  /** Arguments of the notify calls since the last time, in the order they were made. */
  takeNotify(): string[] {
    let text = '';
    try {
      text = readFileSync(this.#notifyLog, 'utf8');
    } catch {
      // No script has run yet.
    }
    const lines = text.split('\n').filter(Boolean);
    const fresh = lines.slice(this.#notifyMark);
    this.#notifyMark = lines.length;
    return fresh;
  }

  /** Stops a daemon that still runs; part of leaving a scene, observed as its last phase. */
  async end(): Promise<void> {
    if (this.#daemon !== undefined && this.#daemon.exitCode === undefined) await this.#daemon.stop();
  }
}
