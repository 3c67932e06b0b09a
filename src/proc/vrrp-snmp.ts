/** SNMP of the VRRP process: its objects, and the notifications of its instances and groups. */
import type { VrrpChildConfig } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import type { MessageId } from '../out/messages.ts';
import { vrrpSubtrees } from '../out/snmp/index.ts';
import { type Refusal, refusalOf } from '../out/snmp/refusals.ts';
import {
  authFailure2787,
  groupTrap,
  instanceTrap,
  newMaster2787,
  newMaster6527,
  protocolError6527,
} from '../out/snmp/traps.ts';
import { SnmpTree } from '../out/snmp/tree.ts';
import { SPEAKS, type VrrpSnmpSource } from '../out/snmp/vrrp-source.ts';
import type { SnmpSetup } from '../ports/snmp.ts';
import type { Us } from '../units.ts';
import type { InstanceConfig } from '../vrrp/config.ts';
import type { StateName } from '../vrrp/events.ts';
import type { VrrpReport } from '../vrrp/report.ts';
import { ipv4 } from '../wire/address.ts';
import type { VarBind } from '../wire/agentx.ts';
import { KeptReport, PRIORITY, SnmpAgent, type SnmpPart, setupOf } from './snmp-agent.ts';

export interface VrrpSnmpPorts {
  now(): Us;
  report(): VrrpReport;
  config(): VrrpChildConfig;
  /** A line, behind what the change itself had to say. */
  log(id: MessageId, ...args: readonly (string | number)[]): void;
  /** Goes on with another configuration of one instance. */
  change(instance: string, what: Partial<InstanceConfig>): void;
}

const KEPT_US = 200_000;

export class VrrpSnmp {
  readonly #ports: VrrpSnmpPorts;
  readonly #logger: Logger;
  readonly #agent: SnmpAgent;
  readonly #source: VrrpSnmpSource;
  readonly #upSince = new Map<string, Us>();
  /** What a predecessor of this process had running counts from here. */
  readonly #beganUs: Us;
  readonly #protocolErrors = new Map<string, number>();
  #unknownVrids = 0;
  readonly #report: KeptReport<VrrpReport>;

  constructor(ports: VrrpSnmpPorts, logger: Logger) {
    this.#ports = ports;
    this.#report = new KeptReport(
      () => ports.now(),
      () => ports.report(),
      KEPT_US,
    );
    this.#beganUs = ports.now();
    this.#logger = logger;
    this.#agent = new SnmpAgent(logger);
    this.#source = this.#createSource();
  }

  #createSource(): VrrpSnmpSource {
    const config = () => this.#ports.config();
    return {
      moment: () => this.#report.moment(),
      report: () => this.#report.get(),
      setup: () => setupOf(this.#ports.config()),
      facts: () => config().dump,
      notify: () => config().notify,
      groupNotify: () => config().groupNotify,
      protocolError: (instance) => this.#protocolErrors.get(instance) ?? 0,
      unknownVrids: () => this.#unknownVrids,
      upSince: (instance) => this.#upSince.get(instance) ?? this.#beganUs,
      syncInstance: () => config().syncDaemon?.instance,
      syncInterface: () => config().syncDaemon?.daemon.interface,
      setBasePriority: (instance, basePriority) => {
        const before = config().instances.find(({ name }) => name === instance)?.basePriority ?? 0;
        this.#logger.log('snmp-priority', instance, before, basePriority);
        this.#change(instance, { basePriority });
      },
      setPreempt: (instance, preempt) => {
        this.#logger.log('snmp-preempt', instance, preempt ? 'enabled' : 'disabled');
        this.#change(instance, { preempt });
      },
    };
  }

  #change(instance: string, what: Partial<InstanceConfig>): void {
    this.#ports.change(instance, what);
    this.#report.drop();
  }

  /** At the start and after each reload. */
  configure(): void {
    const { snmp } = this.#ports.config();
    this.#report.drop();
    this.#agent.configure(snmp, snmp === undefined ? undefined : this.#part(snmp));
  }

  #part(setup: SnmpSetup): SnmpPart {
    const subtrees = vrrpSubtrees(this.#source, setup);
    return {
      registrations: subtrees.map(({ subtree }) => ({ subtree, priority: PRIORITY })),
      objects: new SnmpTree(subtrees.flatMap(({ objects }) => objects)),
    };
  }

  /** Every line of the log: some tell of adverts that nobody here accepts. */
  logged(id: string, args: readonly (string | number)[]): void {
    if (id === 'unknown-vrid') this.#unknownVrids += 1;
    const refusal = refusalOf(id, args);
    if (refusal === undefined) return;
    const { instance, protocol } = refusal;
    if (protocol !== undefined) this.#protocolErrors.set(instance, protocol);
    const config = this.#ports.config().instances.find(({ name }) => name === instance);
    const { snmp } = this.#ports.config();
    if (config === undefined || snmp?.traps !== true || !this.#agent.speaks) return;
    if (snmp.rfc2787) this.#tellAuthentication(config, refusal);
    if (snmp.rfc6527 && protocol !== undefined) {
      const binds = protocolError6527(this.#source, config, protocol);
      this.#tell('snmp-protocol-error', config, binds);
    }
  }

  /** VRRP-MIB knows version 2, and IPv4, only. */
  #tellAuthentication(config: InstanceConfig, { source, authentication }: Refusal): void {
    if (authentication === undefined || config.family !== 4) return;
    const binds = authFailure2787(this.#source, config, ipv4(source), authentication);
    this.#tell('snmp-auth-failure', config, binds);
  }

  #tell(id: MessageId, { name }: InstanceConfig, binds: readonly VarBind[] | undefined): void {
    if (binds === undefined) return;
    this.#ports.log(id, name);
    this.#agent.notify(binds);
  }

  /** Every change, whoever is told of it. */
  moved(instance: string, from: StateName, to: StateName): void {
    if (SPEAKS.has(to) && !SPEAKS.has(from)) this.#upSince.set(instance, this.#ports.now());
  }

  instance(name: string, state: StateName): void {
    const { snmp } = this.#ports.config();
    if (snmp?.traps !== true || !this.#agent.speaks) return;
    // Without a report, which would take as long for each of a thousand instances that change together.
    const config = this.#ports.config().instances.find((one) => one.name === name);
    if (config === undefined) return;
    if (snmp.vrrp) {
      this.#tell('snmp-notification', config, instanceTrap(this.#source, config, state));
    }
    if (state !== 'MASTER') return;
    if (snmp.rfc2787) this.#tell('snmp-new-master-2787', config, newMaster2787(this.#source, config));
    if (snmp.rfc6527) this.#tell('snmp-new-master-6527', config, newMaster6527(this.#source, config));
  }

  group(name: string, state: StateName): void {
    const { snmp } = this.#ports.config();
    if (snmp?.traps !== true || !snmp.vrrp || !this.#agent.speaks) return;
    this.#ports.log('snmp-group-notification', name);
    this.#agent.notify(groupTrap(this.#source, name, state));
  }

  close(): void {
    this.#agent.close();
  }
}
