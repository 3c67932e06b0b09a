/** What checks that connect have in common. */
import type { ConnectSpec } from '../../ports/connect.ts';
import type { NetError } from '../../ports/net.ts';
import { formatAddress } from '../../wire/address.ts';
import type { LogLine, ProbeOutcome } from './probe.ts';

/** From where to where, and through what; not how long it may take. */
export function connectIdentity(connect: ConnectSpec): string {
  const { address, port, source, sourcePort, interface: ifname, mark } = connect;
  const local = source === undefined ? '' : formatAddress(source);
  return [formatAddress(address), port, local, sourcePort, ifname, mark].join(' ');
}

function whyNot({ interface: ifname }: ConnectSpec, { call, errno }: NetError): LogLine {
  if (call === 'bind') return ['check-not-bound', errno];
  if (call.includes('SO_BINDTODEVICE')) return ['check-not-on-device', ifname ?? '', errno];
  return ['check-no-socket', call, errno];
}

/** A socket that cannot be had says nothing of the server (seen with 2.2.7). */
export const notBegun = (connect: ConnectSpec, error: NetError, comesBack: LogLine): ProbeOutcome => ({
  succeeded: false,
  undecided: [whyNot(connect, error), comesBack],
});
