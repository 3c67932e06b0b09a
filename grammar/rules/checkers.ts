/** Checks of the checker process after its pass, in the order in which upstream's messages come. */
import { groupLinks, someRealServer } from './lvs-links.ts';
import { portsAgree, reachableQuorum, sorryPort, uniqueRealServers } from './lvs-real-servers.ts';
import { checkScripts } from './lvs-scripts.ts';
import {
  onePacketNeedsUdp,
  portOrPersistence,
  protocolOfService,
  type ServerRule,
  someMethod,
  someScheduler,
  suspendNeedsAddress,
} from './lvs-service.ts';
import type { SessionRule } from './rule.ts';

const serverRules: readonly ServerRule[] = [
  suspendNeedsAddress,
  protocolOfService,
  uniqueRealServers,
  reachableQuorum,
  portOrPersistence,
  onePacketNeedsUdp,
  someScheduler,
  someMethod,
  sorryPort,
  portsAgree,
];

const eachServer: SessionRule = {
  name: 'lvs-servers',
  check: (session) => {
    for (const server of session.lvs.virtualServers) {
      for (const rule of serverRules) rule(server, session);
    }
    return undefined;
  },
};

export const checkerRules: readonly SessionRule[] = [groupLinks, someRealServer, eachServer, checkScripts];
