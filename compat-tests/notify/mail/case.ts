/** smtp_alert of an instance and of its sync group: what the mail server hears, and a refusal in the log. */
import { join } from 'node:path';
import { block, instance } from '../../lib/config.ts';
import { mailGlobals, mailsOf, serveMail } from '../../lib/mail.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  ...block('vrrp_sync_group G', [...block('group', ['VI']), 'smtp_alert']),
  instance({ priority: 150, usual: false, more: ['smtp_alert', 'garp_master_delay 60'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const file = join(a.dir, 'mails');
  const server = await serveMail(a, file);
  await scene.phase('start', 'outcome');
  await a.start(text, { globals: mailGlobals });
  await a.sees(/SMTP alert successfully sent/, 3);
  await scene.phase('fault', 'outcome');
  await lab.cable('a', 'down');
  await a.sees(/SMTP alert successfully sent/, 5);
  await until(() => mailsOf(file).length >= 5, 5_000, 'five mails');
  scene.fact('mails', mailsOf(file));
  server.kill();
  const refusing = await serveMail(a, file, 'refuse', 'RCPT');
  await scene.phase('refused', 'outcome');
  await lab.cable('a', 'up');
  await a.sees(/Error processing RCPT cmd on SMTP server \[127.0.0.1\]:2525. SMTP status code = 550/);
  refusing.kill();
});
