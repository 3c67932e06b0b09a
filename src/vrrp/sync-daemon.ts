/**
 * The daemon of IPVS that synchronises connections (lvs_sync_daemon). In: what is configured, and the state
 * of the instance that it follows. Out: a master daemon while that is MASTER, a backup daemon otherwise, none
 * once it has stopped (seen with 2.2.7 and 2.3.3). It is switched after addresses and adverts, since a
 * take-over must not wait for it.
 */
import { fits, namedLike, type SyncDaemonSettings, sameSyncDaemon } from '../lvs/sync-daemon.ts';
import type { Ipvs, IpvsDaemon, IpvsDaemonRole } from '../ports/ipvs.ts';
import type { KernelEvent } from '../ports/kernel.ts';
import type { StateName } from './events.ts';
import type { Log } from './running.ts';

export interface SyncDaemonConfig {
  /** Name of the instance. */
  readonly instance: string;
  readonly daemon: SyncDaemonSettings;
}

export interface SyncDaemonFacts {
  /** Undefined without such an instance. */
  state(instance: string): StateName | undefined;
  linkName(index: number): string | undefined;
}

/** A second try says nothing of its own: why there is no daemon has been told. */
type Refusal = 'aloud' | 'quietly';

export class SyncDaemonKeeper {
  readonly #port: Ipvs;
  readonly #facts: SyncDaemonFacts;
  readonly #log: Log;
  #wanted: SyncDaemonConfig | undefined;
  #running: IpvsDaemon | undefined;
  /** Instances that have not started have no role yet. */
  #begun = false;
  /** What a predecessor of this process may have left running is known. */
  #looked = false;
  /** The role that the kernel would not let it have. */
  #refused: IpvsDaemonRole | undefined;

  constructor(port: Ipvs, facts: SyncDaemonFacts, log: Log) {
    this.#port = port;
    this.#facts = facts;
    this.#log = log;
  }

  /** Stops a daemon that is not wanted as it runs; `settle` starts it again. */
  configure(config: SyncDaemonConfig | undefined, instances: readonly { readonly name: string }[]): void {
    const wanted = config === undefined ? undefined : this.#checked(config, instances);
    this.#refused = undefined;
    if (wanted !== undefined && this.#wanted !== undefined && sameConfig(wanted, this.#wanted)) return;
    this.#stop();
    this.#wanted = wanted;
    this.#looked = false;
  }

  #checked(
    config: SyncDaemonConfig,
    instances: readonly { readonly name: string }[],
  ): SyncDaemonConfig | undefined {
    this.#log(this.#begun ? 'ipvs-reinitializing' : 'ipvs-initializing', []);
    const info = this.#port.info();
    if (!info.ok) {
      this.#log('ipvs-unavailable', [info.error.errno]);
      this.#log('sync-daemon-off', [config.daemon.interface]);
      return undefined;
    }
    if (instances.some(({ name }) => name === config.instance)) return config;
    this.#log('sync-daemon-no-instance', [config.instance]);
    return undefined;
  }

  /** From now on the daemon follows its instance. */
  begin(): void {
    this.#begun = true;
    this.settle();
  }

  /** Brings the daemon to where the instance is. Cheap when nothing has changed. */
  settle(): void {
    this.#settle('aloud');
  }

  #settle(refusal: Refusal): void {
    const wanted = this.#wanted;
    if (!this.#begun || wanted === undefined) return;
    const role = roleIn(this.#facts.state(wanted.instance));
    if (!this.#looked) this.#look(wanted, role);
    if (role === this.#running?.role || (role !== undefined && role === this.#refused)) return;
    this.#stop();
    if (role !== undefined) this.#start({ ...wanted.daemon, role }, refusal);
  }

  end(): void {
    this.#wanted = undefined;
    this.#stop();
  }

  /** One that was refused may only have lacked its interface or an address on it. */
  take(event: KernelEvent): void {
    const wanted = this.#wanted?.daemon.interface;
    if (this.#refused === undefined || wanted === undefined) return;
    const name =
      event.event === 'link'
        ? event.link.name
        : event.event === 'address' && this.#facts.linkName(event.address.ifindex);
    if (name !== wanted) return;
    this.#refused = undefined;
    this.#settle('quietly');
  }

  /** A daemon of ours that was left behind is kept if it is what is wanted now; others are not ours. */
  #look({ daemon }: SyncDaemonConfig, role: IpvsDaemonRole | undefined): void {
    this.#looked = true;
    const found = this.#port.daemons();
    if (!found.ok) return;
    const ours = namedLike(found.value, daemon);
    for (const left of ours) {
      this.#running = left;
      if (left.role !== role || !fits(left, daemon)) this.#stop();
    }
    this.#running = ours.find((left) => left.role === role && fits(left, daemon));
  }

  #start(daemon: IpvsDaemon, refusal: Refusal): void {
    const [result] = this.#port.apply([{ op: 'startDaemon', daemon }]);
    const errno = result?.errno ?? 0;
    this.#refused = errno === 0 ? undefined : daemon.role;
    if (errno === 0) this.#running = daemon;
    else if (refusal === 'aloud') this.#log('ipvs-refused', ['startDaemon', errno]);
  }

  #stop(): void {
    if (this.#running === undefined) return;
    const { role, syncId } = this.#running;
    this.#running = undefined;
    const [result] = this.#port.apply([{ op: 'stopDaemon', role, syncId }]);
    if (result !== undefined && result.errno !== 0) this.#log('ipvs-refused', ['stopDaemon', result.errno]);
  }
}

function roleIn(state: StateName | undefined): IpvsDaemonRole | undefined {
  if (state === undefined || state === 'STOP') return undefined;
  return state === 'MASTER' ? 'master' : 'backup';
}

const sameConfig = (a: SyncDaemonConfig, b: SyncDaemonConfig): boolean =>
  a.instance === b.instance && sameSyncDaemon(a.daemon, b.daemon);
