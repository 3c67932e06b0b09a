/** Virtual servers find their groups, and those that could never serve anybody go. */
import type { Family } from '../../src/units.ts';
import { familyOf } from '../codecs/host.ts';
import { LOG_ONLY } from '../drafts.ts';
import type { GroupDraft, GroupEntry, VirtualServerDraft } from '../lvs-drafts.ts';
import { realMethodOf, serverName } from '../lvs-names.ts';
import type { SessionRule } from './rule.ts';

/** A group that is not there, or has other addresses than the servers: upstream tells the log only. */
export const groupLinks: SessionRule = {
  name: 'lvs-group-links',
  check: ({ lvs, report }) => {
    const hidden = { ...LOG_ONLY, code: 'AV0200' };
    lvs.virtualServers = lvs.virtualServers.filter((server) => {
      const { service, line } = server;
      if (service.kind !== 'group') return true;
      const group = lvs.groups.get(service.group);
      if (!group) {
        report(
          `Virtual server group ${service.group} is not defined - ignoring virtual server`,
          line,
          hidden,
        );
        return false;
      }
      server.group = group;
      // A server that goes again does not count.
      server.groupIndex = group.users;
      if (fits(server, group)) {
        group.users++;
        familyOfGroup(server, group, (text) => report(text, line, { ...LOG_ONLY, code: 'AV0823' }));
        return true;
      }
      const problem = 'has addresses of another family than its real servers - ignoring';
      report(`Virtual server ${serverName(server)} ${problem}`, line, hidden);
      return false;
    });
    return undefined;
  },
};

const entryFamily = (entry: GroupEntry): Family | undefined =>
  entry.kind === 'range' ? familyOf(entry.first) : entry.family;

/** Marks alone have no family, and servers behind tunnels give none (seen with 2.2.7). */
function familyOfGroup(server: VirtualServerDraft, group: GroupDraft, report: (text: string) => void): void {
  if (server.family !== undefined || group.entries.some((entry) => entryFamily(entry) !== undefined)) return;
  const name = `${group.name}: Virtual server ${serverName(server)}`;
  report(`${name} address family cannot be determined, defaulting to IPv4`);
  server.family = 4;
}

/** Tunnels carry either family inside either. */
function fits(server: VirtualServerDraft, group: GroupDraft): boolean {
  const { realServers } = server;
  const tunnels =
    realServers.length > 0 && realServers.every((real) => realMethodOf(real)?.forwarding === 'TUN');
  if (tunnels) return true;
  return group.entries.every((entry) => {
    const family = entryFamily(entry);
    return family === undefined || server.family === undefined || family === server.family;
  });
}

export const someRealServer: SessionRule = {
  name: 'lvs-some-real-server',
  check: ({ lvs, report }) => {
    if (lvs.virtualServers.every(({ realServers }) => realServers.length > 0)) return undefined;
    lvs.virtualServers = lvs.virtualServers.filter((server) => {
      if (server.realServers.length > 0) return true;
      report(`Virtual server ${serverName(server)} has no real servers - ignoring`);
      return false;
    });
    return undefined;
  },
};
