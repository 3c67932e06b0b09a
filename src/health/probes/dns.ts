/**
 * DNS_CHECK: a name server that answers a question without an error. As seen with 2.2.7: what is no response
 * to the question (another id, garbage) is passed over, and an answer without records is one.
 */
import type { ConnectSpec } from '../../ports/connect.ts';
import { formatAddress } from '../../wire/address.ts';
import { DNS_TYPES, encodeQuery, responseCode } from '../../wire/dns.ts';
import { connectIdentity, notBegun } from './connection.ts';
import { askOnce, type DatagramResult } from './datagram.ts';
import type { CheckCommon, LogLine, ProbeKind, ProbeOutcome } from './probe.ts';

export interface DnsCheck extends CheckCommon {
  readonly type: 'DNS_CHECK';
  readonly connect: ConnectSpec;
  /** By its name, such as SOA. */
  readonly query: string;
  readonly name: string;
}

const IDS = 0x1_0000;

type Answered = Exclude<DatagramResult<number>, { readonly kind: 'unable' }>;

function failure(result: Answered, connect: ConnectSpec, server: string): LogLine {
  switch (result.kind) {
    case 'answer':
      return ['dns-error', server, result.value];
    case 'silence':
      return ['dns-timeout', server];
    case 'refused':
      return ['dns-refused', server, result.errno];
    case 'unsent': {
      const peer = `[${formatAddress(connect.address)}]:${connect.port}`;
      return result.errno === ENETUNREACH
        ? ['dns-unreachable', server, peer]
        : ['dns-unsent', server, result.call, result.errno];
    }
  }
}

/** The network is unreachable (Linux). */
const ENETUNREACH = 101;

function outcomeOf(result: DatagramResult<number>, connect: ConnectSpec, server: string): ProbeOutcome {
  if (result.kind === 'unable') return notBegun(connect, result, ['dns-comes-back', server]);
  if (result.kind === 'answer' && result.value === 0)
    return { succeeded: true, mail: 'DNS_CHECK: succeed on service' };
  const [id, ...args] = failure(result, connect, server);
  return {
    succeeded: false,
    tried: [`${id}-tried`, ...args],
    down: [id, ...args],
    saysOnce: true,
    mail: 'DNS_CHECK: failed on service',
  };
}

export const dnsProbe: ProbeKind<DnsCheck> = {
  identity: ({ connect, query, name }) => `${connectIdentity(connect)} ${query} ${name}`,
  start: (ports, subject, done) => {
    const { connect, query, name } = subject.config;
    const id = Math.floor(ports.chance.next() * IDS);
    return askOnce(
      ports,
      subject,
      { ...connect, protocol: 'udp' },
      encodeQuery(id, name, DNS_TYPES[query] ?? 0),
      (message) => responseCode(message, id),
      (result) => done(outcomeOf(result, connect, subject.server)),
    );
  },
};
