/**
 * The keywords of the outermost level. Blocks of parts that are not there yet are skipped with one notice.
 */
import { seconds } from '../../src/units.ts';
import { text } from '../codecs/codec.ts';
import { wholeSeconds } from '../codecs/numbers.ts';
import { globalDefs } from './global-defs.ts';
import { custom, scalar, skipped } from './row.ts';
import { flag } from './shortcuts.ts';
import { vrrpInstance } from './vrrp-instance.ts';
import { vrrpScript } from './vrrp-script.ts';
import { vrrpSyncGroup } from './vrrp-sync-group.ts';

const all = { process: 'all' } as const;

export const rootRows = {
  linkbeat_use_polling: flag('Poll the link state of all interfaces.', all),
  net_namespace: scalar(text, {
    doc: 'Network namespace to run in.',
    ...all,
    missing: 'net_namespace name missing - ignoring',
    repeat: 'first',
    again: 'Duplicate net_namespace definition {value} - ignoring',
  }),
  net_namespace_ipvs: custom<string>({
    args: '[NAME]',
    doc: 'Network namespace of the IPVS table; the default one without a name.',
    ...all,
    read: (line, scope, session) => {
      const name = line.words[1] ?? '';
      if (scope.values.net_namespace_ipvs === undefined) return name;
      session.report(`Duplicate net_namespace_ipvs definition ${name} - ignoring`, line);
      return undefined;
    },
  }),
  namespace_with_ipsets: flag('Allow ipsets in a network namespace.', all),
  use_pid_dir: flag('Keep PID files in a directory of their own.', all),
  instance: scalar(text, {
    doc: 'Name of this daemon among several on one machine.',
    ...all,
    missing: 'instance name missing - ignoring',
    repeat: 'first',
    again: 'Duplicate instance definition {value} - ignoring',
  }),
  child_wait_time: scalar(wholeSeconds(0, 4_294_967_295), {
    doc: 'Seconds the parent waits for its children at the end.',
    ...all,
    bad: 'Invalid child_wait_time {value}',
    default: seconds(5),
  }),
  global_defs: globalDefs,
  vrrp_instance: vrrpInstance,
  vrrp_sync_group: vrrpSyncGroup,
  vrrp_script: vrrpScript,
  track_group: skipped('Instances that fault together when a static entry is lost.', 'vrrp'),
  static_ipaddress: skipped('Addresses for the life of the daemon.', 'vrrp'),
  static_routes: skipped('Routes for the life of the daemon.', 'vrrp'),
  static_rules: skipped('Policy rules for the life of the daemon.', 'vrrp'),
  garp_group: skipped('Pace of gratuitous ARP on some interfaces.', 'vrrp'),
  linkbeat_interfaces: skipped('Interfaces whose link state is polled.', 'vrrp'),
  vrrp_track_process: skipped('A process whose presence can be tracked.', 'vrrp', true),
  interface_up_down_delays: skipped('Delays before a change of link state counts.', 'vrrp'),
  SSL: skipped('TLS parameters of SSL_GET checks.', 'checker'),
  virtual_server_group: skipped('A named list of virtual services.', 'checker', true),
  virtual_server: skipped('One IPVS service.', 'checker', true),
  bfd_instance: skipped('A BFD session.', 'bfd', true),
  track_file: skipped('A file whose number can be tracked.', 'vrrp', true),
  vrrp_track_file: skipped('Old name of track_file.', 'vrrp', true),
};
