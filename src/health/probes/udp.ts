/**
 * UDP_CHECK: a port that does not refuse a datagram, or that answers one. As seen with 2.2.7: without
 * require_reply silence is success; a longer reply than max_reply_length is cut off at that length.
 */
import type { ConnectSpec } from '../../ports/connect.ts';
import { connectIdentity } from './connection.ts';
import { askOnce, type DatagramResult, fillPayload } from './datagram.ts';
import type { CheckCommon, LogLine, ProbeKind, ProbeOutcome } from './probe.ts';

export interface ReplyPattern {
  readonly bytes: Uint8Array;
  /** Bits that count. */
  readonly mask: Uint8Array;
}

export interface UdpCheck extends CheckCommon {
  readonly type: 'UDP_CHECK';
  readonly connect: ConnectSpec;
  /** Absent = 32 bytes of text. */
  readonly payload?: Uint8Array;
  /** Absent = no reply is needed. */
  readonly reply?: ReplyPattern;
  readonly minLength: number;
  readonly maxLength: number;
}

const DEFAULT_PAYLOAD = fillPayload(32);

function fits({ bytes, mask }: ReplyPattern, reply: Uint8Array): boolean {
  if (reply.length < bytes.length) return false;
  return bytes.every((byte, at) => ((byte ^ (reply[at] ?? 0)) & (mask[at] ?? 0)) === 0);
}

function wrong({ reply, minLength, maxLength }: UdpCheck, whole: Uint8Array): boolean {
  const got = whole.subarray(0, maxLength);
  if (got.length < minLength) return true;
  return reply !== undefined && reply.bytes.length > 0 && !fits(reply, got);
}

function outcomeOf(
  result: DatagramResult<'right' | 'wrong'>,
  required: boolean,
  server: string,
): ProbeOutcome {
  const succeeded =
    result.kind === 'answer' ? result.value === 'right' : result.kind === 'silence' && !required;
  if (succeeded) return { succeeded, up: ['udp-up', server], mail: 'UDP CHECK succeed on service' };
  const failure = {
    succeeded,
    down: ['check-failed', 'UDP_CHECK', server],
    mail: 'UDP CHECK failed on service',
  } as const;
  if (result.kind === 'unsent') return { ...failure, reason: ['udp-unsent', result.call, result.errno] };
  if (result.kind === 'unable') return { ...failure, always: ['udp-unbound', result.call, result.errno] };
  const tried: LogLine = result.kind === 'answer' ? ['udp-reply-mismatch', server] : ['udp-failed', server];
  return { ...failure, tried, onlyIfUp: 'tried' };
}

export const udpProbe: ProbeKind<UdpCheck> = {
  identity: ({ connect, payload, reply, minLength, maxLength }) =>
    `${connectIdentity(connect)} ${[payload, reply?.bytes, reply?.mask, minLength, maxLength].join(' ')}`,
  start: (ports, subject, done) => {
    const { config, server } = subject;
    const required = config.reply !== undefined;
    return askOnce(
      ports,
      subject,
      { ...config.connect, protocol: 'udp' },
      config.payload ?? DEFAULT_PAYLOAD,
      (reply) => (wrong(config, reply) ? 'wrong' : 'right'),
      (result) => done(outcomeOf(result, required, server)),
    );
  },
};
