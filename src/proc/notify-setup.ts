/** FIFOs, webhooks and mail, from the grammar's model. */
import { hostname, userInfo } from 'node:os';
import type { Command, Model } from '../../grammar/model.ts';
import type { FifoSetup, OutletSetup } from '../ipc/messages.ts';
import type { MailSetup } from '../ports/mail.ts';
import { scriptOf } from './script-setup.ts';

export const outletSetup = (model: Model, process: 'vrrp' | 'lvs'): OutletSetup => ({
  fifos: fifoSetups(model, process),
  webhooks: model.webhooks,
  speaker: { host: hostname(), routerId: model.globals.values.router_id ?? hostname() },
});

/** The one for everybody comes first; each may have a command of its own that reads it. */
function fifoSetups({ globals }: Model, process: 'vrrp' | 'lvs'): FifoSetup[] {
  const { notify_fifo: shared, vrrp_notify_fifo: vrrp, lvs_notify_fifo: lvs } = globals.values;
  const own =
    process === 'vrrp'
      ? fifoSetup(vrrp, globals.vrrpNotifyFifoScript)
      : fifoSetup(lvs, globals.lvsNotifyFifoScript);
  return [fifoSetup(shared, globals.notifyFifoScript), own].filter((one) => one !== undefined);
}

type Fifo = NonNullable<Model['globals']['values']['notify_fifo']>;

function fifoSetup(fifo: Fifo | undefined, command: Command | undefined): FifoSetup | undefined {
  if (fifo === undefined) return undefined;
  const script = command === undefined ? {} : { script: scriptOf(command) };
  return { path: fifo.path, uid: fifo.uid, gid: fifo.gid, ...script };
}

/** Without a server or a recipient nothing is ever sent. */
export function mailSetup({ globals }: Model): { mail?: MailSetup } {
  const { values: v, notificationEmail } = globals;
  if (v.smtp_server === undefined || notificationEmail.length === 0) return {};
  const mail: MailSetup = {
    from: v.notification_email_from ?? `${userInfo().username}@${hostname()}`,
    to: [...notificationEmail],
    server: { host: v.smtp_server.host, port: v.smtp_server.port },
    heloName: v.smtp_helo_name ?? hostname(),
    timeoutUs: v.smtp_connect_timeout,
    routerId: v.router_id ?? hostname(),
    silentFaults: v.no_email_faults,
  };
  return { mail };
}
