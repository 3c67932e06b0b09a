/** The Digests port for tests, on node:crypto and not on the code that ships. */
import { createHmac } from 'node:crypto';
import type { Digests } from '../../ports/digests.ts';

export const nodeDigests: Digests = {
  hmac: (name, key, bytes) => Uint8Array.from(createHmac(name, key).update(bytes).digest()),
};
