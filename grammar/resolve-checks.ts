/** One check with everything it takes over from its real server and the virtual server above. */
import type { Us } from '../src/units.ts';
import type { Address } from './codecs/address.ts';
import { type Host, hostAddress } from './codecs/host.ts';
import { dnsRows, smtpRows, udpRows } from './keywords/checkers.ts';
import { httpRows, type StatusRange, sslRows } from './keywords/http-get.ts';
import type { Account } from './keywords/scripts.ts';
import { DEFAULTS } from './keywords/timers.ts';
import type { CheckerDraft, CheckerType } from './lvs-drafts.ts';
import type * as model from './model-lvs.ts';
import { withDefaults } from './resolve-values.ts';

type Bag = Readonly<Record<string, unknown>>;

/** What stands above a check: the values of its real server and of the virtual server, and a few more. */
export interface Inherited {
  readonly given: Bag;
  readonly above: Bag;
  readonly alpha: boolean;
  readonly address: Address;
  readonly port: number;
  readonly logAllFailures: boolean;
  readonly timings: Timings;
}

/** The value nearest to the check, or the fallback. */
const nearest = <T>(keyword: string, own: Bag, { given, above }: Inherited, fallback: T): T =>
  (own[keyword] ?? given[keyword] ?? above[keyword] ?? fallback) as T;

/**
 * The timings of one virtual server. Its real servers stand there by the thousand with the same settings:
 * such have one timing between them.
 */
export class Timings {
  #last: { readonly type: CheckerType; readonly own: Bag; readonly from: Inherited } | undefined;
  #timing: model.CheckTiming | undefined;

  of(type: CheckerType, own: Bag, from: Inherited): model.CheckTiming {
    const last = this.#last;
    const same = last?.type === type && last.own === own && sameAbove(last.from, from);
    if (same && this.#timing !== undefined) return this.#timing;
    this.#last = { type, own, from };
    this.#timing = timingOf(type, own, from);
    return this.#timing;
  }
}

const sameAbove = (a: Inherited, b: Inherited): boolean =>
  a.given === b.given && a.above === b.above && a.alpha === b.alpha && a.logAllFailures === b.logAllFailures;

function timingOf(type: CheckerType, own: Bag, from: Inherited): model.CheckTiming {
  const http = type === 'HTTP_GET' || type === 'SSL_GET';
  const delayLoopUs = nearest<Us>('delay_loop', own, from, DEFAULTS.delay_loop);
  const retry =
    type === 'DNS_CHECK' ? DEFAULTS.dns_retry : type === 'MISC_CHECK' ? DEFAULTS.misc_retry : DEFAULTS.retry;
  const before = http
    ? DEFAULTS.http_delay_before_retry
    : type === 'DNS_CHECK'
      ? delayLoopUs
      : DEFAULTS.delay_before_retry;
  return {
    delayLoopUs,
    warmupUs: nearest<Us>('warmup', own, from, delayLoopUs),
    retry: nearest<number>('retry', own, from, retry),
    delayBeforeRetryUs: nearest<Us>('delay_before_retry', own, from, before),
    alpha: (own.alpha as boolean | undefined) ?? from.alpha,
    logAllFailures: (own.log_all_failures as boolean | undefined) ?? from.logAllFailures,
  };
}

function target(own: Bag, from: Inherited): model.CheckTarget {
  const { connect_ip: ip, bindto, bind_port: bindPort, bind_if: bindInterface } = own;
  return {
    address: ip === undefined ? from.address : hostAddress(ip as Host),
    port: (own.connect_port as number | undefined) ?? from.port,
    connectTimeoutUs: nearest<Us>('connect_timeout', own, from, DEFAULTS.connect_timeout),
    fwmark: (own.fwmark as number | undefined) ?? 0,
    ...(bindto === undefined ? {} : { bindTo: hostAddress(bindto as Host) }),
    ...(bindPort === undefined ? {} : { bindPort: bindPort as number }),
    ...(bindInterface === undefined ? {} : { bindInterface: bindInterface as string }),
  };
}

const OK_CODES: readonly StatusRange[] = [{ first: 200, last: 299 }];

function url(part: Bag, check: Bag, from: Inherited): model.UrlModel {
  const virtualhost = (part.virtualhost ?? nearest('virtualhost', check, from, undefined)) as
    | string
    | undefined;
  return {
    path: part.path as string,
    statusCodes: (part.status_code as readonly StatusRange[] | undefined) ?? OK_CODES,
    tlsCompliant: (part.tls_compliant ?? check.tls_compliant ?? false) as boolean,
    values: part as model.UrlValues,
    ...(virtualhost === undefined ? {} : { virtualhost }),
  };
}

/** One check, or one for each host of an SMTP_CHECK. */
export function resolveCheck({ type, values, parts }: CheckerDraft, from: Inherited): model.CheckModel[] {
  const when = { timing: from.timings.of(type, values, from) };
  switch (type) {
    case 'TCP_CHECK':
    case 'PING_CHECK':
      return [{ type, ...when, target: target(values, from) }];
    case 'HTTP_GET':
    case 'SSL_GET':
      return [
        {
          type,
          ...when,
          target: target(values, from),
          values: withDefaults(type === 'SSL_GET' ? sslRows : httpRows, values) as model.HttpValues,
          urls: parts.map((part) => url(part, values, from)),
          sni: values.enable_sni === true,
          fastRecovery: values.fast_recovery === true,
        },
      ];
    case 'SMTP_CHECK': {
      const { helo_name: heloName } = withDefaults(smtpRows, values) as model.SmtpValues;
      const one = (own: Bag): model.CheckModel => ({
        type,
        timing: from.timings.of(type, own, from),
        target: target(own, from),
        heloName,
      });
      return [one(values), ...parts.map(one)];
    }
    case 'DNS_CHECK': {
      const { type: query, name = '.' } = withDefaults(dnsRows, values) as model.DnsValues;
      return [{ type, ...when, target: target(values, from), query, name }];
    }
    case 'UDP_CHECK':
      return [
        {
          type,
          ...when,
          target: target(values, from),
          values: withDefaults(udpRows, values) as model.UdpValues,
        },
      ];
    case 'MISC_CHECK':
      return [misc(values, from, when.timing)];
    case 'FILE_CHECK':
      return [
        { type, trackFile: values.track_file as string, weight: values.weight as model.FileValues['weight'] },
      ];
    case 'BFD_CHECK':
      return [{ type, name: values.name as string, alpha: when.timing.alpha }];
  }
}

function misc(values: Bag, from: Inherited, timing: model.CheckTiming): model.CheckModel {
  const { uid, gid } = values.user as Account;
  // Upstream takes the pace of the virtual server here, not that of the check.
  const loop = (from.above.delay_loop as Us | undefined) ?? DEFAULTS.delay_loop;
  return {
    type: 'MISC_CHECK',
    // The global setting does not reach programs (seen with 2.2.7).
    timing: { ...timing, logAllFailures: values.log_all_failures === true },
    command: { argv: values.misc_path as readonly string[], uid, gid },
    timeoutGiven: values.misc_timeout !== undefined,
    timeoutUs: (values.misc_timeout as Us | undefined) ?? loop,
    dynamic: values.misc_dynamic === true,
  };
}
