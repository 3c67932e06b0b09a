/**
 * Who is told of servers: readers of notify_fifo and lvs_notify_fifo, the mail server, and the log of checks
 * that are suspended while the address of their virtual server is elsewhere.
 */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { block } from '../../lib/config.ts';
import { run as command } from '../../lib/exec.ts';
import { CHECKER_FLAGS, CheckServers, checkedServer, saidOfServers, virtualServer } from '../../lib/lvs.ts';
import { mailGlobals, mailsOf, serveMail } from '../../lib/mail.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const PATIENCE_MS = 30_000;

/** Reads the pipe whose name is its last argument, and whose lines must not wait in a buffer. */
const READER = `#!/bin/sh
for last; do :; done
echo "reader $# $last" | sed 's,/.*/,,' >> "$0.log"
exec sed -u 's/^/line /' < "$last" >> "$0.log"
`;

const pace = (retry: number): string[] => [
  'connect_timeout 1',
  'delay_before_retry 0.5',
  'warmup 0',
  `retry ${retry}`,
];
const one = (last: number, port: number, type: string, lines: string[], above: string[] = []): string[] =>
  checkedServer(`127.0.0.${last}`, port, type, lines, above);

const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'delay_loop 1.5'];
const watched = virtualServer('10.0.0.100 80', [
  ...common,
  'quorum 3',
  'hysteresis 1',
  'smtp_alert',
  'sorry_server 127.0.0.9 80',
  ...one(1, 8001, 'HTTP_GET', [...pace(0), ...block('url', ['path /'])]),
  ...one(
    2,
    80,
    'MISC_CHECK',
    ['misc_path "/usr/bin/test ! -e @DIR@/servers/down"', 'warmup 0'],
    ['inhibit_on_failure'],
  ),
  ...one(3, 8009, 'TCP_CHECK', pace(0), ['smtp_alert off']),
  ...one(4, 8001, 'TCP_CHECK', pace(0)),
  ...one(5, 9009, 'UDP_CHECK', pace(0)),
  ...one(6, 5309, 'DNS_CHECK', pace(0)),
  ...one(7, 2502, 'SMTP_CHECK', pace(0)),
  ...one(8, 2501, 'SMTP_CHECK', pace(0)),
]);
const marked = virtualServer('fwmark 5', [
  'lb_kind NAT',
  'lb_algo rr',
  'delay_loop 1.5',
  ...one(1, 80, 'PING_CHECK', pace(0), ['alpha']),
]);
const elsewhere = virtualServer('10.0.0.101 80', [
  ...common,
  'ha_suspend',
  ...one(1, 8009, 'TCP_CHECK', pace(0)),
  ...one(2, 8001, 'TCP_CHECK', pace(0)),
]);
const globals = [
  ...mailGlobals,
  'script_user root',
  'notify_fifo @DIR@/all',
  'notify_fifo_script "@DIR@/reader-all one two"',
  'lvs_notify_fifo @DIR@/own',
  'lvs_notify_fifo_script @DIR@/reader-own',
];

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  for (const name of ['reader-all', 'reader-own']) {
    writeFileSync(join(a.dir, name), READER);
    chmodSync(join(a.dir, name), 0o755);
  }
  const heard = (name: string): string[] => {
    const file = join(a.dir, `${name}.log`);
    // Checks of different servers run side by side, so the lines have no order of their own.
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).sort() : [];
  };
  const servers = await CheckServers.start(a);
  const mails = join(a.dir, 'mails');
  const mailServer = await serveMail(a, mails);
  const sees = (pattern: RegExp): Promise<void> => a.sees(pattern, 1, PATIENCE_MS);
  const told = async (lines: number, letters: number): Promise<void> => {
    const enough = () =>
      heard('reader-own').length >= lines &&
      heard('reader-all').length >= lines &&
      mailsOf(mails).length >= letters;
    await until(enough, PATIENCE_MS, `${lines} lines and ${letters} mails`);
  };
  await a.start([watched, marked, elsewhere].join('\n'), { flags: CHECKER_FLAGS, globals });
  for (const ip of [3, 5, 6, 7]) await sees(new RegExp(`^Removing service \\[127.0.0.${ip}\\]`));
  await sees(/^Adding service \[127.0.0.1\]:none:80/);
  await told(8, 6);
  await scene.phase('down', 'outcome');
  servers.down = true;
  for (const ip of [1, 8]) await sees(new RegExp(`^Removing service \\[127.0.0.${ip}\\]`));
  await sees(/^Disabling service \[127.0.0.2\]/);
  await told(12, 10);
  await scene.phase('here', 'outcome');
  await command(['ip', '-n', a.ns, 'addr', 'add', '10.0.0.101/32', 'dev', 'lo']);
  await sees(/^Removing service \[127.0.0.1\]:tcp:8009 from VS \[10.0.0.101\]/);
  await sees(/^TCP connection to \[127.0.0.2\]:tcp:8001 success/);
  await scene.phase('gone', 'outcome');
  await command(['ip', '-n', a.ns, 'addr', 'del', '10.0.0.101/32', 'dev', 'lo']);
  await sees(/^Suspending healthchecker for service \[127.0.0.2\]/);
  await told(13, 11);
  scene.fact('all', heard('reader-all'));
  scene.fact('own', heard('reader-own'));
  scene.fact('mails', mailsOf(mails));
  scene.fact('log', saidOfServers(a).sort());
  await scene.phase('stop', 'outcome');
  await a.stop();
  scene.fact(
    'left',
    ['all', 'own'].filter((name) => existsSync(join(a.dir, name))),
  );
  mailServer.kill();
  await servers.close();
});
