/** Whether a process is the one that a `vrrp_track_process` means, and whether there are enough of them. */
import type { ProcessIdentity } from '../ports/processes.ts';
import type { Us } from '../units.ts';

export interface TrackedProcessConfig {
  readonly name: string;
  /** The name, then the parameters that must fit. */
  readonly command: readonly string[];
  /** Absent = the parameters are not looked at. */
  readonly match?: 'exact' | 'initial' | 'partial';
  /** Compare the command line instead of the name. */
  readonly fullCommand: boolean;
  readonly quorum: number;
  /** Absent = there may be any number. */
  readonly quorumMax?: number;
  readonly terminateDelayUs: Us;
  readonly forkDelayUs: Us;
}

export function isMeant(config: TrackedProcessConfig, candidate: ProcessIdentity): boolean {
  const [command = '', ...wanted] = config.command;
  if (!config.fullCommand) return candidate.name === command;
  const [own, ...given] = candidate.argv;
  if (own !== command) return false;
  const { match } = config;
  if (match === undefined) return true;
  if (match === 'exact' && given.length !== wanted.length) return false;
  return wanted.every((word, at) => {
    // `initial`: the last parameter may go on (seen with 2.2.7).
    const open = match === 'initial' && at === wanted.length - 1;
    return open ? given[at]?.startsWith(word) === true : given[at] === word;
  });
}

export const hasQuorum = ({ quorum, quorumMax }: TrackedProcessConfig, count: number): boolean =>
  count >= quorum && (quorumMax === undefined || count <= quorumMax);

/** Whether two definitions mean the same processes. */
export const meansTheSame = (a: TrackedProcessConfig, b: TrackedProcessConfig): boolean =>
  a.fullCommand === b.fullCommand && a.match === b.match && a.command.join('\0') === b.command.join('\0');
