/**
 * Network namespaces for tests. A descriptor belongs to the namespace its thread was in when it was opened,
 * so one process can hold both ends of a lab: enter, open, leave.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { CLONE_NEWNET } from '../constants.ts';
import { native } from '../native.ts';
import { enterNetworkNamespace } from '../process.ts';
import { unwrap } from './unwrap.ts';

/** Name of what a namespace test lacks on this machine, for `skip`; false when it lacks nothing. */
export function missingForNamespaces(): string | false {
  if (process.getuid?.() !== 0) return 'root (CAP_NET_ADMIN) is missing';
  try {
    execFileSync('ip', ['-V'], { stdio: 'ignore' });
  } catch {
    return 'iproute2 (ip) is missing';
  }
  const probe = `alived-probe-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'ignore' });
    execFileSync('ip', ['-n', probe, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1'], {
      stdio: 'ignore',
    });
    return false;
  } catch {
    return 'network namespaces with veth are missing';
  } finally {
    removeNamespace(probe);
  }
}

export const ip = (...args: string[]): string =>
  execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

export const inIp = (namespace: string, ...args: string[]): string => ip('-n', namespace, ...args);

export function removeNamespace(name: string): void {
  try {
    ip('netns', 'del', name);
  } catch {
    // It was never made, which is what the caller wants.
  }
}

/** Runs `act`, which must be synchronous, with this thread in the namespace. */
export function inNamespace<T>(name: string, act: () => T): T {
  const home = openSync('/proc/self/ns/net', 'r');
  try {
    unwrap(enterNetworkNamespace(`/run/netns/${name}`));
    return act();
  } finally {
    const result = native.setns(home, CLONE_NEWNET);
    closeSync(home);
    if (result < 0) process.exit(70); // Every later test would run in the wrong namespace.
  }
}

export interface Lab {
  readonly a: string;
  readonly b: string;
}

/** Two namespaces joined by a veth pair called `eth0` on both sides, with fixed addresses, up. */
export function createLab(label: string): Lab {
  const lab = { a: `alived-${label}-a-${process.pid}`, b: `alived-${label}-b-${process.pid}` };
  ip('netns', 'add', lab.a);
  ip('netns', 'add', lab.b);
  inIp(lab.a, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', lab.b);
  for (const [side, host] of [
    [lab.a, 1],
    [lab.b, 2],
  ] as const) {
    inIp(side, 'link', 'set', 'eth0', 'addrgenmode', 'none');
    inIp(side, 'address', 'add', `192.0.2.${host}/24`, 'dev', 'eth0');
    inIp(side, 'link', 'set', 'lo', 'up');
    inIp(side, 'link', 'set', 'eth0', 'up');
    inIp(side, 'address', 'add', `fe80::${host}/64`, 'dev', 'eth0', 'nodad');
  }
  return lab;
}

export function removeLab(lab: Lab): void {
  removeNamespace(lab.a);
  removeNamespace(lab.b);
}
