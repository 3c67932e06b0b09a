/** TCP_CHECK: a port that accepts connections is up. */
import type { ConnectSpec } from '../../ports/connect.ts';
import { connectIdentity, notBegun } from './connection.ts';
import type { CheckCommon, ProbeKind } from './probe.ts';

export interface TcpCheck extends CheckCommon {
  readonly type: 'TCP_CHECK';
  readonly connect: ConnectSpec;
}

export const tcpProbe: ProbeKind<TcpCheck> = {
  identity: ({ connect }) => connectIdentity(connect),
  start: ({ connector }, { config, server }, done) =>
    connector.connect(config.connect, (outcome) => {
      if (outcome.outcome === 'connected') {
        done({ succeeded: true, line: ['tcp-connection-success', server] });
        return;
      }
      const reason = outcome.outcome === 'failed' ? { reason: notBegun(config.type, server, outcome) } : {};
      done({ succeeded: false, line: ['tcp-connection-failed', server], ...reason });
    }),
};
