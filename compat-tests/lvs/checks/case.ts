/**
 * The checks that are no web pages: mail servers, programs with and without a weight, datagrams, name
 * servers, echoes, tracked files. What servers are asked, lines of the log, retries, weights in the table.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { block } from '../../lib/config.ts';
import { CHECKER_FLAGS, CheckServers, checkedServer, looksAtServers, virtualServer } from '../../lib/lvs.ts';
import type { Router } from '../../lib/router.ts';
import { scenario } from '../../lib/scenario.ts';

export const modules = ['ip_vs', 'ip_vs_rr'];

const PATIENCE_MS = 30_000;
const LOUD = 'log_all_failures';
const PACE = ['delay_before_retry 0.5', 'warmup 0', 'retry 1'];
const CONNECT = ['connect_timeout 1', ...PACE];

const smtp = (last: number, port: number, ...lines: string[]): string[] =>
  checkedServer(`127.0.2.${last}`, port, 'SMTP_CHECK', [...CONNECT, ...lines]);
const udp = (last: number, port: number, ...lines: string[]): string[] =>
  checkedServer(`127.0.4.${last}`, port, 'UDP_CHECK', [...CONNECT, ...lines]);
const dns = (last: number, port: number, ...lines: string[]): string[] =>
  checkedServer(`127.0.5.${last}`, port, 'DNS_CHECK', [...CONNECT, ...lines]);
const ping = (address: string, ...lines: string[]): string[] =>
  checkedServer(address, 80, 'PING_CHECK', [...CONNECT, ...lines]);
const misc = (last: number, command: string, ...lines: string[]): string[] =>
  checkedServer(`127.0.3.${last}`, 80, 'MISC_CHECK', [`misc_path "${command}"`, 'warmup 0', ...lines]);
const file = (last: number, name: string, ...lines: string[]): string[] =>
  checkedServer(`127.0.7.${last}`, 80, 'FILE_CHECK', [`track_file ${name}`, ...lines], ['weight 5']);

const servers = (): string[] =>
  [
    smtp(1, 2501, 'helo_name me.example', LOUD),
    smtp(2, 2502),
    smtp(3, 2503, LOUD),
    smtp(4, 2504, LOUD),
    smtp(5, 2505),
    smtp(6, 8009, LOUD),
    udp(1, 9001, 'require_reply', LOUD),
    udp(2, 9002, 'require_reply', LOUD),
    udp(3, 9002, 'payload 0102'),
    udp(4, 9009, LOUD),
    udp(5, 9001, 'payload 6f6b', 'require_reply 6x 6b', 'min_reply_length 1', 'max_reply_length 2'),
    udp(6, 9001, 'payload 6f6b', 'require_reply 6f6c', LOUD),
    udp(7, 9001, 'require_reply', 'max_reply_length 3'),
    dns(1, 5301, 'type A', 'name www.example.com', LOUD),
    dns(2, 5302, 'type AAAA', 'name www.example.com', 'retry 0'),
    dns(3, 5303),
    dns(4, 5304, 'type MX', 'name example.com', LOUD),
    dns(5, 5305, 'type TXT', 'name example.com'),
    dns(6, 5309, LOUD),
    ping('127.0.6.1', LOUD),
    ping('192.0.2.1', LOUD),
    misc(1, "@DIR@/program 0 3 'b c'", 'retry 2', 'delay_before_retry 0.5', LOUD),
    misc(2, '@DIR@/program 7 12', 'misc_dynamic'),
    misc(3, '@DIR@/program 0 9', 'retry 1', 'delay_before_retry 0.5'),
    misc(4, '@DIR@/program 1 0', 'alpha'),
    misc(5, '@DIR@/program 0 sleep', 'misc_timeout 1', 'retry 1', 'delay_before_retry 0.5', LOUD),
    file(1, 'heavy', 'weight 2'),
    file(2, 'light'),
    file(3, 'switch', 'weight 0'),
    file(4, 'switch', 'weight -1 reverse'),
  ].flat();

/** It says what it was called with, and ends with the status for the state that the switch is in. */
function writePrograms(a: Router): void {
  const text = `#!/bin/sh
echo "$#: $*" >> ${a.dir}/called
s=$1
[ -e ${a.dir}/servers/down ] && s=$2
[ "$s" = sleep ] && exec sleep 20
exit "$s"
`;
  writeFileSync(`${a.dir}/program`, text, { mode: 0o755 });
}

