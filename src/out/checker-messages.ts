/** What the log says of IPVS, virtual servers and checkers. Wording of keepalived 2.2.7. */
import { constants } from 'node:os';
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
  addDestination: { [EEXIST]: 'Destination already exists', [ESRCH]: 'Service not defined' },
  changeDestination: { [ENOENT]: 'No such destination', [ESRCH]: 'Service not defined' },
  removeDestination: { [ENOENT]: 'No such destination' },
  startDaemon: { [EEXIST]: 'Daemon has already run' },
};

/** What goes may have gone before, by itself or with its service: 2.2.7 has one error for both. */
const REMOVALS: ReadonlySet<MessageArg | undefined> = new Set(['removeService', 'removeDestination']);

function ipvsRefused(...[op, given, target]: readonly MessageArg[]): string {
  const errno = given === ESRCH && REMOVALS.has(op) ? ENOENT : given;
  const reason = ipvsReasons[String(op)]?.[Number(errno)] ?? errnoText(errno);
  const what = target === undefined ? '' : ` (${target})`;
  return `IPVS cmd ${ipvsCommands[String(op)]} error: ${reason}(${errno})${what}`;
}

const miscOf = (server: MessageArg | undefined, name: MessageArg | undefined, path: MessageArg | undefined) =>
  `Misc check for [${server} VS ${name}] by [${path}]`;

const countOf = (retries: MessageArg | undefined): string =>
  `${retries} ${retries === 1 ? 'retry' : 'retries'}`;

/** A signal by its number, as 2.2.7 names it. */
function miscEnd(reason: MessageArg | undefined, tries: string): string {
  const text = String(reason);
  if (text === 'timeout') return `timed out${tries}.`;
  const signal = /^signal (SIG\w+)$/.exec(text)?.[1];
  const number = constants.signals[signal as keyof typeof constants.signals];
  return `failed${tries} (${signal === undefined ? text : `due to signal ${number ?? signal}`}).`;
}

const afterRetries = (retried: MessageArg | undefined): string =>
  retried === 0 ? '' : ` after ${retried} retries`;

const dnsError = (server: MessageArg | undefined, code: MessageArg | undefined): string =>
  `DNS_CHECK (${server}) read error occurred. (rcode = ${code})`;
const dnsTimeout = (server: MessageArg | undefined): string =>
  `DNS_CHECK (${server}) read timeout from socket`;
const dnsRefused = (server: MessageArg | undefined, errno: MessageArg | undefined): string =>
  `DNS_CHECK (${server}) failed to read socket; errno ${errno} (${errnoText(errno)})`;
const dnsUnreachable = (server: unknown, peer: unknown): string =>
  `DNS_CHECK (${server}) network unreachable for ${peer}`;
