/** Settings of a child process as the configuration asks for them. */
import type { Model } from '../../grammar/model.ts';
import type { ChildName, ProcessSettings } from '../ipc/messages.ts';

/** Nobody but the owner may read what the daemon writes, and nothing it writes is a program. */
export const DEFAULT_UMASK = 0o177;

type Globals = Model['globals']['values'];

/**
 * `umask` of the command line counts more than that of the file; without either, a reload leaves it as it is
 * (seen with 2.2.7).
 */
export const umaskOf = (globals: Globals, given: number | undefined): number | undefined =>
  given ?? globals.umask;

/** What `process_names` calls each child. */
const NAMES = { vrrp: 'keepalived_vrrp', checker: 'keepalived_checkers', bfd: 'keepalived_bfd' } as const;

/** The keywords of each child differ in their first word alone. */
export const processOf = (child: ChildName, globals: Globals, umask?: number): ProcessSettings => ({
  name: globals[`${child}_process_name`] ?? (globals.process_names === true ? NAMES[child] : undefined),
  nice: globals[`${child}_priority`],
  realtimePriority: globals[`${child}_rt_priority`],
  rlimitRttimeUs: globals[`${child}_rlimit_rttime`],
  cpus: globals[`${child}_cpu_affinity`] ?? [],
  noSwap: globals[`${child}_no_swap`] === true,
  umask: umaskOf(globals, umask),
});
