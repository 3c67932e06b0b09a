/** What `check`, `fmt` and `expand` take for given about the machine. */
import type { Facts } from '../../grammar/index.ts';
import { systemFacts } from '../proc/facts.ts';
import { currentLinks } from '../proc/links.ts';

export interface MachineOptions {
  readonly configId?: string | undefined;
  /** The file is for another machine: interfaces, accounts and scripts are taken for given. */
  readonly offline?: boolean;
}

export function machineFacts({ configId, offline = false }: MachineOptions): Facts {
  const env = process.env;
  const links = offline ? [] : currentLinks();
  const facts = systemFacts({ testing: true, configId, strictIncludes: false, env, links });
  return offline ? takenForGiven(facts) : facts;
}

/** Everything that only the machine which the file is for could say is taken to be well. */
export const takenForGiven = (facts: Facts): Facts => ({
  ...facts,
  interface: (name) => ({ index: 1, loopback: name === 'lo', multicast: true, mtu: 1500 }),
  user: () => ({ uid: 0, gid: 0 }),
  group: () => 0,
  script: (argv0) => ({ path: argv0, executable: true }),
  resolves: () => true,
  namespaceExists: () => true,
});
