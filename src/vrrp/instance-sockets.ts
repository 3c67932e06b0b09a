/** Which socket an instance sends and listens on, and the lines that tell of sockets. */
import type { NetError, VrrpSocket } from '../ports/net.ts';
import { formatAddress } from '../wire/address.ts';
import { advertInterface } from './config.ts';
import type { Instances, Log, Running, VrrpPorts } from './running.ts';
import type { SocketPool } from './socket-pool.ts';

const EPERM = 1;
/** Unicast without an interface: the kernel finds the way. */
const NO_LINK = { index: 0, name: '', mtu: 65_535 };

export interface SocketHooks {
  readonly log: Log;
  /** The instance has another socket than before, or none, or shares its packets with another one. */
  readonly moved: (name: string) => void;
}

export class InstanceSockets {
  readonly #ports: Pick<VrrpPorts, 'kernel'>;
  readonly #pool: SocketPool;
  readonly #instances: Instances;
  readonly #log: Log;
  readonly #moved: (name: string) => void;

  constructor(ports: Pick<VrrpPorts, 'kernel'>, pool: SocketPool, instances: Instances, hooks: SocketHooks) {
    this.#ports = ports;
    this.#pool = pool;
    this.#instances = instances;
    this.#log = hooks.log;
    this.#moved = hooks.moved;
  }

  /** Gives the instance the socket that its interface asks for as it is now; none without an interface. */
  open(running: Running): void {
    const { name } = running.config;
    const ifname = advertInterface(running.config);
    const link = ifname === '' ? NO_LINK : this.#ports.kernel.linkByName(ifname);
    const before = this.#pool.socket(name);
    if (link === undefined) {
      this.#pool.leave(name);
      running.socketError = undefined;
      if (before !== undefined) this.#moved(name);
      return;
    }
    const joined = this.#pool.join(running.config, link);
    running.socketError = joined.ok ? undefined : joined.error;
    const after = this.#pool.socket(name);
    if (before !== undefined && after !== before) this.#moved(name);
    if (after !== before) for (const other of this.#pool.sharing(name)) this.#moved(other);
    if (!joined.ok) {
      const { call, errno } = joined.error;
      if (errno !== EPERM) this.#log('socket-failed', [name, call, errno]);
    } else if (after !== undefined && before !== undefined && after !== before) this.#logOne(after, name);
  }

  errors(): readonly NetError[] {
    return [...this.#instances.values()].flatMap(({ socketError }) => socketError ?? []);
  }

  /** The sockpool lines, which upstream prints once all instances have been started. */
  log(): void {
    for (const { socket, user } of this.#pool.sockets()) this.#logOne(socket, user);
  }

  #logOne(socket: VrrpSocket, user: string | undefined): void {
    const { spec, fdIn, fdOut } = socket;
    const group = spec.group === undefined ? '' : formatAddress(spec.group);
    const running = user === undefined ? undefined : this.#instances.get(user);
    const from = running?.state.conditions.sourceAddress;
    const source = from === undefined ? '' : formatAddress(from);
    this.#log('sockpool', [spec.ifindex, spec.family, spec.protocol, fdIn, fdOut, group, source]);
  }
}
