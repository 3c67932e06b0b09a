/** This program once more, as a child. In: its kind and its sockets. Out: a process that asks for work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type Channel, processChannel } from '../ipc/channel.ts';
import type { ChildName, ToChild, ToParent } from '../ipc/messages.ts';
import { CHILD_KINDS, type SharedSocket } from './child-kinds.ts';
import { CHILD_VARIABLE } from './child-variable.ts';
import { ownCommand } from './own-command.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SpawnedChild {
  readonly process: ChildProcess;
  readonly channel: Channel<ToChild<unknown>, ToParent>;
}

export function spawnChild(name: ChildName, shared: readonly SharedSocket[], env: Environment): SpawnedChild {
  const { file, args } = ownCommand(CHILD_KINDS[name].flags);
  const process = spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...shared.map(({ fd }) => fd)],
    serialization: 'advanced',
    env: { ...env, [CHILD_VARIABLE]: name },
  });
  return { process, channel: processChannel<ToChild<unknown>, ToParent>(process) };
}
