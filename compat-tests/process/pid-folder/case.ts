/**
 * Without paths on the command line: pid files of a daemon with `net_namespace` and `instance`, the folders
 * made for them and their modes, the namespace that it enters, and that nothing is left afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { globals, instance } from '../../lib/config.ts';
import { daemonCommand } from '../../lib/daemon.ts';
import { run as command } from '../../lib/exec.ts';
import { until } from '../../lib/poll.ts';
import { crashTree } from '../../lib/processes.ts';
import type { Json, Scenario } from '../../lib/scene.ts';

const mode = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

export const run: Scenario = async (lab, kinds) => {
  const ns = lab.ns('a');
  const facts: Record<string, Json> = {};
  const file = `${lab.dir}/keepalived.conf`;
  const folder = `/run/keepalived/${ns}`;
  const addresses = () => command(['ip', '-n', ns, '-o', 'addr']);
  const play = async (name: string, head: string, flags: readonly string[]): Promise<void> => {
    const text = instance({ priority: 150, usual: false });
    writeFileSync(file, `${head}\n${globals(['umask 077'])}\n${text}\n`);
    const daemon: ChildProcess = spawn(daemonCommand(kinds.a), ['-n', '-G', '-P', '-f', file, ...flags], {
      stdio: 'ignore',
    });
    try {
      await until(async () => (await addresses()).includes('10.0.0.100'), 8_000, 'the address');
      const names = readdirSync(folder).sort();
      facts[name] = names.map((entry) => `${entry} ${mode(`${folder}/${entry}`)}`);
      facts[`${name}: folder`] = mode(folder);
      daemon.kill('SIGTERM');
      await until(() => daemon.exitCode !== null, 8_000, 'the end');
      facts[`${name}: left`] = existsSync(folder);
    } finally {
      if (daemon.exitCode === null && daemon.pid !== undefined) crashTree(daemon.pid);
    }
  };
  await play('net_namespace', `net_namespace ${ns}`, []);
  await play('net_namespace and instance', `net_namespace ${ns}\ninstance one`, []);
  await play('of the command line', 'net_namespace other', ['-s', ns]);
  return { phases: [], facts };
};
