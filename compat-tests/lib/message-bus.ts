/** A message bus of D-Bus for one router, what is asked through it, and the signals that it carries. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ran } from './exec.ts';
import { until } from './poll.ts';
import { needPrograms } from './requirements.ts';
import type { Router } from './router.ts';

const PREFIX = '/org/keepalived/Vrrp1/';
const INTERFACE = 'org.keepalived.Vrrp1.';

const ALLOWS = [
  '<allow user="*"/>',
  '<allow own="*"/>',
  '<allow send_type="method_call"/>',
  '<allow send_type="signal"/>',
  '<allow send_destination="*" eavesdrop="true"/>',
  '<allow eavesdrop="true"/>',
];

export class MessageBus {
  readonly name: string;
  readonly #socket: string;
  readonly #config: string;
  readonly #signals: string;
  #daemon: ChildProcess | undefined;
  #monitor: ChildProcess | undefined;

  private constructor(router: Router, name: string) {
    this.name = name;
    this.#socket = join(router.dir, 'bus');
    this.#config = join(router.dir, 'bus.conf');
    this.#signals = join(router.dir, 'signals');
    const policy = ['<policy context="default">', ...ALLOWS, '</policy>'];
    const listens = `<listen>unix:path=${this.#socket}</listen><auth>EXTERNAL</auth>`;
    const text = ['<busconfig>', '<type>system</type>', listens, ...policy, '</busconfig>'];
    writeFileSync(this.#config, `${text.join('\n')}\n`);
  }

  /** `name` = that of the service. Nothing runs before `serve`. */
  static of(router: Router, name = 'org.keepalived.Vrrp1'): MessageBus {
    needPrograms('dbus-daemon', 'dbus-send', 'dbus-monitor');
    return new MessageBus(router, name);
  }

  get #address(): string {
    return `unix:path=${this.#socket}`;
  }

  /** In front of the daemon's command. */
  get wrapper(): string[] {
    return ['env', `DBUS_SYSTEM_BUS_ADDRESS=${this.#address}`];
  }

  async serve(): Promise<void> {
    rmSync(this.#socket, { force: true });
    const stdio = 'ignore' as const;
    this.#daemon = spawn('dbus-daemon', [`--config-file=${this.#config}`, '--nofork', '--nopidfile'], {
      stdio,
    });
    await until(() => existsSync(this.#socket), 10_000, 'the message bus');
    const rule = (what: string) => `type='signal',interface='${INTERFACE}${what}'`;
    const words = ['--address', this.#address, rule('Vrrp'), rule('Instance')];
    this.#monitor = spawn('sh', ['-c', 'exec dbus-monitor "$@" > "$0"', this.#signals, ...words], { stdio });
    const watches = () => existsSync(this.#signals) && readFileSync(this.#signals, 'utf8') !== '';
    await until(watches, 10_000, 'dbus-monitor');
  }

  /** Whether somebody has the name of the service. */
  async owned(): Promise<boolean> {
    const asked = `--dest=org.freedesktop.DBus`;
    const words = ['/', 'org.freedesktop.DBus.NameHasOwner', `string:${this.name}`];
    const { stdout } = await ran([
      'dbus-send',
      `--bus=${this.#address}`,
      '--print-reply=literal',
      asked,
      ...words,
    ]);
    return stdout.includes('true');
  }

  /** The answer to a method of an object below keepalived's, or the error. */
  async call(path: string, method: string, ...words: readonly string[]): Promise<string> {
    const full = method.startsWith('org.') ? method : `${INTERFACE}${method}`;
    const head = [`--bus=${this.#address}`, '--print-reply=literal', `--dest=${this.name}`];
    const asked = [path.startsWith('/') ? path : `${PREFIX}${path}`, full, ...words];
    const { stdout, stderr } = await ran(['dbus-send', ...head, ...asked]);
    return `${stdout}${stderr}`.trim().replace(/\s+/g, ' ');
  }

  /** Of an object: its interfaces with their members, and the names below it. */
  async describe(path: string): Promise<string[]> {
    const xml = await this.call(path, 'org.freedesktop.DBus.Introspectable.Introspect');
    return [...xml.matchAll(/<(interface|node|method|signal|property|arg) [^>]*?\/?>/g)].map(([tag]) =>
      [...tag.matchAll(/(\w+)="([^"]*)"/g)]
        .map(([, key, value]) => `${key}=${value}`)
        .toSorted()
        .join(' '),
    );
  }

  /**
   * Signals as `path member value`, in the order in which they were sent. Of an instance those since it was
   * MASTER first: what keepalived tells before that depends on how quick its thread for the bus is.
   */
  signals(): string[] {
    const text = existsSync(this.#signals) ? readFileSync(this.#signals, 'utf8') : '';
    return text
      .split(/^signal /m)
      .filter((one) => one.includes(`interface=${INTERFACE}`))
      .map((one) => {
        const [, path = ''] = /path=(\S+?);/.exec(one) ?? [];
        const [, member = ''] = /member=(\S+)/.exec(one) ?? [];
        const [, value = ''] = /uint32 (\d+)/.exec(one) ?? [];
        return `${path.replace(PREFIX, '')} ${member} ${value}`.trim();
      })
      .filter((signal, at, all) => {
        const [path, member] = signal.split(' ');
        return member !== 'VrrpStatusChange' || at >= all.indexOf(`${path} VrrpStatusChange 2`);
      });
  }

  end(): void {
    this.#monitor?.kill();
    this.#daemon?.kill();
  }
}
