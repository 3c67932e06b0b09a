/** The smtp_alert of global_defs: instances and sync groups that do not say otherwise. */
import { join } from 'node:path';
import { block, silent } from '../../lib/config.ts';
import { mailGlobals, mailsOf, serveMail } from '../../lib/mail.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

const text = [
  ...block('vrrp_sync_group G1', [...block('group', ['V1'])]),
  ...block('vrrp_sync_group G2', [...block('group', ['V2']), 'smtp_alert false']),
  silent({ name: 'V1', priority: 150, more: ['smtp_alert false'] }),
  silent({ name: 'V2', priority: 150, vrid: 52, vips: ['10.0.0.102/24'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a } = scene;
  const file = join(a.dir, 'mails');
  const server = await serveMail(a, file);
  await scene.phase('start', 'outcome');
  await a.start(text, { globals: [...mailGlobals, 'smtp_alert'] });
  await a.enters('MASTER', ['V1', 'V2']);
  await a.sees(/SMTP alert successfully sent/, 4);
  await until(() => mailsOf(file).length >= 4, 5_000, 'four mails');
  scene.fact('mails', mailsOf(file));
  server.kill();
});
