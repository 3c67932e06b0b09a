/** TCP_CHECK: a port that accepts connections is up. */
import type { ConnectOutcome, ConnectSpec } from '../../ports/connect.ts';
import { connectIdentity, notBegun } from './connection.ts';
import type { CheckCommon, ProbeKind, ProbeOutcome } from './probe.ts';

export interface TcpCheck extends CheckCommon {
  readonly type: 'TCP_CHECK';
  readonly connect: ConnectSpec;
}

function outcomeOf(outcome: ConnectOutcome, server: string): ProbeOutcome {
  if (outcome.outcome === 'connected')
    return { succeeded: true, up: ['tcp-connection-success', server], mail: 'TCP CHECK succeed on service' };
  return {
    succeeded: false,
    tried: ['tcp-connection-failed', server],
    mail: 'TCP CHECK failed on service',
    down: ['check-failed', 'TCP_CHECK', server],
    ...(outcome.outcome === 'failed' ? { reason: notBegun('TCP_CHECK', server, outcome) } : {}),
  };
}

export const tcpProbe: ProbeKind<TcpCheck> = {
  identity: ({ connect }) => connectIdentity(connect),
  start: ({ connector }, { config, server }, done) =>
    connector.connect(config.connect, (outcome) => done(outcomeOf(outcome, server))),
};
