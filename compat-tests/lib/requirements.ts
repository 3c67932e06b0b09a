/** What this machine lacks for the laboratory, named; an empty list means that the cases can run. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { daemonCommand, type Kind } from './daemon.ts';
import { quietly } from './exec.ts';

export function missingForLab(): string[] {
  const missing: string[] = [];
  if (process.getuid?.() !== 0) return ['not root'];
  if (quietly(['ip', '-V']) === '') missing.push('no ip command');
  if (quietly(['sh', '-c', 'command -v tcpdump']) === '') missing.push('no tcpdump');
  if (missing.length === 0 && !namespacesWork()) missing.push('no network namespaces');
  return missing;
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
