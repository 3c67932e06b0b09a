/**
 * Sequence numbers of signed adverts: which one to send, and which one of a sender is new. They are instants
 * with a counter, compared as RFC 1982 says, so that a restarted sender goes on without remembering
 * anything. In: the clock and what was sent or heard before. Out: the number, or the verdict.
 */
import { sameAddress } from '../wire/address.ts';
import type { AuthSequence } from '../wire/auth-trailer.ts';
import type { HmacConfig } from './config.ts';

/** The last number accepted of a sender. Marks are kept in the order of use, the latest last. */
export interface ReplayMark {
  readonly source: Uint8Array;
  readonly sequence: AuthSequence;
}

/** Senders remembered besides the configured peers. */
const REMEMBERED_SENDERS = 4;
const WORD = 0x10000;
const SECONDS = 0x1_0000_0000n;
const ONE_SECOND = SECONDS;
const MODULUS = SECONDS * SECONDS;
const MICROSECONDS = 1_000_000;

function numberOf({ seconds, fraction, counter }: AuthSequence): bigint {
  return (BigInt(seconds) << 32n) | BigInt(fraction * WORD + counter);
}

function sequenceOf(number: bigint): AuthSequence {
  const low = Number(number % SECONDS);
  return { seconds: Number(number / SECONDS), fraction: Math.floor(low / WORD), counter: low % WORD };
}

export function sequenceAt(wallUs: number): AuthSequence {
  const seconds = Math.floor(wallUs / MICROSECONDS) % Number(SECONDS);
  const fraction = Math.floor(((wallUs % MICROSECONDS) * WORD) / MICROSECONDS);
  return { seconds, fraction, counter: 0 };
}

/** `a - b` on the circle of 64-bit numbers (RFC 1982 §3.2), in 2^-32 s. */
function distance(a: AuthSequence, b: AuthSequence): bigint {
  return BigInt.asIntN(64, numberOf(a) - numberOf(b));
}

/**
 * The number for an advert that leaves now: the instant, or one more than the last while the clock stands
 * still or has been set back a little. A clock that was far ahead and has been put right starts anew, because
 * receivers with the right time would call the old numbers stale.
 */
export function nextSequence(hmac: HmacConfig, last: AuthSequence | undefined, wallUs: number): AuthSequence {
  const now = sequenceAt(wallUs);
  if (last === undefined || distance(now, last) > 0n) return now;
  const ahead = distance(last, now);
  if (hmac.antiReplay === 'time' && ahead > windowOf(hmac)) return now;
  return sequenceOf((numberOf(last) + 1n) % MODULUS);
}

const windowOf = ({ timeWindowUs }: HmacConfig): bigint =>
  (BigInt(timeWindowUs) * ONE_SECOND) / BigInt(MICROSECONDS);

export type SequenceVerdict =
  | { readonly verdict: 'new'; readonly marks: readonly ReplayMark[] }
  /** Positive: it is old; negative: its clock is ahead of ours. */
  | { readonly verdict: 'stale'; readonly ageSeconds: number }
  | { readonly verdict: 'replay' };

/** `peers`: senders whose mark is never given up for another one's. */
export function judgeSequence(
  hmac: HmacConfig,
  marks: readonly ReplayMark[],
  peers: readonly Uint8Array[],
  source: Uint8Array,
  sequence: AuthSequence,
  wallUs: number,
): SequenceVerdict {
  const now = sequenceAt(wallUs);
  const timed = hmac.antiReplay === 'time';
  const age = distance(now, sequence);
  const window = windowOf(hmac);
  if (timed && (age > window || age < -window)) {
    return { verdict: 'stale', ageSeconds: Math.round(Number(age) / Number(ONE_SECOND)) };
  }
  // A mark that lies further ahead than the window was made before a clock was set back. What it guards
  // against is stale by itself now, and everything that its sender can send would look like a replay.
  const valid = marks.filter((mark) => !timed || distance(mark.sequence, now) <= window);
  const known = valid.find((mark) => sameAddress(mark.source, source));
  if (known !== undefined && distance(sequence, known.sequence) <= 0n) return { verdict: 'replay' };
  const others = valid.filter((mark) => mark !== known);
  return { verdict: 'new', marks: [...evict(others, peers, source), { source, sequence }] };
}

/** The sender that was silent for longest makes room. */
function evict(
  marks: readonly ReplayMark[],
  peers: readonly Uint8Array[],
  newcomer: Uint8Array,
): readonly ReplayMark[] {
  const isPeer = (address: Uint8Array): boolean => peers.some((peer) => sameAddress(peer, address));
  if (isPeer(newcomer)) return marks;
  const strangers = marks.filter((mark) => !isPeer(mark.source));
  const leaving = strangers.slice(0, Math.max(0, strangers.length + 1 - REMEMBERED_SENDERS));
  return marks.filter((mark) => !leaving.includes(mark));
}
