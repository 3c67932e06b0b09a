/**
 * The Digests port without cryptography: equal keys and bytes give equal digests, different ones nearly
 * always different ones. Nobody forges anything in the simulation.
 */
import type { Digests } from '../ports/digests.ts';

const LENGTHS = { md5: 16, sha256: 32 } as const;
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** FNV-1a, which goes on from `start`. */
function mix(start: number, bytes: Uint8Array): number {
  let hash = start;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}

export const simDigests: Digests = {
  hmac: (name, key, bytes) => {
    const seed = mix(mix(OFFSET, key), bytes);
    return Uint8Array.from({ length: LENGTHS[name] }, (_, at) => mix(seed, Uint8Array.of(at)) & 0xff);
  },
};
