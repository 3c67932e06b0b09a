/**
 * BFD packets of a peer that a case plays by hand, good ones by default, as complete Ethernet frames
 * (RFC 5880 4.1 in UDP over IPv4, from router b to router a).
 */
import { addressBytes } from './bytes.ts';
import { ipv4Header } from './forge.ts';
import { hostAddress } from './namespaces.ts';

export interface ForgedBfd {
  readonly version?: number;
  readonly diagnostic?: number;
  readonly state: 'AdminDown' | 'Down' | 'Init' | 'Up';
  /** Letters of P, F, C, A, D, M. */
  readonly flags?: string;
  readonly multiplier?: number;
  /** The length field; the length itself unless given. */
  readonly length?: number;
  readonly mine?: number;
  readonly yours: number;
  readonly txMs?: number;
  readonly rxMs?: number;
  readonly cutTo?: number;
  readonly trailing?: number;
  readonly ttl?: number;
  readonly source?: string;
}

const STATES = ['AdminDown', 'Down', 'Init', 'Up'];
const FLAGS = ['P', 'F', 'C', 'A', 'D', 'M'];
const PORT = 3784;
const LOCAL_PORT = 50_000;

const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const half = (value: number): number[] => [value >> 8, value & 255];
const macBytes = (text: string): number[] => text.split(':').map((part) => Number.parseInt(part, 16));

function control(spec: ForgedBfd): Uint8Array {
  const {
    version = 1,
    diagnostic = 0,
    flags = '',
    multiplier = 5,
    mine = 0x1122,
    txMs = 100,
    rxMs = 100,
  } = spec;
  const bits = FLAGS.reduce((sum, flag, at) => sum | (flags.includes(flag) ? 32 >> at : 0), 0);
  const head = [(version << 5) | diagnostic, (STATES.indexOf(spec.state) << 6) | bits, multiplier];
  const rest = [...word(mine), ...word(spec.yours), ...word(txMs * 1000), ...word(rxMs * 1000), ...word(0)];
  const trailing = Array<number>(spec.trailing ?? 0).fill(0);
  const length = spec.length ?? 1 + head.length + rest.length;
  const all = Uint8Array.from([...head, length, ...rest, ...trailing]);
  return all.slice(0, spec.cutTo ?? all.length);
}

export function forgeBfd(spec: ForgedBfd): Uint8Array {
  const packet = control(spec);
  const [from, to] = [hostAddress('b'), hostAddress('a')];
  const length = 8 + packet.length;
  // A checksum of 0 says that there is none (RFC 768).
  const udp = [...half(LOCAL_PORT), ...half(PORT), ...half(length), 0, 0, ...packet];
  const fields = { ttl: spec.ttl ?? 255, protocol: 17, tos: 0 };
  const ip = ipv4Header(addressBytes(spec.source ?? from.ip4), addressBytes(to.ip4), fields, length);
  return Uint8Array.from([...macBytes(to.mac), ...macBytes(from.mac), 8, 0, ...ip, ...udp]);
}
