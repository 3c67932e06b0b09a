/** What this machine lacks for the laboratory, named; an empty list means that the cases can run. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { daemonCommand, type Kind } from './daemon.ts';
import { quietly } from './exec.ts';
import { Unavailable } from './poll.ts';

export function missingForLab(): string[] {
  const missing: string[] = [];
  if (process.getuid?.() !== 0) return ['not root'];
  if (quietly(['ip', '-V']) === '') missing.push('no ip command');
  if (!hasProgram('tcpdump')) missing.push('no tcpdump');
  if (missing.length === 0 && !namespacesWork()) missing.push('no network namespaces');
  return missing;
}

const hasProgram = (name: string): boolean => quietly(['sh', '-c', `command -v ${name}`]) !== '';

/** A case that wants one which is not there is skipped. */
export function needPrograms(...names: readonly string[]): void {
  const lacking = names.find((name) => !hasProgram(name));
  if (lacking !== undefined) throw new Unavailable(`no ${lacking}`);
}

function namespacesWork(): boolean {
  const name = `alcprobe${process.pid}`;
  quietly(['ip', 'netns', 'add', name]);
  const made = quietly(['ip', 'netns', 'list']).includes(name);
  const veth = quietly(['ip', 'netns', 'exec', name, 'sh', '-c', 'ip link add v0 type veth && echo made']);
  const bridge = quietly([
    'ip',
    'netns',
    'exec',
    name,
    'sh',
    '-c',
    'ip link add b0 type bridge && echo made',
  ]);
  quietly(['ip', 'netns', 'del', name]);
  const dir = `/run/${name}`;
  mkdirSync(dir, { recursive: true });
  rmSync(dir, { recursive: true });
  return made && veth !== '' && bridge !== '';
}

/** Why a kind of daemon cannot run here, or undefined. */
export function missingDaemon(kind: Kind): string | undefined {
  const path = daemonCommand(kind);
  if (path.includes('/') && existsSync(path)) return undefined;
  return kind === 'upstream' ? 'no keepalived' : 'no bin/alived';
}