const calls = (a: Router): string[] => {
  const lines = readFileSync(`${a.dir}/called`, 'utf8').split('\n').filter(Boolean);
  return [...new Set(lines)].sort();
};

export const run = scenario(async (scene) => {
  const { a } = scene;
  scene.endDetail = 'outcome';
  await scene.phase('start', 'outcome');
  const answering = await CheckServers.start(a);
  writePrograms(a);
  const setFiles = (heavy: number, light: number, state: number): void => {
    for (const [name, value] of Object.entries({ heavy, light, switch: state })) {
      writeFileSync(`${a.dir}/${name}`, `${value}\n`);
    }
  };
  setFiles(3, -1, 0);
  const lookAtServers = looksAtServers(scene, a);
  const look = async (name: string): Promise<void> => {
    await lookAtServers(name);
    scene.fact(`${name}: requests`, answering.requests());
    scene.fact(`${name}: calls`, calls(a));
  };
  const tracked = ['heavy', 'light', 'switch'].flatMap((name) =>
    block(`track_file ${name}`, [`file ${a.dir}/${name}`, ...(name === 'light' ? ['weight 3'] : [])]),
  );
  const common = ['protocol TCP', 'lb_kind NAT', 'lb_algo rr', 'delay_loop 2'];
  const text = [...tracked, virtualServer('10.0.0.100 80', [...common, ...servers()])].join('\n');
  await a.start(text, { flags: CHECKER_FLAGS, globals: ['script_user root'] });
  const until = (pattern: string): Promise<void> => a.sees(new RegExp(pattern), 1, PATIENCE_MS);
  for (const ip of ['2.2', '2.3', '2.4', '2.6', '4.2', '4.4', '4.6', '5.2', '5.3', '5.4', '5.5', '5.6']) {
    await until(`^Removing service \\[127.0.${ip}\\]`);
  }
  for (const ip of ['2.1', '2.5', '4.1', '4.3', '4.5', '4.7', '6.1']) await until(`127.0.${ip}\\].* succe`);
  for (const ip of ['3.1', '3.2', '3.3', '3.5']) await until(`127.0.${ip}\\].* succeeded`);
  await until('^Changing weight from 5 to 12|^Changing weight from 1 to 5');
  await look('up');
  await scene.phase('down', 'outcome');
  answering.down = true;
  setFiles(-3, 4, 1);
  for (const ip of ['2.1', '4.1', '4.5', '4.7', '5.1', '3.1', '3.3', '3.5', '7.3']) {
    await until(`^Removing service \\[127.0.${ip}\\]`);
  }
  await until('^Changing weight from 5 to 10 for active service \\[127.0.3.2\\]');
  await until('^Adding service \\[127.0.3.4\\]');
  await look('down');
  await scene.phase('up again', 'outcome');
  answering.down = false;
  setFiles(0, 0, 0);
  for (const ip of ['2.1', '4.1', '4.5', '4.7', '5.1', '3.1', '3.3', '3.5', '7.3']) {
    await until(`^Adding service \\[127.0.${ip}\\]`);
  }
  await until('^Changing weight from 10 to 5 for active service \\[127.0.3.2\\]');
  await until('^Removing service \\[127.0.3.4\\]');
  await look('up again');
  await scene.phase('stop', 'outcome');
  await a.stop();
  await look('stop');
  await answering.close();
});
