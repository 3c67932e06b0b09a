/** TCP_CHECK: a port that accepts connections is up. */
import type { ConnectOutcome, ConnectSpec } from '../../ports/connect.ts';
import { connectIdentity, notBegun } from './connection.ts';
import type { CheckCommon, ProbeKind, ProbeOutcome } from './probe.ts';

export interface TcpCheck extends CheckCommon {
  readonly type: 'TCP_CHECK';
  readonly connect: ConnectSpec;
}

function outcomeOf(outcome: ConnectOutcome, connect: ConnectSpec, server: string): ProbeOutcome {
  if (outcome.outcome === 'failed') return notBegun(connect, outcome, ['tcp-comes-back']);
  if (outcome.outcome === 'connected')
    return { succeeded: true, up: ['tcp-connection-success', server], mail: 'TCP CHECK succeed on service' };
  return {
    succeeded: false,
    ...triedOf(outcome.outcome, server),
    mail: 'TCP CHECK failed on service',
    down: ['check-failed', 'TCP_CHECK', server],
  };
}

function triedOf(how: ConnectOutcome['outcome'], server: string): Pick<ProbeOutcome, 'tried'> {
  if (how === 'unreachable') return {};
  return { tried: [how === 'timeout' ? 'tcp-connection-timeout' : 'tcp-connection-failed', server] };
}

export const tcpProbe: ProbeKind<TcpCheck> = {
  identity: ({ connect }) => connectIdentity(connect),
  start: ({ connector }, { config, server }, done) =>
    connector.connect(config.connect, (outcome) => done(outcomeOf(outcome, config.connect, server))),
};
