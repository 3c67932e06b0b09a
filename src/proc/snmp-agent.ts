/**
 * A process of the daemon as a client of the machine's SNMP agent: its connection, made anew only when a
 * reload changes what is registered or where the agent is.
 */
import type { Logger } from '../out/logger.ts';
import type { SnmpObjects, SnmpSetup } from '../ports/snmp.ts';
import { AgentxSession, type Registration } from '../runtime/agentx-session.ts';
import type { Us } from '../units.ts';
import type { VarBind } from '../wire/agentx.ts';

export interface SnmpPart {
  readonly registrations: readonly Registration[];
  readonly objects: SnmpObjects;
}

/** A report is kept for a moment, because a walk asks for one object after the other. */
export class KeptReport<Report> {
  readonly #now: () => Us;
  readonly #make: () => Report;
  readonly #forUs: number;
  #kept: { readonly report: Report; readonly untilUs: number } | undefined;
  #moment = 0;

  constructor(now: () => Us, make: () => Report, forUs: number) {
    this.#now = now;
    this.#make = make;
    this.#forUs = forUs;
  }

  get(): Report {
    const nowUs = this.#now();
    if (this.#kept === undefined || nowUs >= this.#kept.untilUs) {
      this.#kept = { report: this.#make(), untilUs: nowUs + this.#forUs };
      this.#moment += 1;
    }
    return this.#kept.report;
  }

  /** Another number whenever the report is another one. */
  moment(): number {
    this.get();
    return this.#moment;
  }

  /** What it tells is not so any more. */
  drop(): void {
    this.#kept = undefined;
  }
}

/** For objects and notifications, which only a process that has SNMP asks for. */
export function setupOf({ snmp }: { readonly snmp?: SnmpSetup }): SnmpSetup {
  if (snmp === undefined) throw new Error('no SNMP is configured');
  return snmp;
}

/** Of a registration, and of one that stands back for another process. */
export const PRIORITY = 127;
export const PRIORITY_BEHIND = 128;

export class SnmpAgent {
  readonly #logger: Logger;
  #session: AgentxSession | undefined;
  /** What the session was made from. */
  #made = '';

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Undefined = nothing of this process is to be told. */
  configure(setup: SnmpSetup | undefined, part: SnmpPart | undefined): void {
    const registrations = part?.registrations ?? [];
    const wanted = JSON.stringify([setup?.socket, registrations]);
    if (this.#session !== undefined && wanted === this.#made) return;
    this.close();
    if (setup === undefined || part === undefined || registrations.length === 0) return;
    this.#made = wanted;
    const logger = this.#logger;
    logger.log('snmp-starting');
    this.#session = new AgentxSession(
      { socket: setup.socket, description: 'Keepalived', registrations },
      part.objects,
      {
        connected: () => logger.log('snmp-connected'),
        failed: () => logger.log('snmp-no-agent', setup.socket),
        lost: (seconds) => logger.log('snmp-lost', seconds),
        refused: (error) => logger.log('snmp-refused', error),
      },
    );
  }

  get speaks(): boolean {
    return this.#session !== undefined;
  }

  notify(binds: readonly VarBind[]): void {
    this.#session?.notify(binds);
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
  }
}
