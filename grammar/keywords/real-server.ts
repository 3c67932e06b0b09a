/** `real_server ADDRESS [PORT] { … }`: one server behind a virtual server, with its checks. */
import { text } from '../codecs/codec.ts';
import { familyOf, printHost } from '../codecs/host.ts';
import { uint } from '../codecs/numbers.ts';
import type { Line } from '../cst.ts';
import type { Scope, Session } from '../drafts.ts';
import { finishRealServer, type Method, RealServerDraft, type VirtualServerDraft } from '../lvs-drafts.ts';
import { realMethodOf } from '../lvs-names.ts';
import { checkCommand } from './check-scripts.ts';
import { checker } from './checker-rows.ts';
import { plainCheckers } from './checkers.ts';
import { methodArgs, readMethod } from './forwarding.ts';
import { httpCheckers } from './http-get.ts';
import { missingParameter } from './read-scalar.ts';
import { block, custom, scalar } from './row.ts';
import { readEndpoint } from './service-address.ts';
import { optionalToggle } from './shortcuts.ts';
import { anyCount, serverTimers } from './timers.ts';

const threshold = (doc: string) =>
  scalar(anyCount, { doc, ...checker, bad: "Invalid real_server {keyword} '{value}' - ignoring" });

export const realServerRows = {
  weight: scalar(uint(0, 2_147_483_647, 'lenient'), {
    doc: 'Share of the connections; that of the virtual server by default.',
    ...checker,
    bad: 'Real server weight {value} is outside range 0-2147483647',
  }),
  lvs_method: custom<Method>({
    args: methodArgs,
    doc: 'How packets reach the server; as for the virtual server by default.',
    ...checker,
    read: (line, _scope, session) => readMethod(line, session, 'real'),
  }),
  uthreshold: threshold('No new connections beyond this number; 0 means no limit.'),
  lthreshold: threshold('New connections again below this number.'),
  inhibit_on_failure: optionalToggle(
    'Set the weight to 0 on failure instead of removing the server.',
    'Invalid inhibit_on_failure parameter {value}',
    checker,
  ),
  notify_up: checkCommand('Run when the server comes up.'),
  notify_down: checkCommand('Run when the server goes down.'),
  alpha: optionalToggle(
    'The server is down until a check has succeeded.',
    'Invalid alpha parameter {value}',
    checker,
  ),
  ...serverTimers('real server', 'delay_before_retry', 'delay_loop'),
  smtp_alert: optionalToggle(
    'Send mail when the server goes up or down.',
    'Invalid real_server smtp_alert parameter {value}',
    checker,
  ),
  virtualhost: scalar(text, {
    doc: 'Host header of HTTP requests that set none.',
    ...checker,
    missing: 'real server virtualhost missing',
  }),
  snmp_name: scalar(text, {
    doc: 'Name shown by SNMP.',
    ...checker,
    missing: 'real server snmp_name missing or extra parameters',
    extra: 'real server snmp_name missing or extra parameters',
  }),
  ...plainCheckers,
  ...httpCheckers,
};

function open(line: Line, scope: Scope, session: Session): Scope | undefined {
  const [, word, portWord] = line.words;
  if (word === undefined) {
    missingParameter(line, session);
    return undefined;
  }
  const end = readEndpoint(word, portWord, line, session);
  if (end === undefined) {
    const shown = portWord ?? '(null)';
    session.report(`Invalid real server ip address/port ${word}/${shown} - skipping`, line);
    return undefined;
  }
  return new RealServerDraft(scope as VirtualServerDraft, end.host, end.port);
}

function close(scope: Scope, session: Session, line: Line | undefined): void {
  const real = scope as RealServerDraft;
  const { server, host } = real;
  // A tunnel carries either family, so a server behind one says nothing about that of the service.
  if (realMethodOf(real)?.forwarding !== 'TUN') {
    const family = familyOf(host);
    server.family ??= family;
    if (family !== server.family) {
      const problem = "don't match - skipping real server.";
      session.report(`Address family of virtual server and real server ${printHost(host)} ${problem}`, line);
      return;
    }
  }
  finishRealServer(real, session.lvs);
}

export const realServer = block({
  doc: 'A server behind the virtual server.',
  args: 'IPADDR [PORT]',
  process: 'checker',
  rows: realServerRows,
  open,
  close,
});
