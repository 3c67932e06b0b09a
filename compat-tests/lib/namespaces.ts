/**
 * A laboratory of network namespaces: routers and a client on a bridge that lives in a namespace of its
 * own, so nothing touches the host's network. Names carry the process id of the runner; a later run removes
 * what a runner that was killed left behind.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { ipBatch, quietly, ran, run } from './exec.ts';
import { isAlive } from './processes.ts';

const PREFIX = 'alc';
const BASE_DIR = '/run';
let nextLab = 1;
const open = new Set<Lab>();

export type RouterName = 'a' | 'b';
export type HostName = RouterName | 'c';
const HOSTS: readonly HostName[] = ['a', 'b', 'c'];
const hostNumber = (host: HostName): number => HOSTS.indexOf(host) + 1;

export interface HostAddress {
  readonly mac: string;
  readonly ip4: string;
  readonly ip6: string;
  readonly linkLocal: string;
}

/** The addresses of a host on link number `link` (0 = eth0): 10.LINK.0.N, fd00:LINK::N, fe80::N. */
export function hostAddress(host: HostName, link = 0): HostAddress {
  const n = hostNumber(host);
  return {
    mac: `02:00:00:00:0${link}:0${n}`,
    ip4: `10.${link}.0.${n}`,
    ip6: `fd00:${link}::${n}`.replace(':0::', '::'),
    linkLocal: `fe80::${n}`,
  };
}

export class Lab {
  readonly id: string;
  /** Scratch folder of this laboratory; below /run, because script security refuses world writable paths. */
  readonly dir: string;
  readonly switchNs: string;

  private constructor(id: string) {
    this.id = id;
    this.dir = `${BASE_DIR}/${id}`;
    this.switchNs = `${id}sw`;
  }

  static async create(): Promise<Lab> {
    const lab = new Lab(`${PREFIX}${process.pid}x${nextLab++}`);
    open.add(lab);
    mkdirSync(lab.dir, { recursive: true, mode: 0o755 });
    await run(['ip', 'netns', 'add', lab.switchNs]);
    await sysctl(lab.switchNs, ['net/ipv6/conf/all/disable_ipv6=1', 'net/ipv6/conf/default/disable_ipv6=1']);
    await ipBatch(lab.switchNs, ['link set lo up']);
    for (const host of HOSTS) await run(['ip', 'netns', 'add', lab.ns(host)]);
    await lab.addLink(0);
    return lab;
  }

  ns(host: HostName): string {
    return `${this.id}${host}`;
  }

  /** A bridge br<link> and a device eth<link> in every host, with the addresses of `hostAddress`. */
  async addLink(link: number): Promise<void> {
    await ipBatch(this.switchNs, [
      `link add br${link} type bridge mcast_snooping 0 forward_delay 0`,
      `link set br${link} up`,
    ]);
    for (const host of HOSTS) await this.plug(host, link);
  }

  /** Creates the device of one host and connects it; also what re-creates a device that was deleted. */
  async plug(host: HostName, link = 0): Promise<void> {
    const ns = this.ns(host);
    const dev = `eth${link}`;
    const address = hostAddress(host, link);
    await ipBatch(ns, [
      'link set lo up',
      `link add ${dev} address ${address.mac} type veth peer name p${link}${host} netns ${this.switchNs}`,
    ]);
    const conf = `net/ipv6/conf/${dev}`;
    await sysctl(ns, [
      `${conf}/accept_dad=0`,
      `${conf}/addr_gen_mode=1`,
      `${conf}/accept_ra=0`,
      `${conf}/router_solicitations=0`,
    ]);
    await ipBatch(this.switchNs, [`link set p${link}${host} master br${link} up`]);
    await ipBatch(ns, [
      `addr add ${address.ip4}/24 dev ${dev}`,
      `addr add ${address.ip6}/64 dev ${dev} nodad`,
      `addr add ${address.linkLocal}/64 dev ${dev} nodad`,
      `link set ${dev} up`,
    ]);
  }

  /** One `ip` command inside a host. */
  ip(host: HostName, ...args: readonly string[]): Promise<string> {
    return run(['ip', '-n', this.ns(host), ...args]);
  }

  /** Cuts or restores the cable at the switch end: the router loses or regains its carrier. */
  async cable(host: HostName, state: 'up' | 'down', link = 0): Promise<void> {
    await ipBatch(this.switchNs, [`link set p${link}${host} ${state}`]);
  }

  /** Lets a router keep its carrier while none of its frames get through: a partition, not a fault. */
  async isolate(host: HostName, isolated: boolean, link = 0): Promise<void> {
    const place = isolated ? 'nomaster' : `master br${link}`;
    await ipBatch(this.switchNs, [`link set p${link}${host} ${place}`]);
  }

  /** The MAC address that answers the client for an IPv4 address, or undefined. */
  async resolve(address: string): Promise<string | undefined> {
    const ns = this.ns('c');
    await ran(['ip', '-n', ns, 'neigh', 'del', address, 'dev', 'eth0']);
    await ran(['ip', 'netns', 'exec', ns, 'bash', '-c', `echo > /dev/udp/${address}/9`]);
    const text = await run(['ip', '-n', ns, 'neigh', 'show', address]);
    return /lladdr (\S+)/.exec(text)?.[1];
  }

  #namespaces(): string[] {
    return [this.switchNs, ...HOSTS.map((host) => this.ns(host))];
  }

  /** Removing a namespace takes the kernel a while, in which the other laboratories must go on. */
  async destroy(): Promise<void> {
    for (const name of this.#namespaces()) {
      killAll((await ran(['ip', 'netns', 'pids', name])).stdout);
      await ran(['ip', 'netns', 'del', name]);
    }
    rmSync(this.dir, { recursive: true, force: true });
    open.delete(this);
  }

  /** The same on the way out of the process, where nothing can be awaited. */
  destroyNow(): void {
    open.delete(this);
    for (const name of this.#namespaces()) removeNamespace(name);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

async function sysctl(ns: string, settings: readonly string[]): Promise<void> {
  const writes = settings.map((line) => {
    const [path, value] = line.split('=');
    return `echo ${value} > /proc/sys/${path}`;
  });
  await run(['ip', 'netns', 'exec', ns, 'sh', '-c', writes.join('; ')]);
}

/** Ends every process of a list of process ids, one a line; frozen ones die of SIGKILL as well. */
function killAll(pids: string): void {
  for (const pid of pids.split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself between the listing and the signal.
    }
  }
}

function removeNamespace(name: string): void {
  killAll(quietly(['ip', 'netns', 'pids', name]));
  quietly(['ip', 'netns', 'del', name]);
}

/** Removes namespaces and folders of runners that no longer exist. */
export function removeStale(): void {
  const names = quietly(['ip', 'netns', 'list'])
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  for (const name of names) {
    const match = new RegExp(`^(${PREFIX}(\\d+)x\\d+)`).exec(name);
    if (match === null || isAlive(Number(match[2]))) continue;
    removeNamespace(name);
    rmSync(`${BASE_DIR}/${match[1]}`, { recursive: true, force: true });
  }
}

/**
 * The laboratory is removed however the runner ends, except by SIGKILL (then `removeStale` of the next run).
 */
export function cleanUpOnExit(): void {
  process.on('exit', () => {
    for (const lab of [...open]) lab.destroyNow();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
}
