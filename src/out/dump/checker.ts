/**
 * keepalived_check.data: virtual servers, their checks and what those follow, as 2.2.7 was seen writing them.
 * In: what the checker process knows. Out: text.
 */
import type { CheckedServer, CheckedVirtualServer, ServerSettings } from '../../health/config.ts';
import type { CheckReport, HealthReport, ServerReport, VirtualReport } from '../../health/report.ts';
import type { CheckerDump, TlsFiles } from '../../ipc/messages.ts';
import type { PoolServer } from '../../lvs/config.ts';
import { toSeconds, type Us } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import { checkLines } from './checks.ts';
import { enabled, scriptText, title, yesNo } from './text.ts';

const fixed = (valueUs: Us): string => toSeconds(valueUs).toFixed(6);
const onOff = (value: boolean): string => (value ? 'ON' : 'OFF');
const optional = <T>(value: T | undefined, line: (value: T) => string): string[] =>
  value === undefined ? [] : [line(value)];

const METHODS: Readonly<Partial<Record<PoolServer['forwarding'], string>>> = {
  masquerade: 'NAT',
  route: 'DR',
  tunnel: 'TUN',
};
const CHECKSUMS = { none: '', plain: ', checksum', remote: ', remote checksum' } as const;

function methodText({ forwarding, tunnel }: Pick<PoolServer, 'forwarding' | 'tunnel'>): string {
  if (forwarding !== 'tunnel') return METHODS[forwarding] ?? forwarding;
  if (tunnel === undefined) return 'TUN, type = IPIP';
  const port = tunnel.type === 'gue' ? `, port = ${tunnel.port}` : '';
  return `TUN, type = ${tunnel.type.toUpperCase()}${port}${CHECKSUMS[tunnel.checksum]}`;
}

function retryLines({ retry, delayBeforeRetryUs, warmupUs }: ServerSettings): string[] {
  return [
    ...optional(retry, (count) => `   Retry count = ${count}`),
    ...optional(delayBeforeRetryUs, (delay) => `   Retry delay = ${fixed(delay)}`),
    ...optional(warmupUs, (delay) => `   Warmup = ${fixed(delay)}`),
  ];
}

function serviceLines({ services, text }: CheckedVirtualServer): string[] {
  const [service] = services;
  return [
    `   lvs_sched = ${service?.scheduler ?? ''}`,
    '   Hashed = disabled',
    ...text.flags.map(([name, set]) => `   ${name} = ${enabled(set)}`),
    `   One packet scheduling = ${enabled(service?.onePacket === true)}`,
    ...optional(service?.persistence, ({ timeoutSeconds }) => `   persistence timeout = ${timeoutSeconds}`),
    ...optional(text.granularity, (granularity) => `   persistence granularity = ${granularity}`),
  ];
}

function sorryLines({ sorry }: CheckedVirtualServer): string[] {
  if (sorry === undefined) return [];
  return [
    `   sorry server = ${sorry.name}`,
    `     forwarding method = ${methodText(sorry)}`,
    `     Inhibit on failure is ${onOff(sorry.inhibit)}`,
  ];
}

