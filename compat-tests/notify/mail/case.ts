/** smtp_alert of an instance and of its sync group: what the mail server hears, and a refusal in the log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { block, instance } from '../../lib/config.ts';
import { until } from '../../lib/poll.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

const PORT = 2525;

async function serve(router: Router, file: string, ...more: readonly string[]): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../../lib/mail-server.ts', import.meta.url));
  const command = ['netns', 'exec', router.ns, process.execPath, program, String(PORT), file, ...more];
  const child = spawn('ip', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let ready = false;
  child.stdout.on('data', () => {
    ready = true;
  });
  await until(() => ready, 5_000, 'the mail server');
  return child;
}

/** As 2.2.7 says it: without the folding and the angle brackets of later versions. */
function mails(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      (JSON.parse(line) as string[])
        .map((said) => said.replace(/^Date: .*/, 'Date: NOW'))
        .join(' | ')
        .replaceAll(/,\s+\|\s+/g, ', '),
    )
    .sort();
}

const globals = [
  'smtp_server 127.0.0.1 2525',
  'smtp_connect_timeout 5',
  'smtp_helo_name helo.test',
  'notification_email_from k@example.test',
  ...block('notification_email', ['a@example.test', 'b@example.test']),
];
const text = [
  ...block('vrrp_sync_group G', [...block('group', ['VI']), 'smtp_alert']),
  instance({ priority: 150, usual: false, more: ['smtp_alert', 'garp_master_delay 60'] }),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, lab } = scene;
  const file = join(a.dir, 'mails');
  const server = await serve(a, file);
  await scene.phase('start', 'outcome');
  await a.start(text, { globals });
  await a.sees(/SMTP alert successfully sent/, 3);
  await scene.phase('fault', 'outcome');
  await lab.cable('a', 'down');
  await a.sees(/SMTP alert successfully sent/, 5);
  await until(() => mails(file).length >= 5, 5_000, 'five mails');
  scene.fact('mails', mails(file));
  server.kill();
  const refusing = await serve(a, file, 'refuse', 'RCPT');
  await scene.phase('refused', 'outcome');
  await lab.cable('a', 'up');
  await a.sees(/Error processing RCPT cmd on SMTP server \[127.0.0.1\]:2525. SMTP status code = 550/);
  refusing.kill();
});
