/** A network namespace with the interfaces that a corpus was observed with; bridges stand for all of them. */
import { execFileSync } from 'node:child_process';

export interface Environment {
  readonly interfaces: readonly string[];
  /** Addresses of an interface, blank between them. */
  readonly addresses?: Readonly<Record<string, string>>;
}

const ip = (args: readonly string[], input = ''): void => {
  execFileSync('ip', args, { input, stdio: ['pipe', 'ignore', 'pipe'] });
};

export function createNamespace(name: string, { interfaces, addresses = {} }: Environment): void {
  ip(['netns', 'add', name]);
  const made = interfaces.filter((one) => one !== 'lo');
  const commands = [
    'link set lo up',
    ...made.flatMap((one) => [`link add ${one} type bridge`, `link set ${one} up`]),
    ...Object.entries(addresses).flatMap(([one, list]) =>
      list.split(' ').map((address) => `address add ${address} dev ${one}`),
    ),
  ];
  ip(['-n', name, '-batch', '-'], `${commands.join('\n')}\n`);
}

export function removeNamespace(name: string): void {
  try {
    ip(['netns', 'del', name]);
  } catch {
    // It is gone already, which is what the caller wants.
  }
}
