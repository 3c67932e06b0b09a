/** What checks that connect have in common. */
import type { ConnectSpec } from '../../ports/connect.ts';
import type { NetError } from '../../ports/net.ts';
import { formatAddress } from '../../wire/address.ts';
import type { LogLine } from './probe.ts';

/** From where to where, and through what; not how long it may take. */
export function connectIdentity(connect: ConnectSpec): string {
  const { address, port, source, sourcePort, interface: ifname, mark } = connect;
  const local = source === undefined ? '' : formatAddress(source);
  return [formatAddress(address), port, local, sourcePort, ifname, mark].join(' ');
}

export const notBegun = (type: string, server: string, { call, errno }: NetError): LogLine => [
  'check-not-begun',
  type,
  server,
  call,
  errno,
];
