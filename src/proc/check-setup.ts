/** Checks of the grammar's model as the checker child runs them. In: model. Out: data for the probes. */

import type { Model } from '../../grammar/model.ts';
import type { CheckModel, CheckTarget, CheckTiming, UrlModel } from '../../grammar/model-lvs.ts';
import type { FactCheck } from '../health/fact-watcher.ts';
import type { HttpCheck, Page, PageRegex } from '../health/probes/http.ts';
import type { CheckConfig } from '../health/probes/index.ts';
import type { CheckCommon } from '../health/probes/probe.ts';
import type { UdpCheck } from '../health/probes/udp.ts';
import type { ConnectSpec } from '../ports/connect.ts';
import { assertNever } from '../units.ts';
import { scriptOf } from './script-setup.ts';

/** The timing as it is: checks that share one go on sharing it, which spares much of what is kept. */
const commonOf = (timing: CheckTiming): CheckCommon => ({ alpha: timing.alpha, timing });

function connectOf(target: CheckTarget): ConnectSpec {
  const { bindTo, bindPort, bindInterface } = target;
  return {
    address: target.address.bytes,
    port: target.port,
    mark: target.fwmark,
    timeoutUs: target.connectTimeoutUs,
    ...(bindTo === undefined ? {} : { source: bindTo.bytes }),
    ...(bindPort === undefined ? {} : { sourcePort: bindPort }),
    ...(bindInterface === undefined ? {} : { interface: bindInterface }),
  };
}

/** 2.2.7 was seen to bind datagrams to no interface, and echoes to nothing at all. */
function datagramsOf({ bindInterface: _, ...target }: CheckTarget): ConnectSpec {
  return connectOf(target);
}

const echoesOf = ({ address, port, connectTimeoutUs }: CheckTarget): ConnectSpec => ({
  address: address.bytes,
  port,
  mark: 0,
  timeoutUs: connectTimeoutUs,
});

/** As far as an answer can be long. */
const NO_OFFSET = Number.MAX_SAFE_INTEGER;

function regexOf({ values }: UrlModel): PageRegex | undefined {
  const { regex, regex_options: options, regex_min_offset: min, regex_max_offset: max } = values;
  if (regex === undefined) return undefined;
  return {
    source: regex,
    options: [...(options ?? [])],
    unwanted: values.regex_no_match === true,
    minOffset: min ?? 0,
    maxOffset: max ?? NO_OFFSET,
  };
}

function pageOf(url: UrlModel): Page {
  const { path, virtualhost, statusCodes, values } = url;
  const regex = regexOf(url);
  return {
    path,
    status: statusCodes.map(({ first, last }) => ({ first, last })),
    ...(virtualhost === undefined ? {} : { virtualhost }),
    ...(values.virtualhost === undefined ? {} : { ownVirtualhost: values.virtualhost }),
    ...(values.digest === undefined ? {} : { digest: values.digest }),
    ...(regex === undefined ? {} : { regex }),
  };
}

/** The last letter only says which way to write it. */
const protocolOf = (protocol: string | undefined): HttpCheck['protocol'] =>
  (protocol?.toUpperCase() ?? '1.0') as HttpCheck['protocol'];

function httpOf(check: Extract<CheckModel, { readonly type: HttpCheck['type'] }>): HttpCheck {
  const { type, timing, target, values, urls, sni, fastRecovery } = check;
  const { sni_name: name } = values;
  return {
    type,
    ...commonOf(timing),
    connect: connectOf(target),
    pages: urls.map(pageOf),
    protocol: protocolOf(values.http_protocol),
    fastRecovery,
    ...(values.virtualhost === undefined ? {} : { ownVirtualhost: values.virtualhost }),
    sni: sni ? (name === undefined ? 'page' : { name }) : undefined,
  };
}

function udpOf(check: Extract<CheckModel, { readonly type: 'UDP_CHECK' }>): UdpCheck {
  const { payload, require_reply: reply, min_reply_length: min, max_reply_length: max } = check.values;
  return {
    type: check.type,
    ...commonOf(check.timing),
    connect: datagramsOf(check.target),
    minLength: min,
    maxLength: max,
    ...(payload === undefined ? {} : { payload }),
    ...(reply === undefined ? {} : { reply: { bytes: reply.bytes, mask: reply.mask } }),
  };
}

function fileOf(
  { trackFile, weight }: Extract<CheckModel, { readonly type: 'FILE_CHECK' }>,
  { trackFiles }: Model,
): FactCheck {
  const file = trackFiles.find(({ name }) => name === trackFile);
  return {
    type: 'FILE_CHECK',
    file: trackFile,
    weight: weight?.weight ?? file?.weight ?? 1,
    reverse: weight?.reverse ?? file?.reverse ?? false,
  };
}

export function checkOf(check: CheckModel, model: Model): CheckConfig | FactCheck {
  switch (check.type) {
    case 'TCP_CHECK':
      return { type: check.type, ...commonOf(check.timing), connect: connectOf(check.target) };
    case 'PING_CHECK':
      return { type: check.type, ...commonOf(check.timing), connect: echoesOf(check.target) };
    case 'HTTP_GET':
    case 'SSL_GET':
      return httpOf(check);
    case 'SMTP_CHECK': {
      const { type, timing, target, heloName } = check;
      return { type, ...commonOf(timing), connect: connectOf(target), heloName };
    }
    case 'DNS_CHECK': {
      const { type, timing, target, query, name } = check;
      return { type, ...commonOf(timing), connect: connectOf(target), query, name };
    }
    case 'UDP_CHECK':
      return udpOf(check);
    case 'MISC_CHECK': {
      const { type, timing, command, timeoutUs, timeoutGiven, dynamic } = check;
      return {
        type,
        ...commonOf(timing),
        script: { ...scriptOf(command), timeoutUs },
        timeoutGiven,
        dynamic,
      };
    }
    case 'FILE_CHECK':
      return fileOf(check, model);
    case 'BFD_CHECK':
      return { type: check.type, session: check.name, alpha: check.alpha };
    default:
      return assertNever(check);
  }
}
