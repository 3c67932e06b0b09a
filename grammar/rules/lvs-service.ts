/** Defaults and contradictions of one virtual server, repaired as upstream does. */
import type { Session } from '../drafts.ts';
import type { Method, VirtualServerDraft } from '../lvs-drafts.ts';
import { serverName } from '../lvs-names.ts';

export type ServerRule = (server: VirtualServerDraft, session: Session) => void;

const PERSISTENCE_DEFAULT = 360;

const hasMarks = ({ service, group }: VirtualServerDraft): boolean =>
  service.kind === 'fwmark' || (group?.entries.some(({ kind }) => kind === 'fwmark') ?? false);

/** Without any address there is no protocol and no port either. */
export const onlyMarks = ({ service, group }: VirtualServerDraft): boolean =>
  service.kind === 'fwmark' || (group?.entries.every(({ kind }) => kind === 'fwmark') ?? false);

export const suspendNeedsAddress: ServerRule = (server, session) => {
  if (server.given?.ha_suspend !== true || !hasMarks(server)) return;
  const problem = 'cannot use ha_suspend with fwmarks - clearing ha_suspend';
  session.report(`Virtual server ${serverName(server)}: ${problem}`);
  delete server.values.ha_suspend;
};

export const protocolOfService: ServerRule = (server, session) => {
  const protocol = server.given?.protocol;
  if (onlyMarks(server)) {
    if (protocol === undefined) return;
    const problem = 'protocol specified for fwmark - protocol will be ignored';
    session.report(`Warning: Virtual server ${serverName(server)}: ${problem}`);
    delete server.values.protocol;
  } else if (protocol === undefined) {
    session.report(`Virtual server ${serverName(server)}: no protocol set - defaulting to UDP`);
    server.values.protocol = 'UDP';
  }
};

export const portOrPersistence: ServerRule = (server, session) => {
  const { service, group, given } = server;
  const anyPort =
    (service.kind === 'address' && service.port === 0) ||
    (group?.entries.some((entry) => entry.kind === 'range' && entry.port === 0) ?? false);
  if (given?.persistence_granularity !== undefined && given.persistence_timeout === undefined) {
    server.values.persistence_timeout = PERSISTENCE_DEFAULT;
  }
  if (!anyPort || server.given?.persistence_timeout !== undefined) return;
  const problem = 'zero port only valid for persistent services - setting';
  session.report(`Virtual server ${serverName(server)}: ${problem}`);
  server.values.persistence_timeout = PERSISTENCE_DEFAULT;
};

export const onePacketNeedsUdp: ServerRule = (server, session) => {
  const protocol = server.given?.protocol;
  if (server.given?.ops !== true || protocol === undefined || protocol === 'UDP') return;
  session.report(`Virtual server ${serverName(server)}: one packet scheduling requires UDP - resetting`);
  delete server.values.ops;
};

export const someScheduler: ServerRule = (server, session) => {
  if (server.given?.lb_algo !== undefined) return;
  session.report(`Virtual server ${serverName(server)}: no scheduler set, setting default 'wlc'`);
  server.values.lb_algo = 'wlc';
};

const NAT: Method = { forwarding: 'NAT' };

/** Real servers that all have a method of their own need none here. */
export const someMethod: ServerRule = (server, session) => {
  const { realServers, sorry, given } = server;
  if (given?.lvs_method !== undefined) return;
  const needed =
    (sorry !== undefined && sorry.method === undefined) ||
    realServers.some((real) => real.given?.lvs_method === undefined);
  if (!needed) return;
  session.report(`Virtual server ${serverName(server)}: no forwarding method set, setting default NAT`);
  server.values.lvs_method = NAT;
};
