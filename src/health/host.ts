/**
 * The checker process over the ports. In: configuration, reloads, outcomes of probes. Out: the kernel's table
 * through the pool, log lines, events that commands wait for. A reload is a difference: a checker that asks
 * the same of the same server keeps its verdict, so that what has failed stays failed.
 */
import { Pool, type PoolEvent } from '../lvs/pool.ts';
import type { Chance } from '../ports/chance.ts';
import type { Ipvs } from '../ports/ipvs.ts';
import { Checker, startVerdict } from './checker.ts';
import type { CheckedServer, CheckedVirtualServer, HealthConfig } from './config.ts';
import { type CheckConfig, checkIdentity } from './probes/index.ts';
import type { ProbePorts } from './probes/probe.ts';
import { Schedule } from './schedule.ts';
import { firstDelayUs, type VerdictState } from './verdict.ts';

export interface HealthPorts extends ProbePorts {
  readonly ipvs: Ipvs;
  readonly chance: Chance;
}

export interface HealthOutputs {
  readonly log: (id: string, args: readonly (string | number)[]) => void;
  /** Without a server it is about the virtual server. */
  readonly happened: (event: PoolEvent, virtual: CheckedVirtualServer, server?: CheckedServer) => void;
}

export class HealthHost {
  readonly #ports: HealthPorts;
  readonly #outputs: HealthOutputs;
  readonly #schedule: Schedule;
  readonly #pool: Pool<CheckedServer, CheckedVirtualServer>;
  #checkers = new Map<string, Checker>();
  #byServer = new Map<CheckedServer, Checker[]>();
  #fresh = true;

  constructor(ports: HealthPorts, outputs: HealthOutputs) {
    this.#ports = ports;
    this.#outputs = outputs;
    this.#schedule = new Schedule(ports.clock);
    this.#pool = new Pool(ports.ipvs, outputs);
  }

  configure({ virtualServers, ipvs }: HealthConfig): void {
    const old = this.#checkers;
    this.#checkers = new Map();
    this.#byServer = new Map();
    for (const virtual of virtualServers) {
      for (const server of virtual.realServers) this.#makeCheckers(virtual, server, old);
    }
    for (const checker of old.values()) checker.stop();
    const startsAlive = (server: CheckedServer): boolean => server.checks.every(({ alpha }) => !alpha);
    if (this.#fresh) this.#pool.start(virtualServers, ipvs, startsAlive);
    else this.#pool.reload(virtualServers, ipvs, startsAlive);
    this.#fresh = false;
    this.#activate();
  }

  #makeCheckers(virtual: CheckedVirtualServer, server: CheckedServer, old: Map<string, Checker>): void {
    const own: Checker[] = [];
    this.#byServer.set(server, own);
    for (const config of server.checks) {
      const key = this.#freeKey(`${virtual.name} ${server.name} ${checkIdentity(config)}`);
      const state = old.get(key)?.state ?? startVerdict(config, this.#fresh);
      const spec = {
        id: `check ${key}`,
        virtual: virtual.name,
        server,
        config,
        state: within(config, state),
      };
      const { log } = this.#outputs;
      const made = new Checker(
        this.#ports,
        this.#schedule,
        { log, judged: (one) => this.#judged(one) },
        spec,
      );
      this.#checkers.set(key, made);
      own.push(made);
    }
  }

  /** Two checks of one server may be equal. */
  #freeKey(key: string): string {
    let free = key;
    for (let more = 2; this.#checkers.has(free); more++) free = `${key} ${more}`;
    return free;
  }

  #activate(): void {
    const { size } = this.#checkers;
    let index = 0;
    for (const checker of this.#checkers.values()) {
      const { server, virtual, config } = checker.spec;
      this.#outputs.log('activating-checker', [server.name, virtual]);
      checker.begin(firstDelayUs(config.timing.warmupUs, index++, size, this.#ports.chance.next()));
      // A reload may have taken away the one check that kept a server out, or brought one that has to pass.
      this.#judged(checker);
    }
  }

  /** A real server is up while all of its checks say so. */
  #judged({ spec: { virtual, server } }: Checker): void {
    const up = (this.#byServer.get(server) ?? []).every(({ state }) => state.up);
    this.#pool.setAlive(virtual, server, up);
  }

  /** `release`: what this process put into the kernel goes. */
  stop(release: boolean): void {
    for (const checker of this.#checkers.values()) checker.stop();
    this.#pool.stop(({ omega }) => omega, release);
  }
}

/** No more retries are left than there are now. */
const within = ({ timing }: CheckConfig, state: VerdictState): VerdictState => ({
  ...state,
  retriesLeft: Math.min(state.retriesLeft, timing.retry),
});
