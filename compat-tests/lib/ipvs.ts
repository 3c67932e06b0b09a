/** IPVS of a namespace through ipvsadm: what it says of itself, and changes that no daemon makes. */
import { run } from './exec.ts';

/** Runs ipvsadm in a namespace: what it prints, line by line. */
export const ipvsadm = async (ns: string, ...args: readonly string[]): Promise<string[]> => {
  const text = await run(['ip', 'netns', 'exec', ns, 'ipvsadm', ...args]);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
};

/** The synchronisation daemons, one a line. */
export const syncDaemons = (ns: string): Promise<string[]> => ipvsadm(ns, '-l', '--daemon');

/** Services and destinations as the commands that would make them. */
export const ipvsTable = (ns: string): Promise<string[]> => ipvsadm(ns, '-Sn');

export const ipvsTimeouts = (ns: string): Promise<string[]> => ipvsadm(ns, '-l', '--timeout');
