/**
 * What the beginning tells and what it does not: rs_init_notifies, no_checker_emails, and BFD_CHECK with and
 * without alpha, whose sessions come and go.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bfdInstance, block } from '../../lib/config.ts';
import { ipvsTable } from '../../lib/ipvs.ts';
import {
  CHECKER_FLAGS,
  checkedServer,
  Listener,
  saidOfServers,
  tcpServer,
  virtualServer,
} from '../../lib/lvs.ts';
import { mailGlobals, mailsOf, serveMail } from '../../lib/mail.ts';
import { until } from '../../lib/poll.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const PATIENCE_MS = 30_000;
/** The lab is slow: a session has two seconds. */
const interval = 400;
const sessions = bfdInstance({ name: 'LIVE', neighbor: '10.0.0.2', source: '10.0.0.1', interval });
const dead = bfdInstance({ name: 'DEAD', neighbor: '10.0.0.77', source: '10.0.0.1', interval });
const notices = (last: number): string[] => [
  `notify_up "/bin/sh -c 'echo up ${last} >> @DIR@/told'"`,
  `notify_down "/bin/sh -c 'echo down ${last} >> @DIR@/told'"`,
];
const bfd = (last: number, name: string, ...lines: string[]): string[] =>
  checkedServer(`127.0.0.${last}`, 80, 'BFD_CHECK', [`name ${name}`, ...lines], notices(last));
const pace = ['warmup 0', 'retry 0', 'delay_before_retry 1'];

const text = [
  sessions,
  dead,
  virtualServer('10.0.0.100 80', [
    'protocol TCP',
    'lb_kind NAT',
    'lb_algo rr',
    'delay_loop 1',
    'smtp_alert',
    ...bfd(1, 'LIVE'),
    ...bfd(2, 'LIVE', 'alpha'),
    ...bfd(3, 'DEAD'),
    ...bfd(4, 'DEAD', 'alpha'),
    ...tcpServer('127.0.0.5', 8009, notices(5), pace),
    ...tcpServer('127.0.0.6', 8009, ['alpha', ...notices(6)], pace),
    ...block('real_server 127.0.0.7 80', [
      ...notices(7),
      ...block('TCP_CHECK', ['connect_port 8009', ...pace]),
      ...block('TCP_CHECK', ['connect_port 8010', ...pace]),
    ]),
  ]),
].join('\n');

export const run = scenario(async (scene) => {
  const { a, b } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const mails = join(a.dir, 'mails');
  const mailServer = await serveMail(a, mails);
  const listener = new Listener(a.ns, 8009);
  const told = (): string[] => {
    const file = join(a.dir, 'told');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).sort() : [];
  };
  const look = async (name: string): Promise<void> => {
    scene.fact(`${name}: table`, await ipvsTable(a.ns));
    scene.fact(`${name}: log`, saidOfServers(a).sort());
    scene.fact(`${name}: told`, told());
    scene.fact(`${name}: mails`, mailsOf(mails));
  };
  const globals = ['script_user root', 'rs_init_notifies', 'no_checker_emails', ...mailGlobals];
  await b.start(bfdInstance({ name: 'LIVE', neighbor: '10.0.0.1', source: '10.0.0.2', interval }), {
    flags: ['-D', '-G', '-P', '-C'],
  });
  await a.start(text, { flags: CHECKER_FLAGS, globals });
  await a.sees(/^Adding service \[127.0.0.2\]/, 1, PATIENCE_MS);
  await a.sees(/^Adding service \[127.0.0.6\]/, 1, PATIENCE_MS);
  await a.sees(/^Removing service \[127.0.0.7\]/, 1, PATIENCE_MS);
  await until(() => told().length >= 10, PATIENCE_MS, 'the scripts').catch(() => undefined);
  await until(() => mailsOf(mails).length >= 7, PATIENCE_MS, 'the mails').catch(() => undefined);
  await look('up');
  await scene.phase('session down', 'outcome');
  await b.stop();
  await a.sees(/^Removing service \[127.0.0.1\]/, 1, PATIENCE_MS);
  await a.sees(/^Removing service \[127.0.0.2\]/, 1, PATIENCE_MS);
  const before = told().length;
  await until(() => told().length > before, 3_000, 'the scripts').catch(() => undefined);
  await until(() => mailsOf(mails).length >= 9, PATIENCE_MS, 'the mails').catch(() => undefined);
  await look('down');
  await scene.phase('stop', 'outcome');
  await a.stop();
  mailServer.kill();
  await listener.close();
});
