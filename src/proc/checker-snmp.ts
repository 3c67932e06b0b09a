/** SNMP of the checker process: virtual and real servers, and the notifications about them. */
import type { CheckedServer, CheckedVirtualServer } from '../health/config.ts';
import type { HealthReport, VirtualReport } from '../health/report.ts';
import type { CheckerChildConfig } from '../ipc/messages.ts';
import type { PoolServer } from '../lvs/config.ts';
import type { Logger } from '../out/logger.ts';
import { aliveCount, type CheckerSnmpSource } from '../out/snmp/checker-objects.ts';
import { quorumTrap, serverTrap, type VirtualNow } from '../out/snmp/checker-traps.ts';
import { checkerSubtrees } from '../out/snmp/index.ts';
import { addStatistics } from '../out/snmp/ipvs-columns.ts';
import { SnmpTree } from '../out/snmp/tree.ts';
import {
  type Ipvs,
  type IpvsDestinationEntry,
  type IpvsServiceId,
  type IpvsStatistics,
  NO_STATISTICS,
} from '../ports/ipvs.ts';
import type { SnmpSetup } from '../ports/snmp.ts';
import type { Us } from '../units.ts';
import { addressKey } from '../wire/address.ts';
import { KeptReport, PRIORITY, PRIORITY_BEHIND, SnmpAgent, type SnmpPart, setupOf } from './snmp-agent.ts';

export interface CheckerSnmpPorts {
  now(): Us;
  report(): HealthReport;
  config(): CheckerChildConfig;
  readonly ipvs: Ipvs;
  /** Servers of it that are up. */
  aliveOf(virtual: string): number;
  setWeight(virtual: CheckedVirtualServer, server: CheckedServer, weight: number): void;
}

/** A report of many servers takes its time. */
const KEPT_US = 1_000_000;

const idKey = (id: IpvsServiceId): string =>
  id.by === 'mark'
    ? `${id.family} ${id.mark}`
    : `${id.family} ${id.protocol} ${addressKey(id.address)} ${id.port}`;
const serverKey = (address: Uint8Array, port: number): string => `${addressKey(address)} ${port}`;

/** What the kernel has counted, asked for when somebody wants to know and kept for a while. */
class Counted {
  readonly #ipvs: Ipvs;
  readonly #untilUs: number;
  #services: ReadonlyMap<string, IpvsStatistics> | undefined;
  readonly #destinations = new Map<string, ReadonlyMap<string, IpvsDestinationEntry>>();

  constructor(ipvs: Ipvs, nowUs: Us, { virtual, real }: SnmpSetup['statisticsUs']) {
    this.#ipvs = ipvs;
    this.#untilUs = nowUs + Math.min(virtual, real);
  }

  old(nowUs: Us): boolean {
    return nowUs >= this.#untilUs;
  }

  service(id: IpvsServiceId): IpvsStatistics {
    if (this.#services === undefined) {
      const all = this.#ipvs.services();
      const entries = all.ok ? all.value : [];
      this.#services = new Map(entries.map(({ service, statistics }) => [idKey(service.id), statistics]));
    }
    return this.#services.get(idKey(id)) ?? NO_STATISTICS;
  }

  destination(id: IpvsServiceId, { address, port }: PoolServer): IpvsDestinationEntry | undefined {
    const key = idKey(id);
    let found = this.#destinations.get(key);
    if (found === undefined) {
      const all = this.#ipvs.destinations(id);
      const entries = all.ok ? all.value : [];
      found = new Map(
        entries.map((entry) => [serverKey(entry.destination.id.address, entry.destination.id.port), entry]),
      );
      this.#destinations.set(key, found);
    }
    return found.get(serverKey(address, port));
  }
}

