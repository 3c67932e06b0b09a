/** One check of keepalived_check.data: how it goes, and what it asks. Lines as seen with 2.2.7. */
import type { FactCheck } from '../../health/fact-watcher.ts';
import type { HttpCheck, Page } from '../../health/probes/http.ts';
import type { CheckConfig } from '../../health/probes/index.ts';
import type { UdpCheck } from '../../health/probes/udp.ts';
import type { CheckReport, RunReport } from '../../health/report.ts';
import type { ConnectSpec } from '../../ports/connect.ts';
import { assertNever, toSeconds, type Us } from '../../units.ts';
import { formatAddress } from '../../wire/address.ts';
import { commandText, dateText, epochText, yesNo } from './text.ts';

const US_PER_S = 1_000_000;
const WHOLE_BYTE = 0xff;

/** What the kind of check has where nothing is configured. */
const DEFAULT_DELAY_US: Readonly<Partial<Record<CheckConfig['type'], number>>> = {
  HTTP_GET: 3 * US_PER_S,
  SSL_GET: 3 * US_PER_S,
  DNS_CHECK: 0,
};

function timingLines({ alpha, timing, type }: CheckConfig, { state }: RunReport): string[] {
  const { retry } = timing;
  return [
    `   Alpha = ${yesNo(alpha)}`,
    `   Delay loop = ${timing.delayLoopUs} us`,
    `   Warmup = ${timing.warmupUs} us`,
    `   Retries = ${retry}`,
    ...(retry === 0
      ? []
      : [
          `   Delay before retry = ${timing.delayBeforeRetryUs} us`,
          // Before the first verdict 2.2.7 shows all of them, whether or not there will be some.
          `   Retries iterations = ${state.ran ? retry - state.retriesLeft : retry}`,
        ]),
    `   Default delay before retry = ${DEFAULT_DELAY_US[type] ?? US_PER_S} us`,
  ];
}

/** Here 2.2.7 has the fraction behind the year. */
function ranText(wallUs: number): string {
  const [, before = '', fraction = '', year = ''] = /^(.*)(\.\d+)( \d+)$/.exec(dateText(wallUs)) ?? [];
  return `${before}${year}${fraction}`;
}

const place = (address: Uint8Array, port: number): string => `[${formatAddress(address)}]:${port}`;

function connectionLines({ address, port, source, sourcePort, mark, ...rest }: ConnectSpec): string[] {
  return [
    '   Connection',
    `     Dest = ${place(address, port)}`,
    ...(source === undefined ? [] : [`     Bind to = ${place(source, sourcePort ?? 0)}`]),
    ...(rest.interface === undefined ? [] : [`     Bind i/f = ${rest.interface}`]),
    ...(mark === 0 ? [] : [`     Mark = ${mark}`]),
    `     Timeout = ${toSeconds(rest.timeoutUs).toFixed(6)}`,
  ];
}

function pageLines({ path, digest, status, ownVirtualhost, regex }: Page): string[] {
  return [
    `   Checked url = ${path}`,
    ...(digest === undefined ? [] : [`     digest = ${digest}`]),
    '     HTTP Status Code(s)',
    ...status.map(({ first, last }) => `       ${first === last ? first : `${first}-${last}`}`),
    ...(ownVirtualhost === undefined ? [] : [`     Virtual host = ${ownVirtualhost}`]),
    ...(regex === undefined ? [] : [`     Regex = "${regex.source}"`]),
    ...(regex?.unwanted ? ['     Regex no match'] : []),
    ...(regex === undefined || (regex.minOffset === 0 && regex.maxOffset === Number.MAX_SAFE_INTEGER)
      ? []
      : [`     Regex min offset = ${regex.minOffset}, max_offset = ${offsetText(regex.maxOffset)}`]),
    ...(regex === undefined ? [] : [['     Regex options:', ...regex.options].join(' ')]),
    ...(regex === undefined ? [] : ['     Regex ref count = 1']),
  ];
}

const offsetText = (offset: number): string => (offset === Number.MAX_SAFE_INTEGER ? 'none' : String(offset));

