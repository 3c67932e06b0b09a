/**
 * A process of the daemon as a client of the machine's SNMP agent: its connection, made anew only when a
 * reload changes what is registered or where the agent is.
 */
import type { Logger } from '../out/logger.ts';
import type { SnmpObjects, SnmpSetup } from '../ports/snmp.ts';
import { AgentxSession, type Registration } from '../runtime/agentx-session.ts';
import type { VarBind } from '../wire/agentx.ts';

export interface SnmpPart {
  readonly registrations: readonly Registration[];
  readonly objects: SnmpObjects;
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
