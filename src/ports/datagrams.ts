/** One datagram and what comes back: what checks of UDP, DNS and ICMP ask. */
import type { ConnectSpec } from './connect.ts';

/** `timeoutUs` of the target is the caller's business. */
export interface DatagramSpec extends ConnectSpec {
  /** `echo`: an ICMP message (RFC 792, RFC 4443) without a socket of a port. */
  readonly protocol: 'udp' | 'echo';
}

export type DatagramFailure =
  /** An ICMP message says so. */
  | { readonly kind: 'refused'; readonly errno: number }
  /** This host knows no way there, or would not send it. */
  | { readonly kind: 'unsent'; readonly call: 'connect' | 'send'; readonly errno: number }
  /** This host has no socket as it is wanted. */
  | { readonly kind: 'unable'; readonly call: string; readonly errno: number };

/** None of them is called before `send` has returned. */
export interface DatagramEvents {
  /** The bytes are only valid during the call. More may follow. */
  received(bytes: Uint8Array): void;
  failed(failure: DatagramFailure): void;
}

export interface Exchanged {
  /** Nothing more is told. */
  close(): void;
}

export interface Datagrams {
  send(spec: DatagramSpec, bytes: Uint8Array, events: DatagramEvents): Exchanged;
}
