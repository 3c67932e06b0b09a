/**
 * PING_CHECK: an address that answers ICMP echo. Payload as seen with 2.2.7; the sequence number is one of
 * the check and in network order, as since 2.3.0.
 */
import type { ConnectSpec } from '../../ports/connect.ts';
import type { Family } from '../../units.ts';
import { encodeEcho, isEchoReply } from '../../wire/echo.ts';
import { connectIdentity } from './connection.ts';
import { askOnce, type DatagramResult, fillPayload } from './datagram.ts';
import type { CheckCommon, ProbeKind, ProbeOutcome } from './probe.ts';

export interface PingCheck extends CheckCommon {
  readonly type: 'PING_CHECK';
  readonly connect: ConnectSpec;
}

const PAYLOAD = fillPayload(128);

function outcomeOf(result: DatagramResult<true>, server: string): ProbeOutcome {
  if (result.kind === 'answer')
    return { succeeded: true, up: ['ping-up', server], mail: 'ICMP CHECK succeed on service' };
  const failure: ProbeOutcome = {
    succeeded: false,
    down: ['check-failed', 'ICMP CHECK', server],
    mail: 'ICMP CHECK failed on service',
  };
  if (result.kind === 'unable' || result.kind === 'unsent') return { ...failure, always: ['ping-not-sent'] };
  return { ...failure, tried: [result.kind === 'silence' ? 'ping-timeout' : 'ping-failed', server] };
}

const sequences = new WeakMap<PingCheck, number>();

function nextSequence(config: PingCheck): number {
  const sequence = sequences.get(config) ?? 0;
  sequences.set(config, sequence + 1);
  return sequence;
}

export const pingProbe: ProbeKind<PingCheck> = {
  identity: ({ connect }) => connectIdentity(connect),
  start: (ports, subject, done) => {
    const { config, server } = subject;
    const family: Family = config.connect.address.length === 4 ? 4 : 6;
    const sequence = nextSequence(config);
    return askOnce<true>(
      ports,
      subject,
      { ...config.connect, protocol: 'echo' },
      encodeEcho(family, sequence, PAYLOAD),
      (message) => (isEchoReply(family, message, sequence) ? true : undefined),
      (result) => done(outcomeOf(result, server)),
    );
  },
};