function together(left: IpvsDestinationEntry, right: IpvsDestinationEntry): IpvsDestinationEntry {
  return {
    ...left,
    activeConnections: left.activeConnections + right.activeConnections,
    inactiveConnections: left.inactiveConnections + right.inactiveConnections,
    persistentConnections: left.persistentConnections + right.persistentConnections,
    statistics: addStatistics(left.statistics, right.statistics),
  };
}

export class CheckerSnmp {
  readonly #ports: CheckerSnmpPorts;
  readonly #agent: SnmpAgent;
  readonly #source: CheckerSnmpSource;
  readonly #report: KeptReport<HealthReport>;
  #counted: Counted | undefined;
  #stopped = false;

  constructor(ports: CheckerSnmpPorts, logger: Logger) {
    this.#ports = ports;
    this.#report = new KeptReport(
      () => ports.now(),
      () => ports.report(),
      KEPT_US,
    );
    this.#agent = new SnmpAgent(logger);
    this.#source = {
      moment: () => this.#report.moment(),
      report: () => this.#report.get(),
      setup: () => setupOf(this.#ports.config()),
      setWeight: (virtual, server, weight) => {
        this.#ports.setWeight(virtual, server, weight);
        this.#report.drop();
      },
      statistics: ({ services }) =>
        services
          .map(({ id }) => this.#statistics().service(id))
          .reduce((sum, one) => addStatistics(sum, one), NO_STATISTICS),
      destination: ({ services }, server) => {
        const entries = services.flatMap(({ id }) => this.#statistics().destination(id, server) ?? []);
        return entries.length === 0 ? undefined : entries.reduce(together);
      },
    };
  }

  #statistics(): Counted {
    const nowUs = this.#ports.now();
    if (this.#counted === undefined || this.#counted.old(nowUs)) {
      this.#counted = new Counted(this.#ports.ipvs, nowUs, setupOf(this.#ports.config()).statisticsUs);
    }
    return this.#counted;
  }

  /** At the start and after each reload. */
  configure(): void {
    const { snmp } = this.#ports.config();
    this.#report.drop();
    this.#counted = undefined;
    this.#agent.configure(snmp, snmp?.checker === true ? this.#part() : undefined);
  }

  #part(): SnmpPart {
    const [own, shared] = checkerSubtrees(this.#source);
    return {
      registrations: [
        { subtree: own.subtree, priority: PRIORITY },
        { subtree: shared.subtree, priority: PRIORITY_BEHIND },
      ],
      objects: new SnmpTree([...own.objects, ...shared.objects]),
    };
  }

  get #tells(): boolean {
    return !this.#stopped && this.#ports.config().snmp?.traps === true && this.#agent.speaks;
  }

  #now(config: CheckedVirtualServer): VirtualNow {
    return { config, alive: this.#ports.aliveOf(config.name) };
  }

  server(virtual: CheckedVirtualServer, server: CheckedServer, up: boolean): void {
    if (this.#tells) this.#agent.notify(serverTrap(this.#source, this.#now(virtual), server, up));
  }

  quorum(virtual: CheckedVirtualServer, up: boolean): void {
    if (this.#tells) {
      this.#agent.notify(quorumTrap(this.#source, this.#now(virtual), up ? 'met' : 'lost'));
    }
  }

  /** What a stop takes away, whether or not anybody else is told of it. */
  stopping(): void {
    if (!this.#tells) return;
    this.#report.drop();
    for (const virtual of this.#report.get().virtuals) this.#stops(virtual);
    this.#stopped = true;
  }

  #stops({ config, servers }: VirtualReport): void {
    // Those that a sorry server stands in for are out of the table already.
    let alive = aliveCount({ servers });
    for (const server of servers.filter((one) => one.alive && one.set)) {
      alive -= 1;
      const now = { config, alive };
      this.#agent.notify(serverTrap(this.#source, now, server.config, false));
    }
    this.#agent.notify(quorumTrap(this.#source, { config, alive }, 'stopping'));
  }

  close(): void {
    this.#agent.close();
  }
}
