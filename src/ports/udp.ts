/**
 * UDP as BFD needs it: what arrives on a port with the TTL it arrived with, and datagrams with a TTL of their
 * own. Addresses are 4 or 16 bytes in network order.
 */
import type { Result } from '../result.ts';
import type { Family, Us } from '../units.ts';
import type { NetError } from './net.ts';

export interface UdpDatagram {
  readonly bytes: Uint8Array;
  readonly source: Uint8Array;
  readonly sourcePort: number;
  readonly destination: Uint8Array;
  /** TTL or hop limit; -1 when the kernel did not say. */
  readonly hopLimit: number;
  readonly atUs: Us;
}

export interface UdpSenderSpec {
  readonly family: Family;
  /** Absent: the kernel chooses by the route. */
  readonly source?: Uint8Array;
  readonly hopLimit: number;
  /** Ports to take the local one from, both included. */
  readonly ports: readonly [first: number, last: number];
}

export interface UdpSender {
  /** Never blocks; a refusal is a value. */
  send(bytes: Uint8Array, destination: Uint8Array, port: number): Result<void, NetError>;
  close(): void;
}

export interface UdpListener {
  /** Delivers up to `limit` datagrams that are waiting now: before silence is taken for a fact. */
  drain(limit: number): void;
  close(): void;
}

export interface Udp {
  /** On every address of this host. */
  listen(family: Family, port: number, take: (datagram: UdpDatagram) => void): Result<UdpListener, NetError>;
  openSender(spec: UdpSenderSpec): Result<UdpSender, NetError>;
}