const dnsUnsent = (
  server: MessageArg | undefined,
  call: MessageArg | undefined,
  errno: MessageArg | undefined,
): string => `DNS_CHECK (${server}) cannot send, ${call}: ${errnoText(errno)}`;

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
  'lvs-enabling-sorry': plain((sorry, name) => `Enabling sorry server ${sorry} to VS ${name}`),
  'lvs-disabling-sorry': plain((sorry, name) => `Disabling sorry server ${sorry} from VS ${name}`),
  'lvs-removing-sorry': plain((sorry, name) => `Removing sorry server ${sorry} from VS ${name}`),
  'lvs-adding-alive': plain((name) => `Adding alive servers to the pool for VS ${name}`),
  'lvs-removing-alive': plain((name) => `Removing alive servers from the pool for VS ${name}`),
  'lvs-adding-service': plain((server, name) => `Adding service ${server} to VS ${name}`),
  'lvs-removing-service': plain((server, name) => `Removing service ${server} from VS ${name}`),
  'lvs-removing-inhibited': plain((server, name) => `Removing (inhibited) service ${server} from VS ${name}`),
  'lvs-enabling-service': plain((server, name) => `Enabling service ${server} of VS ${name}`),
  'lvs-disabling-service': plain((server, name) => `Disabling service ${server} of VS ${name}`),
  'lvs-changing-weight': plain(
    (from, to, state, server, name) =>
      `Changing weight from ${from} to ${to} for ${state} service ${server} of VS ${name}`,
  ),
  'lvs-group-entry-gone': plain((entry, group) => `VS [${entry}] in group ${group} no longer exists`),
  'lvs-group-entry-added': plain((entry, group) => `VS [${entry}] added into group ${group}`),
  'lvs-service-gone': plain((server) => `service ${server} no longer exist`),
  'lvs-removing-virtual': plain((name) => `Removing Virtual Server ${name}`),
  'lvs-removing-group': plain((name) => `Removing Virtual Server Group [${name}]`),
  'lvs-shutting-down-inhibited': plain(
    (server, name) => `Shutting down (inhibited) service ${server} from VS ${name}`,
  ),
  'lvs-shutting-down': plain((server, name) => `Shutting down service ${server} from VS ${name}`),

  // Checkers.
  'activating-checker': plain(
    (server, name) => `Activating healthchecker for service ${server} for VS ${name}`,
  ),
  'deactivating-checker': plain(
    (server, name) => `Deactivating healthchecker for service ${server} for VS ${name}`,
  ),
  'suspending-checker': plain(
    (server, name) => `Suspending healthchecker for service ${server} for VS ${name}`,
  ),
  'reflector-added': plain((address) => `Netlink reflector reports IP ${address} added`),
  'reflector-lost': plain((address) => `Netlink reflector reports IP ${address} removed`),
  'activating-bfd-checker': plain(() => 'Activating BFD healthchecker'),
  'tcp-connection-success': plain((server) => `TCP connection to ${server} success.`),
  'tcp-connection-timeout': plain((server) => `TCP connection to ${server} timeout.`),
  'tcp-connection-failed': plain((server) => `TCP connection to ${server} failed.`),
  'check-failed': plain((type, server, retried) => {
    const after = retried === 0 ? '' : ` after ${retried} retries`;
    return `${type} on service ${server} failed${after}.`;
  }),
  'http-up': plain((server) => `Remote Web server ${server} succeed on service.`),
  'http-check-failed': plain((server, _retried, retry) => {
    const after = retry === 0 ? '' : ` after ${retry} retries`;
    return `HTTP_CHECK on service ${server} failed${after}.`;
  }),
  'http-status-success': plain((server, path) => `HTTP status code success to ${server} url(${path})`),
  'http-digest-success': plain((server, path) => `MD5 digest success to ${server} url(${path})`),
  'http-regex-success': plain((server, path) => `Regex match success to ${server} url(${path})`),
  'http-status-error': plain((server) => `HTTP status code error to server ${server}.`),
  'http-digest-error': plain((server) => `MD5 digest error to server ${server}.`),
  'http-regex-error': plain((server) => `Regex match failed server ${server}.`),
  'http-regex-unusable': plain(
    (server, source, why) => `Regex of server ${server} cannot be used: ${why} in ${source}`,
    'warning',
  ),
  'http-regex-too-long': plain(
    (server, source) => `Regex match of server ${server} took too long: ${source}`,
    'warning',
  ),
  'http-timeout-connect': plain((server) => `Timeout connecting server ${server}.`),
  'http-timeout-web': plain((server) => `Timeout WEB read server ${server}.`),
  'http-timeout-read': plain((server) => `Timeout HTTP read server ${server}.`),
  'http-timeout-ssl': plain((server) => `Timeout SSL read server ${server}.`),
  'http-unreachable': plain((server) => `HTTP_CHECK - network unreachable server ${server}.`),
  'http-connect-failed': plain((server) => `Connection failed server ${server}.`),
  'http-read-error': plain((server) => `Read error with server ${server}.`),
  // Two blanks, as 2.2.7 has it.
  'http-no-data': plain((server) => `Read, no data received from  server ${server}.`),
  'http-ssl-error': plain((server) => `SSL handshake/communication error connecting to server ${server}.`),
  'ssl-file-refused': plain((what, path, reason) => `SSL ${what} ${path} cannot be used: ${reason}`, 'error'),
  'smtp-up': plain((server) => `Remote SMTP server ${server} succeed on service.`),
  'smtp-bad-greeting': plain((peer) => `SMTP_CHECK Bad greeting banner from server ${peer}`),
  'smtp-bad-helo': plain((peer) => `SMTP_CHECK Bad HELO response from server ${peer}`),
  'smtp-no-connection': plain((peer) => `SMTP_CHECK Could not connect to server ${peer}`),
  'smtp-unreachable': plain(
    (address, server) => `SMTP_CHECK Network unreachable for server ${address} - real server ${server}`,
  ),
  'smtp-connect-timeout': plain((peer) => `SMTP_CHECK Connection timeout to server ${peer}`),
  'smtp-read-timeout': plain((peer) => `SMTP_CHECK Read timeout from server ${peer}`),
  'smtp-read-error': plain((peer) => `SMTP_CHECK Read failure from server ${peer}`),
  'misc-up': plain((server, name, path) => `${miscOf(server, name, path)} succeeded.`),
  'misc-tried': plain((server, name, path, reason, retried, retry) => {
    const left = retried === 0 ? `, will do ${countOf(retry)}` : ` on retry ${retried}/${retry}`;
    return `${miscOf(server, name, path)} ${miscEnd(reason, left)}`;
  }),
  'misc-down': plain((server, name, path, reason, _retried, retry) => {
    const after = retry === 0 ? ' with retry disabled' : ` after ${countOf(retry)}`;
    return `${miscOf(server, name, path)} ${miscEnd(reason, after)}`;
  }),
  'udp-up': plain((server) => `UDP connection to ${server} success.`),
  'udp-failed': plain((server) => `UDP connection to ${server} failed.`),
  'udp-unsent': plain((call, errno) => `UDP ${call} error ${errno} - ${errnoText(errno)}`),
  'udp-unbound': plain((call, errno) => `${call} failed. errno: ${errno}, error: ${errnoText(errno)}`),
  'udp-reply-mismatch': plain((server) => `UDP check to ${server} reply data mismatch.`),
  'dns-error': plain((server, code, retried) => `${dnsError(server, code)}${afterRetries(retried)}`),
  'dns-error-tried': plain((server, code) => dnsError(server, code)),
  'dns-timeout': plain((server, retried) => `${dnsTimeout(server)}${afterRetries(retried)}`),
  'dns-timeout-tried': plain((server) => dnsTimeout(server)),
  'dns-refused': plain((server, errno, retried) => `${dnsRefused(server, errno)}${afterRetries(retried)}`),
  'dns-refused-tried': plain((server, errno) => dnsRefused(server, errno)),
  'dns-unreachable': plain(
    (server, peer, retried) => `${dnsUnreachable(server, peer)}${afterRetries(retried)}`,
  ),
  'dns-unreachable-tried': plain((server, peer) => dnsUnreachable(server, peer)),
  'dns-unsent': plain(
    (server, call, errno, retried) => `${dnsUnsent(server, call, errno)}${afterRetries(retried)}`,
  ),
  'dns-unsent-tried': plain((server, call, errno) => dnsUnsent(server, call, errno)),
  'ping-up': plain((server) => `ICMP connection to ${server} success.`),
  'ping-failed': plain((server) => `ICMP connection to ${server} failed.`),
  'ping-not-sent': plain(() => 'send ICMP packet fail'),
  'ping-timeout': plain((server) => `ICMP connection to address ${server} timeout.`),

  // Nothing was asked.
  'check-not-bound': plain((errno) => `Checker bind failed: ${errnoText(errno)}`),
  'check-not-on-device': plain(
    (ifname, errno) => `Checker can't bind to device ${ifname}: ${errnoText(errno)}`,
  ),
  'check-no-socket': plain((call, errno) => `Checker has no socket, ${call}: ${errnoText(errno)}`, 'warning'),
  'tcp-comes-back': plain(() => 'TCP socket bind failed. Rescheduling.'),
  'web-comes-back': plain(() => 'WEB socket bind failed. Rescheduling'),
  'smtp-comes-back': plain(() => 'SMTP_CHECK socket bind failed. Rescheduling.'),
  'dns-comes-back': plain((server) => `DNS_CHECK (${server}) UDP socket bind failed. Rescheduling.`),
} as const satisfies Readonly<Record<string, Message>>;