function httpLines(check: HttpCheck, { state }: RunReport): string[] {
  const set = (value: boolean): string => (value ? 'set' : 'unset');
  const page = check.pages[state.page];
  return [
    `   Keepalive method = ${check.type}, http protocol ${check.protocol}`,
    ...(check.ownVirtualhost === undefined ? [] : [`   Virtualhost = ${check.ownVirtualhost}`]),
    `   Enable SNI ${set(check.sni !== undefined)}`,
    `   Fast recovery ${set(check.fastRecovery)}`,
    ...check.pages.flatMap(pageLines),
    ...(state.ran && !state.up && page !== undefined ? [`   Failed URL = ${page.path}`] : []),
  ];
}

function udpLines({ payload, reply, minLength, maxLength }: UdpCheck): string[] {
  const pattern = reply !== undefined && reply.bytes.length > 0 ? reply : undefined;
  const masked = pattern?.mask.some((byte) => byte !== WHOLE_BYTE) === true;
  return [
    '   Keepalive method = UDP_CHECK',
    payload === undefined ? '   Payload specified = no' : `   Payload len = ${payload.length}`,
    `   Require reply = ${yesNo(reply !== undefined)}`,
    ...(reply === undefined
      ? []
      : [`     Min reply length = ${minLength}`, `     Max reply length = ${maxLength}`]),
    ...(pattern === undefined ? [] : [`     Reply data len = ${pattern.bytes.length}`]),
    ...(masked ? ['     Reply data mask = yes'] : []),
  ];
}

/** What a check asks, and the state that only its kind has. */
function askedLines(config: CheckConfig, run: RunReport): string[] {
  switch (config.type) {
    case 'TCP_CHECK':
    case 'PING_CHECK':
      return [`   Keepalive method = ${config.type}`];
    case 'HTTP_GET':
    case 'SSL_GET':
      return httpLines(config, run);
    case 'SMTP_CHECK':
      return ['   Keepalive method = SMTP_CHECK', `   helo = ${config.heloName}`];
    case 'DNS_CHECK':
      return ['   Keepalive method = DNS_CHECK', `   Type = ${config.query}`, `   Name = ${config.name}`];
    case 'UDP_CHECK':
      return udpLines(config);
    case 'MISC_CHECK': {
      const { argv, uid, gid, timeoutUs } = config.script;
      const seconds = config.timeoutGiven ? Math.round(toSeconds(timeoutUs ?? (0 as Us))) : 0;
      return [
        '   Keepalive method = MISC_CHECK',
        `   script = ${commandText(argv)}`,
        `   timeout = ${seconds}`,
        `   dynamic = ${config.dynamic ? 'YES' : 'NO'}`,
        `   uid:gid = ${uid}:${gid}`,
        `   Last ran = ${epochText(run.lastRanUs)} (${ranText(run.lastRanUs)})`,
        `   Last status = ${run.lastStatus}`,
      ];
    }
    default:
      return assertNever(config);
  }
}

/** One that follows a fact has neither delays nor retries. */
function factLines(config: FactCheck): string[] {
  if (config.type === 'FILE_CHECK') {
    const tracked = [`     Tracked file = ${config.file}`, '     Reloaded = No'];
    return ['   Keepalive method = FILE_CHECK', ...tracked];
  }
  const alpha = `   Alpha is ${config.alpha ? 'ON' : 'OFF'}`;
  return ['   Keepalive method = BFD_CHECK', `   Name = ${config.session}`, alpha];
}

export function checkLines(report: CheckReport): string[] {
  const { virtual, server, up, weight } = report;
  const head = (enabled: boolean, ran: boolean): string[] => [
    ` ${virtual} -> ${server}`,
    `   Enabled = ${yesNo(enabled)}`,
    `   Up = ${yesNo(up)}`,
    `   Has run = ${yesNo(ran)}`,
    `   Current weight = ${weight}`,
  ];
  if (!('run' in report))
    return [...head(true, true), '   Log all failures = no', ...factLines(report.config)];
  const { run, config } = report;
  return [
    ...head(run.enabled, run.state.ran),
    ...timingLines(config, run),
    `   Log all failures = ${yesNo(config.timing.logAllFailures)}`,
    ...(config.type === 'MISC_CHECK' ? [] : connectionLines(config.connect)),
    ...askedLines(config, run),
  ];
}
