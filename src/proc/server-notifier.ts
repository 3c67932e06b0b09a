/**
 * Everybody who is told of virtual and real servers: commands, readers of the FIFOs, receivers of webhooks,
 * recipients of mail. In: what the checker process reports. Lines and letters as seen with 2.2.7.
 */
import type { CheckedServer, CheckedVirtualServer } from '../health/config.ts';
import type { ServerNews } from '../health/host.ts';
import type { CheckerChildConfig } from '../ipc/messages.ts';
import type { PoolEvent } from '../lvs/pool.ts';
import type { Logger } from '../out/logger.ts';
import { buildMail } from '../out/mail.ts';
import type { Scripts } from '../ports/scripts.ts';
import { Outlets } from './outlets.ts';

export class ServerNotifier {
  readonly outlets: Outlets;
  #config: CheckerChildConfig;

  constructor(scripts: Scripts, logger: Logger, config: CheckerChildConfig) {
    this.outlets = new Outlets(scripts, logger, config.outlets);
    this.#config = config;
  }

  reload(config: CheckerChildConfig): void {
    this.#config = config;
    this.outlets.reopen(config.outlets);
  }

  happened(event: PoolEvent, virtual: CheckedVirtualServer, server?: CheckedServer): void {
    const command = (server ?? virtual).commands[event];
    if (command !== undefined) this.outlets.run(command);
    const state = event.endsWith('_up') ? 'UP' : 'DOWN';
    const { name } = virtual;
    this.outlets.tell(
      server === undefined
        ? { type: 'VS', name, state }
        : { type: 'RS', name: server.name, virtualServer: name, state },
    );
  }

  /** A check has changed its mind about a server. */
  judged(virtual: string, server: CheckedServer, { up, changed }: ServerNews, why: string): void {
    if (!server.smtpAlert || (this.#config.quietCheckers && !changed)) return;
    this.#mail(`Realserver ${server.name} of virtual server ${virtual} - ${up ? 'UP' : 'DOWN'}`, why);
  }

  quorum({ name, smtpAlert }: CheckedVirtualServer, up: boolean, why: string): void {
    if (smtpAlert) this.#mail(`Virtualserver ${name} - ${up ? 'UP' : 'DOWN'}`, why);
  }

  #mail(subject: string, why: string): void {
    const { mail } = this.#config;
    if (mail !== undefined) this.outlets.mail(mail, buildMail(mail, subject, `=> ${why} <=`, new Date()));
  }
}
