/**
 * disable_local_igmp: the kernel reports no membership of link-local groups, such as that of VRRP, while the
 * daemon runs. It is decided at the start: a reload cannot change it (seen with 2.2.7).
 */
import type { Sysctl } from '../ports/sysctl.ts';
import type { Log } from './running.ts';

const PATH = 'net/ipv4/igmp_link_local_mcast_reports';

export class LocalIgmp {
  readonly #sysctl: Sysctl;
  readonly #log: Log;
  #disabled = false;
  /** What the kernel had, where it was changed. */
  #before: number | undefined;

  constructor(sysctl: Sysctl, log: Log) {
    this.#sysctl = sysctl;
    this.#log = log;
  }

  start(disable: boolean): void {
    this.#disabled = disable;
    if (!disable) return;
    const before = this.#sysctl.get(PATH);
    if (before === 0) return;
    const errno = before === undefined ? undefined : this.#sysctl.set(PATH, 0);
    if (errno === 0) this.#before = before;
    else this.#log('local-igmp-not-disabled', []);
  }

  reload(disable: boolean): void {
    if (disable !== this.#disabled) this.#log('local-igmp-kept', []);
  }

  end(): void {
    if (this.#before !== undefined) this.#sysctl.set(PATH, this.#before);
    this.#before = undefined;
  }
}