function virtualLines({ config, quorum, reloaded }: VirtualReport): string[] {
  const { settings, text, commands } = config;
  return [
    ' ------< Virtual server >------',
    ` VS ${text.head}`,
    ...optional(settings.virtualhost, (name) => `   VirtualHost = ${name}`),
    ...optional(text.snmpName, (name) => `   SNMP name = '${name}'`),
    `   Address family = inet${text.family === 6 ? '6' : ''}`,
    `   connection timeout = ${fixed(settings.connectTimeoutUs)}`,
    `   delay_loop = ${fixed(settings.delayLoopUs)}`,
    ...serviceLines(config),
    `   protocol = ${text.protocol}`,
    `   alpha is ${onOff(settings.alpha)}`,
    `   omega is ${onOff(config.omega)}`,
    ...retryLines(settings),
    `   Inhibit on failure is ${onOff(text.inhibit)}`,
    `   quorum = ${config.quorum}, hysteresis = ${config.hysteresis}`,
    ...optional(commands.quorum_up, (spec) => `   Quorum up notify script = ${scriptText(spec)}`),
    ...optional(commands.quorum_down, (spec) => `   Quorum down notify script = ${scriptText(spec)}`),
    ...(config.suspends ? ['   Using HA suspend'] : []),
    `   Using smtp notification = ${yesNo(config.smtpAlert)}`,
    `   default forwarding method = ${methodText(text.method)}`,
    ...sorryLines(config),
    '   alive = 1',
    `   quorum_state_up = ${quorum ? 1 : 0}`,
    `   reloaded = ${reloaded ? 1 : 0}`,
  ];
}

function trackedLines({ checks }: CheckedServer): string[] {
  const files = checks.flatMap((check) => (check.type === 'FILE_CHECK' ? [check] : []));
  const sessions = checks.flatMap((check) => (check.type === 'BFD_CHECK' ? [check.session] : []));
  return [
    ...(files.length === 0 ? [] : ['   Tracked Files']),
    ...files.map(({ file, weight, reverse }) => `     ${file}, weight ${weight}${reverse ? ' reverse' : ''}`),
    ...(sessions.length === 0 ? [] : ['   Tracked BFDs']),
    ...sessions.map((session) => `     ${session}`),
  ];
}

function serverLines({ config, effective, previous, alive, set, failed }: ServerReport): string[] {
  const { settings, weight, commands } = config;
  const place = `RIP = ${formatAddress(config.address)}, RPORT = ${config.port}`;
  return [
    '   ------< Real server >------',
    `   ${place}, WEIGHT = ${weight} EFF WEIGHT = ${effective}`,
    `   forwarding method = ${methodText(config)}`,
    `   Alpha is ${onOff(settings.alpha)}`,
    `   connection timeout = ${fixed(settings.connectTimeoutUs)}`,
    `   connection limit range = ${config.lowerThreshold} -> ${config.upperThreshold}`,
    `   Delay loop = ${fixed(settings.delayLoopUs)}`,
    ...retryLines(settings),
    `   Inhibit on failure is ${onOff(config.inhibit)}`,
    ...optional(commands.notify_up, (spec) => `     RS up notify script = ${scriptText(spec)}`),
    ...optional(commands.notify_down, (spec) => `     RS down notify script = ${scriptText(spec)}`),
    ...optional(config.virtualhost, (name) => `    VirtualHost = '${name}'`),
    ...optional(config.snmpName, (name) => `   SNMP name = ${name}`),
    `   Using smtp notification = ${yesNo(config.smtpAlert)}`,
    `   initial weight = ${weight}`,
    `   effective weight = ${effective}`,
    `   previous effective_weight = ${previous ?? 0}`,
    `   alive = ${alive ? 1 : 0}`,
    `   num failed checkers = ${failed}`,
    `   RS set = ${set ? 1 : 0}`,
    `   reloaded = ${previous === undefined ? 0 : 1}`,
    ...trackedLines(config),
  ];
}

type GroupText = CheckerDump['groups'][number];

