/**
 * A VRRP process that is started before the file has been read: both take their time to get ready, and where
 * there are two processors they do so side by side. In: options. Out: a process that asks what it has to do,
 * with the sockets that every VRRP process shares; it is given work or ended.
 */
import { readFileSync, statSync } from 'node:fs';
import type { DaemonOptions } from '../cli/options.ts';
import type { SharedSocket } from './child-kinds.ts';
import { closeSocketPair, openSocketPair, type SocketPair } from './socket-pair.ts';
import { type Environment, type SpawnedChild, spawnChild } from './spawn-child.ts';

export interface EarlyVrrp {
  readonly bfd: SocketPair;
  readonly engine: SocketPair;
  readonly spawned: SpawnedChild;
}

/** Undefined where it would not be of use, or cannot be. */
export function startVrrpEarly(options: DaemonOptions, env: Environment): EarlyVrrp | undefined {
  // It gets the namespace and the limits of this process as they are now.
  if (!options.vrrp || options.namespace !== undefined || options.coreFiles) return undefined;
  if (!speaksOfInstances(options.file)) return undefined;
  const [bfd, engine] = [openSocketPair(), openSocketPair()];
  if (!bfd.ok || !engine.ok) {
    for (const pair of [bfd, engine]) if (pair.ok) closeSocketPair(pair.value);
    return undefined;
  }
  const spawned = spawnChild('vrrp', sharedByVrrp(bfd.value, engine.value), env);
  // One that cannot be started is missed when there is work for it.
  spawned.process.on('error', () => undefined);
  return { bfd: bfd.value, engine: engine.value, spawned };
}

/** It has not ended before anybody had work for it. */
export function waitsForWork({ spawned: { process } }: EarlyVrrp): boolean {
  return process.pid !== undefined && process.exitCode === null && process.signalCode === null;
}

/** There is nothing to do for it. */
export function endEarly({ spawned, bfd, engine }: EarlyVrrp): void {
  spawned.process.kill('SIGKILL');
  for (const pair of [bfd, engine]) closeSocketPair(pair);
}

/** What every VRRP process gets from its parent, in this order. */
export function sharedByVrrp(bfd: SocketPair | undefined, engine: SocketPair | undefined): SharedSocket[] {
  const shared: SharedSocket[] = [];
  if (bfd !== undefined) shared.push({ to: 'bfd', fd: bfd.ownerEnd });
  if (engine !== undefined) shared.push({ to: 'engine', fd: engine.ownerEnd });
  return shared;
}

/** A first look: whoever reads the file in earnest decides. What is no plain file can be read only once. */
function speaksOfInstances(file: string): boolean {
  try {
    return statSync(file).isFile() && /\bvrrp_instance\b|\binclude/.test(readFileSync(file, 'latin1'));
  } catch {
    return false;
  }
}
