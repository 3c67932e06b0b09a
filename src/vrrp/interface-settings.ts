/**
 * Settings of interfaces (sysctls) that virtual routers need. In: interfaces of our own, interfaces that
 * should promote secondary addresses. Out: writes, and at the end the old values of what outlives us. Which
 * settings, and that arp_ignore and arp_filter of the interface below stay, as seen with 2.2.7.
 */
import type { Sysctl } from '../ports/sysctl.ts';
import type { OwnLink } from './own-link-plan.ts';
import type { Log } from './running.ts';

const ENOENT = 2;
const conf = (family: 4 | 6, ifname: string, key: string): string => `net/ipv${family}/conf/${ifname}/${key}`;

export class InterfaceSettings {
  readonly #sysctl: Sysctl;
  readonly #log: Log;
  /** What was there before, by path, in the order of the changes. */
  readonly #saved = new Map<string, number>();
  /** Interfaces below VMACs that answered ARP requests in another way before. */
  readonly #quieted = new Set<string>();

  constructor(sysctl: Sysctl, log: Log) {
    this.#sysctl = sysctl;
    this.#log = log;
  }

  /** Whether the kernel gives the interface a link-local address by itself. */
  generatesAddresses(ifname: string): boolean {
    return this.#sysctl.get(conf(6, ifname, 'addr_gen_mode')) !== 1;
  }

  /** Before the interface comes up. `others` are all interfaces of the machine. */
  prepare(link: OwnLink, others: readonly string[]): void {
    const { name, base, family, families } = link;
    this.#set(conf(6, name, 'disable_ipv6'), families.includes(6) ? 0 : 1);
    // An ipvlan answers with the MAC address that everybody knows anyway.
    if (link.link.kind === 'ipvlan') return;
    if (family === 4) {
      this.#openReversePath(others);
      this.#set(conf(4, name, 'accept_local'), 1);
      this.#set(conf(4, name, 'promote_secondaries'), 1);
      this.#set(conf(4, name, 'rp_filter'), 0);
      // The interface below would answer for addresses of the VMAC, with the wrong MAC address.
      const arp = ['arp_ignore', 'arp_filter'].map((key) => conf(4, base, key));
      if (arp.some((path) => this.#sysctl.get(path) !== 1)) this.#quieted.add(base);
      for (const path of arp) this.#set(path, 1);
    }
    this.#set(conf(4, name, 'arp_ignore'), 1);
  }

  /**
   * `all` counts for every interface, also for VMACs, which need 0. So every other interface gets the value
   * itself, and `default` for those to come.
   */
  #openReversePath(others: readonly string[]): void {
    const path = conf(4, 'all', 'rp_filter');
    const all = this.#sysctl.get(path) ?? 0;
    if (all === 0) return;
    for (const ifname of ['default', ...others]) {
      const own = conf(4, ifname, 'rp_filter');
      if ((this.#sysctl.get(own) ?? all) < all) this.#keep(own, all);
    }
    this.#keep(path, 0);
  }

  /** Only what concerns the whole machine is worth a line (seen with 2.2.7). */
  #tell(id: string, path: string, ...values: readonly number[]): void {
    if (/\/(all|default)\//.test(path)) this.#log(id, [path.replaceAll('/', '.'), ...values]);
  }

  promoteSecondaries(ifname: string): void {
    this.#keep(conf(4, ifname, 'promote_secondaries'), 1);
  }

  quieted(ifname: string): boolean {
    return this.#quieted.has(ifname);
  }

  /** An interface took its settings with it: what comes under its name is another one. */
  forget(ifname: string): void {
    this.#quieted.delete(ifname);
    for (const path of [...this.#saved.keys()]) {
      if (path.includes(`/conf/${ifname}/`)) this.#saved.delete(path);
    }
  }

  restore(): void {
    for (const [path, value] of [...this.#saved].reverse()) {
      this.#tell('sysctl-reset', path, value);
      this.#set(path, value);
    }
    this.#saved.clear();
  }

  #keep(path: string, value: number): void {
    const before = this.#sysctl.get(path);
    if (before === undefined || before === value) return;
    this.#tell('sysctl-set', path, before, value);
    if (this.#set(path, value) && !this.#saved.has(path)) this.#saved.set(path, before);
  }

  #set(path: string, value: number): boolean {
    const before = this.#sysctl.get(path);
    // A kernel without IPv6 has no such settings, and an interface may have gone.
    if (before === undefined || before === value) return before !== undefined;
    const errno = this.#sysctl.set(path, value);
    if (errno !== 0 && errno !== ENOENT) this.#log('sysctl-refused', [path, value, errno]);
    return errno === 0;
  }
}