/** How many entries of the kernel's table each service of a group has, by what they are for. */
function groupLines(group: GroupText, report: HealthReport, before: CheckerDump | undefined): string[] {
  const { name, services } = group;
  const old = new Set(before?.groups.find((one) => one.name === name)?.services.map(({ text }) => text));
  const users = report.virtuals.filter(({ config }) => config.group?.name === name);
  const count = (of: (virtual: VirtualReport) => boolean): number =>
    users.filter(of).reduce((sum, { servers }) => sum + servers.filter(({ set }) => set).length, 0);
  const protocols = ['TCP', 'UDP', 'SCTP'].map(
    (protocol) => `${count(({ config }) => config.text.protocol === protocol)} ${protocol.toLowerCase()}`,
  );
  const families = ([4, 6] as const).map(
    (family) => `${count(({ config }) => config.text.family === family)} IPv${family}`,
  );
  const has = (family: 4 | 6): string => yesNo(services.some(({ kind }) => kind === family));
  return [
    ' ------< Virtual server group >------',
    ` Virtual Server Group = ${name}, IPv4 = ${has(4)}, IPv6 = ${has(6)}`,
    ...services.flatMap(({ kind, text }) => [
      `   ${text}`,
      `     Alive: ${(kind === 'mark' ? families : protocols).join(', ')}`,
      `     reloaded = ${old.has(text) ? 'True' : 'False'}`,
    ]),
  ];
}

function fileLines({ files }: CheckerDump, report: HealthReport): string[] {
  if (report.files.length === 0) return [];
  const followers = (name: string): string[] =>
    report.checks.flatMap(({ config, virtual, server }) =>
      config.type === 'FILE_CHECK' && config.file === name
        ? [`     ${virtual} -> ${server}, weight ${config.weight}${config.reverse ? ' reverse' : ''}`]
        : [],
    );
  return [
    title('Checker track files'),
    ...report.files.flatMap(({ config: { name, path }, value }) => [
      ` Track file = ${name}`,
      `   File = ${path}`,
      `   Status = ${value}`,
      `   Weight = ${files[name]?.weight ?? 1}${files[name]?.reverse ? ' reverse' : ''}`,
      '   Tracking instances :',
      ...followers(name),
    ]),
  ];
}

function sessionLines({ bfds, checks }: HealthReport): string[] {
  if (bfds.length === 0) return [];
  const followers = (name: string): string[] =>
    checks.flatMap(({ config, server }) =>
      config.type === 'BFD_CHECK' && config.session === name ? [`   ${server}`] : [],
    );
  return [
    title('Checker track BFDs'),
    ...bfds.flatMap((name) => [` Checker Track BFD = ${name}`, '   Tracking RS :', ...followers(name)]),
  ];
}

/** Those that follow a fact come last. */
const rank = ({ config: { type } }: CheckReport): number =>
  type === 'FILE_CHECK' ? 2 : type === 'BFD_CHECK' ? 1 : 0;

/** What checks over TLS present; the password is nobody's business here. */
function tlsLines({ ca, certificate, key, password }: TlsFiles, checks: readonly CheckReport[]): string[] {
  const lines = [
    ...optional(password, () => ' Password : *****'),
    ...optional(ca, (file) => ` CA-file : ${file}`),
    ...optional(certificate, (file) => ` Certificate file : ${file}`),
    ...optional(key, (file) => ` Key file : ${file}`),
  ];
  if (lines.length > 0) return [title('SSL definitions'), ...lines];
  const uses = checks.some(({ config }) => config.type === 'SSL_GET');
  return uses ? [title('SSL definitions'), ' Using autogen SSL context'] : [];
}

/** `before`: what the configuration before the last reload said. */
export function checkerDataText(
  report: HealthReport,
  dump: CheckerDump,
  tls: TlsFiles,
  before?: CheckerDump,
): string {
  const { virtuals, checks } = report;
  const ordered = [...checks].sort((a, b) => rank(a) - rank(b));
  return [
    ...dump.globals,
    ...tlsLines(tls, checks),
    title('LVS Topology'),
    ...optional(report.ipvsVersion, (version) => ` System is compiled with LVS v${version.join('.')}`),
    ...dump.groups.flatMap((group) => groupLines(group, report, before)),
    ...virtuals.flatMap((one) => [...virtualLines(one), ...one.servers.flatMap(serverLines)]),
    ...(checks.length === 0 ? [] : [title('Health checkers')]),
    ...ordered.flatMap(checkLines),
    ...fileLines(dump, report),
    ...sessionLines(report),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
