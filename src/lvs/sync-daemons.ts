/**
 * lvs_sync_daemon without an instance: one daemon of each role beside the checkers. In: what is configured.
 * Out: operations on the kernel, log lines. One whose settings change is stopped and started (seen with
 * 2.2.7, which leaves both behind when a reload takes the keyword away).
 */
import type { Ipvs, IpvsDaemon } from '../ports/ipvs.ts';
import { fits, namedLike, type SyncDaemonSettings, sameSyncDaemon } from './sync-daemon.ts';

const ROLES = ['master', 'backup'] as const;

type Log = (id: string, ...args: (string | number)[]) => void;

export class SyncDaemons {
  readonly #ipvs: Ipvs;
  readonly #log: Log;
  #settings: SyncDaemonSettings | undefined;
  #running: readonly IpvsDaemon[] = [];

  constructor(ipvs: Ipvs, log: Log) {
    this.#ipvs = ipvs;
    this.#log = log;
  }

  configure(settings: SyncDaemonSettings | undefined): void {
    const old = this.#settings;
    if (settings !== undefined && old !== undefined && sameSyncDaemon(settings, old)) {
      if (this.#running.length < ROLES.length) this.#start(settings);
      return;
    }
    this.stop();
    this.#settings = settings;
    if (settings !== undefined) this.#start(settings);
  }

  stop(): void {
    for (const daemon of this.#running) this.#stop(daemon);
    this.#running = [];
  }

  #start(settings: SyncDaemonSettings): void {
    const found = this.#ipvs.daemons();
    const left = found.ok ? namedLike(found.value, settings) : [];
    this.#running = ROLES.flatMap((role) => {
      // A process that was killed has left its own behind.
      const old = left.find((one) => one.role === role);
      if (old !== undefined && fits(old, settings)) return [old];
      if (old !== undefined) this.#stop(old);
      const daemon = { ...settings, role };
      return this.#apply({ op: 'startDaemon', daemon }) ? [daemon] : [];
    });
  }

  #stop({ role, syncId }: IpvsDaemon): void {
    this.#apply({ op: 'stopDaemon', role, syncId });
  }

  #apply(op: Parameters<Ipvs['apply']>[0][number]): boolean {
    const errno = this.#ipvs.apply([op])[0]?.errno ?? 0;
    if (errno !== 0) this.#log('ipvs-refused', op.op, errno);
    return errno === 0;
  }
}
