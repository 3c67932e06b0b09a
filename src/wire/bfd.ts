/**
 * BFD control packets (RFC 5880 section 4.1). In: bytes as they come out of a UDP socket. Out: fields, or
 * what is wrong with them in terms of section 6.8.6, as far as it can be seen without knowing the session.
 */
import { fail, ok, type Result } from '../result.ts';
import { type Us, us } from '../units.ts';

export const BFD_PORT = 3784;
/** RFC 5883 section 2. */
export const BFD_MULTIHOP_PORT = 4784;
export const BFD_PACKET_LENGTH = 24;
const VERSION = 1;

/** By their number on the wire. */
export const BFD_STATES = ['AdminDown', 'Down', 'Init', 'Up'] as const;
export type BfdState = (typeof BFD_STATES)[number];

/** Diagnostic codes that a session of ours sends; the texts of all are in out/messages.ts. */
export const DIAG_NONE = 0;
export const DIAG_DETECTION_EXPIRED = 1;
export const DIAG_NEIGHBOR_DOWN = 3;
export const DIAG_ADMIN_DOWN = 7;

const POLL = 0x20;
const FINAL = 0x10;
const AUTHENTICATION = 0x04;
const DEMAND = 0x02;
const MULTIPOINT = 0x01;

export interface BfdPacket {
  readonly state: BfdState;
  readonly diagnostic: number;
  readonly poll: boolean;
  readonly final: boolean;
  readonly authentication: boolean;
  readonly demand: boolean;
  readonly multiplier: number;
  readonly myDiscriminator: number;
  readonly yourDiscriminator: number;
  readonly minTxUs: Us;
  readonly minRxUs: Us;
}

export type BfdProblem =
  | { readonly problem: 'short'; readonly length: number }
  | { readonly problem: 'version'; readonly version: number }
  | { readonly problem: 'length'; readonly field: number; readonly length: number }
  | {
      readonly problem:
        | 'multiplier'
        | 'multipoint'
        | 'my-discriminator'
        | 'your-discriminator'
        | 'poll-final';
    };

export function encodeBfd(packet: BfdPacket): Uint8Array {
  const bytes = new Uint8Array(BFD_PACKET_LENGTH);
  const view = new DataView(bytes.buffer);
  const flags =
    (packet.poll ? POLL : 0) |
    (packet.final ? FINAL : 0) |
    (packet.authentication ? AUTHENTICATION : 0) |
    (packet.demand ? DEMAND : 0);
  bytes[0] = (VERSION << 5) | packet.diagnostic;
  bytes[1] = (BFD_STATES.indexOf(packet.state) << 6) | flags;
  bytes[2] = packet.multiplier;
  bytes[3] = BFD_PACKET_LENGTH;
  view.setUint32(4, packet.myDiscriminator);
  view.setUint32(8, packet.yourDiscriminator);
  view.setUint32(12, packet.minTxUs);
  view.setUint32(16, packet.minRxUs);
  // Required Min Echo RX Interval stays 0: no echo packets are looped back here.
  return bytes;
}

/** The checks of RFC 5880 section 6.8.6 and, as 2.2.7 has it, a length that says nothing but the truth. */
export function decodeBfd(bytes: Uint8Array): Result<BfdPacket, BfdProblem> {
  if (bytes.length < BFD_PACKET_LENGTH) return fail({ problem: 'short', length: bytes.length });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [first, second, multiplier, field] = [0, 1, 2, 3].map((at) => view.getUint8(at)) as Quad;
  const version = first >> 5;
  const state = BFD_STATES[second >> 6] ?? 'AdminDown';
  const packet: BfdPacket = {
    state,
    diagnostic: first & 0x1f,
    poll: (second & POLL) !== 0,
    final: (second & FINAL) !== 0,
    authentication: (second & AUTHENTICATION) !== 0,
    demand: (second & DEMAND) !== 0,
    multiplier,
    myDiscriminator: view.getUint32(4),
    yourDiscriminator: view.getUint32(8),
    minTxUs: us(view.getUint32(12)),
    minRxUs: us(view.getUint32(16)),
  };
  if (version !== VERSION) return fail({ problem: 'version', version });
  if (field !== bytes.length) return fail({ problem: 'length', field, length: bytes.length });
  if (multiplier === 0) return fail({ problem: 'multiplier' });
  if ((second & MULTIPOINT) !== 0) return fail({ problem: 'multipoint' });
  if (packet.myDiscriminator === 0) return fail({ problem: 'my-discriminator' });
  if (packet.yourDiscriminator === 0 && (state === 'Init' || state === 'Up')) {
    return fail({ problem: 'your-discriminator' });
  }
  if (packet.poll && packet.final) return fail({ problem: 'poll-final' });
  return ok(packet);
}

type Quad = [number, number, number, number];
