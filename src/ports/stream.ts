/** Connections that carry bytes: what checks of a protocol talk over. */
import type { ConnectSpec } from './connect.ts';

export interface TlsSpec {
  /** Sent as server name indication; absent = none is sent. */
  readonly serverName?: string;
}

/** How it went wrong before or after the connection stood. */
export type StreamFailure =
  /** The peer, or the way to it, refused or broke the connection. */
  | { readonly kind: 'broken'; readonly errno: number }
  /** This host knows no way to its network. */
  | { readonly kind: 'unreachable' }
  /** The TLS handshake failed. */
  | { readonly kind: 'tls'; readonly reason: string }
  /** Nothing was sent: this host has no socket as it is wanted. */
  | { readonly kind: 'unable'; readonly call: string; readonly errno: number };

/** The stream is over after `ended` and `failed`. None of them is called before `open` has returned. */
export interface StreamEvents {
  /** The connection stands, and TLS on it. */
  connected(): void;
  /** The bytes are only valid during the call. */
  data(bytes: Uint8Array): void;
  /** The peer has closed. */
  ended(): void;
  failed(failure: StreamFailure): void;
}

export interface Stream {
  send(bytes: Uint8Array): void;
  /** Nothing more is told. */
  close(): void;
}

export interface Streams {
  /** `request` is sent as soon as the connection stands. There is no time limit: that is the caller's. */
  open(spec: ConnectSpec, request: Uint8Array, events: StreamEvents, tls?: TlsSpec): Stream;
}
