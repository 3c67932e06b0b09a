/** Settings of a child process as the configuration asks for them. */
import type { Model } from '../../grammar/model.ts';
import type { ProcessSettings } from '../ipc/messages.ts';

/** Nobody but the owner may read what the daemon writes, and nothing it writes is a program. */
export const DEFAULT_UMASK = 0o177;

type Globals = Model['globals']['values'];

/**
 * `umask` of the command line counts more than that of the file; without either, a reload leaves it as it is
 * (seen with 2.2.7).
 */
export const umaskOf = (globals: Globals, given: number | undefined): number | undefined =>
  given ?? globals.umask;

export const vrrpProcess = (globals: Globals, umask?: number): ProcessSettings => ({
  name: globals.vrrp_process_name ?? (globals.process_names === true ? 'keepalived_vrrp' : undefined),
  nice: globals.vrrp_priority,
  realtimePriority: globals.vrrp_rt_priority,
  rlimitRttimeUs: globals.vrrp_rlimit_rttime,
  cpus: globals.vrrp_cpu_affinity ?? [],
  noSwap: globals.vrrp_no_swap === true,
  umask: umaskOf(globals, umask),
});

export const bfdProcess = (globals: Globals, umask?: number): ProcessSettings => ({
  name: globals.bfd_process_name ?? (globals.process_names === true ? 'keepalived_bfd' : undefined),
  nice: globals.bfd_priority,
  realtimePriority: globals.bfd_rt_priority,
  rlimitRttimeUs: globals.bfd_rlimit_rttime,
  cpus: globals.bfd_cpu_affinity ?? [],
  noSwap: globals.bfd_no_swap === true,
  umask: umaskOf(globals, umask),
});

export const checkerProcess = (globals: Globals, umask?: number): ProcessSettings => ({
  name: globals.checker_process_name ?? (globals.process_names === true ? 'keepalived_checkers' : undefined),
  nice: globals.checker_priority,
  realtimePriority: globals.checker_rt_priority,
  rlimitRttimeUs: globals.checker_rlimit_rttime,
  cpus: globals.checker_cpu_affinity ?? [],
  noSwap: globals.checker_no_swap === true,
  umask: umaskOf(globals, umask),
});
