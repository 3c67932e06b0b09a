/** D-Bus of the VRRP process: its instances as objects of the bus, signals of their changes, and requests. */
import { readFileSync } from 'node:fs';
import {
  type DbusActions,
  type DbusInstance,
  DbusTree,
  daemonSignal,
  instancePath,
  stateSignal,
} from '../out/dbus-objects.ts';
import type { Logger } from '../out/logger.ts';
import type { DbusSetup } from '../ports/dbus.ts';
import { DbusSession, DEFAULT_ADDRESS } from '../runtime/dbus-session.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import type { StateName } from '../vrrp/events.ts';
import type { DbusMessage } from '../wire/dbus.ts';

export interface VrrpDbusPorts extends DbusActions {
  readonly env: Readonly<Record<string, string | undefined>>;
  stateOf(instance: string): StateName | undefined;
}

function machineId(): string {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      // The other one, then.
    }
  }
  return '';
}

export class VrrpDbus {
  readonly #ports: VrrpDbusPorts;
  readonly #logger: Logger;
  readonly #tree: DbusTree;
  #session: DbusSession | undefined;
  #name = '';
  /** Paths by the names of instances, in the order of the file. */
  #paths = new Map<string, string>();
  /** Whether the start has been told. */
  #begun = false;

  constructor(ports: VrrpDbusPorts, logger: Logger) {
    this.#ports = ports;
    this.#logger = logger;
    this.#tree = new DbusTree({
      instances: () => this.#instances(),
      machineId,
      sendGarp: (instance) => {
        logger.log('dbus-garps', instance);
        ports.sendGarp(instance);
      },
      printData: () => {
        logger.log('dbus-data');
        ports.printData();
      },
      printStats: (clear) => {
        logger.log(clear ? 'dbus-stats-clear' : 'dbus-stats');
        ports.printStats(clear);
      },
      reload: () => ports.reload(),
    });
  }

  #instances(): DbusInstance[] {
    return [...this.#paths].map(([name, path]) => ({ name, path, state: this.#stateOf(name) }));
  }

  #stateOf(name: string): StateName {
    return this.#ports.stateOf(name) ?? 'INIT';
  }

  start(config: DbusSetup | undefined, instances: readonly InstanceConfig[]): void {
    this.#paths = pathsOf(config, instances);
    if (config !== undefined) this.#open(config);
  }

  #open({ name }: DbusSetup): void {
    const addresses = this.#ports.env.DBUS_SYSTEM_BUS_ADDRESS ?? DEFAULT_ADDRESS;
    this.#name = name;
    this.#begun = false;
    this.#session = new DbusSession(
      { addresses, name },
      {
        connected: () => this.#connected(),
        acquired: () => this.#logger.log('dbus-name', name),
        lost: () => this.#logger.log('dbus-name-lost', name),
        call: (message) => this.#answer(message),
      },
    );
  }

  #connected(): void {
    this.#logger.log('dbus-bus', this.#name);
    if (!this.#begun) this.#session?.emit(daemonSignal('VrrpStarted'));
    this.#begun = true;
    for (const { name, path } of this.#instances()) this.#tell(path, this.#stateOf(name));
  }

  #answer(message: DbusMessage): Pick<DbusMessage, 'kind' | 'signature' | 'body' | 'errorName'> {
    const answer = this.#tree.answer(message);
    if (!('errorName' in answer)) return { kind: 'return', ...answer };
    const { errorName, text } = answer;
    return { kind: 'error', errorName, signature: 's', body: [text] };
  }

  /** Nobody hears of an instance that has only been made. */
  #tell(path: string, state: StateName): void {
    if (state !== 'INIT') this.#session?.emit(stateSignal(path, state));
  }

  moved(instance: string, to: StateName): void {
    const path = this.#paths.get(instance);
    // Of a stop `tellStop` tells, and an instance that is removed ends as a fault (seen with 2.2.7).
    if (path !== undefined && to !== 'STOP') this.#tell(path, to);
  }

  /** Instances that are gone are gone already, and new ones are not there yet. */
  reload(config: DbusSetup | undefined, instances: readonly InstanceConfig[]): void {
    if (config === undefined || config.name !== this.#name) this.stop();
    const before = this.#paths;
    this.#paths = pathsOf(config, instances);
    if (config === undefined) return;
    if (this.#session === undefined) {
      this.#open(config);
      return;
    }
    const kept = new Set(this.#paths.values());
    for (const [name, path] of before) {
      if (kept.has(path)) continue;
      this.#tell(path, 'FAULT');
      this.#logger.log('dbus-deleted', name);
    }
    this.#session.emit(daemonSignal('VrrpReloaded'));
  }

  /** Everything ends, or D-Bus does. */
  stop(): void {
    const session = this.#session;
    if (session === undefined) return;
    session.emit(daemonSignal('VrrpStopped'));
    session.close();
    this.#session = undefined;
    this.#name = '';
    this.#logger.log('dbus-released');
  }

  /** The instances have been stopped. */
  tellStop(): void {
    for (const path of this.#paths.values()) this.#tell(path, 'STOP');
  }
}

function pathsOf(config: DbusSetup | undefined, instances: readonly InstanceConfig[]): Map<string, string> {
  if (config === undefined) return new Map();
  return new Map(
    instances.map(({ name, interface: link, vrid, family }) => [
      name,
      instancePath({
        interface: link || config.withoutInterface,
        virtualRouterId: vrid,
        family,
      }),
    ]),
  );
}
