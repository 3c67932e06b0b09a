/** Checks that look at a virtual server and its real servers together. Services have ten thousand of them. */
import type { Host } from '../codecs/host.ts';
import type { Session } from '../drafts.ts';
import { printEntry } from '../lines/group-line.ts';
import type { GroupDraft, RealServerDraft, VirtualServerDraft } from '../lvs-drafts.ts';
import { methodOf, realMethodOf, realServerName, serverName } from '../lvs-names.ts';
import type { ServerRule } from './lvs-service.ts';

/** Up to here comparing each with each is cheaper than a map. */
const FEW = 12;

function hasTwins(servers: readonly RealServerDraft[]): boolean {
  for (let at = 1; at < servers.length; at++) {
    const own = servers[at];
    for (let before = 0; before < at; before++) {
      const other = servers[before];
      if (own?.host === other?.host && own?.port === other?.port) return true;
    }
  }
  return false;
}

export const uniqueRealServers: ServerRule = (server, session) => {
  const { realServers } = server;
  if (realServers.length <= FEW && !hasTwins(realServers)) return;
  const seen = new Map<Host, Set<number>>();
  server.realServers = realServers.filter((real) => {
    const ports = seen.get(real.host);
    if (!ports) {
      seen.set(real.host, new Set([real.port]));
      return true;
    }
    if (!ports.has(real.port)) {
      ports.add(real.port);
      return true;
    }
    const shown = `real server ${realServerName(real)} is duplicated - removing second rs`;
    session.report(`VS ${serverName(server)}: ${shown}`);
    return false;
  });
};

/** Only NAT can translate ports: with the other methods packets arrive at the port of the service. */
export const portsAgree: ServerRule = (server, session) => {
  const { service, group } = server;
  for (const real of server.realServers) {
    if (real.port === 0 || realMethodOf(real)?.forwarding === 'NAT') continue;
    if (group) {
      portsOfGroup(server, real, group, session);
    } else if (service.kind === 'fwmark') {
      const shown = `fwmark virtual server ${serverName(server)}, real server ${realServerName(real)}`;
      session.report(`WARNING - ${shown} has port specified - clearing`);
      real.port = 0;
    } else if (service.kind === 'address' && real.port !== service.port) {
      const shown = `virtual server ${serverName(server)} and real server ${realServerName(real)}`;
      session.report(`WARNING - ${shown} ports don't match - resetting`);
      real.port = service.port;
    }
  }
};

function portsOfGroup(
  server: VirtualServerDraft,
  real: RealServerDraft,
  { entries }: GroupDraft,
  session: Session,
): void {
  let mark = false;
  for (const entry of entries) {
    if (entry.kind === 'fwmark') {
      mark = true;
    } else if (entry.port !== real.port) {
      const shown = `virtual server ${serverName(server)}:${printEntry(entry)}`;
      session.report(`${shown} and real server ${realServerName(real)} ports don't match`);
    }
  }
  if (!mark) return;
  const shown = `fwmark virtual server ${serverName(server)}, real server ${realServerName(real)}`;
  session.report(`WARNING - ${shown} has port specified - port will be ignored`);
}

export const sorryPort: ServerRule = (server, session) => {
  const { sorry, service, group } = server;
  if (!sorry || sorry.port === 0) return;
  const forwarding = (sorry.method ?? methodOf(server))?.forwarding;
  if (forwarding === 'NAT') return;
  const name = serverName(server);
  if (group) {
    const ignored = 'sorry server has port specified - port will be ignored';
    if (group.entries.some(({ kind }) => kind === 'fwmark')) {
      session.report(`WARNING - fwmark virtual server ${name}, ${ignored}`);
    }
    if (group.entries.some((entry) => entry.kind === 'range' && entry.port !== sorry.port)) {
      session.report(`WARNING - virtual server ${name}, ${ignored}`);
    }
  } else if (service.kind === 'fwmark') {
    session.report(`WARNING - virtual server ${name}, sorry server has port specified - clearing`);
    sorry.port = 0;
  } else if (service.kind === 'address' && sorry.port !== service.port) {
    session.report(`WARNING - virtual server ${name} and sorry server ports don't match - resetting`);
    sorry.port = service.port;
  }
};

/** The name without the kind of server in front, as the quorum's message has it. */
export const reachableQuorum: ServerRule = (server, session) => {
  const given = server.given ?? {};
  const ownWeight = (given.weight as number | undefined) ?? 1;
  let total = 0;
  for (const real of server.realServers) {
    total += (real.given?.weight as number | undefined) ?? ownWeight;
  }
  // Upstream adds in 32 bits.
  total %= 2 ** 32;
  let quorum = (given.quorum as number | undefined) ?? 1;
  if (quorum > total) {
    const shown = `exceeds total weight of real servers ${total}, reducing quorum to ${total}`;
    session.report(`Warning - quorum ${quorum} for ${serverName(server)} ${shown}`);
    quorum = total;
    server.values.quorum = total;
  }
  const hysteresis = (given.hysteresis as number | undefined) ?? 0;
  if (hysteresis < quorum) return;
  const reduced = (quorum - 1) >>> 0;
  const shown = `hysteresis ${hysteresis} >= quorum ${quorum}; setting hysteresis to ${reduced}`;
  session.report(`Virtual server ${serverName(server)}: ${shown}`);
  // With a quorum of 0 it is the -1 of 32 bits, which no weight ever reaches (seen with 2.2.7).
  server.values.hysteresis = reduced;
};
