/**
 * IPVS of a simulated host: it remembers services, destinations and daemons, and refuses what Linux refuses,
 * with the same errno. Nothing is balanced, so every counter stays at zero.
 */
import {
  type Ipvs,
  type IpvsDaemon,
  type IpvsDestination,
  type IpvsDestinationEntry,
  type IpvsDestinationId,
  type IpvsError,
  type IpvsInfo,
  type IpvsOp,
  type IpvsResult,
  type IpvsService,
  type IpvsServiceEntry,
  type IpvsServiceId,
  type IpvsTimeouts,
  NO_STATISTICS,
} from '../ports/ipvs.ts';
import { fail, ok, type Result } from '../result.ts';
import { assertNever } from '../units.ts';
import { formatAddress } from '../wire/address.ts';

const ENOENT = 2;
const ESRCH = 3;
const EEXIST = 17;
const ENODEV = 19;

/** Seconds, as Linux has them. */
const defaultTimeouts = { tcp: 900, tcpFin: 120, udp: 300 } as const;

const serviceKey = (id: IpvsServiceId): string =>
  id.by === 'mark'
    ? `${id.family} mark ${id.mark}`
    : `${id.protocol} ${formatAddress(id.address)} ${id.port}`;

const destinationKey = ({ address, port }: IpvsDestinationId): string => `${formatAddress(address)} ${port}`;

interface Entry {
  service: IpvsService;
  readonly destinations: Map<string, IpvsDestination>;
}

export class SimIpvs implements Ipvs {
  readonly #services = new Map<string, Entry>();
  readonly #daemons = new Map<IpvsDaemon['role'], IpvsDaemon>();
  readonly #hasInterface: (name: string) => boolean;
  #timeouts: Required<IpvsTimeouts> = defaultTimeouts;
  /** False = a kernel without IPVS. */
  present = true;

  constructor(hasInterface: (name: string) => boolean = () => true) {
    this.#hasInterface = hasInterface;
  }

  #answer<T>(value: T): Result<T, IpvsError> {
    return this.present ? ok(value) : fail({ errno: ENOENT, text: '' });
  }

  info(): Result<IpvsInfo, IpvsError> {
    return this.#answer<IpvsInfo>({ version: [1, 2, 1], connectionTableSize: 4096 });
  }

  apply(ops: readonly IpvsOp[]): IpvsResult[] {
    return ops.map((op) => ({ op, errno: this.present ? this.#apply(op) : ENOENT, text: '' }));
  }

  services(): Result<IpvsServiceEntry[], IpvsError> {
    const entries = [...this.#services.values()];
    return this.#answer(entries.map(({ service }) => ({ service, statistics: NO_STATISTICS })));
  }

  destinations(id: IpvsServiceId): Result<IpvsDestinationEntry[], IpvsError> {
    const destinations = [...(this.#services.get(serviceKey(id))?.destinations.values() ?? [])];
    return this.#answer(
      destinations.map((destination) => ({
        destination,
        activeConnections: 0,
        inactiveConnections: 0,
        persistentConnections: 0,
        statistics: NO_STATISTICS,
      })),
    );
  }

  timeouts(): Result<Required<IpvsTimeouts>, IpvsError> {
    return this.#answer(this.#timeouts);
  }

  daemons(): Result<IpvsDaemon[], IpvsError> {
    return this.#answer([...this.#daemons.values()]);
  }

  clear(): void {
    this.#services.clear();
    this.#daemons.clear();
    this.#timeouts = defaultTimeouts;
  }

  #apply(op: IpvsOp): number {
    switch (op.op) {
      case 'addService':
        return this.#addService(op.service);
      case 'changeService':
        return this.#inService(op.service.id, (entry) => {
          entry.service = op.service;
          return 0;
        });
      case 'removeService':
        return this.#services.delete(serviceKey(op.service)) ? 0 : ESRCH;
      case 'addDestination':
      case 'changeDestination':
        return this.#inService(op.service, ({ destinations }) => {
          const key = destinationKey(op.destination.id);
          if (destinations.has(key) === (op.op === 'addDestination')) {
            return op.op === 'addDestination' ? EEXIST : ENOENT;
          }
          destinations.set(key, op.destination);
          return 0;
        });
      case 'removeDestination':
        return this.#inService(op.service, ({ destinations }) =>
          destinations.delete(destinationKey(op.destination)) ? 0 : ENOENT,
        );
      case 'flush':
        this.#services.clear();
        return 0;
      case 'zero':
        return op.service === undefined ? 0 : this.#inService(op.service, () => 0);
      case 'setTimeouts':
        this.#timeouts = { ...this.#timeouts, ...op.timeouts };
        return 0;
      case 'startDaemon':
        return this.#startDaemon(op.daemon);
      case 'stopDaemon':
        return this.#daemons.delete(op.role) ? 0 : ESRCH;
      default:
        return assertNever(op);
    }
  }

  #addService(service: IpvsService): number {
    const key = serviceKey(service.id);
    if (this.#services.has(key)) return EEXIST;
    this.#services.set(key, { service, destinations: new Map() });
    return 0;
  }

  #inService(id: IpvsServiceId, act: (entry: Entry) => number): number {
    const entry = this.#services.get(serviceKey(id));
    return entry === undefined ? ESRCH : act(entry);
  }

  #startDaemon(daemon: IpvsDaemon): number {
    if (!this.#hasInterface(daemon.interface)) return ENODEV;
    if (this.#daemons.has(daemon.role)) return EEXIST;
    this.#daemons.set(daemon.role, daemon);
    return 0;
  }
}
