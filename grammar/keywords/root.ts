/**
 * The keywords of the outermost level. Blocks of parts that are not there yet are skipped with one notice.
 */
import { seconds } from '../../src/units.ts';
import { text } from '../codecs/codec.ts';
import { wholeSeconds } from '../codecs/numbers.ts';
import { bfdInstance } from './bfd-instance.ts';
import { globalDefs } from './global-defs.ts';
import { custom, scalar } from './row.ts';
import { flag } from './shortcuts.ts';
import { ssl } from './ssl.ts';
import {
  garpGroup,
  interfaceUpDownDelays,
  linkbeatInterfaces,
  staticIpaddress,
  staticRoutes,
  staticRules,
  trackGroup,
} from './static-blocks.ts';
import { trackFile, vrrpTrackFile, vrrpTrackProcess } from './trackers.ts';
import { virtualServer } from './virtual-server.ts';
import { virtualServerGroup } from './virtual-server-group.ts';
import { vrrpInstance } from './vrrp-instance.ts';
import { vrrpScript } from './vrrp-script.ts';
import { vrrpSyncGroup } from './vrrp-sync-group.ts';
import { webhook } from './webhook.ts';

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
  track_group: trackGroup,
  static_ipaddress: staticIpaddress,
  static_routes: staticRoutes,
  static_rules: staticRules,
  garp_group: garpGroup,
  linkbeat_interfaces: linkbeatInterfaces,
  vrrp_track_process: vrrpTrackProcess,
  interface_up_down_delays: interfaceUpDownDelays,
  SSL: ssl,
  virtual_server_group: virtualServerGroup,
  virtual_server: virtualServer,
  bfd_instance: bfdInstance,
  track_file: trackFile,
  vrrp_track_file: vrrpTrackFile,
  webhook,
};
