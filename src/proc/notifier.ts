/**
 * Everybody who is told of a change of state: notify scripts, readers of the FIFOs, receivers of webhooks,
 * recipients of mail. In: what the host reports.
 */
import type { NotifyScripts, VrrpChildConfig } from '../ipc/messages.ts';
import type { Logger } from '../out/logger.ts';
import { type StateNews, stateMail } from '../out/mail.ts';
import { groupCommands, notifyCommands, reportedState } from '../out/notify.ts';
import type { Scripts } from '../ports/scripts.ts';
import type { NotifyState, StateName } from '../vrrp/events.ts';
import { Outlets, type ScriptOrder } from './outlets.ts';

export class Notifier {
  readonly outlets: Outlets;
  #config: VrrpChildConfig;

  constructor(scripts: Scripts, logger: Logger, config: VrrpChildConfig) {
    this.outlets = new Outlets(scripts, logger, config.outlets);
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
      const order = orderOf('instance', name, scripts);
      for (const command of notifyCommands(name, scripts, state, priority)) this.outlets.run(command, order);
    }
    this.outlets.tell({ type: 'INSTANCE', name, state: reported, priority });
    if (this.#config.dump.instances[name]?.smtpAlert) this.#mail({ what: 'Instance', name, state: reported });
  }

  group(name: string, state: NotifyState): void {
    const scripts = this.#config.groupNotify[name];
    if (scripts !== undefined) {
      const order = orderOf('group', name, scripts);
      for (const command of groupCommands(name, scripts, state)) this.outlets.run(command, order);
    }
    this.outlets.tell({ type: 'GROUP', name, state });
    if (this.#config.dump.groups[name]?.smtpAlert) this.#mail({ what: 'Group', name, state });
  }

  /** Told to everybody but the general script (seen with 2.2.7). */
  lowerPriority(name: string, priority: number): void {
    const scripts = this.#config.notify[name];
    const script = scripts?.notify_master_rx_lower_pri;
    if (script !== undefined) this.outlets.run(script, orderOf('instance', name, scripts));
    this.outlets.tell({ type: 'INSTANCE', name, state: 'MASTER_RX_LOWER_PRI', priority });
  }

  /** Only where notify_priority_changes asks for it, and only while there is a state to go with it. */
  priority(name: string, state: StateName, priority: number): void {
    if (!this.#config.dump.instances[name]?.notifyPriorityChanges) return;
    if (state === 'MASTER' || state === 'BACKUP') {
      this.outlets.tell({ type: 'INSTANCE', name, state: `${state}_PRIORITY`, priority });
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

function orderOf(
  kind: 'instance' | 'group',
  name: string,
  scripts: NotifyScripts | undefined,
): ScriptOrder | undefined {
  const timeoutUs = scripts?.serializeUs;
  return timeoutUs === undefined ? undefined : { owner: `${kind} ${name}`, timeoutUs };
}
