/** `virtual_server ADDRESS PORT | fwmark MARK | group NAME { … }`: one IPVS service. */
import { oneOf, text } from '../codecs/codec.ts';
import { familyOf, printHost } from '../codecs/host.ts';
import { uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import { type Service, VirtualServerDraft } from '../lvs-drafts.ts';
import { methodOf } from '../lvs-names.ts';
import { checkCommand } from './check-scripts.ts';
import { checker } from './checker-rows.ts';
import { methodArgs } from './forwarding.ts';
import { missingParameter } from './read-scalar.ts';
import { realServer } from './real-server.ts';
import { block, custom, scalar } from './row.ts';
import { readEndpoint, readMarkNumber } from './service-address.ts';
import { flag, optionalToggle } from './shortcuts.ts';
import { serverTimers } from './timers.ts';
import * as own from './virtual-server-keywords.ts';

const scheduler = (doc: string, aliasOf?: string) =>
  scalar(oneOf(...own.SCHEDULERS), {
    doc,
    ...checker,
    bad: "Invalid lvs_scheduler '{value}' - ignoring",
    ...(aliasOf === undefined ? {} : { aliasOf }),
  });

const kernelFlag = (number: number) => flag(`Flag ${number} of the scheduler.`, checker);

export const virtualServerRows = {
  ip_family: custom<4 | 6>({
    args: 'inet|inet6',
    doc: 'Address family of a service given by a firewall mark.',
    ...checker,
    read: own.readFamily,
  }),
  ...serverTimers('virtual server', 'delay before retry', 'delay loop'),
  inhibit_on_failure: flag('Set weights to 0 on failure instead of removing servers.', checker),
  lb_algo: scheduler('Scheduler; wlc by default.'),
  lvs_sched: scheduler('Another name of lb_algo.', 'lb_algo'),
  hashed: own.hashFlag('Without effect.'),
  ops: flag('One packet scheduling, for UDP.', checker),
  'flag-1': kernelFlag(1),
  'flag-2': kernelFlag(2),
  'flag-3': kernelFlag(3),
  'sh-port': own.hashFlag('The source hash includes the port.'),
  'sh-fallback': own.hashFlag('The source hash goes on to another server when one is not there.'),
  'mh-port': own.hashFlag('The Maglev hash includes the port.'),
  'mh-fallback': own.hashFlag('The Maglev hash goes on to another server when one is not there.'),
  lb_kind: own.virtualMethod(),
  lvs_method: own.virtualMethod(),
  persistence_engine: own.persistenceEngine,
  persistence_timeout: own.persistenceTimeout,
  persistence_granularity: custom<own.Granularity>({
    args: 'NETMASK|PREFIX',
    doc: 'Clients within one network of this size stay together.',
    ...checker,
    read: own.readGranularity,
  }),
  protocol: own.protocol,
  ha_suspend: flag('Check only while this host has the address of the service.', checker),
  smtp_alert: optionalToggle(
    'Send mail when the quorum is gained or lost.',
    'Invalid virtual_server smtp_alert parameter {value}',
    checker,
  ),
  virtualhost: scalar(text, {
    doc: 'Host header of HTTP requests that set none.',
    ...checker,
    missing: 'virtual server virtualhost missing',
  }),
  snmp_name: scalar(text, {
    doc: 'Name shown by SNMP.',
    ...checker,
    missing: 'virtual server snmp_name missing or extra parameters',
    extra: 'virtual server snmp_name missing or extra parameters',
  }),
  alpha: flag('All real servers are down until a check has succeeded.', checker),
  omega: flag('Run the commands for down when the daemon stops.', checker),
  quorum_up: checkCommand('Run when the quorum is gained.'),
  quorum_down: checkCommand('Run when the quorum is lost.'),
  quorum: scalar(uint(1, 4_294_967_295, 'lenient'), {
    doc: 'Weight of live servers below which the service counts as down.',
    ...checker,
    bad: 'Quorum {value} must be in [1, 4294967295]. Setting to 1.',
    onBad: 1,
    default: 1,
  }),
  hysteresis: scalar(uint(0, 4_294_967_295, 'lenient'), {
    doc: 'How far the weight must pass the quorum before the state changes.',
    ...checker,
    bad: 'Hysteresis {value} must be in [0, 4294967295] - ignoring',
    default: 0,
  }),
  weight: scalar(uint(1, 2_147_483_647, 'lenient'), {
    doc: 'Weight of real servers that set none.',
    ...checker,
    bad: 'Virtual server weight {value} is outside range 1-2147483647',
    default: 1,
  }),
  sorry_server: custom<string>({
    args: 'IPADDR [PORT]',
    doc: 'Server that takes over when the quorum is lost.',
    ...checker,
    read: own.readSorryServer,
  }),
  sorry_server_inhibit: custom<true>({
    args: '',
    doc: 'Keep the sorry server at weight 0 while it is not needed.',
    ...checker,
    read: own.readSorryInhibit,
  }),
  sorry_server_lvs_method: custom({
    args: methodArgs,
    doc: 'How packets reach the sorry server.',
    ...checker,
    read: own.readSorryMethod,
  }),
  real_server: realServer,
};

/** What follows the keyword; undefined = it is wrong, and that has been said. */
function readService(line: Line, session: Session): Service | undefined {
  const [, word, second] = line.words;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  if (word === 'fwmark' || word === 'group') {
    // 2.2.7 crashes without the second word.
    if (second === undefined) {
      missingParameter(line, session, 3);
      return undefined;
    }
    return word === 'group' ? { kind: 'group', group: second } : readMark(second, line, session);
  }
  const end = readEndpoint(word, second, line, session);
  if (end === undefined) {
    const shown = second === undefined ? ` ${word}` : `/port ${word}/${second}`;
    session.report(`Invalid virtual server IP address${shown} - skipping`, line);
    return undefined;
  }
  return { kind: 'address', ...end };
}

function readMark(word: string, line: Line, session: Session): Service | undefined {
  const value = readMarkNumber(word, line, session);
  if (value === undefined) {
    session.report(`virtual server fwmark '${word}' must be in [0, 4294967295] - ignoring`, line);
    return undefined;
  }
  return value === 0 ? { kind: 'address', host: undefined, port: 0 } : { kind: 'fwmark', mark: value };
}

function open(line: Line, _scope: Scope, session: Session): Scope | undefined {
  session.lvs.mentioned = true;
  const service = readService(line, session);
  return service ? new VirtualServerDraft(service) : undefined;
}

function close(scope: Scope, session: Session, line: Line | undefined): void {
  const server = scope as VirtualServerDraft;
  const { sorry } = server;
  if (sorry && (sorry.method ?? methodOf(server))?.forwarding !== 'TUN') {
    const family = familyOf(sorry.host);
    server.family ??= family;
    if (family !== server.family) {
      const problem = "don't match - skipping sorry server.";
      const shown = printHost(sorry.host);
      session.report(`Address family of virtual server and sorry server ${shown} ${problem}`, line);
      server.sorry = undefined;
    }
  }
  session.lvs.virtualServers.push(server);
}

export const virtualServer = block({
  doc: 'One IPVS service.',
  args: 'IPADDR [PORT] | fwmark MARK | group NAME',
  process: 'checker',
  rows: virtualServerRows,
  open,
  close,
  quiet: (scope, index) => {
    (scope as VirtualServerDraft).statement = index;
  },
});
