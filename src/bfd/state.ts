/** What a BFD session remembers, and what it wants done: the variables of RFC 5880 section 6.8.1. */
import type { Us } from '../units.ts';
import { us } from '../units.ts';
import type { BfdPacket, BfdState } from '../wire/bfd.ts';
import { DIAG_NONE } from '../wire/bfd.ts';

/** What the peer said last. */
export interface RemoteState {
  /** 0 when nothing valid came for a detection time. */
  readonly discriminator: number;
  readonly state: BfdState;
  readonly diagnostic: number;
  readonly multiplier: number;
  readonly minTxUs: Us;
  readonly minRxUs: Us;
  readonly demand: boolean;
}

export interface SessionState {
  readonly state: BfdState;
  readonly diagnostic: number;
  readonly discriminator: number;
  readonly remote: RemoteState;
  /** Our packets carry the Poll bit until one with Final answers. */
  readonly polling: boolean;
  /** Between packets of ours, before jitter. */
  readonly txIntervalUs: Us;
  /** Between packets of the peer, as agreed. */
  readonly rxIntervalUs: Us;
  readonly detectionUs: Us;
  /** Arrival of the last valid packet. */
  readonly heardAtUs: Us;
  /** When the next periodic packet is due; absent while none is to be sent. */
  readonly transmitAtUs?: Us;
}

export type SessionTimer = 'transmit' | 'detect';

export type SessionEffect =
  | { readonly effect: 'send'; readonly packet: BfdPacket }
  | { readonly effect: 'arm'; readonly timer: SessionTimer; readonly atUs: Us }
  | { readonly effect: 'cancel'; readonly timer: SessionTimer }
  /** Whoever tracks the session has to know. */
  | { readonly effect: 'tell'; readonly up: boolean }
  | { readonly effect: 'log'; readonly id: string; readonly args: readonly (string | number)[] };

export interface SessionStep {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/** What chance decides for a session. */
export interface Draws {
  /** 0 <= x < 1. */
  jitter(): number;
  /** Not zero, and of no other session. */
  discriminator(): number;
}

export function initialSession(discriminator: number, idleTxUs: Us): SessionState {
  return {
    state: 'Down',
    diagnostic: DIAG_NONE,
    discriminator,
    remote: {
      discriminator: 0,
      state: 'Down',
      diagnostic: DIAG_NONE,
      multiplier: 0,
      minTxUs: us(0),
      // Not 0, which would mean that it wants no packets (RFC 5880 section 6.8.1).
      minRxUs: us(1),
      demand: false,
    },
    polling: false,
    txIntervalUs: idleTxUs,
    rxIntervalUs: us(0),
    detectionUs: us(0),
    heardAtUs: us(0),
  };
}
