/** What the log says of IPVS, virtual servers and checkers. Wording of keepalived 2.2.7. */
import { errnoText, type Message, type MessageArg, plain } from './message.ts';

/** Upstream calls the commands of generic netlink by the socket options that they once were. */
const ipvsCommands: Readonly<Record<string, string>> = {
  addService: 'IP_VS_SO_SET_ADD(1154)',
  changeService: 'IP_VS_SO_SET_EDIT(1155)',
  removeService: 'IP_VS_SO_SET_DEL(1156)',
  flush: 'IP_VS_SO_SET_FLUSH(1157)',
  addDestination: 'IP_VS_SO_SET_ADDDEST(1159)',
  removeDestination: 'IP_VS_SO_SET_DELDEST(1160)',
  changeDestination: 'IP_VS_SO_SET_EDITDEST(1161)',
  setTimeouts: 'IP_VS_SO_SET_TIMEOUT(1162)',
  startDaemon: 'IP_VS_SO_SET_STARTDAEMON(1163)',
  stopDaemon: 'IP_VS_SO_SET_STOPDAEMON(1164)',
};

const ENOENT = 2;
const ESRCH = 3;
const EEXIST = 17;

/** Reasons in the words that ipvsadm has for them. */
const ipvsReasons: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  addService: { [EEXIST]: 'Service already exists', [ENOENT]: 'Scheduler or persistence engine not found' },
  changeService: { [ESRCH]: 'No such service', [ENOENT]: 'Scheduler or persistence engine not found' },
  removeService: { [ESRCH]: 'No such service' },
  addDestination: { [EEXIST]: 'Destination already exists', [ESRCH]: 'Service not defined' },
  changeDestination: { [ENOENT]: 'No such destination', [ESRCH]: 'Service not defined' },
  removeDestination: { [ENOENT]: 'No such destination', [ESRCH]: 'Service not defined' },
  startDaemon: { [EEXIST]: 'Daemon has already run' },
};

function ipvsRefused(...[op, errno, target]: readonly MessageArg[]): string {
  const reason = ipvsReasons[String(op)]?.[Number(errno)] ?? errnoText(errno);
  const what = target === undefined ? '' : ` (${target})`;
  return `IPVS cmd ${ipvsCommands[String(op)]} error: ${reason}(${errno})${what}`;
}

export const checkerMessages = {
  'ipvs-initializing': plain(() => 'Initializing ipvs'),
  'ipvs-reinitializing': plain(() => 'Reinitializing ipvs'),
  'ipvs-unavailable': plain((errno) => `IPVS: Can't initialize ipvs: ${errnoText(errno)}`, 'error'),
  'ipvs-refused': plain(ipvsRefused, 'error'),

  // The books of virtual servers.
  'lvs-quorum-gained': plain(
    (quorum, hysteresis, sum, weight, name) =>
      `Gained quorum ${quorum}+${hysteresis}=${sum} <= ${weight} for VS ${name}`,
  ),
  'lvs-quorum-lost': plain(
    (quorum, hysteresis, rest, weight, name) =>
      `Lost quorum ${quorum}-${hysteresis}=${rest} > ${weight} for VS ${name}`,
  ),
  'lvs-starting-quorum-down': plain(
    (quorum, hysteresis, sum, weight, name) =>
      `Starting with quorum down ${quorum}-${hysteresis}=${sum} > ${weight} for VS ${name}`,
  ),
  'lvs-adding-sorry': plain((sorry, name) => `Adding sorry server ${sorry} to VS ${name}`),
  'lvs-removing-sorry': plain((sorry, name) => `Removing sorry server ${sorry} from VS ${name}`),
  'lvs-adding-alive': plain((name) => `Adding alive servers to the pool for VS ${name}`),
  'lvs-removing-alive': plain((name) => `Removing alive servers from the pool for VS ${name}`),
  'lvs-adding-service': plain((server, name) => `Adding service ${server} to VS ${name}`),
  'lvs-removing-service': plain((server, name) => `Removing service ${server} from VS ${name}`),
  'lvs-enabling-service': plain((server, name) => `Enabling service ${server} of VS ${name}`),
  'lvs-disabling-service': plain((server, name) => `Disabling service ${server} of VS ${name}`),
  'lvs-changing-weight': plain(
    (from, to, state, server, name) =>
      `Changing weight from ${from} to ${to} for ${state} service ${server} of VS ${name}`,
  ),
  'lvs-service-gone': plain((server) => `service ${server} no longer exist`),
  'lvs-removing-virtual': plain((name) => `Removing Virtual Server ${name}`),
  'lvs-shutting-down': plain((server, name) => `Shutting down service ${server} from VS ${name}`),

  // Checkers.
  'activating-checker': plain(
    (server, name) => `Activating healthchecker for service ${server} for VS ${name}`,
  ),
  'tcp-connection-success': plain((server) => `TCP connection to ${server} success.`),
  'tcp-connection-failed': plain((server) => `TCP connection to ${server} failed.`),
  'check-failed': plain((type, server, retried) => {
    const after = retried === 0 ? '' : ` after ${retried} retries`;
    return `${type} on service ${server} failed${after}.`;
  }),
  'check-not-begun': plain(
    (type, server, call, errno) =>
      `${type} on service ${server} cannot connect, ${call}: ${errnoText(errno)}`,
    'warning',
  ),
} as const satisfies Readonly<Record<string, Message>>;
