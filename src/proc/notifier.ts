/**
 * Everybody who is told of a change of state: notify scripts, readers of the FIFOs, recipients of mail. In:
 * what the host reports.
 */
import type { VrrpChildConfig } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { type StateNews, stateMail } from '../out/mail.ts';
import { groupCommands, notifyCommands, reportedState } from '../out/notify.ts';
import type { Scripts } from '../ports/scripts.ts';
import type { NotifyState, StateName } from '../vrrp/events.ts';
import { Outlets } from './outlets.ts';

export class Notifier {
  readonly outlets: Outlets;
  #config: VrrpChildConfig;

  constructor(scripts: Scripts, logger: Logger, config: VrrpChildConfig) {
    this.outlets = new Outlets(scripts, logger, config.fifos);
    this.#config = config;
  }

  /** From here on nothing of the configuration before counts. */
  reload(config: VrrpChildConfig): void {
    this.#config = config;
  }

  /** The scripts and settings that removed instances had hold until they are gone. */
  keepFor(before: VrrpChildConfig, config: VrrpChildConfig): void {
    const { instances } = config.dump;
    this.#config = {
      ...config,
      notify: { ...before.notify, ...config.notify },
      dump: { ...config.dump, instances: { ...before.dump.instances, ...instances } },
    };
  }

  instance(name: string, state: NotifyState, priority: number): void {
    const scripts = this.#config.notify[name];
    const reported = reportedState(state, scripts);
    if (scripts !== undefined) {
      for (const command of notifyCommands(name, scripts, state, priority)) this.outlets.run(command);
    }
    this.outlets.write(`INSTANCE "${name}" ${reported} ${priority}\n`);
    if (this.#config.dump.instances[name]?.smtpAlert) this.#mail({ what: 'Instance', name, state: reported });
  }

  group(name: string, state: NotifyState): void {
    const scripts = this.#config.groupNotify[name];
    if (scripts !== undefined) {
      for (const command of groupCommands(name, scripts, state)) this.outlets.run(command);
    }
    this.outlets.write(`GROUP "${name}" ${state} 0\n`);
    if (this.#config.dump.groups[name]?.smtpAlert) this.#mail({ what: 'Group', name, state });
  }

  lowerPriority(name: string): void {
    const script = this.#config.notify[name]?.notify_master_rx_lower_pri;
    if (script !== undefined) this.outlets.run(script);
  }

  /** Only where notify_priority_changes asks for it, and only while there is a state to go with it. */
  priority(name: string, state: StateName, priority: number): void {
    if (!this.#config.dump.instances[name]?.notifyPriorityChanges) return;
    if (state === 'MASTER' || state === 'BACKUP') {
      this.outlets.write(`INSTANCE "${name}" ${state}_PRIORITY ${priority}\n`);
    }
  }

  /** fifo_write_vrrp_states_on_reload: readers that have just been started learn where everything is. */
  writeStates(lines: readonly string[]): void {
    if (this.#config.writesStatesOnReload) for (const line of lines) this.outlets.write(`${line}\n`);
  }

  #mail(news: StateNews): void {
    const { mail } = this.#config;
    const built = mail && stateMail(mail, news, new Date());
    if (mail !== undefined && built !== undefined) this.outlets.mail(mail, built);
  }
}
