/** How upstream names virtual and real servers in its messages. Made only when something is said. */
import { printHost } from './codecs/host.ts';
import type { Method, RealServerDraft, VirtualServerDraft } from './lvs-drafts.ts';

function protocolName(server: VirtualServerDraft): string {
  const protocol = server.given?.protocol as string | undefined;
  return protocol === undefined ? 'none' : protocol.toLowerCase();
}

export function serverName(server: VirtualServerDraft): string {
  const { service } = server;
  switch (service.kind) {
    case 'fwmark':
      return `FWM ${service.mark}`;
    case 'group':
      return `[${service.group}]:${server.groupIndex}`;
    case 'address': {
      const host = service.host === undefined ? '' : printHost(service.host);
      return `[${host}]:${protocolName(server)}:${service.port}`;
    }
  }
}

export const realServerName = ({ host, server, port }: RealServerDraft): string =>
  `[${printHost(host)}]:${protocolName(server)}:${port}`;

export const methodOf = (server: VirtualServerDraft): Method | undefined =>
  server.given?.lvs_method as Method | undefined;

/** Its own forwarding method, or that of the virtual server. */
export const realMethodOf = (real: RealServerDraft): Method | undefined =>
  (real.given?.lvs_method as Method | undefined) ?? methodOf(real.server);
